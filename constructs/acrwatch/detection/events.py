"""The events of a test case: rows of the tables, when they happened, and when they could be queried.

What fills in the columns that a case leaves out is decided in `samples`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from acrwatch.detection.samples import filled
from acrwatch.errors import InputError, Path, Problem, did_you_mean, one_of, shown
from acrwatch.kql.records import is_record, table_and_row, unused_keys
from acrwatch.kql.tables import TABLES, TIME, ColumnType

# The moment that times in a case are relative to; a whole hour, so that bins are easy to see.
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DEFAULT_TIME = "-10m"
# Further away is a slip; and a case of more events than this would run for minutes.
FARTHEST = timedelta(days=366)
TIMES_MAX = 10_000

_RELATIVE = re.compile(r"([+-]?)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9}(?:\.\d+)?)s)?")
# What an event of a case may say beside its columns.
_ABOUT = ("arrives", "every", "table", "times")
_INT_MAX = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Event:
    """One row, and when it reached the workspace.

    Args:
        table: where it stands.
        row: its columns.
        time: when it happened.
        arrived: when it could be queried.
    """

    table: str
    row: Mapping[str, Any]
    time: datetime
    arrived: datetime


def events_of(
    raw: Mapping[str, Any],
    default_table: str,
    path: Path,
    problems: list[Problem],
    *,
    now: datetime = NOW,
    default_time: str = DEFAULT_TIME,
) -> Iterator[Event]:
    """The events that one entry stands for.

    Args:
        raw: the entry: columns, or a record of a diagnostic setting, and what is said about them.
        default_table: where a row stands that names no table.
        path: where it stands, for the problems.
        problems: gets what is wrong.
        now: what times are relative to. Default: that of a case.
        default_time: when it happens where no time is said. Default: ten minutes before.
    """
    before = len(problems)
    about = {name: raw[name] for name in _ABOUT if name in raw}
    columns = {name: value for name, value in raw.items() if name not in _ABOUT}
    table = str(about.get("table", default_table))
    if is_record(columns):
        for key in unused_keys(columns):
            said = "there is no such key in a record of a diagnostic setting"
            problems.append(Problem(path=(*path, *key), message=said))
        try:
            table, columns = table_and_row(columns)
        except InputError as error:
            problems.append(Problem(path=path, message=str(error)))
            return
    if table not in TABLES:
        problems.append(Problem(path=(*path, "table"), message=f"there is no table {shown(table)}; {one_of(TABLES)}"))
        return
    problems += _column_problems(table, columns, path)
    begin = time_of(columns.get(TIME, default_time), (*path, TIME), problems, now=now)
    delay = _length(about.get("arrives", "0m"), (*path, "arrives"), problems)
    every = _length(about.get("every", "0m"), (*path, "every"), problems)
    times = about.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= TIMES_MAX:
        said = f"{shown(times)} is not a whole number from 1 to {TIMES_MAX}"
        problems.append(Problem(path=(*path, "times"), message=said))
    elif every * times > FARTHEST:
        said = f"{times} events that far apart take more than {FARTHEST.days} days"
        problems.append(Problem(path=(*path, "every"), message=said))
    if begin is None or len(problems) > before:
        return
    for number in range(times):
        numbered = {
            name: _moment(value) if TABLES[table][name] is ColumnType.DATETIME else _numbered(value, number + 1)
            for name, value in columns.items()
            if name != TIME
        }
        moment = begin + number * every
        yield Event(table=table, row={**filled(table, numbered), TIME: moment}, time=moment, arrived=moment + delay)


def _numbered(value: Any, number: int) -> Any:
    """A value of one of several events: `{n}` in a text is its number."""
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _INT_MAX


def _is_json(value: Any) -> bool:
    try:
        return not isinstance(value, str) or value == "" or json.loads(value) is not None
    except ValueError:
        return False


_FITS: Mapping[ColumnType, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        ColumnType.STRING: (lambda value: isinstance(value, str), "text; put it in quotes"),
        ColumnType.INT: (_is_int, "a whole number of 32 bits"),
        ColumnType.REAL: (lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"),
        ColumnType.DATETIME: (lambda value: _moment(value) is not None, "a time such as 2026-01-15T11:50:00Z"),
        ColumnType.DYNAMIC: (_is_json, "a value of JSON, or its text"),
    }
)


def _column_problems(table: str, columns: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    known = TABLES[table]
    for name, value in columns.items():
        if name not in known:
            said = f"{table} has no column {name}; {did_you_mean(name, [*known, *_ABOUT])}"
            yield Problem(path=(*path, name), message=said)
        elif name != TIME and value is not None:
            fits, wanted = _FITS[known[name]]
            if not fits(value):
                yield Problem(path=(*path, name), message=f"{shown(value)} is not {wanted}")


def time_of(value: object, path: Path, problems: list[Problem], *, now: datetime = NOW) -> datetime | None:
    """A moment: relative to another one, or absolute.

    Args:
        value: what stands there.
        path: where, for the problems.
        problems: gets what is wrong.
        now: what it is relative to. Default: the now of a case.

    Returns:
        The moment, or None after a problem.
    """
    length = _relative(value)
    moment = now + length if length is not None and abs(length) <= FARTHEST else _moment(value)
    if moment is None and length is None:
        said = f"{shown(value)} is no time; write one relative to now, such as -10m or 5h30m, or 2026-01-15T11:50:00Z"
        problems.append(Problem(path=path, message=said))
    elif moment is None or abs(moment - now) > FARTHEST:
        said = f"{shown(value)} is more than {FARTHEST.days} days from now, which is {now:%Y-%m-%d %H:%M}"
        problems.append(Problem(path=path, message=said))
        return None
    return moment


def _moment(value: object) -> datetime | None:
    """An absolute time; one that names no zone is in UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _length(value: object, path: Path, problems: list[Problem]) -> timedelta:
    length = _relative(value)
    if length is None or not timedelta() <= length <= FARTHEST:
        said = f"{shown(value)} is no length of time up to {FARTHEST.days} days; write one like 90s, 10m or 5h"
        problems.append(Problem(path=path, message=said))
        return timedelta()
    return length


def _relative(value: object) -> timedelta | None:
    found = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()[1:]):
        return None
    sign, days, hours, minutes, seconds = found.groups()
    length = timedelta(
        days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0)
    )
    return -length if sign == "-" else length


def visible(events: Sequence[Event], moment: datetime, window: timedelta) -> dict[str, list[Mapping[str, Any]]]:
    """The rows that an evaluation sees, by table: inside its window, and arrived by then."""
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        if moment - window <= event.time <= moment and event.arrived <= moment:
            seen.setdefault(event.table, []).append(event.row)
    return seen
