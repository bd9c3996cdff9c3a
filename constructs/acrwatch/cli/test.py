"""`acrwatch test`: do detections fire when they should, and stay quiet when they should?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from acrwatch.cli.options import DetectionsDirOption, OutputOption
from acrwatch.cli.progress import progress_bar
from acrwatch.counted import counted
from acrwatch.detection.cases import CASES
from acrwatch.detection.catalogue import CONTENT, QUERY, shipped_folder
from acrwatch.detection.checking import Checked, Checking, check_detections
from acrwatch.errors import ExitCode, InputError, Problem, did_you_mean
from acrwatch.output.result import Outcome, Part, ReportFormat, Suite, Table
from acrwatch.output.show import show_tests

EXAMPLE = "Example: acrwatch test forced_repository_deleted --no-parser"


@dataclass(frozen=True, kw_only=True)
class Tested:
    """How the detections did.

    Args:
        checking: what was found out.
    """

    checking: Checking

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with: a file that cannot be read, else findings, else what is not known."""
        found = self.checking.detections
        if any(one.unreadable is not None for one in found):
            return ExitCode.INPUT
        if any(one.failed for one in found):
            return ExitCode.FINDINGS
        if self.checking.parser_absent is not None or any(one.refused for one in found):
            return ExitCode.UNKNOWN
        return ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """A row for each detection, then what is wrong, then a line that counts."""
        columns = ("id", "files", "parser", "lint", "cases")
        rows = [(one.id, *self._cells(one)) for one in self.checking.detections]
        absent = [self.checking.parser_absent] if self.checking.parser_absent else []
        wrong = [text for one in self.checking.detections for text in _wrong(one)]
        return [Table(title="Detections", columns=columns, rows=rows), *wrong, *absent, self._summary()]

    def _cells(self, one: Checked) -> tuple[str, str, str, str]:
        if one.unreadable is not None:
            return "not readable", "", "", ""
        parser = _count(one.parser) if one.parser_ran else "not asked"
        passed = sum(case.passed for case in one.cases)
        cases = f"{passed} of {len(one.cases)} passed" if one.cases else "not run"
        return _count(one.structure), parser, _count(one.lint), cases

    def _summary(self) -> str:
        found = self.checking.detections
        cases = [case for one in found for case in one.cases]
        wrong = sum(one.failed or one.unreadable is not None for one in found)
        unknown = sum(one.refused for one in found)
        parts = [
            counted(len(found), "detection"),
            counted(len(cases), "case"),
            f"{wrong} with something wrong",
        ]
        return ", ".join([*parts, *([f"{unknown} with cases the local engine refuses"] if unknown else [])])

    def data(self) -> Any:
        """Everything that was found, with places."""
        return {
            "parser_absent": self.checking.parser_absent,
            "detections": [_data(one) for one in self.checking.detections],
        }

    def tests(self) -> Sequence[Suite]:
        """A suite for each detection: its files, parser, lint, and each case."""
        return [
            Suite(name=one.id, cases=tuple(_tests(one, self.checking.parser_absent)))
            for one in self.checking.detections
        ]


def _count(found: Sequence[object]) -> str:
    return "fine" if not found else f"{len(found)} found"


def _wrong(one: Checked) -> Iterator[str]:
    if one.unreadable is not None:
        yield one.unreadable
    places = [
        *(_place(item) for item in one.structure),
        *((QUERY, f"{item}") for item in (*one.parser, *one.lint)),
    ]
    if places:
        yield "\n".join([one.id, *(f"  {file}  {said}" for file, said in places)])
    # What keeps one case from running keeps all, and is said once.
    names: dict[str, list[str]] = {}
    for result in one.cases:
        if not result.passed:
            names.setdefault(result.said, []).append(f"  case  {result.case.name}")
    for said, cases in names.items():
        yield "\n".join([one.id, *cases, *_indented(said)])


def _place(problem: Problem) -> tuple[str, str]:
    """The file a problem is in, and the problem."""
    for file, path in ((CASES, (CASES,)), (QUERY, ("query",))):
        if problem.path == path:
            return file, problem.message + (f"; {problem.way_out}" if problem.way_out else "")
    return CONTENT, f"line {problem.line}: {problem}" if problem.line else f"{problem}"


def _indented(text: str) -> Iterator[str]:
    return (f"    {line}" for line in text.splitlines())


def _data(one: Checked) -> dict[str, Any]:
    return {
        "id": one.id,
        "folder": str(one.folder),
        "failed": one.failed or one.unreadable is not None,
        "unreadable": one.unreadable,
        "structure": [
            {"line": item.line, "path": item.place, "message": item.message, "way_out": item.way_out}
            for item in one.structure
        ],
        "parser": [asdict(item) for item in one.parser] if one.parser_ran else None,
        "lint": [asdict(item) for item in one.lint],
        "cases": [
            {
                "name": result.case.name,
                "passed": result.passed,
                "refused": result.refused is not None,
                "said": None if result.passed else result.said,
            }
            for result in one.cases
        ],
    }


def _tests(one: Checked, parser_absent: str | None) -> Iterator[Outcome]:
    yield Outcome(name="files", failure=one.unreadable or _joined(one.structure))
    if one.unreadable is not None:
        return
    if one.parser_ran or parser_absent is not None:
        yield Outcome(name="parser", failure=_joined(one.parser), unknown=None if one.parser_ran else parser_absent)
    yield Outcome(name="lint", failure=_joined(one.lint))
    for result in one.cases:
        failed = not result.passed and result.refused is None
        yield Outcome(name=result.case.name, failure=result.said if failed else None, unknown=result.refused)


def _joined(found: Sequence[object]) -> str | None:
    return "\n".join(map(str, found)) or None


def folders_of(names: Sequence[str], detections_dir: Path | None) -> list[Path]:
    """The folders of detections that were named.

    Args:
        names: ids, folders of a detection, or folders of several.
        detections_dir: a folder of further detections, which stand before ours. Default: none.

    Raises:
        InputError: there is no such detection.
    """
    homes = {folder.name: folder for folder in _several(shipped_folder())}
    if detections_dir is not None:
        further = _several(detections_dir)
        if not further:
            raise InputError(f"{detections_dir} holds no detection, that is no folder with a {CONTENT}")
        homes |= {folder.name: folder for folder in further}
    if not names:
        return [homes[name] for name in sorted(homes)]
    found: list[Path] = []
    for name in names:
        folder = Path(name)
        if not name:
            raise InputError("an empty name is no detection and no folder; leave it out to test all there are")
        if (folder / CONTENT).is_file():
            found.append(folder.resolve())
        elif several := _several(folder):
            found += several
        elif name in homes:
            found.append(homes[name])
        else:
            raise InputError(f"there is no detection {name!r}, and no folder of one; {did_you_mean(name, homes)}")
    return list(dict.fromkeys(found))


def _several(folder: Path) -> list[Path]:
    return [file.parent.resolve() for file in sorted(folder.glob(f"*/{CONTENT}"))]


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|DIR]...", help="Detections, or folders of them. Default: all there are."),
    ] = None,
    detections_dir: DetectionsDirOption = None,
    no_parser: Annotated[bool, typer.Option("--no-parser", help="Do without Microsoft's parser and node.")] = False,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="For people, machines, or pipelines that show tests.")
    ] = ReportFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Test detections, ours or your own: the files, Microsoft's parser, what alerts refuse, and the cases."""
    folders = folders_of(names or [], detections_dir)
    with progress_bar("cases") as bar:
        tested = Tested(checking=check_detections(folders, ask_parser=not no_parser, progress=bar.step))
    show_tests(tested, format_, output)
    if tested.exit_code is not ExitCode.FINE:
        raise typer.Exit(tested.exit_code)
