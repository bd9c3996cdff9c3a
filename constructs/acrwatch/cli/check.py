"""`acrwatch check`: is a settings file right?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from acrwatch.cli.options import FormatOption, OutputOption
from acrwatch.errors import ExitCode, Problem, SettingsError
from acrwatch.output.result import Format, Part
from acrwatch.output.show import show
from acrwatch.settings.file import load_settings
from acrwatch.settings.secrets import secret_variables
from acrwatch.watch_plan import plan_watch

EXAMPLE = "Example: acrwatch check acrwatch.yaml"


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
        return [*(secrets if self.variables else []), f"{self.file}: fine, {len(self.rules)} rules"]

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
        return Check(file=file, problems=error.problems, error=str(error))
    plan, _ = plan_watch(settings.watch())
    return Check(
        file=file,
        rules=tuple(alert.id for alert in plan.alerts),
        warnings=plan.warnings,
        variables=tuple(variable.name for variable in secret_variables(settings)),
    )


def command(
    file: Annotated[Path, typer.Argument(help="The settings file.")] = Path("acrwatch.yaml"),
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Validate a settings file: all its problems at once, each with its line and the way out."""
    found = check(file)
    show(found, format_, output)
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if found.problems:
        raise typer.Exit(ExitCode.INPUT)
