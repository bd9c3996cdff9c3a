"""`acrwatch --version` says what runs here."""

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from acrwatch.cli import version as asked
from tests.cli.running import process, run


def test_it_names_acrwatch_python_and_the_cores() -> None:
    """What a report of a fault needs, on one line."""
    python = "{}.{}.{}".format(*sys.version_info[:3])
    done = run("--version")

    assert done.exit_code == 0
    assert done.stdout == (
        f"acrwatch {version('acrwatch')} (Python {python}, cdktf {version('cdktf')}, cdktn {version('cdktn')})\n"
    )


def test_a_core_that_is_not_installed_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "CORES", ("no-such-core",))

    assert run("--version").stdout.endswith(", no core)\n")


def test_it_starts_no_node(tmp_path: Path) -> None:
    """So that it also works where node is what is missing."""
    done = process("--version", env={"PATH": str(tmp_path), "JSII_NODE": "no-such-node"})

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("acrwatch ")
