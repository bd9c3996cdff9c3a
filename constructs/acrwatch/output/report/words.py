"""How the report writes moments, lengths of time, numbers and values of a row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from acrwatch.counted import counted
from acrwatch.durations import short
from acrwatch.output.report.markup import Markup, el

VALUE_MAX = 600
"""Characters of one value of a row; what is longer is cut, and says so."""

NOTHING = "\N{EM DASH}"


def moment(time: datetime) -> Markup:
    """A moment with a zone, to the minute, as an element.

    Args:
        time: the moment; the report's head says that it is in UTC.
    """
    return el("time", minute(time), datetime=time.astimezone(UTC).isoformat(timespec="seconds"))


def minute(time: datetime) -> str:
    """A moment with a zone, to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def length(duration: timedelta) -> str:
    """A length of time to the second: `9m30s`, `45s`, `1h`."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    if not seconds:
        return short(duration)
    return f"{short(timedelta(minutes=minutes))}{seconds}s" if minutes else f"{seconds}s"


def number(value: float) -> str:
    """A number for people: `1,200`, `0.5`."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def cut(value: str, at: int) -> str:
    """A text that is not too long for a page, and says what it lacks; whole where that would take as much room.

    Args:
        value: the text.
        at: how many characters are shown.
    """
    lacking = len(value) - at
    remark = f" \N{HORIZONTAL ELLIPSIS} (and {counted(lacking, 'more character')})"
    return value if lacking <= len(remark) else value[:at] + remark


def cell(value: Any) -> str:
    """A value of a log row or of a result."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            # Azure has seven digits, DuckDB six, and most of them are zeros.
            spec = "microseconds" if aware.microsecond % 1000 else "milliseconds" if aware.microsecond else "seconds"
            return aware.isoformat(sep=" ", timespec=spec).replace("+00:00", "Z")
        case str():
            return cut(value, VALUE_MAX)
        case dict() | list() | tuple():
            return cut(json.dumps(value, ensure_ascii=False, default=str), VALUE_MAX)
        case _:
            return cut(str(value), VALUE_MAX)
