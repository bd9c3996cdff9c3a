"""A phone call."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.notifications.phone import PhoneReceiver
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Voice(PhoneReceiver):
    """A phone call, at most one in five minutes (azure-monitor-limits-action-groups).

    Args:
        country_code: digits without +, such as `49`.
        phone_number: digits without the country code.
    """

    type: Literal["voice"] = "voice"

    BLOCK: ClassVar[str] = "voice_receiver"

    def block(self) -> Block:
        """azurerm's `voice_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupVoiceReceiver

        return MonitorActionGroupVoiceReceiver(
            name=self.name, country_code=self.country_code, phone_number=self.phone_number
        )
