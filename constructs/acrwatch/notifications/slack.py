"""Slack, through an incoming webhook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.definition import definition
from acrwatch.notifications.wdl import call
from acrwatch.notifications.workflow_receiver import SecretForm, WorkflowReceiver
from acrwatch.record import dataclass


@dataclass(frozen=True, kw_only=True)
class Slack(WorkflowReceiver):
    """A message in a Slack channel: what happened, who did it, what to do first, and buttons that lead on.

    Azure posts a body that Slack refuses, so a Logic App stands between them (`slack_message`).

    Args:
        webhook_url: URL of an incoming webhook, `https://hooks.slack.com/services/...`; a reference, since whoever
            knows it can post.
    """

    webhook_url: str
    type: Literal["slack"] = "slack"

    DEFINITION_VALIDATED: ClassVar[bool] = True
    SECRETS: ClassVar[tuple[str, ...]] = ("webhook_url",)
    FORMS: ClassVar[Mapping[str, SecretForm]] = MappingProxyType(
        {
            "webhook_url": SecretForm(
                pattern="^https://hooks[.]slack(-gov)?[.]com/services/",
                says="It has to be the URL of an incoming webhook, which begins with https://hooks.slack.com/services/.",
            )
        }
    )

    def message_problems(self) -> Iterator[Problem]:
        """Nothing beyond the secret."""
        yield from ()

    def definition(self) -> dict[str, Any]:
        """The workflow that posts the message."""
        from acrwatch.notifications.slack_message import slack_steps

        return definition(slack_steps(call("parameters", "webhook_url")), ["webhook_url"])
