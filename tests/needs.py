"""What a test needs beyond the Python environment, and what happens where it is absent.

A developer's machine may lack a program or a package, and the tests that need it are skipped with the reason. With
`ACRWATCH_ALL=1`, as CI sets it, absence is a failure, so that nothing is skipped there unseen.
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

# Where npm puts the command-line tools of package.json.
NPM = Path(__file__).parents[1] / "node_modules" / ".bin"

CHROMIUM = shutil.which("chromium")


def command(name: str) -> pytest.MarkDecorator:
    """Mark a test that runs a program."""
    return _mark(shutil.which(name) is not None, f"{name} is not on PATH")


def npm(name: str) -> pytest.MarkDecorator:
    """Mark a test that runs a command-line tool of package.json."""
    return _mark((NPM / name).exists(), f"{name} is not in node_modules; npm ci brings it")


def npm_package(name: str) -> pytest.MarkDecorator:
    """Mark a test that uses a package of package.json."""
    return _mark((NPM.parent / name).exists(), f"{name} is not in node_modules; npm ci brings it")


def package(name: str) -> pytest.MarkDecorator:
    """Mark a test that uses a Python package outside the development environment."""
    return _mark(find_spec(name) is not None, f"the package {name} is not installed")


def browser() -> pytest.MarkDecorator:
    """Mark a test that looks at a page in a real browser."""
    return _mark(CHROMIUM is not None, "chromium is not on PATH; on Debian apt-get install chromium brings it")


def patience() -> pytest.MarkDecorator:
    """Mark a test that takes minutes, which CI has and people have not."""
    return pytest.mark.skipif(os.environ.get("ACRWATCH_ALL") != "1", reason="it takes minutes; ACRWATCH_ALL=1 runs it")


def optional(there: object, reason: str) -> pytest.MarkDecorator:
    """Mark a test whose input is no part of the project, so that its absence is fine everywhere."""
    return pytest.mark.skipif(not there, reason=reason)


def _mark(there: bool, reason: str) -> pytest.MarkDecorator:
    # Where nothing may be skipped, the test runs into what it lacks.
    return pytest.mark.skipif(not there and os.environ.get("ACRWATCH_ALL") != "1", reason=reason)
