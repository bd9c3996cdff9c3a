"""How many rows a log has over time, in intervals that are few enough to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from acrwatch.kql.engine import naive
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.loading import SCHEMA
from acrwatch.rehearsal.sources import quoted

INTERVALS_MAX = 96
"""A quarter of an hour each for a day, and about what a line of a narrow screen can show."""

Volume = Mapping[str, tuple[tuple[datetime, int], ...]]
"""Table -> beginning of an interval and the rows that happened in it, in order; intervals without rows are left out."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_ONE_DAY = timedelta(days=1)
_INTERVALS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720))


def interval_for(period: timedelta) -> timedelta:
    """The shortest usual length of time of which `INTERVALS_MAX` hold a period, wherever it begins.

    Args:
        period: length of the whole.
    """
    # One less, since a period that begins within an interval ends within another.
    most = INTERVALS_MAX - 1
    days = _ONE_DAY * max(-(-period // (_ONE_DAY * most)), 1)
    return next((interval for interval in _INTERVALS if period <= interval * most), days)


def volume(log: EventLog, start: datetime, end: datetime, interval: timedelta) -> Volume:
    """Count the rows that happened within a period.

    Args:
        log: the events.
        start: the first moment.
        end: the last one.
        interval: length of the intervals, in whole seconds; they are counted from 1970 on, in UTC.
    """
    return {table: _counts(log, table, start, end, interval) for table in log.tables}


def _counts(
    log: EventLog, table: str, start: datetime, end: datetime, interval: timedelta
) -> tuple[tuple[datetime, int], ...]:
    counted = log.connection.execute(
        f"SELECT epoch_us({TIME}) // $length AS place, count(*) FROM {SCHEMA}.{quoted(table)} "
        f"WHERE {TIME} BETWEEN $since AND $until GROUP BY place ORDER BY place",
        {"length": interval // _SECOND * 1_000_000, "since": naive(start), "until": naive(end)},
    )
    return tuple((_EPOCH + place * interval, rows) for place, rows in counted.fetchall())
