"""A Logic App that exists already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.ids import IdKind, id_problems
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class LogicApp(DirectReceiver):
    """Starts a workflow with an HTTP trigger, with the common alert schema as its body.

    Args:
        resource_id: id of the workflow.
        callback_url: URL of its trigger; a reference, since the URL carries a signature.
    """

    resource_id: str
    callback_url: str
    type: Literal["logic_app"] = "logic_app"

    BLOCK: ClassVar[str] = "logic_app_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("callback_url",)

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the workflow's id."""
        yield from id_problems(self.resource_id, IdKind.LOGIC_APP, "resource_id")

    def block(self) -> Block:
        """azurerm's `logic_app_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupLogicAppReceiver

        return MonitorActionGroupLogicAppReceiver(
            name=self.name,
            resource_id=self.resource_id,
            callback_url=self.callback_url,
            use_common_alert_schema=True,
        )
