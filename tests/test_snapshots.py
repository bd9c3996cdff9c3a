"""What a watch and a whole stack are made of, with nothing and with everything chosen, on one screen each.

Each resource in one line with what tells it apart; the single resources have snapshots and tests of their own.
"""

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from acrwatch import Email, RegistryWatch
from acrwatch.core import CORES
from acrwatch.testing import assert_same, synth
from tests.synthesis import SUBSCRIPTION, WORKSPACE_ID, Body, everything, loaded, registry_id, watch_settings

TELLING = ("name", "severity", "enabled", "evaluation_frequency", "for_each")


def inventory(stack: Body) -> dict[str, Any]:
    """Resource type -> id -> the values that tell it apart, and what else the stack has."""
    resources = {
        type_: {id_: {key: body[key] for key in TELLING if key in body} for id_, body in bodies.items()}
        for type_, bodies in stack["resource"].items()
    }
    found: dict[str, Any] = {key: sorted(stack[key]) for key in ("output", "variable") if key in stack}
    return {**found, "resource": resources, "backend": stack.get("terraform", {}).get("backend", {})}


def test_a_watch_with_nothing_chosen_is_as_it_was_on_both_cores(acrwatch_snapshot: SnapshotAssertion) -> None:
    """Registries, a workspace and one receiver are the least it takes."""

    def watch(scope: Any) -> None:
        RegistryWatch(
            scope,
            "watch",
            registries={"one": registry_id("one", SUBSCRIPTION)},
            workspace=WORKSPACE_ID,
            resource_group_name="rg",
            location="westeurope",
            receivers=[Email(name="team", email_address="team@example.com")],
        )

    first, second = (synth(watch, core=core) for core in CORES)

    assert_same(first, second)
    assert inventory(first) == acrwatch_snapshot


@pytest.mark.parametrize("chosen", ["nothing", "everything"])
def test_a_stack_is_as_it_was(tmp_path: Path, acrwatch_snapshot: SnapshotAssertion, chosen: str) -> None:
    """With every key of the settings file at its default, and with none of them."""
    content = everything() if chosen == "everything" else watch_settings()

    assert inventory(synth(loaded(tmp_path, content))) == acrwatch_snapshot
