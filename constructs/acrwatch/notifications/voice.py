"""A phone call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.receiver import Receiver, phone_problems

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Voice(Receiver):
    """A call, at most one in five minutes (azure-monitor-limits-action-groups).

    Args:
        country_code: digits without +, such as `49`.
        phone_number: digits without the country code.
    """

    country_code: str
    phone_number: str
    type: Literal["voice"] = "voice"

    BLOCK: ClassVar[str] = "voice_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the number."""
        yield from phone_problems(self.country_code, self.phone_number)

    def block(self) -> Block:
        """azurerm's `voice_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupVoiceReceiver

        return MonitorActionGroupVoiceReceiver(
            name=self.name, country_code=self.country_code, phone_number=self.phone_number
        )
