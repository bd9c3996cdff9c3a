"""PagerDuty through its own Azure integration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass
from acrwatch.references import is_resolvable

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class PagerDuty(DirectReceiver):
    """An incident in the service whose integration of the type "Microsoft Azure" has the key.

    How PagerDuty maps Azure's severities is not public; the incident's urgency is the service's.

    Args:
        integration_key: key of the integration; a reference, since whoever knows it can page.
    """

    integration_key: str
    type: Literal["pagerduty"] = "pagerduty"

    BLOCK: ClassVar[str] = "webhook_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("integration_key",)

    def field_problems(self) -> Iterator[Problem]:
        """Nothing beyond the secret."""
        yield from ()

    def block(self) -> Block:
        """azurerm's `webhook_receiver`, with PagerDuty's address around the key."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupWebhookReceiver

        # A token object, such as a variable's `value`, has another form inside a string.
        key = self.integration_key.to_string() if is_resolvable(self.integration_key) else self.integration_key
        return MonitorActionGroupWebhookReceiver(
            name=self.name,
            service_uri=f"https://events.pagerduty.com/integration/{key}/enqueue",
            use_common_alert_schema=True,
        )
