"""The timeline: how many rows each table got, and below it a lane for each rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from acrwatch.counted import counted
from acrwatch.output.report.lanes import lane
from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.scale import Scale, drawing, percent, rectangle
from acrwatch.output.report.selection import Selection
from acrwatch.output.report.words import minute
from acrwatch.rehearsal.model import Alert, Rehearsal

_BARS_HEIGHT = 44
_BAR_MIN = 2


def timeline(rehearsal: Rehearsal, selection: Selection) -> Markup:
    """Draw the period.

    Args:
        rehearsal: what was found.
        selection: the alerts that the page holds.
    """
    clock, interrupted = rehearsal.clock, rehearsal.interrupted
    scale = Scale(
        start=clock.start,
        end=max(clock.end, clock.start + timedelta(minutes=1)),
        played=interrupted or max(clock.end, clock.start + timedelta(minutes=1)),
    )
    numbered: dict[str, list[tuple[int, Alert]]] = {report.rule.address: [] for report in rehearsal.rules}
    for position, alert in enumerate(rehearsal.alerts):
        numbered.setdefault(alert.rule.address, []).append((position, alert))
    volumes = (_volume(table, counts, rehearsal.log.interval, scale) for table, counts in rehearsal.log.volume.items())
    lanes = (
        _track(
            el("a", report.rule.title, href=f"#rule-{number}", class_="name"),
            counted(len(numbered[report.rule.address]), "alert"),
            lane(report.rule.title, numbered[report.rule.address], scale, selection),
        )
        for number, report in enumerate(rehearsal.rules, 1)
    )
    return together(_legend(scale), el("div", volumes, lanes, _axis(scale), class_="timeline"))


def _legend(scale: Scale) -> Markup:
    entries = [("fired", "fired"), ("open", "open"), ("resolved", "resolved"), ("volume", "rows of the log")]
    entries += [("unplayed", "not played")] if scale.played < scale.end else []
    keys = (el("span", el("span", class_=f"key {kind}"), word, class_="entry") for kind, word in entries)
    return el("p", keys, " All times are in UTC.", class_="legend")


def _volume(table: str, counts: Sequence[tuple[datetime, int]], interval: timedelta, scale: Scale) -> Markup:
    highest = max((rows for _, rows in counts), default=0)
    said = f"{counted(sum(rows for _, rows in counts), 'row')}; at most {highest:,} in {_words(interval)}"
    bars = (_bar(begins, begins + interval, rows, highest, scale) for begins, rows in counts)
    drawn = drawing(_BARS_HEIGHT, scale, bars, role="img", aria_label=f"Rows of {table} over time: {said}")
    return _track(el("span", _humps(table), class_="name"), said, drawn)


def _bar(begins: datetime, ends: datetime, rows: int, highest: int, scale: Scale) -> Markup:
    height = max(_BARS_HEIGHT * rows / highest, _BAR_MIN)
    left, right = scale.share(begins), scale.share(ends)
    title = f"{minute(begins)}: {counted(rows, 'row')}"
    return rectangle(left, max(right - left, 0.002), y=_BARS_HEIGHT - height, height=height, kind="volume", title=title)


def _axis(scale: Scale) -> Markup:
    labels = (
        el("text", written, x=percent(share), y=14, text_anchor=_anchor(share)) for share, written in scale.ticks()
    )
    drawn = el("svg", labels, width="100%", height=18, class_="axis", aria_hidden="true")
    return el("div", el("div", class_="label"), drawn, class_="track")


def _anchor(share: float) -> str:
    # A label at the edge stays within the drawing.
    return "start" if share < 0.06 else "end" if share > 0.94 else "middle"


def _track(name: Markup, said: str, drawn: Markup) -> Markup:
    return el("div", el("div", name, el("span", said, class_="said"), class_="label"), drawn, class_="track")


def _humps(name: str) -> Iterator[Markup]:
    """A name that may be broken before its capitals."""
    for part in re.split(r"(?<=[a-z])(?=[A-Z])", name):
        yield together(part, el("wbr"))


def _words(interval: timedelta) -> str:
    minutes = interval // timedelta(minutes=1)
    if minutes % 1440 == 0:
        return counted(minutes // 1440, "day")
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")
