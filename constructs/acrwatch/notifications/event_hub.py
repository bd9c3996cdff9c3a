"""An event hub, the way into most SIEMs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem, shown
from acrwatch.ids import guid_problems
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass
from acrwatch.references import is_reference

if TYPE_CHECKING:
    from acrwatch.binding import Block


# Azure: resource-name-rules, Microsoft.EventHub.
_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class EventHub(DirectReceiver):
    """Sends the common alert schema to an event hub.

    Args:
        event_hub_namespace: name of the namespace.
        event_hub_name: name of the hub in it.
        subscription_id: its subscription. Default: the action group's.
        tenant_id: its tenant. Default: the action group's.
    """

    event_hub_namespace: str
    event_hub_name: str
    subscription_id: str | None = None
    tenant_id: str | None = None
    type: Literal["event_hub"] = "event_hub"

    BLOCK: ClassVar[str] = "event_hub_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the hub's names and ids."""
        yield from _name_problems(
            self.event_hub_namespace, _NAMESPACE, "6 to 50 letters, digits and -", "event_hub_namespace"
        )
        yield from _name_problems(self.event_hub_name, _NAME, "1 to 256 letters, digits, . _ and -", "event_hub_name")
        if self.subscription_id is not None:
            yield from guid_problems(self.subscription_id, "subscription_id")
        if self.tenant_id is not None:
            yield from guid_problems(self.tenant_id, "tenant_id")

    def block(self) -> Block:
        """azurerm's `event_hub_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupEventHubReceiver

        return MonitorActionGroupEventHubReceiver(
            name=self.name,
            event_hub_namespace=self.event_hub_namespace,
            event_hub_name=self.event_hub_name,
            subscription_id=self.subscription_id,
            tenant_id=self.tenant_id,
            use_common_alert_schema=True,
        )


def _name_problems(value: str, form: re.Pattern[str], allowed: str, member: str) -> Iterator[Problem]:
    if not is_reference(value) and form.fullmatch(value) is None:
        yield Problem(path=(member,), message=f"{shown(value)} cannot be such a name: {allowed}")
