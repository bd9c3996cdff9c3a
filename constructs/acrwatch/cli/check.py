"""`acrwatch check`: is a settings file right?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from acrwatch.cli.options import FormatOption, OutputOption
from acrwatch.counted import counted
from acrwatch.errors import ExitCode, InputError, Problem, SettingsError
from acrwatch.output.result import Format, Part
from acrwatch.output.show import show
from acrwatch.settings.file import load_settings
from acrwatch.settings.secrets import secret_variables
from acrwatch.watch_plan import plan_watch

EXAMPLE = "Example: acrwatch check acrwatch.yaml"

_ABSENT = "name another file, or have one written: acrwatch discover --write acrwatch.yaml --email you@example.com"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was found in a settings file.

    Args:
        file: the file.
        problems: what is wrong with it.
        error: the same for people; empty when nothing is.
        rules: ids of the rules that it would deploy.
        variables: variables that its receivers need.
        warnings: what may be meant, but is worth a look.
    """

    file: Path
    problems: tuple[Problem, ...] = ()
    error: str = ""
    rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    def table(self) -> Sequence[Part]:
        """The problems, or that there are none."""
        if self.problems:
            return [self.error]
        secrets = [f"Set before the deploy: {', '.join(f'TF_VAR_{name}' for name in self.variables)}"]
        return [*(secrets if self.variables else []), f"{self.file}: fine, {counted(len(self.rules), 'rule')}"]

    def data(self) -> Any:
        """File, problems, rules and variables."""
        problems = [
            {"line": found["line"], "path": problem.place, "message": found["message"], "way_out": found["way_out"]}
            for problem, found in ((problem, asdict(problem)) for problem in self.problems)
        ]
        return {
            "file": str(self.file),
            "problems": problems,
            "rules": list(self.rules),
            "warnings": list(self.warnings),
            "variables": list(self.variables),
        }


def check(file: Path) -> Check:
    """Read a settings file and find everything that is wrong with it.

    Args:
        file: the settings file.
    """
    try:
        settings = load_settings(file)
    except SettingsError as error:
        problems = error.problems if file.exists() else [replace(one, way_out=_ABSENT) for one in error.problems]
        said = SettingsError(problems, str(file), consequence="")
        return Check(file=file, problems=said.problems, error=str(said))
    plan, _ = plan_watch(settings.watch())
    return Check(
        file=file,
        rules=tuple(alert.id for alert in plan.alerts),
        warnings=plan.warnings,
        variables=tuple(variable.name for variable in secret_variables(settings)),
    )


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The settings file. Default: acrwatch.yaml.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="The same, as the other commands have it.")
    ] = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Validate a settings file: all its problems at once, each with its line and the way out."""
    if file is not None and settings is not None:
        raise InputError(f"one settings file is checked at a time: {file} or --settings {settings}")
    found = check(file or settings or Path("acrwatch.yaml"))
    show(found, format_, output)
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if found.problems:
        raise typer.Exit(ExitCode.INPUT)
