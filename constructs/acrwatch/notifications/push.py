"""A notification of the Azure mobile app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.receiver import DirectReceiver, email_problems
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Push(DirectReceiver):
    """A push notification to somebody who is signed in to the Azure mobile app.

    Args:
        email_address: the account that is signed in.
    """

    email_address: str
    type: Literal["push"] = "push"

    BLOCK: ClassVar[str] = "azure_app_push_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the account."""
        yield from email_problems(self.email_address)

    def block(self) -> Block:
        """azurerm's `azure_app_push_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupAzureAppPushReceiver

        return MonitorActionGroupAzureAppPushReceiver(name=self.name, email_address=self.email_address)
