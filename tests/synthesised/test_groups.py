"""Action groups are read with their receivers, and a Logic App receiver with the workflow it calls."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.synthesised.stacks import GROUP, PEOPLE, content, stack

CANARY = "canary-in-a-secret"
DEFINITION: dict[str, Any] = {
    "triggers": {"manual": {"type": "Request"}},
    "actions": {
        "send": {"type": "Http", "inputs": {"uri": "@parameters('url')", "body": "@{triggerBody()?['x']} $${y}"}}
    },
}
READ = json.loads(json.dumps(DEFINITION).replace("$${", "${"))
WORKFLOW: dict[str, Any] = {
    "type": "Microsoft.Logic/workflows@2019-05-01",
    "name": "slack",
    "parent_id": "${azurerm_resource_group.rg.id}",
    "body": {"properties": {"state": "Enabled", "definition": DEFINITION}},
    "sensitive_body": {"properties": {"parameters": {"url": {"value": CANARY}}}},
}
CALL = {
    "type": "Microsoft.Logic/workflows/triggers@2019-05-01",
    "resource_id": "${azapi_resource.slack.id}/triggers/manual",
    "action": "listCallbackUrl",
}
RECEIVER = {
    "name": "slack",
    "resource_id": "${azapi_resource.slack.id}",
    "callback_url": "${azapi_resource_action.slack_url.sensitive_output.url}",
    "use_common_alert_schema": True,
}


def group_with(folder: Path, receiver: dict[str, Any], **resources: Any) -> Any:
    groups = {"people": PEOPLE | {"logic_app_receiver": [receiver]}}
    return stack(folder, content(**{GROUP: groups}, **resources)).groups[0]


def test_a_receiver_leads_to_the_workflow_it_calls(tmp_path: Path) -> None:
    """Through the action that reads the callback URL, to the definition as Azure gets it."""
    receiver = RECEIVER | {"resource_id": "/subscriptions/x/somewhere/else"}
    group = group_with(
        tmp_path, receiver, azapi_resource={"slack": WORKFLOW}, azapi_resource_action={"slack_url": CALL}
    )

    workflow = group.receivers[1].workflow

    assert (workflow.address, workflow.name) == ("azapi_resource.slack", "slack")
    assert workflow.definition == READ
    assert workflow.unresolved == ()


def test_a_receiver_leads_to_its_workflow_by_the_resource_id_as_well(tmp_path: Path) -> None:
    """Where the URL comes from elsewhere."""
    group = group_with(tmp_path, RECEIVER | {"callback_url": "${var.url}"}, azapi_resource={"slack": WORKFLOW})

    assert group.receivers[1].workflow.address == "azapi_resource.slack"


def test_a_receiver_says_what_its_workflow_sends_to(tmp_path: Path) -> None:
    """Its own reference where the workflow is none of the file; never the secret."""
    found = group_with(tmp_path, RECEIVER, azapi_resource={"slack": WORKFLOW}).receivers[1]
    elsewhere = group_with(tmp_path, RECEIVER).receivers[1]

    assert found.goes_to == "JSON webhook through the Logic App slack"
    assert "azapi_resource.slack" in elsewhere.goes_to
    assert CANARY not in repr(found)


def test_a_definition_as_json_text_is_read(tmp_path: Path) -> None:
    """Older azapi took the body as text."""
    body = WORKFLOW | {"body": json.dumps(WORKFLOW["body"])}

    group = group_with(tmp_path, RECEIVER, azapi_resource={"slack": body})

    assert group.receivers[1].workflow.definition == READ


def test_a_workflow_of_others_is_none_of_the_file(tmp_path: Path) -> None:
    """Its definition is not here, and an azapi resource of another type is no workflow."""
    other = WORKFLOW | {"type": "Microsoft.Web/sites@2023-01-01"}

    assert group_with(tmp_path, RECEIVER).receivers[1].workflow is None
    assert group_with(tmp_path, RECEIVER, azapi_resource={"slack": other}).receivers[1].workflow is None


def test_what_is_unknown_in_a_definition_is_named_with_its_place(tmp_path: Path) -> None:
    """So that nobody evaluates a message that is not the deployed one."""
    body = {"properties": {"definition": {"actions": {"a": {"inputs": "${var.x}"}}}}}

    workflow = group_with(tmp_path, RECEIVER, azapi_resource={"slack": WORKFLOW | {"body": body}}).receivers[1].workflow

    assert workflow.definition == {"actions": {"a": {"inputs": "${var.x}"}}}
    assert [one.member for one in workflow.unresolved] == ["body.properties.definition.actions.a.inputs"]


@pytest.mark.parametrize("body", [None, "not JSON", {}, {"properties": []}, "${var.body}"], ids=repr)
def test_a_workflow_without_a_definition_says_so(tmp_path: Path, body: Any) -> None:
    """It is never an empty one that is fine."""
    workflow = group_with(tmp_path, RECEIVER, azapi_resource={"slack": WORKFLOW | {"body": body}}).receivers[1].workflow

    assert workflow.definition == {}
    assert [one.member for one in workflow.unresolved] == ["body"]


def test_no_secret_of_a_workflow_is_read(tmp_path: Path) -> None:
    """The sensitive body may hold a literal in a stack of others."""
    groups = {"people": PEOPLE | {"logic_app_receiver": [RECEIVER]}}
    whole = content(**{GROUP: groups}, azapi_resource={"slack": WORKFLOW}, azapi_resource_action={"slack_url": CALL})

    assert CANARY not in repr(stack(tmp_path, whole))


def test_the_common_schema_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    """As azurerm has it; some receivers have no such choice."""
    body = PEOPLE | {"sms_receiver": [{"name": "text", "phone_number": "1"}], "webhook_receiver": {"name": "w"}}

    (group,) = stack(tmp_path, content(**{GROUP: {"people": body}})).groups

    assert {one.kind: one.use_common_alert_schema for one in group.receivers} == {
        "email": False,
        "sms": None,
        "webhook": False,
    }


def test_receivers_that_cannot_be_known_are_named(tmp_path: Path) -> None:
    """A group is not without receivers because they are made by a dynamic block."""
    body = PEOPLE | {"dynamic": {"webhook_receiver": {"for_each": "${var.hooks}", "content": {}}}}

    (group,) = stack(tmp_path, content(**{GROUP: {"people": body}})).groups

    assert [one.member for one in group.unresolved] == ["webhook_receiver"]
