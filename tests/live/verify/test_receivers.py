"""Receivers of every kind, and the Logic App behind one: untouched nothing is found, changed each is."""

import re
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


def _redirected(azure: AzureStandIn, change: Callable[[str], str]) -> None:
    body = azure.resources.get(PEOPLE_ID)
    assert body is not None
    (receiver,) = body["properties"]["logicAppReceivers"]
    receiver["callbackUrl"] = change(receiver["callbackUrl"])
    azure.resources.put(PEOPLE_ID, body)


@pytest.mark.parametrize(
    "change",
    [
        lambda url: "https://mallory.example.com/" + url.partition("/workflows/")[2],
        lambda url: url.replace("https://", f"https://{CANARY}@mallory.example.com/"),
        lambda url: url.replace("https://", "http://"),
        lambda url: url.replace(":443/", ":8443/"),
        lambda url: url.replace(":443/", ":port/"),
        lambda url: re.sub("/workflows/[^/]+", "/workflows/another", url),
        lambda url: re.sub("/workflows/([^/]+)/", r"/workflows/\1/../another/", url),
    ],
    ids=["host", "user", "scheme", "port", "no port", "Logic App", "way round"],
)
def test_a_logic_app_receiver_that_leads_elsewhere_is_found(
    empty: AzureStandIn, deployed: SynthesisedStack, change: Callable[[str], str]
) -> None:
    """Name and resource id stay as they were, and all alerts go to somebody else."""
    _redirected(empty, change)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    (item,) = [item for item in found.items if item.state is State.DIFFERS]
    assert [(one.path, one.expected) for one in item.differences] == [
        ("logicAppReceivers/the logic_app_receiver/callbackUrl", "a URL of the Logic App slack")
    ]
    assert "mallory" not in repr(found)
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace(":443/", "/"),
        lambda url: re.sub("sig=.*", "sig=renewed", url),
        lambda url: url.upper()[:5] + url[5:],
    ],
    ids=["port left out", "key renewed", "casing"],
)
def test_another_form_of_the_same_address_is_equal(
    empty: AzureStandIn, deployed: SynthesisedStack, change: Callable[[str], str]
) -> None:
    """Which signature is the right one, Azure tells only those who may deploy."""
    _redirected(empty, change)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    assert [item for item in found.items if item.state is State.DIFFERS] == []
    (group,) = [item for item in found.items if item.kind is Kind.GROUP]
    assert (
        "logicAppReceivers/the logic_app_receiver/callbackUrl: Azure gives it its signature at the apply"
        in group.not_compared
    )


def test_a_logic_app_that_may_not_be_read_leaves_its_receiver_unknown(
    empty: AzureStandIn, deployed: SynthesisedStack
) -> None:
    empty.answer("GET", "*/workflows/*", status=403, code="AuthorizationFailed")

    found = verify(deployed, empty.azure(), Rows(), environment={})

    (group,) = [item for item in found.items if item.kind is Kind.GROUP]
    assert group.state is State.UNKNOWN
    assert "Microsoft.Logic/workflows/read" in group.unknown[0].way_out


def test_a_url_that_is_none_of_azure_may_lead_anywhere(empty: AzureStandIn, tmp_path: Path) -> None:
    """Such as that of a gateway before the Logic App."""
    receiver = RECEIVER | {"callback_url": "https://gateway.example.com/alerts"}
    groups = {GROUP: {"people": PEOPLE | {"logic_app_receiver": [receiver]}}}
    stack = read(tmp_path, content(**groups, azapi_resource={"slack": WORKFLOW}))
    apply_stack(empty, stack)

    found = verify(stack, empty.azure(), Rows(), environment={})

    assert [item for item in found.items if item.state is State.DIFFERS] == []


def test_a_logic_app_that_is_gone_is_missing(empty: AzureStandIn, deployed: SynthesisedStack) -> None:
    empty.resources.delete(WORKFLOW_ID)

    found = verify(deployed, empty.azure(), Rows(), environment={})

    assert [item.kind for item in found.items if item.state is State.MISSING] == [Kind.WORKFLOW]
