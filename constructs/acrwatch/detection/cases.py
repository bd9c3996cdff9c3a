"""A detection's test cases, `cases.yaml`: events, how the detection is tuned, and the rows expected then.

What an event may be is decided in `events`, running a case in `gate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from acrwatch.detection.events import Event, events_of, time_of
from acrwatch.detection.model import Detection
from acrwatch.detection.reading import read
from acrwatch.detection.tuning import IdentityLimit, TuningEntry, Variant
from acrwatch.detection.tuning_checks import tuning_problems
from acrwatch.errors import Problem, SettingsError, did_you_mean, shown
from acrwatch.yaml_text import read_yaml, with_lines

CASES = "cases.yaml"


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
    default_table = next(iter(detection.data.tables), "")
    for number, raw in enumerate(written.events):
        events += events_of(raw, default_table, (position, "events", number), problems)
    if (written.expect is None) == (not written.at):
        said = "it needs either expect, for the rows expected now, or at, for rows expected at several moments"
        problems.append(Problem(path=(position,), message=said))
    if written.missing_tables and written.events:
        said = "a table that is missing has no rows; leave the events out, or missing_tables"
        problems.append(Problem(path=(position, "events"), message=said))
    expected = {"0m": written.expect} if written.expect is not None else dict(written.at)
    moments = [
        Moment(time=moment, rows=tuple(rows or ()))
        for text, rows in expected.items()
        if (moment := time_of(text, (position, "at", text), problems)) is not None
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
