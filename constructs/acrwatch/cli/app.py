"""Puts the commands together, and turns our errors into messages and exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from acrwatch.cli import (
    backtest,
    check,
    compare,
    day,
    detections,
    discover,
    export,
    new,
    notify,
    preflight,
    preview,
    rehearse,
    routes,
    schema,
    show,
    stack,
    test,
    verify,
)
from acrwatch.cli import format as format_
from acrwatch.cli.version import show_version
from acrwatch.errors import AcrwatchError, ExitCode
from acrwatch.output.visible import visible

app = typer.Typer(
    name="acrwatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    check,
    detections,
    show,
    test,
    format_,
    new,
    stack,
    routes,
    rehearse,
    compare,
    preview,
    day,
    discover,
    preflight,
    verify,
    notify,
    backtest,
    export,
    schema,
):
    app.command(module.__name__.rpartition(".")[2], epilog=module.EXAMPLE)(module.command)


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Print the versions of acrwatch, Python and cores."
        ),
    ] = False,
) -> None:
    """Watches Azure Container Registries: five alerts, the logs they need, the people to tell."""


def run() -> None:
    """Run the command line and end the process with one of `ExitCode`."""
    try:
        app(standalone_mode=True)
    except AcrwatchError as error:
        sys.stderr.write(f"{visible(str(error))}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except OSError as error:
        # Such as a path in a folder into which we may not even look, or a current folder that is gone.
        refused = "the system refuses" if error.filename is None else f"{error.filename} cannot be read"
        sys.stderr.write(visible(f"{refused}: {error.strerror or error}\n"))
        sys.exit(ExitCode.INPUT)
