"""What a workflow sends its messages to, told by its own Http actions, whoever wrote them.

The address of Slack or Teams is a secret that no file has, so these two are known by the form of the message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

_CARD = "application/vnd.microsoft.card.adaptive"
_PAGERDUTY = ("events.pagerduty.com", "events.eu.pagerduty.com")


class MessageTarget(StrEnum):
    """What takes a message, as people call it."""

    SLACK = "Slack"
    TEAMS = "Teams"
    PAGERDUTY = "PagerDuty"
    JSON = "JSON webhook"


def message_target(definition: Mapping[str, Any]) -> MessageTarget | None:
    """What a workflow sends its messages to; None where it sends none that is known here.

    Args:
        definition: the workflow.
    """
    for inputs in http_inputs(definition):
        body = inputs.get("body")
        attachments = body.get("attachments") if isinstance(body, Mapping) else None
        parts = [one for one in attachments if isinstance(one, Mapping)] if isinstance(attachments, list) else []
        if any(one.get("contentType") == _CARD for one in parts):
            return MessageTarget.TEAMS
        if isinstance(body, Mapping) and ("blocks" in body or any("blocks" in one for one in parts)):
            return MessageTarget.SLACK
        if _host(inputs.get("uri")) in _PAGERDUTY and str(inputs["uri"]).endswith("/v2/enqueue"):
            return MessageTarget.PAGERDUTY
        return MessageTarget.JSON
    return None


def http_inputs(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the Http actions of a workflow are given, at any depth.

    Args:
        definition: the workflow.
    """
    actions = definition.get("actions")
    for action in actions.values() if isinstance(actions, Mapping) else ():
        if not isinstance(action, Mapping):
            continue
        inputs = action.get("inputs")
        if action.get("type") == "Http" and isinstance(inputs, Mapping):
            yield inputs
        yield from http_inputs(action)
        branch = action.get("else")
        if isinstance(branch, Mapping):
            yield from http_inputs(branch)


def _host(uri: object) -> str | None:
    try:
        return urlsplit(uri).hostname if isinstance(uri, str) else None
    except ValueError:
        return None
