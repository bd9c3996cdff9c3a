"""The definition of the workflow that turns an alert into a message: steps one after the other, the last one sends.

What the steps make is up to each kind of message; `acrwatch.workflow` says what Logic Apps accept. Shapes and limits:
Azure Logic Apps, "Schema reference guide for trigger and action types"; what can be secured: "Secure access and data".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from acrwatch.notifications.wdl import Expression, call, member, value
from acrwatch.record import Record

TRIGGER = "manual"
"""Name of the trigger whose URL the action group calls."""

SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"

# Four hours of patience at the most, so that an outage of the target is survived and a run does not outlive the night.
_RETRIES = {
    "type": "exponential",
    "count": 12,
    "interval": "PT10S",
    "minimumInterval": "PT10S",
    "maximumInterval": "PT30M",
}

BODY = call("triggerBody")
ESSENTIALS = member(BODY, "data", "essentials")
CONTEXT = member(BODY, "data", "alertContext")
CONDITIONS = member(CONTEXT, "condition", "allOf")


class Step(Record):
    """One action of the workflow.

    Args:
        name: its name in the workflow.
        body: its type, and what it is given.
        secured: what of it Azure hides in the history of runs, as far as the type allows it.
    """

    name: str
    body: Mapping[str, Any]
    secured: tuple[str, ...] = ("inputs", "outputs")


def compose(name: str, inputs: object) -> Step:
    """A value that is made of expressions; securing its inputs hides its output too."""
    return Step(name=name, body={"type": "Compose", "inputs": inputs}, secured=("inputs",))


def select(name: str, source: Expression, each: object) -> Step:
    """An array with something made of each item of another one."""
    return Step(name=name, body={"type": "Select", "inputs": {"from": value(source), "select": each}})


def query(name: str, source: Expression, where: Expression) -> Step:
    """The items of an array for which something is true."""
    return Step(name=name, body={"type": "Query", "inputs": {"from": value(source), "where": value(where)}})


def post(uri: str, body: object, headers: Mapping[str, str] | None = None) -> Step:
    """The request that sends the message, with retries while the target is busy or away.

    Args:
        uri: where to.
        body: what is sent as JSON.
        headers: headers of the request beside the content type. Default: none.
    """
    inputs = {
        "method": "POST",
        "uri": uri,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": body,
        "retryPolicy": _RETRIES,
    }
    # A target that answers 202 would be polled, and each request would say which workflow it comes from.
    options = "DisableAsyncPattern, SuppressWorkflowHeaders"
    return Step(name="Send", body={"type": "Http", "inputs": inputs, "operationOptions": options})


def definition(steps: Sequence[Step], secrets: Sequence[str], *, send_resolved: bool = True) -> dict[str, Any]:
    """The definition of a workflow.

    Args:
        steps: what it does, in this order.
        secrets: names of its parameters, all of them secret.
        send_resolved: whether it runs for an alert that is resolved. Default: true. That of an event rule is
            never sent: Azure resolves it when the event leaves the look-back.
    """
    actions: dict[str, Any] = {}
    before = None
    for step in steps:
        actions[step.name] = {
            **step.body,
            "runAfter": {} if before is None else {before: ["Succeeded"]},
            "runtimeConfiguration": {"secureData": {"properties": list(step.secured)}},
        }
        before = step.name
    content: dict[str, Any] = {
        "$schema": SCHEMA,
        "parameters": {name: {"type": "SecureString"} for name in secrets},
        "triggers": {
            TRIGGER: {
                "type": "Request",
                "kind": "Http",
                "inputs": {"schema": {}},
                "conditions": [{"expression": value(_worth_sending(send_resolved=send_resolved))}],
                "runtimeConfiguration": {"secureData": {"properties": ["inputs", "outputs"]}},
            }
        },
        "actions": actions,
        "outputs": {},
    }
    return {**content, "contentVersion": _version(content)}


def digest(content: object) -> str:
    """A short hash of a definition, which is another one after any change."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def own_property(name: str) -> Expression:
    """What the rule says of itself, from either place where Azure puts custom properties; empty if it says nothing."""
    placed = [call("string", call("coalesce", member(place, name), "")) for place in _PROPERTIES]
    return call("if", call("empty", placed[0]), placed[1], placed[0])


# Azure Monitor, "Common alert schema" and "Sample alert payloads": the page has the first, the samples the second.
_PROPERTIES = (member(BODY, "data", "customProperties"), member(CONTEXT, "properties"))


def _worth_sending(*, send_resolved: bool) -> Expression:
    resolved = call("equals", call("string", call("coalesce", member(ESSENTIALS, "monitorCondition"), "")), "Resolved")
    if not send_resolved:
        return call("not", resolved)
    return call("not", call("and", resolved, call("equals", own_property("acrwatch_kind"), "event")))


def _version(content: object) -> str:
    """A version that changes with the content, so that no change ever only takes something away.

    azapi sends no request for a body from which something is only gone (azapi from 2.5 on), which a definition
    without one of its steps would be.
    """
    number = int(digest(content)[:8], 16)
    return f"1.0.{number >> 16}.{number & 0xFFFF}"
