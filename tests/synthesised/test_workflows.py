"""The id of a Logic App follows from its parent, in whichever way that is written; else it is not known."""

from pathlib import Path

import pytest

from tests.synthesised.stacks import SUBSCRIPTION, content, plan, stack
from tests.synthesised.test_groups import WORKFLOW

PARENT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts"
ID = f"{PARENT}/providers/Microsoft.Logic/workflows/slack"
CUT = '${element(split("/", azurerm_log_analytics_workspace.logs.id), %d)}'


@pytest.mark.parametrize(
    "parent",
    [
        PARENT,
        "${azurerm_resource_group.rg.id}",
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/${{azurerm_resource_group.rg.name}}",
        f"/subscriptions/{CUT % 2}/resourceGroups/${{azurerm_resource_group.rg.name}}",
        f"/subscriptions/{CUT % 2}/resourceGroups/{CUT % 4}",
        "${data.azurerm_subscription.current.id}/resourceGroups/rg-alerts",
    ],
)
def test_the_id_of_a_workflow_follows_from_its_parent(tmp_path: Path, parent: str) -> None:
    whole = content(azapi_resource={"slack": WORKFLOW | {"parent_id": parent}})
    read = stack(tmp_path, whole | {"data": {"azurerm_subscription": {"current": {}}}})

    assert [one.azure_id for one in read.workflows] == [ID]
    assert read.identities.azure_id("azapi_resource.slack") == ID


@pytest.mark.parametrize(
    "parent",
    [
        "${var.resource_group_id}",
        "/subscriptions/${var.subscription}/resourceGroups/rg-alerts",
        f"/subscriptions/{CUT % 99}/resourceGroups/rg-alerts",
        '/subscriptions/${lower(element(split("/", azurerm_log_analytics_workspace.logs.id), 2))}/resourceGroups/rg',
        "${azurerm_resource_group.other.id}",
        "${azurerm_resource_group.rg.location}",
        None,
    ],
)
def test_an_id_is_never_guessed(tmp_path: Path, parent: str | None) -> None:
    whole = content(azapi_resource={"slack": WORKFLOW | {"parent_id": parent}})

    assert [one.azure_id for one in stack(tmp_path, whole).workflows] == [None]


def test_the_subscription_of_a_provider_without_one_is_given_later(tmp_path: Path) -> None:
    whole = content(azapi_resource={"slack": WORKFLOW}) | {"provider": {"azurerm": [{"features": {}}]}}
    read = stack(tmp_path, whole)

    assert [one.azure_id for one in read.workflows] == [None]
    assert [one.azure_id for one in read.in_subscription(SUBSCRIPTION).workflows] == [ID]


def test_a_plan_of_what_is_there_holds_the_id(tmp_path: Path) -> None:
    values = {key: WORKFLOW[key] for key in ("type", "name", "body")} | {"id": ID, "parent_id": PARENT}
    slack = {"address": "azapi_resource.slack", "mode": "managed", "type": "azapi_resource", "name": "slack"}
    whole = {"planned_values": {"root_module": {"resources": [slack | {"values": values}]}}, "configuration": {}}

    assert [one.azure_id for one in plan(tmp_path, whole).workflows] == [ID]
