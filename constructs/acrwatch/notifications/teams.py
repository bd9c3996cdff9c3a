"""Microsoft Teams, through a webhook of the Workflows app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.definition import definition
from acrwatch.notifications.wdl import call
from acrwatch.notifications.workflow_receiver import SecretForm, WorkflowReceiver
from acrwatch.record import dataclass

CONNECTOR = "webhook.office.com"
NEW_WEBHOOK = (
    "Office 365 connectors (webhook.office.com) are retired; in Teams, add the workflow "
    '"Post to a channel when a webhook request is received" to the channel and take its URL'
)


@dataclass(frozen=True, kw_only=True)
class Teams(WorkflowReceiver):
    """An Adaptive Card in a Teams channel, by its workflow "Post to a channel when a webhook request is received".

    A Logic App makes the card (`teams_card`). The workflow accepts it at once, so whether Teams shows it is only to be
    seen in the workflow's own runs.

    Args:
        webhook_url: URL of the workflow's trigger, of `logic.azure.com` or `api.powerplatform.com`; a reference, since
            whoever knows it can post.
    """

    webhook_url: str
    type: Literal["teams"] = "teams"

    DEFINITION_VALIDATED: ClassVar[bool] = True
    SECRETS: ClassVar[tuple[str, ...]] = ("webhook_url",)
    FORMS: ClassVar[Mapping[str, SecretForm]] = MappingProxyType(
        {
            "webhook_url": SecretForm(
                pattern="^https://[^/?#]+/.",
                says=f"It has to be the URL of a workflow in Teams. {NEW_WEBHOOK}.",
                unwanted="^https://[^/?#]*[.]office[.]com[/:]",
            )
        }
    )

    def message_problems(self) -> Iterator[Problem]:
        """A literal that is the URL of a retired connector."""
        # A token object is a reference too.
        if CONNECTOR in str(self.webhook_url).lower():
            yield Problem(path=("webhook_url",), message=NEW_WEBHOOK)

    def definition(self) -> dict[str, Any]:
        """The workflow that posts the card."""
        from acrwatch.notifications.teams_card import teams_steps

        return definition(teams_steps(call("parameters", "webhook_url")), ["webhook_url"])
