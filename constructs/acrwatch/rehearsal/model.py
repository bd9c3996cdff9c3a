"""What a rehearsal found: one value that tables, JSON, the report, expectations and the pytest plugin all read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from acrwatch.rehearsal.behind import RowsBehind
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.price import monthly_price
from acrwatch.rehearsal.query import Row
from acrwatch.rehearsal.series import Series
from acrwatch.rehearsal.state import Limit
from acrwatch.rehearsal.volume import Volume
from acrwatch.routing import Route
from acrwatch.synthesised import ScheduledQueryRule


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What Azure would send because an alert fired or was resolved.

    Args:
        time: when.
        payload: the body, in the common alert schema.
        route: who is told, and which rule decided.
        muted: whether the rule's own mute kept it from everybody.
    """

    time: datetime
    payload: Mapping[str, Any]
    route: Route
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert, from its firing to its resolution.

    Args:
        rule: the rule that fired.
        series: the combination of dimensions.
        value: the measure when it fired; None where nothing was measured.
        fired: when it fired.
        resolved: when it was resolved; None where it was not within the period, or the rule never does.
        result: rows of the query's result behind it.
        behind: log rows behind it; None where the query's shape does not tell.
        notifications: what was sent, the firing first.
    """

    rule: ScheduledQueryRule
    series: Series
    value: float | None
    fired: datetime
    resolved: datetime | None
    result: tuple[Row, ...]
    behind: RowsBehind | None
    notifications: tuple[Notification, ...]

    @property
    def dimensions(self) -> Mapping[str, str]:
        """Dimension -> value."""
        return dict(self.series)

    @property
    def delay(self) -> timedelta | None:
        """From its first log row to its firing; None where the rows are not known."""
        return None if self.behind is None else self.fired - self.behind.first


@dataclass(frozen=True, kw_only=True)
class RuleReport:
    """How one rule did.

    Args:
        rule: the rule.
        evaluations: how often it was evaluated.
        alerts: how many alerts it fired.
        series: how many combinations of dimensions violated its condition.
        busiest: how many did so at one evaluation, at most; Azure stops at 300 of a stateful rule.
        limits: limits of Azure that were hit.
        slowest: the longest time from a first log row to its alert; None where no alert tells.
        per_day: alerts a day over the period.
        unknown: why it could not be evaluated, or not to the end; None where it was.
    """

    rule: ScheduledQueryRule
    evaluations: int = 0
    alerts: int = 0
    series: int = 0
    busiest: int = 0
    limits: tuple[Limit, ...] = ()
    slowest: timedelta | None = None
    per_day: float = 0.0
    unknown: str | None = None

    @property
    def monthly_price(self) -> float | None:
        """USD a month for the rule itself; None where its frequency is not known."""
        frequency = self.rule.evaluation_frequency
        return None if frequency is None else monthly_price(frequency)


@dataclass(frozen=True, kw_only=True)
class LogReport:
    """What was read of the log.

    Args:
        paths: the files and folders, as they were given; empty for events in Python.
        rows: table -> number of rows.
        first: when the first row happened; None without rows.
        last: when the last one did.
        unreadable: how many records could not be read.
        details: some of them, for people: file, line and reason.
        notes: what else is worth knowing of what was read.
        partial: what is missing of the files, such as the end of a truncated one.
        interval: length of the intervals of `volume`.
        volume: table -> beginning of an interval and the rows that happened in it; only within the period, and only
            intervals with rows.
    """

    paths: tuple[str, ...]
    rows: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    unreadable: int
    details: tuple[str, ...]
    notes: tuple[str, ...]
    partial: tuple[str, ...]
    interval: timedelta
    volume: Volume


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What the rules of a stack would have done.

    Args:
        stack: the file of the stack, or of the plan.
        clock: the period and how punctual evaluations were.
        log: what was read of the log.
        rules: how each rule did, in the order of the stack.
        alerts: all alerts, by the time they fired.
        unknown: what in the stack could not be read, and so not be rehearsed.
        interrupted: up to when it was played, where somebody interrupted it; None where it was played to the end.
    """

    stack: Path
    clock: Clock
    log: LogReport
    rules: tuple[RuleReport, ...]
    alerts: tuple[Alert, ...]
    unknown: tuple[str, ...] = ()
    interrupted: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether everything could be found out."""
        return (
            not self.unknown
            and self.interrupted is None
            and not self.log.partial
            and not self.log.unreadable
            and all(rule.unknown is None for rule in self.rules)
        )
