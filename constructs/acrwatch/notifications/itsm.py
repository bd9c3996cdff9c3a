"""A ticket in a service desk that is connected through Azure's ITSM connector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem, shown
from acrwatch.ids import GUID, guid_problems
from acrwatch.notifications.receiver import DirectReceiver, text_problems
from acrwatch.record import dataclass
from acrwatch.references import is_reference, literal, unescaped

if TYPE_CHECKING:
    from acrwatch.binding import Block

_REQUIRED = ("PayloadRevision", "WorkItemType")


@dataclass(frozen=True, kw_only=True)
class Itsm(DirectReceiver):
    """Opens a work item in the service desk.

    Args:
        workspace_id: `<subscription id>|<workspace GUID>` of the workspace with the connection.
        connection_id: GUID of the connection.
        ticket_configuration: JSON object with at least `PayloadRevision` and `WorkItemType`
            (azurerm: monitor_action_group).
        region: region of the workspace.
    """

    workspace_id: str
    connection_id: str
    ticket_configuration: str
    region: str
    type: Literal["itsm"] = "itsm"

    BLOCK: ClassVar[str] = "itsm_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the ids and the ticket."""
        subscription, bar, workspace = self.workspace_id.partition("|")
        if not is_reference(self.workspace_id) and not (
            bar and GUID.fullmatch(subscription) and GUID.fullmatch(workspace)
        ):
            said = f"{shown(self.workspace_id)} is not <subscription id>|<workspace GUID>"
            yield Problem(path=("workspace_id",), message=said)
        yield from guid_problems(self.connection_id, "connection_id")
        yield from text_problems(self.region, "region")
        if not is_reference(self.ticket_configuration):
            yield from _ticket_problems(self.ticket_configuration)

    def block(self) -> Block:
        """azurerm's `itsm_receiver`; the JSON compact, or every plan would show a change."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupItsmReceiver

        ticket = self.ticket_configuration
        if not is_reference(ticket):
            content = json.loads(unescaped(ticket))
            ticket = literal(json.dumps(content, separators=(",", ":"), ensure_ascii=False))
        return MonitorActionGroupItsmReceiver(
            name=self.name,
            workspace_id=self.workspace_id,
            connection_id=self.connection_id,
            ticket_configuration=ticket,
            region=self.region,
        )


def _ticket_problems(text: str) -> Iterator[Problem]:
    try:
        ticket = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        yield Problem(path=("ticket_configuration",), message=f"it is not JSON: {error}")
        return
    if not isinstance(ticket, dict) or not all(key in ticket for key in _REQUIRED):
        yield Problem(path=("ticket_configuration",), message=f"it must be an object with {' and '.join(_REQUIRED)}")


def _no_constant(name: str) -> None:
    """NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is no value of JSON")
