"""Tests of a stack with a watch in it. Needs: pip install "acrwatch[cdktf,rehearse,testing]".

pytest --snapshot-update    # writes the stack to __snapshots__, for you to review and commit
pytest                      # says which resource and which attribute is no longer as it was
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from constructs import Construct
from syrupy.assertion import SnapshotAssertion

from acrwatch import DetectionSettings, Email, RegistryWatch
from acrwatch.testing import (
    AZAPI_VERSIONS,
    VERSIONS,
    Difference,
    Event,
    Rehearsal,
    StackSnapshot,
    assert_same,
    assert_valid,
    block_text,
    differences,
    rehearse,
    reviewable,
    stack_problems,
    synth,
    violations,
)

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-acrwatch/providers"
RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def watch(scope: Construct, *, images_limit: int = 40) -> RegistryWatch:
    """What is tested; in your project, what you deploy."""
    return RegistryWatch(
        scope,
        "watch",
        registries={"contosoprod": f"{PROVIDERS}/Microsoft.ContainerRegistry/registries/contosoprod"},
        workspace=f"{PROVIDERS}/Microsoft.OperationalInsights/workspaces/log-security",
        resource_group_name="rg-acrwatch",
        location="westeurope",
        receivers=[Email(name="team", email_address="security@example.com")],
        detections={"excessive_images_pulled": DetectionSettings(parameters={"images_limit": images_limit})},
    )


def pulls(images: int) -> list[Event]:
    """One identity pulls that many images, and the rows come five minutes later."""
    return [
        Event(
            table="ContainerRegistryRepositoryEvents",
            row={
                "TimeGenerated": NOON,
                "OperationName": "Pull",
                "ResultDescription": "200",
                "Repository": f"team/service-{image}",
                "Digest": f"sha256:{image}",
                "Identity": "ci@example.com",
                "LoginServer": "contosoprod.azurecr.io",
            },
            time=NOON,
            arrived=NOON + timedelta(minutes=5),
        )
        for image in range(images)
    ]


def test_the_stack_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """One file, with queries as they are, and without secrets."""
    assert synth(watch) == acrwatch_snapshot


def test_one_rule_is_as_it_was(snapshot: SnapshotAssertion) -> None:
    """A part of a stack goes as well; this is what the fixture does."""
    (rule,) = (body for body in synth(watch)["resource"][RULE].values() if body["name"].endswith("images_pulled"))

    assert rule == snapshot(extension_class=StackSnapshot)


def test_providers_and_azure_take_it(acrwatch_assert_valid: Callable[..., None]) -> None:
    """All that is wrong comes at once."""
    acrwatch_assert_valid(watch)
    assert_valid(watch, azurerm=VERSIONS[-1:], azapi=AZAPI_VERSIONS)
    assert stack_problems(watch) == violations(synth(watch), VERSIONS[-1]) == []


@pytest.mark.parametrize("core", ["cdktf", "cdktn"])
def test_the_core_makes_no_difference(
    core: str, acrwatch_synth: Callable[..., dict[str, Any]], acrwatch_assert_same: Callable[..., None]
) -> None:
    """Where both are installed."""
    pytest.importorskip(core)

    acrwatch_assert_same(acrwatch_synth(watch, core=core), watch)


def test_a_change_is_named() -> None:
    """By resource and attribute; a stack has hundreds of lines."""
    assert_same(watch, lambda scope: watch(scope, images_limit=40))
    changes: list[Difference] = differences(lambda scope: watch(scope, images_limit=50), watch)

    assert {change.attribute for change in changes} == {"criteria[0].query", "criteria[0].threshold"}
    assert "images_limit = (identity: string) { 50 }" in block_text(
        reviewable(synth(lambda s: watch(s, images_limit=50)))
    )


@pytest.mark.parametrize(("images", "alerts"), [(39, 0), (40, 1)])
def test_forty_images_are_an_alert(images: int, alerts: int, acrwatch_rehearse: Callable[..., Rehearsal]) -> None:
    """Played as Azure would play it, row by row as they arrive."""
    found = acrwatch_rehearse(watch, pulls(images))

    assert found.complete
    assert len(found.alerts) == alerts
    assert found == rehearse(watch, pulls(images))
