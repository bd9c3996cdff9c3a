"""What the Logic App of a stack makes of a notification is told, or why it cannot be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from acrwatch.rehearsal.message import PLACEHOLDER, PLACEHOLDER_URL, message_of
from acrwatch.synthesised import MessageTarget, Unresolved, Workflow
from acrwatch.synthesised.message_target import message_target
from acrwatch.workflow.bodies import adaptive_card, block_kit, events_v2
from tests.notifications.sending import PAGERDUTY, SLACK, TEAMS, json_webhook, own
from tests.rehearsal import notified

PROBLEMS = {"slack": block_kit.problems, "teams": adaptive_card.problems, "pagerduty": events_v2.problems}


def workflow(definition: dict[str, Any]) -> Workflow:
    return Workflow(address="azapi_resource.x", azure_id=None, name="lapp", definition=definition, unresolved=())


def changed(**actions: Any) -> Workflow:
    """Slack's, with some of its actions changed."""
    definition = SLACK.definition()
    for name, inputs in actions.items():
        definition["actions"][name]["inputs"] = inputs
    return workflow(definition)


@pytest.mark.parametrize(
    ("definition", "target"),
    [
        (SLACK.definition(), MessageTarget.SLACK),
        (TEAMS.definition(), MessageTarget.TEAMS),
        (PAGERDUTY.definition(), MessageTarget.PAGERDUTY),
        (json_webhook({"text": "{title}"}).definition(), MessageTarget.JSON),
        ({"actions": {"if": {"type": "If", "actions": {}, "else": SLACK.definition()}}}, MessageTarget.SLACK),
        ({"actions": {"post": {"type": "Http", "inputs": {"uri": "https://[", "body": "x"}}}}, MessageTarget.JSON),
        ({"actions": {"post": {"type": "ApiConnection", "inputs": {}}}}, None),
        ({"actions": "none"}, None),
        ({}, None),
    ],
)
def test_the_target_is_known_by_what_is_sent(definition: dict[str, Any], target: MessageTarget | None) -> None:
    assert message_target(definition) is target


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_alert_becomes_a_message_that_its_target_takes(name: str) -> None:
    """Of all five detections, fired and resolved, one with hostile texts; exactly one request each."""
    notifications = notified.told(name)
    found = notified.receiver(name).workflow
    assert found is not None

    messages = [message_of(found, sent.payload) for sent in notifications]

    assert {sent.route.alert.rule.detection for sent in notifications} == {
        rule.detection for rule in notified.stack().rules
    }
    assert [(one.failure, one.unknown, len(one.sent)) for one in messages] == [(None, None, 1)] * len(notifications)
    assert [PROBLEMS[name](one.sent[0].request().json()) for one in messages] == [[]] * len(notifications)


def test_resolutions_of_bursts_are_told_and_no_others() -> None:
    resolved = [sent for sent in notified.told("slack") if sent.route.alert.condition == "Resolved"]

    assert {sent.route.alert.rule.kind for sent in resolved} == {"volume"}
    assert len(resolved) == 2


def test_secrets_are_placeholders() -> None:
    """None is known offline; an address is given where the caller has one."""
    (event,) = message_of(workflow(PAGERDUTY.definition()), own()).sent
    (hook,) = message_of(
        workflow(json_webhook({"text": "x"}, authorization="${var.a}").definition()), own(), "http://127.0.0.1/"
    ).sent
    (slack,) = message_of(workflow(SLACK.definition()), own()).sent

    assert event.request().json()["routing_key"] == PLACEHOLDER
    assert (hook.request().uri, hook.request().headers["Authorization"]) == ("http://127.0.0.1/", PLACEHOLDER)
    assert slack.request().uri == PLACEHOLDER_URL


def test_a_workflow_that_does_not_run_sends_nothing() -> None:
    resolved = own(properties={"acrwatch_kind": "event"}, essentials={"monitorCondition": "Resolved"})

    message = message_of(workflow(SLACK.definition()), resolved)

    assert (message.sent, message.failure, message.unknown) == ((), None, None)


def test_a_message_that_cannot_be_built_is_a_failure() -> None:
    """An expression that has no value for this payload."""
    message = message_of(changed(Slack="@length(triggerBody()?['absent'])"), own())

    assert message.failure is not None
    assert message.failure.startswith("the message for Slack cannot be built: ")
    assert "\n" not in message.failure


def test_a_message_that_its_target_would_refuse_is_a_failure() -> None:
    definition = SLACK.definition()
    definition["actions"]["Send"]["inputs"]["body"]["text"] = ""

    message = message_of(workflow(definition), own())

    assert message.failure == "Slack would refuse the message: text: the text is empty"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            replace(
                workflow(SLACK.definition()),
                unresolved=(Unresolved(member="body", written="${x}", reason="it comes from a data source"),),
            ),
            "it comes from a data source",
        ),
        (
            workflow(
                {**SLACK.definition(), "parameters": {"webhook_url": {"type": "SecureString"}, "n": {"type": "Int"}}}
            ),
            "has the parameter n, whose value is not known here",
        ),
        (
            workflow({**SLACK.definition(), "actions": {"x": {"type": "ApiConnection", "inputs": {}, "runAfter": {}}}}),
            "cannot be carried out here",
        ),
    ],
)
def test_a_workflow_that_is_not_known_in_full_is_unknown(broken: Workflow, said: str) -> None:
    """Never a failure, and never fine."""
    message = message_of(broken, own())

    assert (message.sent, message.failure) == ((), None)
    assert said in str(message.unknown)


def test_a_template_of_ones_own_is_filled_in() -> None:
    (fired,) = [sent for sent in notified.told("hook") if "team/api" in json.dumps(sent.payload)][:1]
    found = notified.receiver("hook").workflow
    assert found is not None

    (sent,) = message_of(found, fired.payload).sent

    assert sent.request().json() == {
        "text": "Sev2 Images Within a Repository Deleted: ci@example.com",
        "value": 1.0,
        "state": "fired",
    }
