"""How the alerts of a rehearsal differ from those that a test expects, each beside the one that is nearest to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from acrwatch.durations import short
from acrwatch.rehearsal import words
from acrwatch.rehearsal.expectation import Expectation, ExpectedAlert, Never, Others, Span, told_differently
from acrwatch.rehearsal.model import Alert, Rehearsal, RuleReport


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A test, and what is different.

    Args:
        expectation: the test.
        failure: what differs for certain; None where nothing does.
        unknown: why it cannot be said whether something differs; None where it can.
        met: the alerts that are as expected, for each expected alert.
    """

    expectation: Expectation
    failure: str | None
    unknown: str | None
    met: tuple[tuple[Alert, ...], ...]


def difference(expectation: Expectation, rehearsal: Rehearsal) -> Difference:
    """Compare what fired with what is expected.

    Args:
        expectation: the test.
        rehearsal: of its events, or of the log.
    """
    alerts = expectation.within(rehearsal.alerts)
    found = _Assignment(expectation.alerts, alerts, rehearsal)
    found.assign()
    failures = [] if rehearsal.interrupted is not None else list(_failures(expectation, found, rehearsal))
    unknown = list(dict.fromkeys(_unknown(expectation, found, rehearsal)))
    return Difference(
        expectation=expectation,
        failure="\n".join(failures) or None,
        unknown="\n".join(unknown) or None,
        met=tuple(map(tuple, found.met)),
    )


@dataclass
class _Assignment:
    """Which alert is which expected one: as many as can be at once."""

    expected: Sequence[ExpectedAlert]
    alerts: Sequence[Alert]
    rehearsal: Rehearsal
    met: list[list[Alert]] = field(default_factory=list)
    left: list[Alert] = field(default_factory=list)

    def assign(self) -> None:
        """Give each alert to one that expects it, moving others where that makes room."""
        self.met = [[] for _ in self.expected]
        for alert in self.alerts:
            if not self._place(alert, set()):
                self.left.append(alert)

    def meets(self, alert: Alert) -> Iterator[int]:
        """The expected alerts that it may be."""
        clock = self.rehearsal.clock
        return (number for number, one in enumerate(self.expected) if one.is_met_by(alert, clock))

    def _place(self, alert: Alert, tried: set[int]) -> bool:
        for number in self.meets(alert):
            if number in tried:
                continue
            tried.add(number)
            mine = self.met[number]
            if len(mine) < self.expected[number].times:
                mine.append(alert)
                return True
            for position, other in enumerate(mine):
                if self._place(other, tried):
                    mine[position] = alert
                    return True
        return False


def _failures(expectation: Expectation, found: _Assignment, rehearsal: Rehearsal) -> Iterator[str]:
    base = expectation.start or rehearsal.clock.start
    left = list(found.left)
    for expected, met in zip(found.expected, found.met, strict=True):
        lacking = expected.times - len(met)
        near = None
        while lacking and (near := _nearest(expected, left, rehearsal)) and expected.has_dimensions(near):
            left.remove(near)
            lacking -= 1
            yield "\n".join([f"  ~ {_place(expected)}{expected}", *_wrong(expected, near, rehearsal, base)])
        report = next((one for one in rehearsal.rules if expected.is_of(one.rule)), None)
        if lacking and (report is None or report.unknown is None):
            of = f" ({lacking} of {expected.times} are missing)" if expected.times > 1 else ""
            yield "\n".join([f"  - {_place(expected)}{expected}{of}", *_missing(expected, near, report, base)])
    for alert in left:
        more = next((found.expected[number] for number in found.meets(alert)), None)
        if more is not None or expectation.others is Others.FAIL:
            said = "" if more is None else f": {_place(more)}expects {more.times} like it".replace("  ", " ")
            yield f"  + {words.summary(alert)}\n      fired {_when(alert.fired, base)} and is not expected{said}"


def _unknown(expectation: Expectation, found: _Assignment, rehearsal: Rehearsal) -> Iterator[str]:
    if rehearsal.interrupted is not None:
        yield f"it was interrupted, and played up to {words.moment(rehearsal.interrupted)}"
    for report in rehearsal.rules:
        named = any(expected.is_of(report.rule) for expected in expectation.alerts)
        if report.unknown is not None and (named or expectation.others is Others.FAIL):
            yield f"{words.rule_name(report.rule)} could not be evaluated: {report.unknown}"
    if expectation.others is Others.FAIL:
        yield from (f"what else there is could not be read: {one}" for one in rehearsal.unknown)
    for expected, met in zip(found.expected, found.met, strict=True):
        for alert in met:
            if expected.to_holds(alert) is None:
                yield from (
                    f"who is told of {words.rule_name(alert.rule)}: {one}"
                    for one in alert.notifications[0].route.unknown
                )


def _nearest(expected: ExpectedAlert, left: Sequence[Alert], rehearsal: Rehearsal) -> Alert | None:
    def distance(alert: Alert) -> tuple[int, timedelta, bool, bool]:
        wrong = sum(alert.dimensions.get(name) != value for name, value in expected.dimensions.items())
        away = timedelta(0)
        if expected.at is not None:
            last = expected.at.last(alert.rule, rehearsal.clock)
            away = max(expected.at.since - alert.fired, alert.fired - last, timedelta(0))
        return wrong, away, expected.to_holds(alert) is False, not expected.resolved_holds(alert, rehearsal.clock)

    return min((alert for alert in left if expected.is_of(alert.rule)), key=distance, default=None)


def _missing(expected: ExpectedAlert, near: Alert | None, report: RuleReport | None, base: datetime) -> Iterator[str]:
    if report is None:
        yield "      did not fire: there is no such rule"
    elif not report.rule.enabled:
        yield "      did not fire: the rule is not enabled"
    elif near is None:
        yield "      did not fire"
    else:
        yield "      did not fire; the nearest is"
        yield f"      {words.summary(near)}"
        other = [name for name, value in expected.dimensions.items() if near.dimensions.get(name) != value]
        yield from (
            f"      where {name} is {near.dimensions.get(name, '')}, expected {expected.dimensions[name]}"
            for name in other
        )
        if expected.at is not None:
            yield f"      it fired {_when(near.fired, base)}"


def _wrong(expected: ExpectedAlert, alert: Alert, rehearsal: Rehearsal, base: datetime) -> Iterator[str]:
    clock = rehearsal.clock
    yield f"      {words.summary(alert)}"
    if expected.at is not None and not expected.at_holds(alert, clock):
        yield f"      fired {_when(alert.fired, base)}, expected {_expected(expected.at, alert, rehearsal, base)}"
    if not expected.resolved_holds(alert, clock):
        is_ = "is not resolved" if alert.resolved is None else f"is resolved {_when(alert.resolved, base)}"
        should = expected.resolved
        wanted = _expected(should, alert, rehearsal, base) if isinstance(should, Span) else Never.NEVER
        yield f"      {is_}, expected {wanted}"
    if expected.to_holds(alert) is False:
        missing, unexpected = told_differently(expected.to or (), alert.notifications[0])
        because = _why_not_told(alert)
        yield from (f"      {name} should be told and is not{because}" for name in missing)
        yield from (f"      {name} is told and should not be" for name in unexpected)


def _why_not_told(alert: Alert) -> str:
    said = words.told(alert.notifications[0])
    return f": {said.removeprefix(f'{words.NOBODY}: ')}" if said.startswith(f"{words.NOBODY}: ") else ""


def _expected(span: Span, alert: Alert, rehearsal: Rehearsal, base: datetime) -> str:
    if span.until is not None:
        return span.written
    return f"{span.written}, which is the evaluation {_when(span.last(alert.rule, rehearsal.clock), base)}"


def _place(expected: ExpectedAlert) -> str:
    return "" if expected.line is None else f"line {expected.line}  "


def _when(moment: datetime, base: datetime) -> str:
    """A moment relative to the start, as the file has it, and as it is."""
    sign, length = ("-", base - moment) if moment < base else ("", moment - base)
    return f"at {sign}{short(length)} ({words.moment(moment)})"
