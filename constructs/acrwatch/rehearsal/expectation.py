"""Which alerts are expected of a rehearsal, and for whom: the values of `--expect FILE`.

How they are written in the file is decided in `expectation_file`, how they differ from what fired in `difference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from acrwatch.detection.events import Event
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.model import Alert, Notification
from acrwatch.synthesised import ActionGroup, Receiver, ScheduledQueryRule


class Others(StrEnum):
    """What becomes of alerts that a test does not name."""

    FAIL = "fail"
    IGNORE = "ignore"


@dataclass(frozen=True, kw_only=True)
class Span:
    """When something is expected.

    Args:
        since: the first moment.
        until: the last one; None where it is the evaluation at `since`, or the first one after it.
        written: as it stands in the file.
    """

    since: datetime
    until: datetime | None
    written: str

    def last(self, rule: ScheduledQueryRule, clock: Clock) -> datetime:
        """The last moment at which it may happen.

        Args:
            rule: whose evaluations are meant.
            clock: when they take place.
        """
        if self.until is not None:
            return self.until
        if rule.evaluation_frequency is None:
            return self.since
        moments = clock.evaluations(rule.address, rule.evaluation_frequency)
        return next((moment for moment in moments if moment >= self.since), self.since)

    def holds(self, moment: datetime, rule: ScheduledQueryRule, clock: Clock) -> bool:
        """Whether a moment is in it."""
        return self.since <= moment <= self.last(rule, clock)


class Never(StrEnum):
    """Stands for a resolution that does not come."""

    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class ExpectedAlert:
    """An alert, as far as it matters.

    Args:
        rule: id, Terraform address or name of its rule.
        at: when it fires; None for whenever.
        dimensions: dimension -> value, those that matter.
        to: names of action groups and receivers, of exactly those that are told; None where it does not matter.
        resolved: when it is resolved; None where it does not matter.
        times: how many such alerts there are.
        line: where it stands in the file.
    """

    rule: str
    at: Span | None = None
    dimensions: Mapping[str, str]
    to: tuple[str, ...] | None = None
    resolved: Span | Never | None = None
    times: int = 1
    line: int | None = None

    def __str__(self) -> str:
        dimensions = ", ".join(f"{name}: {value}" for name, value in self.dimensions.items())
        return " ".join(
            [
                self.rule,
                *([f"{{{dimensions}}}"] if dimensions else []),
                *([f"at {self.at.written}"] if self.at is not None else []),
                *(["to " + (", ".join(self.to) or "nobody")] if self.to is not None else []),
                *([f"resolved {_written(self.resolved)}"] if self.resolved is not None else []),
            ]
        )

    def is_of(self, rule: ScheduledQueryRule) -> bool:
        """Whether this is its rule."""
        return is_named(rule, self.rule)

    def has_dimensions(self, alert: Alert) -> bool:
        """Whether an alert has the dimensions that matter."""
        return all(alert.dimensions.get(name) == value for name, value in self.dimensions.items())

    def at_holds(self, alert: Alert, clock: Clock) -> bool:
        """Whether an alert fired when it should."""
        return self.at is None or self.at.holds(alert.fired, alert.rule, clock)

    def resolved_holds(self, alert: Alert, clock: Clock) -> bool:
        """Whether an alert was resolved when it should be."""
        if self.resolved is None:
            return True
        if alert.resolved is None or self.resolved is Never.NEVER:
            return alert.resolved is None and self.resolved is Never.NEVER
        return self.resolved.holds(alert.resolved, alert.rule, clock)

    def to_holds(self, alert: Alert) -> bool | None:
        """Whether exactly those are told that should be; None where that cannot be known."""
        if self.to is None:
            return True
        firing = alert.notifications[0]
        missing, unexpected = told_differently(self.to, firing)
        if (missing or unexpected) or firing.muted or not firing.route.unknown:
            return not missing and not unexpected
        return None

    def is_met_by(self, alert: Alert, clock: Clock) -> bool:
        """Whether an alert is as expected, as far as that can be known."""
        return (
            self.is_of(alert.rule)
            and self.has_dimensions(alert)
            and self.at_holds(alert, clock)
            and self.resolved_holds(alert, clock)
            and self.to_holds(alert) is not False
        )


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One test.

    Args:
        name: the claim.
        alerts: what is expected.
        others: what becomes of other alerts.
        events: what happened; None where the log is meant.
        start: the first moment of the period; None for that of the rehearsal.
        until: its last moment; None for that of the rehearsal.
        line: where it stands in the file.
    """

    name: str
    alerts: tuple[ExpectedAlert, ...]
    others: Others = Others.FAIL
    events: tuple[Event, ...] | None = None
    start: datetime | None = None
    until: datetime | None = None
    line: int | None = None

    def within(self, alerts: Iterable[Alert]) -> Sequence[Alert]:
        """The alerts that fired in its period."""
        return [
            alert
            for alert in alerts
            if (self.start is None or alert.fired >= self.start) and (self.until is None or alert.fired <= self.until)
        ]


def is_named(rule: ScheduledQueryRule, name: str) -> bool:
    """Whether a rule is called this: id, Terraform address, or name in Azure."""
    return name in (rule.id, rule.address, rule.name)


def names_of_group(group: ActionGroup) -> tuple[str, ...]:
    """What an action group may be called: name, short name, or Terraform address."""
    return group.name, group.short_name, group.address


def told_differently(names: Sequence[str], notification: Notification) -> tuple[list[str], list[str]]:
    """Who should be told and is not, and who is told and should not be, as far as it is certain.

    A group stands for all its receivers; one that is not in the file, or has no receiver, for itself.

    Args:
        names: who should be told: groups and receivers.
        notification: what was sent.
    """
    told = [] if notification.muted else notification.route.told
    maybe = [] if notification.muted else [one for one in notification.route.groups if one.told is None]
    met: set[str] = set()
    unexpected: list[str] = []
    for one in told:
        called = {one.name, one.name.rpartition("/")[2], *(names_of_group(one.group) if one.group is not None else ())}
        receivers: Sequence[Receiver] = () if one.group is None else one.group.receivers
        mine = called & {*names}
        met |= mine | ({receiver.name for receiver in receivers} & {*names})
        if mine:
            continue
        left = [receiver.name for receiver in receivers if receiver.name not in names]
        unexpected += [f"{name} of {one.name}" for name in left] if receivers else [one.name]
    possible = {name for one in maybe for name in _all_names(one.name, one.group)}
    return [name for name in names if name not in met and name not in possible], unexpected


def _all_names(name: str, group: ActionGroup | None) -> set[str]:
    called = {name, name.rpartition("/")[2]}
    return called if group is None else {*called, *names_of_group(group), *(one.name for one in group.receivers)}


def _written(span: Span | Never) -> str:
    return span.written if isinstance(span, Span) else span
