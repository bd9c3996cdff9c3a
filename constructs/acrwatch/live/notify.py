"""Azure's own test notification to the receivers of an action group, as of a log alert.

The receivers are read from the group as it is in Azure, and sent back as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from acrwatch.counted import counted
from acrwatch.errors import ExitCode
from acrwatch.live import versions
from acrwatch.live.connection import Azure
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import blocks, look
from acrwatch.output.result import Part, Table

ALERT_TYPE = "logalertv2"
_LOGIC_APPS = "logicAppReceivers"
WAIT = 300
"""Seconds until the results have to be there; Azure asks each receiver in turn."""


class Reached(StrEnum):
    """What became of a test notification to a receiver."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One receiver.

    Args:
        kind: Azure's name of its list, such as `emailReceivers`.
        name: its name.
        reached: what became of the notification.
        status: the same in Azure's words.
    """

    kind: str
    name: str
    reached: Reached
    status: str


@dataclass(frozen=True, kw_only=True)
class Notified:
    """A test notification to a group.

    Args:
        group: id of the group.
        told: its receivers.
        unknown: why nothing could be found out of them; None where it could.
    """

    group: str
    told: tuple[Told, ...]
    unknown: Unknown | None = None

    @property
    def exit_code(self) -> ExitCode:
        """Receivers that were not reached, else those of which that is not known, else fine."""
        found = {one.reached for one in self.told}
        if Reached.NO in found:
            return ExitCode.FINDINGS
        return ExitCode.UNKNOWN if Reached.UNKNOWN in found or not found else ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """The receivers and counts."""
        counts = Counter(one.reached for one in self.told)
        rows = [(one.name, one.kind, one.reached.value, one.status) for one in self.told]
        told = ", ".join(f"{counts[reached]} {reached}" for reached in Reached if counts[reached])
        columns = ("receiver", "kind", "reached", "Azure says")
        started = [one.name for one in self.told if one.kind == _LOGIC_APPS and one.reached is Reached.YES]
        runs = f"A Logic App was started; whether it sent its message, its run history tells: {', '.join(started)}"
        return [
            Table(title="Test notification", columns=columns, rows=rows),
            "Azure handed it over; whether it was read, only the receiver knows.",
            *([runs] if started else []),
            f"{counted(len(self.told), 'receiver')}, reached: {told or 'none'}",
        ]

    def data(self) -> Any:
        """The receivers."""
        return {
            "group": self.group,
            "receivers": [asdict(one) for one in self.told],
            "unknown": None if self.unknown is None else asdict(self.unknown),
        }


@dataclass(frozen=True)
class Receivers:
    """The receivers of a group as they are in Azure, whose JSON holds secrets and is not shown.

    Args:
        group: id of the group.
        names: kind and name of each.
        body: what the test is sent with.
    """

    group: str
    names: tuple[tuple[str, str], ...]
    body: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Receivers({self.group})"


def receivers_of(azure: Azure, group: str) -> Receivers:
    """Read whom a test would tell; nothing is sent.

    Args:
        azure: the connection.
        group: id of the action group.

    Raises:
        CallFailed: the group could not be read, or has no receivers.
    """
    properties = look(azure.arm.get(group, versions.ACTION_GROUPS), "properties")
    lists = {
        name: [{key: value for key, value in one.items() if key != "status"} for one in members]
        for name, members in (properties.items() if isinstance(properties, dict) else ())
        if name.endswith("Receivers") and isinstance(members, list) and all(isinstance(one, dict) for one in members)
    }
    names = tuple((kind, str(one.get("name"))) for kind, members in lists.items() for one in members)
    if not names:
        way_out = "look at the group in the portal; acrwatch verify tells whether it was changed"
        raise CallFailed(Unknown(reason=f"the group {group} has no receivers that could be told", way_out=way_out))
    return Receivers(group, names, {"alertType": ALERT_TYPE, **lists})


def notify(azure: Azure, receivers: Receivers) -> Notified:
    """Send the test, and wait for what became of it.

    Args:
        azure: the connection.
        receivers: whom to tell.

    Raises:
        CallFailed: it was not sent, or the results did not come.
    """
    path = f"{receivers.group}/createNotifications"
    begun = azure.arm.post(path, versions.ACTION_GROUPS, receivers.body)
    result = azure.arm.follow(begun, path, min(WAIT, azure.patience.longest))
    details = look(result, "actionDetails")
    if not isinstance(details, list):
        way_out = "look at the receivers themselves, then try again"
        raise CallFailed(Unknown(reason="Azure did not tell what became of the test", way_out=way_out))
    said = {str(one.get("Name")): str(one.get("Status")) for one in blocks(result, "actionDetails")}
    return Notified(
        group=receivers.group,
        told=tuple(_told(kind, one, said.get(one)) for kind, one in receivers.names),
    )


def _told(kind: str, name: str, status: str | None) -> Told:
    if status is None:
        return Told(kind=kind, name=name, reached=Reached.UNKNOWN, status="nothing")
    word = status if status.isascii() and status.isalnum() else "(not a word)"
    reached = {"succeeded": Reached.YES, "failed": Reached.NO}.get(word.lower(), Reached.UNKNOWN)
    return Told(kind=kind, name=name, reached=reached, status=word)
