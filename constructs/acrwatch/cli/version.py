"""`acrwatch --version`: what runs here, for a report of a fault."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

import typer

from acrwatch.core import CORES


def version_line() -> str:
    """The versions of acrwatch, of Python, and of each core that is installed; no core is loaded for it."""
    cores = [f"{core} {found}" for core in CORES if (found := _version(core)) is not None]
    python = ".".join(map(str, sys.version_info[:3]))
    return f"acrwatch {version('acrwatch')} (Python {python}, {', '.join(cores) or 'no core'})"


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def show_version(wanted: bool) -> None:
    """Print the line and end, where it was asked for.

    Args:
        wanted: whether `--version` was given.
    """
    if wanted:
        typer.echo(version_line())
        raise typer.Exit
