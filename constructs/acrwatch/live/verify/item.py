"""One thing that was looked at: what was expected of it, what was found, and what could not be found out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from acrwatch.live.unknown import Unknown


class State(StrEnum):
    """What is known of a thing, the worst first."""

    MISSING = "missing"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    EQUAL = "equal"


class Kind(StrEnum):
    """What the thing is, as Azure calls it."""

    RULE = "alert rule"
    GROUP = "action group"
    PROCESSING_RULE = "alert processing rule"
    SETTING = "diagnostic setting"
    WORKSPACE = "workspace"
    WORKFLOW = "Logic App"
    RESOURCE_GROUP = "resource group"
    ROWS = "rows"
    SCANNING = "image scanning"
    DECLARED = "declared resource"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value that is not what it should be.

    Args:
        path: where it stands in Azure's JSON, or what is looked at.
        expected: the value that was expected, as people read it; no secret is shown.
        found: the value that was found.
    """

    path: str
    expected: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that was looked at.

    Args:
        kind: what it is.
        name: how people call it.
        azure_id: its id; None where it cannot be known.
        exists: whether it is there; None where that could not be found out.
        differences: what is not as expected.
        unknown: what could not be found out.
        not_compared: members that the file does not hold or Azure does not tell, such as secrets, with the reason.
        seen: what else Azure tells of it, for a person.
    """

    kind: Kind
    name: str
    azure_id: str | None = None
    exists: bool | None = True
    differences: tuple[Difference, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    not_compared: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The worst of what is known."""
        if self.exists is False:
            return State.MISSING
        if self.differences:
            return State.DIFFERS
        if self.unknown or self.exists is None:
            return State.UNKNOWN
        return State.EQUAL


def unknown_item(kind: Kind, name: str, unknown: Unknown, azure_id: str | None = None) -> Item:
    """A thing of which nothing could be found out."""
    return Item(kind=kind, name=name, azure_id=azure_id, exists=None, unknown=(unknown,))
