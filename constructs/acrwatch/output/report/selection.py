"""Which alerts a page holds, so that five thousand of one rule neither hide another rule's only one nor fill the disk.

JSON has all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from acrwatch.rehearsal.model import Alert

DETAILED_MAX = 100
"""Alerts with all that is known of them, some twenty kilobytes each."""
LISTED_MAX = 1000
"""Alerts that have at least a line."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Positions of alerts, counted from 0 in the order of the rehearsal.

    Args:
        detailed: those with all that is known.
        listed: those that have at least a line, the detailed ones among them.
        whole: those whose payload is shown without cuts in its texts: the first of each rule.
        count: how many alerts there are in all.
    """

    detailed: frozenset[int]
    listed: frozenset[int]
    whole: frozenset[int]
    count: int


def select(alerts: Sequence[Alert]) -> Selection:
    """Choose the alerts of a page: the first of each rule, then the second of each, and so on while there is room.

    Args:
        alerts: all of them.
    """
    seen: Counter[str] = Counter()
    ranked = []
    for position, alert in enumerate(alerts):
        ranked.append((seen[alert.rule.address], position))
        seen[alert.rule.address] += 1
    ranked.sort()
    order = [position for _, position in ranked]
    return Selection(
        detailed=frozenset(order[:DETAILED_MAX]),
        listed=frozenset(order[:LISTED_MAX]),
        whole=frozenset(position for rank, position in ranked[:DETAILED_MAX] if rank == 0),
        count=len(alerts),
    )
