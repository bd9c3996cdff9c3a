"""The plugin that pytest loads where acrwatch is installed: the kit of `acrwatch.testing` as fixtures.

Nothing is imported before a test asks for it. Names begin with `acrwatch_`, so that they are in nobody's way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from acrwatch.rehearsal.model import Rehearsal
    from acrwatch.testing.azure import AzureStandIn


@pytest.fixture(scope="session")
def acrwatch_synth() -> Callable[..., dict[str, Any]]:
    """`acrwatch.testing.synth`: a construct, settings or a stack as plain values."""
    from acrwatch.testing import synth

    return synth


@pytest.fixture
def acrwatch_snapshot(request: pytest.FixtureRequest) -> SnapshotAssertion:
    """syrupy's `snapshot` that writes a stack as one reviewable file: `assert stack == acrwatch_snapshot`."""
    from acrwatch.testing import StackSnapshot

    snapshot: SnapshotAssertion = request.getfixturevalue("snapshot")
    return snapshot.use_extension(StackSnapshot)


@pytest.fixture(scope="session")
def acrwatch_assert_same() -> Callable[..., None]:
    """`acrwatch.testing.assert_same`: fails with the resources and attributes that differ."""
    from acrwatch.testing import assert_same

    return assert_same


@pytest.fixture(scope="session")
def acrwatch_assert_valid() -> Callable[..., None]:
    """`acrwatch.testing.assert_valid`: fails with all that the providers or Azure would refuse."""
    from acrwatch.testing import assert_valid

    return assert_valid


@pytest.fixture(scope="session")
def acrwatch_rehearse() -> Callable[..., Rehearsal]:
    """`acrwatch.testing.rehearse`: the alerts that a stack would have fired over a log of events."""
    from acrwatch.testing import rehearse

    return rehearse


@pytest.fixture
def acrwatch_azure() -> Iterator[AzureStandIn]:
    """A stand-in for Azure on this machine (`acrwatch.testing.azure`), empty, for one test; needs the extra `azure`."""
    from acrwatch.testing.azure import AzureStandIn

    with AzureStandIn() as azure:
        yield azure
