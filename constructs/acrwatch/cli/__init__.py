"""The `acrwatch` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line; the script of the package."""
    from acrwatch.cli.app import run

    run()
