"""What a user's detection has to pass, and how what it does not pass is told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.cli.new import write_skeleton
from acrwatch.detection.checking import Checked, check_detections
from acrwatch.kql import parser
from acrwatch.kql.parser import PACKAGE
from tests import needs

with_parser = needs.npm_package(PACKAGE)

Changed = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """A detection as `acrwatch new` makes it, with texts of its files exchanged."""

    def change(file: str = "query.kql", *texts: tuple[str, str]) -> Path:
        folder = write_skeleton("mine", Kind.EVENT, tmp_path)
        content = (folder / file).read_text(encoding="utf-8")
        for old, new in texts:
            assert old in content
            content = content.replace(old, new)
        (folder / file).write_text(content, encoding="utf-8")
        return folder

    return change


def checked(folder: Path, *, ask_parser: bool = True) -> Checked:
    return check_detections([folder], ask_parser=ask_parser).detections[0]


@with_parser
@pytest.mark.parametrize("kind", Kind)
def test_a_new_detection_passes_at_once(tmp_path: Path, kind: Kind) -> None:
    found = checked(write_skeleton("mine", kind, tmp_path))

    assert not found.failed
    assert found.parser_ran
    assert all(case.passed for case in found.cases)


@with_parser
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", Operation\n", "\n", "declares the column Operation, which the query does not give"),
        (
            "= count() by",
            "= count(), More = count() by",
            "gives the column More, which detection.yaml does not declare",
        ),
        ("= count() by", "= count(), Last = max(TimeGenerated) by", "the column Last is a datetime"),
        (", Operation\n", ", Operation = isempty(Operation)\n", "the dimension Operation is bool"),
        ("= count() by", "= tostring(count()) by", "the measure Pushes is string, not a number"),
    ],
)
def test_columns_that_differ_from_the_declared_ones_are_told(changed: Changed, old: str, new: str, said: str) -> None:
    found = checked(changed("query.kql", (old, new)))

    assert [finding for finding in found.parser if said in finding.message], found.parser
    assert found.failed


@with_parser
def test_a_mistake_is_placed_in_the_file_and_not_in_the_text_that_is_deployed(changed: Changed) -> None:
    """Which has the parameters above it."""
    folder = changed("query.kql", ("tolower(Repository),", "tolower(Nope),"))
    lines = (folder / "query.kql").read_text(encoding="utf-8").splitlines()

    found = checked(folder)

    (finding,) = [finding for finding in found.parser if "Nope" in finding.message]
    assert finding.line is not None
    assert finding.column is not None
    assert lines[finding.line - 1][finding.column - 1 :].startswith("Nope")
    assert found.cases == ()


@with_parser
def test_a_table_that_is_not_known_is_told_although_the_union_tolerates_it(changed: Changed) -> None:
    found = checked(changed("query.kql", ("[]), ContainerRegistryRepositoryEvents", "[]), ContainerRegistryEvents")))

    (finding,) = [finding for finding in found.parser if finding.id == "KS204"]
    assert "allowed are ContainerRegistryRepositoryEvents" in (finding.way_out or "")


@with_parser
def test_advice_of_an_analyzer_is_allowed_by_a_comment_with_a_reason(changed: Changed) -> None:
    joined = "Events\n{0}| join (Events | distinct Registry) on Registry\n// Whole bins"
    start = "Events\n// Whole bins"
    bare = changed("query.kql", (start, joined.format("")))
    told = {finding.id for finding in (*checked(bare).parser, *checked(bare).lint)}
    shutil.rmtree(bare)
    allow = "// acrwatch: allow KS508, because the keys are distinct\n"
    excused = changed("query.kql", (start, joined.format(allow)))

    assert told == {"KS508", "join-kind"}
    assert {finding.id for finding in checked(excused).parser} == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("detection.yaml", "look_back: 350m", "look_back: 320m", "says 350m, but rule.look_back is 5h20m"),
        ("detection.yaml", "kind: event", "kind: volume", "a rule of kind volume needs interval"),
        ("cases.yaml", "expect: []", "expect: [{Pushes: 1}]", "7 firing cases and 0 quiet; at least 8 quiet ones"),
    ],
)
def test_what_does_not_fit_in_the_files_is_told(changed: Changed, file: str, old: str, new: str, said: str) -> None:
    found = checked(changed(file, (old, new)), ask_parser=False)

    assert [problem for problem in found.structure if said in str(problem)], found.structure
    assert found.failed


def test_cases_that_never_fire_show_nothing(changed: Changed) -> None:
    folder = changed()
    (folder / "cases.yaml").write_text(
        "\n".join(f"- {{name: n{number}, why: w, events: [], expect: []}}" for number in range(3)), encoding="utf-8"
    )

    assert "no case expects a row" in str(checked(folder, ask_parser=False).structure)


@pytest.mark.parametrize("file", ["detection.yaml", "query.kql", "cases.yaml"])
def test_a_file_that_is_missing_stops_no_other_detection(changed: Changed, tmp_path: Path, file: str) -> None:
    folder = changed()
    (folder / file).unlink()
    fine = write_skeleton("other", Kind.VOLUME, tmp_path)

    first, second = check_detections([folder, fine], ask_parser=False).detections

    assert file in (first.unreadable or "")
    assert second.cases
    assert not second.failed


def test_an_absent_parser_leaves_the_rest_to_be_done(
    changed: Changed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))

    checking = check_detections([changed()])

    assert parser.VERSION in (checking.parser_absent or "")
    (found,) = checking.detections
    assert not found.parser_ran
    assert found.cases
    assert not found.failed


def test_what_the_engine_refuses_is_not_called_wrong(changed: Changed) -> None:
    found = checked(
        changed("query.kql", ("| summarize Pushes", "| extend X = hash(Registry)\n| summarize Pushes")),
        ask_parser=False,
    )

    assert found.refused
    assert not found.failed


def test_progress_counts_every_case_once(changed: Changed, tmp_path: Path) -> None:
    folders = [changed(), write_skeleton("other", Kind.VOLUME, tmp_path)]
    steps: list[tuple[int, int]] = []

    checking = check_detections(folders, ask_parser=False, progress=lambda done, total: steps.append((done, total)))

    total = sum(len(one.cases) for one in checking.detections)
    assert steps == [(done, total) for done in range(1, total + 1)]


def test_an_interruption_ends_the_other_cases_too(changed: Changed) -> None:
    done = []

    def interrupted(finished: int, _total: int) -> None:
        done.append(finished)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_detections([changed()], ask_parser=False, progress=interrupted)

    assert done == [1]
