"""What holds for every test: quiet jsii, and Hypothesis that gives CI the same examples each time.

What a test needs beyond the environment (terraform, the npm CLI, provider schemas) is decided in `needs`.
"""

import os

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


@pytest.fixture(params=CORES)
def host(request: pytest.FixtureRequest) -> Host:
    """A stack of each core, both in this process."""
    return Host(request.param)
