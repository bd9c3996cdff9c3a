"""A detection's test cases, `cases.yaml`: events, how the detection is tuned, and the rows expected then.

What fills in the columns that a case leaves out is decided in `samples`, running them in `gate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from acrwatch.detection.model import Detection
from acrwatch.detection.reading import read
from acrwatch.detection.samples import filled
from acrwatch.detection.tuning import IdentityLimit, TuningEntry, Variant
from acrwatch.detection.tuning_checks import tuning_problems
from acrwatch.errors import InputError, Problem, SettingsError, did_you_mean, one_of, shown
from acrwatch.kql.records import is_record, table_and_row
from acrwatch.kql.tables import TABLES, TIME
from acrwatch.yaml_text import read_yaml, with_lines

CASES = "cases.yaml"
# The moment that times in a case are relative to; a whole hour, so that bins are easy to see.
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DEFAULT_TIME = "-10m"

_RELATIVE = re.compile(r"([+-]?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
# What an event of a case may say beside its columns.
_ABOUT = ("arrives", "every", "table", "times")


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


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is expected at one moment.

    Args:
        time: the moment, as `now()` of the query.
        rows: the rows, each with the columns that matter; in any order.
    """

    time: datetime
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case.

    Args:
        name: a claim.
        why: what a reviewer can dispute.
        settings: how the detection is tuned.
        events: what happened.
        moments: what is expected, and when.
        missing_tables: whether no table of the detection has had a row yet.
    """

    name: str
    why: str
    settings: Variant
    events: tuple[Event, ...]
    moments: tuple[Moment, ...]
    missing_tables: bool = False

    @property
    def fires(self) -> bool:
        """Whether any row is expected at any moment."""
        return any(moment.rows for moment in self.moments)


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A case as it stands in the file."""

    name: str
    why: str
    events: tuple[dict[str, Any], ...]
    expect: tuple[dict[str, Any], ...] | None = None
    at: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    limits: tuple[IdentityLimit, ...] = ()
    only: tuple[TuningEntry, ...] = ()
    except_: tuple[TuningEntry, ...] = ()
    missing_tables: bool = False


def read_cases(folder: Path, detection: Detection) -> tuple[Case, ...]:
    """Read the cases of a detection.

    Args:
        folder: the detection's folder.
        detection: what is tested.

    Raises:
        SettingsError: the file is missing, or a case cannot be run; all problems with their lines.
    """
    file = folder / CASES
    raw = read_yaml(file)
    problems: list[Problem] = []
    cases: list[Case] = []
    if not isinstance(raw, list) or not raw:
        raise SettingsError([Problem(path=(), message="it is not a list of cases")], str(file), "nothing was read")
    names: set[str] = set()
    for position, item in enumerate(raw):
        written = read(_Written, _renamed(item), (position,), problems)
        if written is None:
            continue
        if written.name in names:
            problems.append(Problem(path=(position, "name"), message=f"{shown(written.name)} is the name of two cases"))
        names.add(written.name)
        cases += _case(written, detection, position, problems)
    if problems:
        raise SettingsError(with_lines(problems, file), str(file), "nothing was read")
    return tuple(cases)


def _renamed(item: Any) -> Any:
    """`except` as the member is called in Python."""
    if not isinstance(item, dict):
        return item
    return {f"{key}_" if key == "except" else key: value for key, value in item.items()}


def _case(written: _Written, detection: Detection, position: int, problems: list[Problem]) -> Iterator[Case]:
    before = len(problems)
    settings = Variant(parameters=written.parameters, limits=written.limits, only=written.only, except_=written.except_)
    problems += [problem.below(position) for problem in tuning_problems(detection, settings)]
    events: list[Event] = []
    for number, raw in enumerate(written.events):
        events += _events(raw, detection, (position, "events", number), problems)
    if (written.expect is None) == (not written.at):
        said = "it needs either expect, for the rows expected now, or at, for rows expected at several moments"
        problems.append(Problem(path=(position,), message=said))
    expected = {"0m": written.expect} if written.expect is not None else dict(written.at)
    moments = [
        Moment(time=moment, rows=tuple(rows or ()))
        for text, rows in expected.items()
        if (moment := _time(text, (position, "at", text), problems)) is not None
    ]
    for expectation in moments:
        for row in expectation.rows:
            for column in row.keys() - detection.columns.keys():
                said = f"there is no output column {column}; {did_you_mean(column, detection.columns)}"
                problems.append(Problem(path=(position,), message=said))
    if len(problems) == before:
        yield Case(
            name=written.name,
            why=written.why,
            settings=settings,
            events=tuple(events),
            moments=tuple(sorted(moments, key=lambda moment: moment.time)),
            missing_tables=written.missing_tables,
        )


def _events(
    raw: Mapping[str, Any], detection: Detection, path: tuple[str | int, ...], problems: list[Problem]
) -> Iterator[Event]:
    about = {name: raw[name] for name in _ABOUT if name in raw}
    columns = {name: value for name, value in raw.items() if name not in _ABOUT}
    table = str(about.get("table", detection.data.tables[0]))
    if is_record(columns):
        try:
            table, columns = table_and_row(columns)
        except InputError as error:
            problems.append(Problem(path=path, message=str(error)))
            return
    if table not in TABLES:
        problems.append(Problem(path=(*path, "table"), message=f"there is no table {shown(table)}; {one_of(TABLES)}"))
        return
    for name in columns.keys() - TABLES[table].keys():
        said = f"{table} has no column {name}; {did_you_mean(name, [*TABLES[table], *_ABOUT])}"
        problems.append(Problem(path=(*path, name), message=said))
    begin = _time(str(columns.get(TIME, DEFAULT_TIME)), (*path, TIME), problems)
    delay = _length(str(about.get("arrives", "0m")), (*path, "arrives"), problems)
    every = _length(str(about.get("every", "0m")), (*path, "every"), problems)
    times = about.get("times", 1)
    if not isinstance(times, int) or times < 1:
        problems.append(Problem(path=(*path, "times"), message=f"{shown(times)} is not a whole number from 1"))
        return
    if begin is None or delay is None or every is None:
        return
    for number in range(times):
        numbered = {name: _numbered(value, number + 1) for name, value in columns.items() if name != TIME}
        moment = begin + number * every
        yield Event(table=table, row={**filled(table, numbered), TIME: moment}, time=moment, arrived=moment + delay)


def _numbered(value: Any, number: int) -> Any:
    """A value of one of several events: `{n}` in a text is its number."""
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _time(text: str, path: tuple[str | int, ...], problems: list[Problem]) -> datetime | None:
    """A moment: relative to the case's now, or absolute."""
    if (length := _relative(text)) is not None:
        return NOW + length
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        said = f"{shown(text)} is no time; write one relative to now, such as -10m or 5h30m, or as 2026-01-15T11:50:00Z"
        problems.append(Problem(path=path, message=said))
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _length(text: str, path: tuple[str | int, ...], problems: list[Problem]) -> timedelta | None:
    length = _relative(text)
    if length is None:
        problems.append(
            Problem(path=path, message=f"{shown(text)} is no length of time; write one like 90s, 10m or 5h")
        )
    return length


def _relative(text: str) -> timedelta | None:
    found = _RELATIVE.fullmatch(text)
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
