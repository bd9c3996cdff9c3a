"""The command line in this process, for speed, and as a real process, for exit codes."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from acrwatch.cli.app import app

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "acrwatch.example.yaml"


def run(*arguments: str) -> Result:
    """The command in this process, as a pipe sees it; exceptions of ours stay exceptions."""
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": None, "NO_COLOR": None, "TERM": "dumb"})


def process(
    *arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a person starts it."""
    return subprocess.run(
        [sys.executable, "-c", "from acrwatch.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=60,
        check=False,
    )
