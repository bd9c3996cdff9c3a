"""E-mail, which since 2026 a person must confirm with a one-time passcode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.receiver import DirectReceiver, email_problems
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Email(DirectReceiver):
    """Mail to one address, at most 100 an hour (azure-monitor-limits-action-groups).

    Whoever reads it must enter the passcode that Azure sends within 30 minutes of the deploy
    (Azure Monitor: action-groups); no tool can do that.

    Args:
        email_address: at most 64 characters.
    """

    email_address: str
    type: Literal["email"] = "email"

    BLOCK: ClassVar[str] = "email_receiver"
    MAXIMUM: ClassVar[int] = 1000

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the address."""
        yield from email_problems(self.email_address)

    def block(self) -> Block:
        """azurerm's `email_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupEmailReceiver

        return MonitorActionGroupEmailReceiver(
            name=self.name, email_address=self.email_address, use_common_alert_schema=True
        )
