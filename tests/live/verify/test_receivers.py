"""Receivers of every kind, and the Logic App behind one: untouched nothing is found, changed each is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from acrwatch.live.verify import Kind, State, verify
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from tests.live.rows import Rows
from tests.synthesised.stacks import GROUP, PEOPLE, SUBSCRIPTION, content
from tests.synthesised.stacks import stack as read
from tests.synthesised.test_groups import CALL, CANARY, RECEIVER, WORKFLOW

ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers"
ACCOUNT = f"{ID}/Microsoft.Automation/automationAccounts/runs"
SCHEMA = {"use_common_alert_schema": True}
KINDS: dict[str, dict[str, Any]] = {
    "arm_role_receiver": {"role_id": SUBSCRIPTION, **SCHEMA},
    "automation_runbook_receiver": {
        "automation_account_id": ACCOUNT,
        "runbook_name": "mend",
        "webhook_resource_id": f"{ACCOUNT}/webhooks/mend",
        "is_global_runbook": False,
        "service_uri": "${var.mend_service_uri}",
        **SCHEMA,
    },
    "azure_app_push_receiver": {"email_address": "push@example.com"},
    "azure_function_receiver": {
        "function_app_resource_id": f"{ID}/Microsoft.Web/sites/app",
        "function_name": "tell",
        "http_trigger_url": "${var.tell_http_trigger_url}",
        **SCHEMA,
    },
    "email_receiver": {"email_address": "mail@example.com", **SCHEMA},
    "event_hub_receiver": {
        "event_hub_name": "alerts",
        "event_hub_namespace": "hubs",
        "subscription_id": SUBSCRIPTION,
        **SCHEMA,
    },
    "itsm_receiver": {
        "workspace_id": f"{SUBSCRIPTION}|{SUBSCRIPTION}",
        "connection_id": SUBSCRIPTION,
        "ticket_configuration": "{}",
        "region": "westeurope",
    },
    "logic_app_receiver": {key: value for key, value in RECEIVER.items() if key != "name"},
    "sms_receiver": {"country_code": "49", "phone_number": "15112345678"},
    "voice_receiver": {"country_code": "1", "phone_number": "5550100"},
    "webhook_receiver": {
        "service_uri": "${var.hook_service_uri}",
        "aad_auth": {"object_id": SUBSCRIPTION, "identifier_uri": "api://x"},
        **SCHEMA,
    },
}
CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "armRoleReceivers": lambda one: one.update(roleId="another"),
    "automationRunbookReceivers": lambda one: one.update(runbookName="another"),
    "azureAppPushReceivers": lambda one: one.update(emailAddress="mallory@example.com"),
    "azureFunctionReceivers": lambda one: one.update(functionName="another"),
    "emailReceivers": lambda one: one.update(emailAddress="mallory@example.com"),
    "eventHubReceivers": lambda one: one.update(eventHubName="another"),
    "itsmReceivers": lambda one: one.update(connectionId="another"),
    "logicAppReceivers": lambda one: one.update(callbackUrl=""),
    "smsReceivers": lambda one: one.update(status="Disabled"),
    "voiceReceivers": lambda one: one.update(phoneNumber="5550199"),
    "webhookReceivers": lambda one: one.update(useAadAuth=False),
}
PEOPLE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.Insights/actionGroups/people"
WORKFLOW_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.Logic/workflows/slack"


@pytest.fixture
def deployed(empty: AzureStandIn, tmp_path: Path) -> SynthesisedStack:
    """A group with a receiver of every kind, deployed in the stand-in."""
    receivers = {block: [{"name": f"the {block}", **members}] for block, members in KINDS.items()}
    whole = content(
        **{GROUP: {"people": PEOPLE | receivers}},
        azapi_resource={"slack": WORKFLOW},
        azapi_resource_action={"slack_url": CALL},
    )
    variables = ("mend_service_uri", "tell_http_trigger_url", "hook_service_uri")
    stack = read(tmp_path, whole | {"variable": {name: {"type": "string"} for name in variables}})
    apply_stack(empty, stack, dict.fromkeys(variables, f"https://example.com/{CANARY}"))
    return stack


def test_receivers_of_every_kind_are_equal_where_nobody_touched_them(
    empty: AzureStandIn, deployed: SynthesisedStack
) -> None:
    """What the file does not hold is said to be not compared."""
    found = verify(deployed, empty.azure(), Rows(), environment={})

    assert [item for item in found.items if item.state is not State.EQUAL and item.kind is not Kind.ROWS] == []
    (group,) = [item for item in found.items if item.kind is Kind.GROUP]
    assert [one.split(":")[0] for one in group.not_compared] == [
        "automationRunbookReceivers/the automation_runbook_receiver/serviceUri",
        "azureFunctionReceivers/the azure_function_receiver/httpTriggerUrl",
        "logicAppReceivers/the logic_app_receiver/callbackUrl",
        "webhookReceivers/the webhook_receiver/serviceUri",
    ]


@pytest.mark.parametrize("kind", CHANGES)
def test_a_receiver_of_any_kind_that_was_changed_is_found(
    empty: AzureStandIn, deployed: SynthesisedStack, kind: str
) -> None:
    body = empty.resources.get(PEOPLE_ID)
    assert body is not None
    CHANGES[kind](body["properties"][kind][0])
    empty.resources.put(PEOPLE_ID, body)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    (item,) = [item for item in found.items if item.state is State.DIFFERS]
    assert item.name == "people"
    assert [one.path.split("/")[0] for one in item.differences] == [kind]
    assert CANARY not in repr(found)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_receiver_of_any_kind_that_is_gone_is_found(
    empty: AzureStandIn, deployed: SynthesisedStack, kind: str
) -> None:
    empty.resources.change(PEOPLE_ID, "properties", kind, to=[])

    found = verify(deployed, empty.azure(), Rows(), environment={})

    (item,) = [item for item in found.items if item.state is State.DIFFERS]
    assert [(one.expected, one.found) for one in item.differences] == [("a receiver", "nothing")]


@pytest.mark.parametrize(
    ("path", "to", "says"),
    [
        (("state",), "Disabled", "state"),
        (("definition", "actions"), {}, "definition/actions"),
        (("definition", "triggers"), {}, "definition/triggers"),
        (("definition", "actions", "send", "type"), "Terminate", "definition/actions/send"),
    ],
)
def test_a_logic_app_that_was_changed_is_found(
    empty: AzureStandIn, deployed: SynthesisedStack, path: tuple[str, ...], to: Any, says: str
) -> None:
    empty.resources.change(WORKFLOW_ID, "properties", *path, to=to)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    (item,) = [item for item in found.items if item.state is State.DIFFERS]
    assert (item.kind, [one.path for one in item.differences]) == (Kind.WORKFLOW, [says])


def test_a_logic_app_that_is_gone_is_missing(empty: AzureStandIn, deployed: SynthesisedStack) -> None:
    empty.resources.delete(WORKFLOW_ID)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    assert [item.kind for item in found.items if item.state is State.MISSING] == [Kind.WORKFLOW]
