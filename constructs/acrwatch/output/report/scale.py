"""Places on the timeline: shares of the period in percent, so that it is as wide as the page without a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from acrwatch.output.report.markup import Markup, el

PLACES = 240
"""Marks closer to each other than a share of this cannot be told apart."""

_TICKS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720))
_TICKS_MAX = 5
_ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A period that is drawn.

    Args:
        start: its first moment.
        end: its last one, after the first.
        played: up to when rules were evaluated.
    """

    start: datetime
    end: datetime
    played: datetime

    def share(self, time: datetime) -> float:
        """Where a moment lies, from 0 to 1."""
        return min(max((time - self.start) / (self.end - self.start), 0.0), 1.0)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Where hours or days begin, a handful of them, and what they are called."""
        period = self.end - self.start
        days = _ONE_DAY * max(-(-period // (_ONE_DAY * _TICKS_MAX)), 1)
        step = next((tick for tick in _TICKS if period <= tick * _TICKS_MAX), days)
        time = self.start.astimezone(UTC) + (_EPOCH - self.start) % step
        dated = self.start.astimezone(UTC).date() != self.end.astimezone(UTC).date()
        while time <= self.end:
            midnight = (time - _EPOCH) % _ONE_DAY == timedelta(0)
            yield self.share(time), f"{time:%d %b}" if dated and midnight else f"{time:%H:%M}"
            time += step


def drawing(height: int, scale: Scale, parts: Iterable[Markup], **attributes: str) -> Markup:
    """A drawing as wide as there is room, with lines where hours or days begin.

    Args:
        height: in pixels.
        scale: the period.
        parts: what is drawn over the lines.
        attributes: attributes of the element.
    """
    lines = (
        el("line", x1=percent(share), x2=percent(share), y1=0, y2=height, class_="grid") for share, _ in scale.ticks()
    )
    return el("svg", lines, parts, width="100%", height=height, **attributes)


def rectangle(x: float, width: float, *, y: float, height: float, kind: str, title: str | None = None) -> Markup:
    """A rectangle.

    Args:
        x: where it begins, from 0 to 1.
        width: its width, from 0 to 1.
        y: how far below the top, in pixels.
        height: its height, in pixels.
        kind: its class.
        title: what is shown where one points at it.
    """
    inside = None if title is None else el("title", title)
    return el("rect", inside, x=percent(x), width=percent(width), y=f"{y:.4g}", height=f"{height:.4g}", class_=kind)


def percent(share: float) -> str:
    """A share as SVG takes it."""
    return f"{share * 100:.4g}%"
