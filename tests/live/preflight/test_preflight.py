"""What would make a deploy fail is told before, each with the way to mend it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import ExitCode, InputError
from acrwatch.live.preflight import Answer, Holds, Need, created_by, preflight
from acrwatch.live.preflight.permissions import allows
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from tests.live.conftest import embedded
from tests.live.rows import REGISTRIES, ZERO

SUBSCRIPTION = f"/subscriptions/{ZERO}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-acrwatch"
WORKSPACE = f"{SUBSCRIPTION}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security"
SETTING = f"{REGISTRIES}/contosoprod/providers/microsoft.insights/diagnosticSettings"
DECLARED = (
    "microsoft.insights/scheduledqueryrules",
    "microsoft.insights/actiongroups",
    "microsoft.alertsmanagement/actionrules",
    "microsoft.insights/diagnosticsettings",
    "microsoft.logic/workflows",
    "/subscriptions/resourcegroups",
)


@pytest.fixture
def ready(empty: AzureStandIn, stack: SynthesisedStack) -> AzureStandIn:
    """Azure as it is before the first deploy: workspace, registries, owner's rights, nothing of ours."""
    apply_stack(empty, stack)
    for type_ in DECLARED:
        for id_ in empty.resources.ids(type_):
            empty.resources.delete(id_)
    for scope in (f"{SUBSCRIPTION}/resourceGroups/rg-logs", f"{SUBSCRIPTION}/resourceGroups/rg-registries"):
        empty.resources.put(scope, {"location": "westeurope"})
    every_scope(empty, {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/write"]})
    return empty


def every_scope(azure: AzureStandIn, permission: dict[str, Any]) -> None:
    for scope in (SUBSCRIPTION, WORKSPACE, *(f"{REGISTRIES}/{name}" for name in ("contosoprod", "contosodev"))):
        azure.resources.put(f"{scope}/providers/Microsoft.Authorization/permissions/owner", permission)


def not_fine(azure: AzureStandIn, stack: SynthesisedStack, **options: Any) -> list[Answer]:
    found = preflight(stack, azure.azure(), **options)
    return [answer for answer in found.answers if answer.holds is not Holds.FINE]


def test_nothing_is_in_the_way_of_a_first_deploy(ready: AzureStandIn, stack: SynthesisedStack) -> None:
    """Everything was looked at, and nothing was changed."""
    found = preflight(stack, ready.azure())

    assert [answer for answer in found.answers if answer.holds is not Holds.FINE] == []
    assert found.exit_code is ExitCode.FINE
    assert {answer.need for answer in found.answers} == set(Need)
    assert {request.method for request in ready.record.requests} == {"GET"}


def test_a_region_that_terraform_looks_up_is_in_no_ones_way(tmp_path: Path, empty: AzureStandIn) -> None:
    """The workspace's is the right one, whatever it is; that the workspace is there is still asked."""
    stack = embedded(tmp_path)
    apply_stack(empty, stack)
    (workspace,) = empty.resources.ids("microsoft.operationalinsights/workspaces")
    empty.resources.change(workspace, "location", to="northeurope")

    def about_the_workspace() -> list[Holds]:
        return [answer.holds for answer in preflight(stack, empty.azure()).answers if answer.need is Need.WORKSPACE]

    assert about_the_workspace() == [Holds.FINE]
    empty.resources.delete(workspace)
    assert about_the_workspace() == [Holds.FAILS]


def setting(azure: AzureStandIn, name: str, *logs: dict[str, Any], workspace: str = WORKSPACE) -> None:
    sent = [{"enabled": True, **log} for log in logs]
    azure.resources.put(f"{SETTING}/{name}", {"properties": {"workspaceId": workspace, "logs": sent}})


def five_settings(azure: AzureStandIn) -> None:
    for n in range(5):
        setting(azure, f"s{n}", REPOSITORY, workspace=f"{WORKSPACE}{n}")


REPOSITORY = {"category": "ContainerRegistryRepositoryEvents"}
PLANTED: dict[str, tuple[Callable[[AzureStandIn], Any], Need, str, str]] = {
    "a rule of the name": (
        lambda azure: azure.resources.put(
            f"{GROUP}/providers/Microsoft.Insights/scheduledQueryRules/acrwatch-excessive_images_pulled", {}
        ),
        Need.FREE_NAME,
        "is there already",
        "terraform import 'azurerm_monitor_scheduled_query_rules_alert_v2.",
    ),
    "a group of the name": (
        lambda azure: azure.resources.put(f"{GROUP}/providers/Microsoft.Insights/actionGroups/acrwatch-security", {}),
        Need.FREE_NAME,
        "is there already",
        "terraform import 'azurerm_monitor_action_group.",
    ),
    "a Logic App of the name": (
        lambda azure: azure.resources.put(f"{GROUP}/providers/Microsoft.Logic/workflows/acrwatch-security-slack", {}),
        Need.FREE_NAME,
        "is there already",
        "terraform import 'azapi_resource.",
    ),
    "Logic Apps that are not registered": (
        lambda azure: azure.resources.change(
            f"{SUBSCRIPTION}/providers/Microsoft.Logic", "registrationState", to="NotRegistered"
        ),
        Need.PROVIDER,
        "it is NotRegistered",
        "az provider register --namespace Microsoft.Logic",
    ),
    "a setting of a policy": (
        lambda azure: setting(azure, "setByPolicy-LogAnalytics", {"categoryGroup": "audit"}),
        Need.DIAGNOSTICS,
        "setByPolicy-LogAnalytics sends the same logs to the same workspace, so Azure answers 409",
        "diagnostics: existing",
    ),
    "a setting with one of our categories": (
        lambda azure: setting(azure, "theirs", REPOSITORY, workspace=WORKSPACE.upper()),
        Need.DIAGNOSTICS,
        "409",
        "diagnostics: existing",
    ),
    "a setting of our name": (
        lambda azure: setting(azure, "ACRWATCH", REPOSITORY, workspace=WORKSPACE + "2"),
        Need.DIAGNOSTICS,
        "a setting of the name acrwatch is there already",
        "import it",
    ),
    "five settings": (
        lambda azure: five_settings(azure),
        Need.DIAGNOSTICS,
        "it has 5 settings, and 5 are what Azure takes",
        "delete one",
    ),
    "a provider that is not registered": (
        lambda azure: azure.resources.change(
            f"{SUBSCRIPTION}/providers/Microsoft.AlertsManagement", "registrationState", to="NotRegistered"
        ),
        Need.PROVIDER,
        "it is NotRegistered",
        "az provider register --namespace Microsoft.AlertsManagement",
    ),
    "no workspace": (
        lambda azure: azure.resources.delete(WORKSPACE),
        Need.WORKSPACE,
        "there is no such workspace",
        "make it",
    ),
    "a table on the Basic plan": (
        lambda azure: azure.resources.change(f"{WORKSPACE}/tables/AzureActivity", "properties", "plan", to="Basic"),
        Need.WORKSPACE,
        "the table AzureActivity is on the plan Basic",
        "--plan Analytics --name AzureActivity",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_would_fail_is_told_with_the_way_to_mend_it(
    ready: AzureStandIn, stack: SynthesisedStack, name: str
) -> None:
    """And nothing else is."""
    plant, need, says, way_out = PLANTED[name]
    plant(ready)

    (answer,) = not_fine(ready, stack)

    assert (answer.need, answer.holds) == (need, Holds.FAILS)
    assert says in answer.says
    assert way_out in answer.way_out


def test_settings_that_send_elsewhere_or_other_logs_are_in_nobodys_way(
    ready: AzureStandIn, stack: SynthesisedStack
) -> None:
    setting(ready, "elsewhere", {"categoryGroup": "allLogs"}, workspace=WORKSPACE + "2")
    setting(ready, "off", {**REPOSITORY, "enabled": False})
    setting(ready, "metrics")

    assert not_fine(ready, stack) == []


def test_rules_that_no_longer_fit_into_the_subscription_are_told(ready: AzureStandIn, stack: SynthesisedStack) -> None:
    """Rules that are off do not count, and neither do ours twice."""
    for n in range(5_000):
        id_ = f"{SUBSCRIPTION}/resourceGroups/rg-others/providers/Microsoft.Insights/scheduledQueryRules/r{n}"
        properties = {"enabled": n >= 4, "evaluationFrequency": "PT5M", "scopes": [f"{WORKSPACE}2"]}
        ready.resources.put(id_, {"properties": properties})
    ready.page_size = 1_000

    (answer,) = not_fine(ready, stack)

    assert answer.says == "5,002 enabled log alert rules after the deploy, of 5,000"


@pytest.mark.parametrize(
    ("permission", "missing"),
    [
        ({"actions": ["*/read"], "notActions": []}, 10),
        ({"actions": ["*"], "notActions": ["microsoft.insights/actionGroups/*"]}, 1),
        ({"actions": ["Microsoft.Insights/*", "Microsoft.AlertsManagement/*"], "notActions": []}, 4),
    ],
)
def test_a_permission_that_is_missing_is_told_with_a_role_that_has_it(
    ready: AzureStandIn, stack: SynthesisedStack, permission: dict[str, Any], missing: int
) -> None:
    every_scope(ready, permission)

    found = not_fine(ready, stack)

    assert {answer.need for answer in found} == {Need.PERMISSION}
    assert all(answer.way_out.startswith("ask for the role ") for answer in found)
    assert len(found) == missing


def test_the_url_of_a_logic_app_has_to_be_read_too(ready: AzureStandIn, stack: SynthesisedStack) -> None:
    """Without it the Logic App is made, and then the deploy ends before its action group."""
    every_scope(ready, {"actions": ["*"], "notActions": ["Microsoft.Logic/workflows/triggers/*"]})

    (answer,) = not_fine(ready, stack)

    assert answer.says == "Microsoft.Logic/workflows/triggers/listCallbackUrl/action is not allowed"
    assert "the role Logic App Contributor" in answer.way_out


def test_permissions_are_allowed_by_one_that_does_not_take_them_away() -> None:
    """As Azure joins role assignments: what one takes away, another may give."""
    action = "Microsoft.Insights/actionGroups/write"
    takes = {"actions": ["*"], "notActions": ["microsoft.insights/*"]}

    assert not allows([takes], action)
    assert allows([takes, {"actions": ["Microsoft.Insights/ActionGroups/*"], "notActions": []}], action)
    assert not allows([{"actions": ["Microsoft.Insights/actionGroups/write/x"]}], action)


def test_a_second_deploy_is_looked_at_through_its_plan(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """What Terraform's state holds is there and shall be; a plan tells it from what is made anew."""
    every_scope(azure, {"actions": ["*"], "notActions": []})

    assert {answer.need for answer in not_fine(azure, stack)} == {Need.FREE_NAME, Need.DIAGNOSTICS}
    assert not_fine(azure, stack, created=frozenset()) == []


def test_a_plan_tells_what_it_makes(tmp_path: Path) -> None:
    changes = [
        {"address": "a.new", "change": {"actions": ["create"]}},
        {"address": "a.replaced", "change": {"actions": ["delete", "create"]}},
        {"address": "a.same", "change": {"actions": ["no-op"]}},
        {"address": "a.odd"},
    ]
    (tmp_path / "plan.json").write_text(json.dumps({"resource_changes": changes}))

    assert created_by(tmp_path / "plan.json") == {"a.new", "a.replaced"}
    with pytest.raises(InputError, match="cannot be read"):
        created_by(tmp_path / "none.json")


def test_another_region_than_that_of_the_workspace_is_not_said_to_be_fine(
    ready: AzureStandIn, stack: SynthesisedStack
) -> None:
    """Azure does not document whether it takes such a rule."""
    ready.resources.change(WORKSPACE, "location", to="North Europe")

    (answer,) = not_fine(ready, stack)

    assert answer.holds is Holds.UNKNOWN
    assert answer.way_out.startswith("set location: North Europe")
