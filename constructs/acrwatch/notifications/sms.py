"""A text message."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.notifications.phone import PhoneReceiver
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Sms(PhoneReceiver):
    """A text message, at most one in five minutes (azure-monitor-limits-action-groups).

    Args:
        country_code: digits without +, such as `49`.
        phone_number: digits without the country code.
    """

    type: Literal["sms"] = "sms"

    BLOCK: ClassVar[str] = "sms_receiver"

    def block(self) -> Block:
        """azurerm's `sms_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupSmsReceiver

        return MonitorActionGroupSmsReceiver(
            name=self.name, country_code=self.country_code, phone_number=self.phone_number
        )
