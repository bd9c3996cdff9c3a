"""The timeline: how many rows each table got, and on a lane for each rule when its alerts fired and were resolved.

Places on it are shares of the period in percent, so that it is as wide as the page without a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.selection import Selection
from acrwatch.output.report.words import minute, several
from acrwatch.rehearsal.model import Alert, Rehearsal

# As wide as a finger on the narrowest screen (24 px of 350), as WCAG 2.2 wants targets.
_SLOTS = 14
# Marks closer to each other than that cannot be told apart.
_PLACES = 240
_TICKS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720))
_TICKS_MAX = 5
_ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BARS_HEIGHT, _LANE_HEIGHT = 44, 28


@dataclass(frozen=True, kw_only=True)
class _Scale:
    start: datetime
    end: datetime

    def share(self, time: datetime) -> float:
        """Where a moment lies, from 0 to 1."""
        return min(max((time - self.start) / (self.end - self.start), 0.0), 1.0)


def timeline(rehearsal: Rehearsal, selection: Selection) -> Markup:
    """Draw the period.

    Args:
        rehearsal: what was found.
        selection: the alerts that the page holds.
    """
    clock = rehearsal.clock
    scale = _Scale(start=clock.start, end=max(clock.end, clock.start + timedelta(minutes=1)))
    volumes = (_volume(table, counts, rehearsal.log.interval, scale) for table, counts in rehearsal.log.volume.items())
    numbered: dict[str, list[tuple[int, Alert]]] = {report.rule.address: [] for report in rehearsal.rules}
    for position, alert in enumerate(rehearsal.alerts):
        numbered.setdefault(alert.rule.address, []).append((position, alert))
    lanes = (
        _lane(report.rule.title, f"#rule-{number}", numbered[report.rule.address], scale, selection)
        for number, report in enumerate(rehearsal.rules, 1)
    )
    return el("div", volumes, lanes, _axis(scale), class_="timeline")


def _volume(table: str, counts: Sequence[tuple[datetime, int]], interval: timedelta, scale: _Scale) -> Markup:
    highest = max((rows for _, rows in counts), default=0)
    said = f"{several(sum(rows for _, rows in counts), 'row')}; at most {highest:,} in {_words(interval)}"
    bars = (
        _rect(
            scale.share(begins),
            max(scale.share(begins + interval) - scale.share(begins), 0.002),
            y=_BARS_HEIGHT - max(_BARS_HEIGHT * rows / highest, 2),
            height=max(_BARS_HEIGHT * rows / highest, 2),
            class_="volume",
            title=f"{minute(begins)}: {several(rows, 'row')}",
        )
        for begins, rows in counts
    )
    drawn = _drawing(_BARS_HEIGHT, scale, bars, role="img", aria_label=f"Rows of {table} over time: {said}")
    return _track(el("span", _humps(table), class_="name"), said, drawn)


def _lane(title: str, rule: str, alerts: Sequence[tuple[int, Alert]], scale: _Scale, selection: Selection) -> Markup:
    open_ = (
        _rect(first, max(last - first, 0.003), y=9, height=10, class_="open")
        for first, last in _united(
            [(scale.share(one.fired), scale.share(one.resolved or scale.end)) for _, one in alerts]
        )
    )
    resolved = {round(scale.share(one.resolved) * _PLACES) for _, one in alerts if one.resolved is not None}
    ends = (_rect(place / _PLACES - 0.0015, 0.003, y=9, height=10, class_="resolved") for place in sorted(resolved))
    drawn = _drawing(_LANE_HEIGHT, scale, open_, ends, _marks(alerts, scale), _links(title, alerts, scale, selection))
    return _track(el("a", title, href=rule, class_="name"), several(len(alerts), "alert"), drawn)


def _marks(alerts: Sequence[tuple[int, Alert]], scale: _Scale) -> Iterator[Markup]:
    fired: dict[int, list[tuple[int, Alert]]] = {}
    for position, alert in alerts:
        fired.setdefault(round(scale.share(alert.fired) * _PLACES), []).append((position, alert))
    for place, members in sorted(fired.items()):
        # A mark at the edge stays whole.
        x = min(max(place / _PLACES - 0.003, 0.0), 0.994)
        yield _rect(x, 0.006, y=3, height=22, class_="fired" if len(members) == 1 else "fired many")


def _links(title: str, alerts: Sequence[tuple[int, Alert]], scale: _Scale, selection: Selection) -> Iterator[Markup]:
    """One link for each part of the lane in which something fired, to its first alert that the page holds."""
    slots: dict[int, list[tuple[int, Alert]]] = {}
    for position, alert in alerts:
        slots.setdefault(min(int(scale.share(alert.fired) * _SLOTS), _SLOTS - 1), []).append((position, alert))
    for slot, members in sorted(slots.items()):
        shown = next((position for position, _ in members if position in selection.listed), None)
        first, last = minute(members[0][1].fired), minute(members[-1][1].fired)
        when = f"at {first}" if first == last else f"from {first} to {last}"
        said = f"{title}: {several(len(members), 'alert')} fired {when}"
        target = "#more" if shown is None else f"#alert-{shown + 1}"
        area = _rect(slot / _SLOTS, 1 / _SLOTS, y=0, height=_LANE_HEIGHT, class_="area", title=said)
        yield el("a", area, href=target, aria_label=said)


def _united(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans of time without overlaps, as few as are needed."""
    found: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1 / _PLACES:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _track(name: Markup, said: str, drawn: Markup) -> Markup:
    return el("div", el("div", name, el("span", said, class_="said"), class_="label"), drawn, class_="track")


def _drawing(height: int, scale: _Scale, *parts: Iterator[Markup], **attributes: str) -> Markup:
    grid = (
        el("line", x1=_percent(scale.share(time)), x2=_percent(scale.share(time)), y1=0, y2=height, class_="grid")
        for time in _ticks(scale)
    )
    return el("svg", grid, *parts, width="100%", height=height, **attributes)


def _axis(scale: _Scale) -> Markup:
    days = scale.start.astimezone(UTC).date() != scale.end.astimezone(UTC).date()
    labels = []
    for time in _ticks(scale):
        share = scale.share(time)
        anchor = "start" if share < 0.06 else "end" if share > 0.94 else "middle"
        place = _percent(share)
        midnight = (time - _EPOCH) % _ONE_DAY == timedelta(0)
        written = f"{time:%d %b}" if days and midnight else f"{time:%H:%M}"
        labels.append(el("text", written, x=place, y=14, text_anchor=anchor))
    drawn = el("svg", labels, width="100%", height=18, class_="axis", aria_hidden="true")
    return el("div", el("div", class_="label"), drawn, class_="track")


def _ticks(scale: _Scale) -> Iterator[datetime]:
    period = scale.end - scale.start
    days = _ONE_DAY * max(-(-period // (_ONE_DAY * _TICKS_MAX)), 1)
    step = next((tick for tick in _TICKS if period <= tick * _TICKS_MAX), days)
    time = scale.start.astimezone(UTC) + (_EPOCH - scale.start) % step
    while time <= scale.end:
        yield time
        time += step


def _rect(x: float, width: float, *, y: float, height: float, class_: str, title: str | None = None) -> Markup:
    inside = together() if title is None else el("title", title)
    return el("rect", inside, x=_percent(x), width=_percent(width), y=f"{y:.4g}", height=f"{height:.4g}", class_=class_)


def _humps(name: str) -> Iterator[Markup]:
    """A name that may be broken before its capitals."""
    for part in re.split(r"(?<=[a-z])(?=[A-Z])", name):
        yield together(part, el("wbr"))


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _words(interval: timedelta) -> str:
    minutes = interval // timedelta(minutes=1)
    if minutes % 1440 == 0:
        return several(minutes // 1440, "day")
    return several(minutes // 60, "hour") if minutes % 60 == 0 else several(minutes, "minute")
