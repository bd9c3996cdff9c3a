"""Reads the YAML of `--expect FILE`: one test, or a list of them.

- name: a deleted repository tells security and on-call once
  events:
    - {at: 10m, OperationName: Delete, Repository: team/api, Identity: someone@example.com}
  alerts:
    - rule: forced_repository_deleted
      at: 10m..25m
      dimensions: {Repository: team/api}
      to: [oncall, security]

docs/rehearse.md has all keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from acrwatch.detection.events import Event, events_of, time_of
from acrwatch.detection.reading import read
from acrwatch.errors import InputError, Problem, SettingsError, did_you_mean, shown
from acrwatch.errors import Path as ValuePath
from acrwatch.kql.tables import TABLES, TIME
from acrwatch.rehearsal.expectation import (
    Expectation,
    ExpectedAlert,
    Never,
    Others,
    Span,
    is_named,
    names_of_group,
)
from acrwatch.rehearsal.series import as_text
from acrwatch.routing.moments import parse_moment
from acrwatch.synthesised import ScheduledQueryRule, SynthesisedStack
from acrwatch.yaml_text import read_yaml, with_lines

START = datetime(2026, 1, 15, tzinfo=UTC)
"""Where the period of a test with events begins unless it says; a midnight, so that bins are easy to see."""

_CONSEQUENCE = "nothing was rehearsed"
_TABLE = "ContainerRegistryRepositoryEvents"


@dataclass(frozen=True, kw_only=True)
class _WrittenAlert:
    """An expected alert as it stands in the file."""

    rule: str
    at: str | None = None
    dimensions: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    to: tuple[str, ...] | None = None
    resolved: str | None = None
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A test as it stands in the file."""

    name: str
    alerts: tuple[_WrittenAlert, ...]
    others: Others = Others.FAIL
    events: tuple[dict[str, Any], ...] | None = None
    start: str | None = None
    until: str | None = None


def read_expectations(
    file: Path, stacks: Sequence[SynthesisedStack], *, log: bool, log_start: datetime = START
) -> tuple[Expectation, ...]:
    """Read a file of expectations.

    Args:
        file: the file.
        stacks: what is rehearsed; a rule or receiver has to be in one of them.
        log: whether there is a log, for tests without events of their own.
        log_start: where the period of the log begins. Default: any moment, which is enough to find what is wrong with
            the file before a log is read.

    Raises:
        SettingsError: it cannot be read, or something in it is wrong; all of it at once.
    """
    content = read_yaml(file, _CONSEQUENCE)
    reader = _Reader(stacks, log, log_start)
    if isinstance(content, list) and content:
        found = [reader.expectation(one, (position,)) for position, one in enumerate(content)]
    elif isinstance(content, dict):
        found = [reader.expectation(content, ())]
    else:
        raise SettingsError(
            [Problem(path=(), message="it is neither a test nor a list of tests")], str(file), _CONSEQUENCE
        )
    if reader.problems:
        raise SettingsError(with_lines(reader.problems, file), str(file), _CONSEQUENCE)
    return tuple(_with_lines([one for one in found if one is not None], isinstance(content, list), file))


class _Reader:
    """Reads tests, and collects what is wrong with them."""

    def __init__(self, stacks: Sequence[SynthesisedStack], log: bool, log_start: datetime) -> None:
        self.problems: list[Problem] = []
        self._rules = [rule for stack in stacks for rule in stack.rules]
        self._per_stack = [stack.rules for stack in stacks]
        self._told = set(_who(stacks))
        self._log = log
        self._log_start = log_start
        self._names: set[str] = set()

    def _wrong(self, path: ValuePath, message: str, way_out: str | None = None) -> None:
        self.problems.append(Problem(path=path, message=message, way_out=way_out))

    def expectation(self, raw: object, path: ValuePath) -> Expectation | None:
        written = read(_Written, raw, path, self.problems)
        if written is None:
            return None
        if written.name in self._names:
            self._wrong((*path, "name"), f"{shown(written.name)} is the name of two tests")
        self._names.add(written.name)
        start = self._start(written, path)
        until = None if written.until is None else self._moment(written.until, start, (*path, "until"))
        if until is not None and until < start:
            self._wrong((*path, "until"), f"{written.until} is before the start")
        if written.events is None and not self._log:
            said = "it has no events, and no log is given"
            self._wrong(path, said, "write events into the test, or give a log with --events")
        if written.events == () and until is None:
            self._wrong((*path, "events"), "without an event the period has no end", "say until")
        given = written.events is not None or written.start is not None
        return Expectation(
            name=written.name,
            alerts=tuple(
                self._alert(alert, start, (*path, "alerts", number)) for number, alert in enumerate(written.alerts)
            ),
            others=written.others,
            events=None if written.events is None else tuple(self._events(written.events, start, path)),
            start=start if given else None,
            until=until,
        )

    def _start(self, written: _Written, path: ValuePath) -> datetime:
        if written.start is None:
            return self._log_start if written.events is None else START
        try:
            return parse_moment(written.start).astimezone(UTC)
        except InputError as error:
            self._wrong((*path, "start"), str(error))
            return START

    def _moment(self, text: str, start: datetime, path: ValuePath) -> datetime | None:
        return time_of(text, path, self.problems, now=start)

    def _events(self, written: Sequence[Mapping[str, Any]], start: datetime, path: ValuePath) -> Iterator[Event]:
        for number, raw in enumerate(written):
            place = (*path, "events", number)
            if "at" in raw and TIME in raw:
                self._wrong((*place, TIME), "it says when it happened twice", "leave at or TimeGenerated out")
            row = {TIME if name == "at" else name: value for name, value in raw.items()}
            problems: list[Problem] = []
            yield from events_of(row, _table(raw), place, problems, now=start, default_time="0m")
            # People wrote `at`, and find it by its line.
            self.problems += [
                replace(one, path=(*place, "at")) if "at" in raw and one.path == (*place, TIME) else one
                for one in problems
            ]

    def _alert(self, written: _WrittenAlert, start: datetime, path: ValuePath) -> ExpectedAlert:
        self._check_rule(written, path)
        for number, name in enumerate(written.to or ()):
            if name not in self._told:
                said = f"there is no action group and no receiver {shown(name)}; {did_you_mean(name, self._told)}"
                self._wrong((*path, "to", number), said)
        if written.times < 0:
            self._wrong((*path, "times"), f"{written.times} is not a number from 0")
        resolved = (
            Never.NEVER if written.resolved == Never.NEVER else self._span(written.resolved, start, (*path, "resolved"))
        )
        return ExpectedAlert(
            rule=written.rule,
            at=self._span(written.at, start, (*path, "at")),
            dimensions={name: as_text(value) for name, value in written.dimensions.items()},
            to=written.to,
            resolved=resolved,
            times=written.times,
        )

    def _check_rule(self, written: _WrittenAlert, path: ValuePath) -> None:
        name = written.rule
        named = [[rule for rule in rules if is_named(rule, name)] for rules in self._per_stack]
        if not any(named):
            known = {known for rule in self._rules for known in (rule.id, rule.name)}
            self._wrong((*path, "rule"), f"there is no rule {shown(name)}; {did_you_mean(name, known)}")
            return
        several = next((rules for rules in named if len(rules) > 1), None)
        if several is not None:
            addresses = ", ".join(rule.address for rule in several)
            self._wrong((*path, "rule"), f"{shown(name)} means several rules: {addresses}", "name one by its address")
            return
        known = {name for rules in named for rule in rules for name in _dimensions(rule)}
        for dimension in written.dimensions:
            if dimension not in known:
                said = f"the rule has no such dimension; {did_you_mean(dimension, known) if known else 'it has none'}"
                self._wrong((*path, "dimensions", dimension), said)

    def _span(self, text: str | None, start: datetime, path: ValuePath) -> Span | None:
        if text is None:
            return None
        first, dots, last = text.partition("..")
        since = self._moment(first, start, path)
        until = self._moment(last, start, path) if dots else None
        if since is None or (dots and until is None):
            return None
        if until is not None and until < since:
            self._wrong(path, f"{shown(text)} ends before it begins")
        return Span(since=since, until=until, written=text)


def _who(stacks: Sequence[SynthesisedStack]) -> Iterator[str]:
    """All names of groups and receivers, those of groups that are elsewhere included."""
    for stack in stacks:
        for group in stack.groups:
            yield from names_of_group(group)
            yield from (receiver.name for receiver in group.receivers)
        named = [name for rule in stack.rules for name in rule.action_groups]
        named += [name for rule in stack.processing_rules for name in rule.add_action_group_ids]
        for name in named:
            yield name
            yield name.rpartition("/")[2]


def _dimensions(rule: ScheduledQueryRule) -> Iterator[str]:
    return (dimension.name for criterion in rule.criteria for dimension in criterion.dimensions)


def _table(columns: Mapping[str, Any]) -> str:
    """The table of an event that does not say: the first that has all its columns."""
    about = ("at", "arrives", "every", "table", "times")
    names = {name for name in columns if name not in about}
    return next((table for table in (_TABLE, *TABLES) if names <= TABLES[table].keys()), _TABLE)


def _with_lines(found: Sequence[Expectation], several: bool, file: Path) -> Iterator[Expectation]:
    """The expectations with the lines at which they stand."""
    paths: list[ValuePath] = [(position,) if several else () for position in range(len(found))]
    alerts = [
        (*path, "alerts", number) for path, one in zip(paths, found, strict=True) for number in range(len(one.alerts))
    ]
    problems = with_lines([Problem(path=path, message="") for path in (*paths, *alerts)], file)
    lines = {problem.path: problem.line for problem in problems}
    for path, one in zip(paths, found, strict=True):
        numbered = [replace(alert, line=lines[*path, "alerts", number]) for number, alert in enumerate(one.alerts)]
        yield replace(one, line=lines[path], alerts=tuple(numbered))
