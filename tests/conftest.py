"""What holds for every test: quiet jsii, Hypothesis that gives CI the same examples each time, the longest files first.

What a test needs beyond the environment (terraform, the npm CLI, provider schemas) is decided in `needs`.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from acrwatch.core import CORES
from tests.synthesis import Host

# Read when a core is first imported, which happens in the test modules, after this one.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

# No deadline: the first example of a process pays for the start of node.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Files that take more than fifteen seconds, the longest first: begun last, one would keep a worker busy when the others
# have nothing left to do. The Makefile tells xdist to keep this order.
LONGEST = (
    "live/backtest/test_recorded_day.py",
    "docs/test_rehearse.py",
    "examples/test_embedding.py",
    "packaging/test_walk_through.py",
    "examples/test_pipelines.py",
    "docs/test_readme.py",
    "output/test_report_in_browser.py",
    "detection/test_shipped.py",
    "cli/test_backtest.py",
    "detection/test_checking.py",
    "test_cli_of_cdktf.py",
    "cli/test_app.py",
    "cli/test_preview.py",
    "packaging/test_wheel.py",
    "cli/test_rehearse.py",
    "docs/test_write_a_detection.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave all else in its order."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(params=CORES)
def host(request: pytest.FixtureRequest) -> Host:
    """A stack of each core, both in this process."""
    return Host(request.param)
