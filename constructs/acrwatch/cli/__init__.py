"""The `acrwatch` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the script of the package."""
    try:
        from acrwatch.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
