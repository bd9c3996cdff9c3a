"""The lane of a rule on the timeline: when its alerts fired, were open and were resolved, each a link to its alert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acrwatch.counted import counted
from acrwatch.output.report.markup import Markup, el
from acrwatch.output.report.scale import PLACES, Scale, drawing, rectangle
from acrwatch.output.report.selection import Selection
from acrwatch.output.report.words import minute
from acrwatch.rehearsal.model import Alert

Numbered = Sequence[tuple[int, Alert]]
"""Alerts with their positions in the rehearsal."""

# Links are as wide as a finger on the narrowest screen (24 px of 350) and as high, as WCAG 2.2 wants targets.
_SLOTS = 14
_ROW_HEIGHT = 24
# Alerts of one slot lie below each other; the last row takes all that are left.
_ROWS_MAX = 4


def lane(title: str, alerts: Numbered, scale: Scale, selection: Selection) -> Markup:
    """Draw a lane.

    Args:
        title: the rule's title.
        alerts: its alerts, by the time they fired.
        scale: the period.
        selection: the alerts that the page holds.
    """
    rows = _rows(alerts, scale) or [[]]
    height = _ROW_HEIGHT * len(rows)
    parts = [
        el("g", _row(title, row, scale, selection), transform=f"translate(0 {_ROW_HEIGHT * number})")
        for number, row in enumerate(rows)
    ]
    return drawing(height, scale, [*_unplayed(height, scale), *parts])


def _rows(alerts: Numbered, scale: Scale) -> list[list[tuple[int, Alert]]]:
    rows: list[list[tuple[int, Alert]]] = []
    used = [0] * _SLOTS
    for position, alert in alerts:
        slot = _slot(alert, scale)
        if used[slot] == len(rows) and len(rows) < _ROWS_MAX:
            rows.append([])
        rows[min(used[slot], _ROWS_MAX - 1)].append((position, alert))
        used[slot] += 1
    return rows


def _slot(alert: Alert, scale: Scale) -> int:
    return min(int(scale.share(alert.fired) * _SLOTS), _SLOTS - 1)


def _row(title: str, alerts: Numbered, scale: Scale, selection: Selection) -> Iterator[Markup]:
    # What has no state is never resolved, and so not open either.
    spans = [
        (scale.share(one.fired), scale.share(one.resolved or scale.played))
        for _, one in alerts
        if one.rule.auto_mitigation_enabled
    ]
    for first, last in _united(spans):
        yield rectangle(first, max(last - first, 0.003), y=7, height=10, kind="open")
    resolved = {round(scale.share(one.resolved) * PLACES) for _, one in alerts if one.resolved is not None}
    for place in sorted(resolved):
        yield rectangle(place / PLACES - 0.0015, 0.003, y=7, height=10, kind="resolved")
    for place in sorted({round(scale.share(one.fired) * PLACES) for _, one in alerts}):
        # A mark at the edge stays whole.
        yield rectangle(min(max(place / PLACES - 0.003, 0.0), 0.994), 0.006, y=3, height=18, kind="fired")
    yield from _links(title, alerts, scale, selection)


def _links(title: str, alerts: Numbered, scale: Scale, selection: Selection) -> Iterator[Markup]:
    """One link for each slot, to its first alert that the page holds."""
    slots: dict[int, list[tuple[int, Alert]]] = {}
    for position, alert in alerts:
        slots.setdefault(_slot(alert, scale), []).append((position, alert))
    for slot, members in sorted(slots.items()):
        shown = next((position for position, _ in members if position in selection.listed), None)
        first, last = minute(members[0][1].fired), minute(members[-1][1].fired)
        when = f"at {first}" if first == last else f"from {first} to {last}"
        what = ", ".join(value for _, value in members[0][1].series) if len(members) == 1 else ""
        said = f"{title}: {counted(len(members), 'alert')} fired {when}{f' ({what})' if what else ''}"
        target = "#more" if shown is None else f"#alert-{shown + 1}"
        area = rectangle(slot / _SLOTS, 1 / _SLOTS, y=0, height=_ROW_HEIGHT, kind="area", title=said)
        yield el("a", area, href=target, aria_label=said)


def _unplayed(height: int, scale: Scale) -> Iterator[Markup]:
    share = scale.share(scale.played)
    if share < 1:
        yield rectangle(share, 1 - share, y=0, height=height, kind="unplayed", title="not played")


def _united(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans of time without overlaps, as few as are needed."""
    found: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1 / PLACES:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
