"""PagerDuty through its Events API v2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.definition import definition
from acrwatch.notifications.wdl import call
from acrwatch.notifications.workflow_receiver import SecretForm, WorkflowReceiver
from acrwatch.record import dataclass


class ServiceRegion(StrEnum):
    """Where a PagerDuty account lives."""

    US = "us"
    EU = "eu"


# PagerDuty, "Events API v2 Overview"; the EU's as its clients have it.
_HOSTS = {ServiceRegion.US: "events.pagerduty.com", ServiceRegion.EU: "events.eu.pagerduty.com"}


@dataclass(frozen=True, kw_only=True)
class PagerDutyEvents(WorkflowReceiver):
    """An incident by PagerDuty's Events API v2, with severity, source and details.

    When a volume alert resolves, so does its incident; that of an event alert stays until a person closes it. The
    severities are ours: Sev0 is critical, Sev1 error, Sev2 warning, Sev3 and Sev4 info.

    Args:
        routing_key: key of an integration of the type "Events API V2", 32 characters; a reference, since whoever knows
            it can page.
        service_region: `us` or `eu`: where the account lives. Default: `us`.
    """

    routing_key: str
    service_region: ServiceRegion = ServiceRegion.US
    type: Literal["pagerduty_events"] = "pagerduty_events"

    DEFINITION_VALIDATED: ClassVar[bool] = True
    SECRETS: ClassVar[tuple[str, ...]] = ("routing_key",)
    FORMS: ClassVar[Mapping[str, SecretForm]] = MappingProxyType(
        {
            "routing_key": SecretForm(
                pattern="^[0-9A-Za-z]{32}$",
                says="It has to be the key of an integration of the type Events API V2, which has 32 characters.",
            )
        }
    )

    def message_problems(self) -> Iterator[Problem]:
        """Nothing beyond the secret."""
        yield from ()

    def definition(self) -> dict[str, Any]:
        """The workflow that sends the event."""
        from acrwatch.notifications.pagerduty_message import pagerduty_steps

        uri = f"https://{_HOSTS[self.service_region]}/v2/enqueue"
        return definition(pagerduty_steps(uri, call("parameters", "routing_key")), ["routing_key"])
