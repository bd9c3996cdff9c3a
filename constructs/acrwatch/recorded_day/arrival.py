"""When rows reach the workspace: late, out of order, and now and then twice.

Usual delays are 3 to 10 minutes for registries and 3 to 20 for the activity log (Azure Monitor:
data-ingestion-time). A few rows are hours late, within what each event rule promises: 278 minutes is the least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import MINUTE
from acrwatch.recorded_day.events import Change, Event

REGISTRY_DELAY = (3 * MINUTE, 10 * MINUTE)
ACTIVITY_DELAY = (3 * MINUTE, 20 * MINUTE)
LATEST = 270 * MINUTE
_LATE, _TWICE = 0.003, 0.005
# Numbers that a source may give to its rows.
NUMBERS = 100_000


class Arrived(NamedTuple):
    """A row that is in the workspace.

    Args:
        received: milliseconds after midnight UTC.
        number: of the request; a row that comes twice has the same.
        event: what it tells.
        duration: tenths of milliseconds that the request took.
    """

    received: int
    number: int
    event: Event
    duration: int


class ArrivedChange(NamedTuple):
    """A row of the activity log that is in the workspace.

    Args:
        received: milliseconds after midnight UTC.
        change: what it tells.
    """

    received: int
    change: Change


def arrivals(events: Iterable[Event], source: int, chance: Chance) -> Iterator[Arrived]:
    """The rows of a source, as its events are, not in the order of arrival.

    Args:
        events: what happened.
        source: a number of its own, so that no two requests have the same.
        chance: decides the delays.
    """
    number = source * NUMBERS
    for event in events:
        number += 1
        duration = chance.between(80, 1500)
        received = event.at + _delay(event.delay, REGISTRY_DELAY, chance)
        yield Arrived(received, number, event, duration)
        if chance.happens(_TWICE) or event.doubled:
            yield Arrived(received + chance.between(1000, 5 * MINUTE), number, event, duration)


def change_arrivals(changes: Iterable[Change], chance: Chance) -> Iterator[ArrivedChange]:
    """The same for the activity log."""
    for change in changes:
        received = change.at + _delay(change.delay, ACTIVITY_DELAY, chance)
        yield ArrivedChange(received, change)
        if chance.happens(_TWICE):
            yield ArrivedChange(received + chance.between(1000, 5 * MINUTE), change)


def _delay(told: int | None, usual: tuple[int, int], chance: Chance) -> int:
    if told is not None:
        return told
    return chance.between(usual[1], LATEST) if chance.happens(_LATE) else chance.between(*usual)
