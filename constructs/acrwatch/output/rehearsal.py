"""What `acrwatch rehearse` shows: the alerts in order, how each rule did, what the log was, and the tests.

The same as plain values is made in `rehearsal_data`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from acrwatch.counted import counted
from acrwatch.durations import short
from acrwatch.errors import ExitCode
from acrwatch.output.rehearsal_data import difference_data, rehearsal_data
from acrwatch.output.result import Outcome, Part, Suite, Table
from acrwatch.rehearsal import words
from acrwatch.rehearsal.delivery import Deliveries
from acrwatch.rehearsal.difference import Difference
from acrwatch.rehearsal.messages import Messages
from acrwatch.rehearsal.model import Alert, LogReport, Rehearsal, RuleReport

ALERTS_SHOWN = 200
"""More alerts than these are counted in the table; JSON has all."""
UNREADABLE_SHOWN = 10
NOT_IN_THE_PRICE = "what short-lived combinations of dimensions add to it is not public"


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What a rehearsal found, and how it differs from what was expected.

    Args:
        rehearsal: of the log; None where only tests with events of their own were run.
        differences: how the tests did; None where nothing is expected.
        deliveries: what was posted to receivers; None where nothing was to be.
        messages: what became of the messages of Logic Apps; None where there are none, or nobody looked.
        interrupted: whether somebody stopped it before all tests were run.
    """

    rehearsal: Rehearsal | None
    differences: Sequence[Difference] | None = None
    deliveries: Deliveries | None = None
    messages: Messages | None = None
    interrupted: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with: an interruption, else findings, else what could not be found out."""
        found = self.differences or ()
        if self.interrupted or (self.rehearsal is not None and self.rehearsal.interrupted is not None):
            return ExitCode.INTERRUPTED
        sent = [one for one in (self.deliveries, self.messages) if one is not None]
        if any(one.failure is not None for one in found) or any(one.failures for one in sent):
            return ExitCode.FINDINGS
        if any(one.unknown is not None for one in found) or any(one.unknown for one in sent):
            return ExitCode.UNKNOWN
        if self.rehearsal is not None and not self.rehearsal.complete:
            return ExitCode.UNKNOWN
        return ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """The timeline, the rules, the log, what is not known, messages, the tests, and a line that sums up."""
        of_log = [] if self.rehearsal is None else _parts(self.rehearsal)
        tests = [] if self.differences is None else list(_tests(self.differences))
        posted = [] if self.deliveries is None else [self.deliveries.said()]
        built = [] if self.messages is None else [self.messages.said()]
        return [*of_log, *built, *posted, *tests, self._summary()]

    def _summary(self) -> str:
        rehearsal = self.rehearsal
        parts = []
        if rehearsal is not None:
            up_to = rehearsal.interrupted or rehearsal.clock.end
            parts.append(
                f"{counted(len(rehearsal.alerts), 'alert')} of {counted(len(rehearsal.rules), 'rule')} from "
                f"{words.moment(rehearsal.clock.start)} to {words.moment(up_to)}"
            )
            if unknown := sum(report.unknown is not None for report in rehearsal.rules):
                parts.append(f"{counted(unknown, 'rule')} not evaluated")
        if self.differences is not None:
            failed = sum(one.failure is not None for one in self.differences)
            unknown = sum(one.unknown is not None and one.failure is None for one in self.differences)
            parts.append(f"{counted(len(self.differences), 'test')}, {failed} failed")
            parts += [f"{unknown} could not be decided"] if unknown else []
        if self.messages is not None and self.messages.failures:
            parts.append(f"{counted(len(self.messages.failures), 'message')} would not arrive")
        if self.exit_code is ExitCode.INTERRUPTED:
            parts.append("interrupted: this is what was found so far")
        elif rehearsal is not None and not rehearsal.complete:
            parts.append("this is not all: see above what is missing")
        return ", ".join(parts)

    def data(self) -> Any:
        """Everything that was found."""
        return {
            "rehearsal": None if self.rehearsal is None else rehearsal_data(self.rehearsal),
            "tests": None if self.differences is None else [difference_data(one) for one in self.differences],
            "deliveries": None if self.deliveries is None else self.deliveries.data(),
            "messages": None if self.messages is None else self.messages.data(),
            "interrupted": self.exit_code is ExitCode.INTERRUPTED,
        }

    def tests(self) -> Sequence[Suite]:
        """A suite for what had to be evaluated and read, and one for the expectations."""
        suites = []
        if self.rehearsal is not None:
            suites.append(Suite(name="rehearsal", cases=tuple(_outcomes(self.rehearsal))))
        for name, sent in (("messages", self.messages), ("deliveries", self.deliveries)):
            if sent is not None:
                said, unknown = "\n".join(sent.failures) or None, "\n".join(sent.unknown) or None
                suites.append(Suite(name=name, cases=(Outcome(name="receivers", failure=said, unknown=unknown),)))
        if self.differences is not None:
            cases = [
                Outcome(name=one.expectation.name, failure=one.failure, unknown=one.unknown) for one in self.differences
            ]
            suites.append(Suite(name="expectations", cases=tuple(cases)))
        return suites


def _parts(rehearsal: Rehearsal) -> Sequence[Part]:
    alerts = rehearsal.alerts
    more = len(alerts) - ALERTS_SHOWN
    return [
        words.made_from(rehearsal),
        _timeline(alerts[:ALERTS_SHOWN]) if alerts else "No alert fired.",
        *([f"and {counted(more, 'alert')} more; --format json has all of them"] if more > 0 else []),
        Table(
            title="Rules",
            columns=("rule", "evaluations", "alerts", "a day", "series", "slowest", "USD a month", "remarks"),
            rows=[_rule(report) for report in rehearsal.rules],
        ),
        _cost(rehearsal.rules),
        *_log(rehearsal.log),
        *_listed("Not readable from the stack", rehearsal.unknown),
    ]


def _timeline(alerts: Sequence[Alert]) -> Table:
    """The alerts in order; the day stands above where it is the same for all."""
    days = {at.date() for alert in alerts for at in (alert.fired, alert.resolved) if at is not None}
    one_day = len(days) == 1
    on = f" on {min(days)}" if one_day else f" from {min(days)} on"
    form = "%H:%M" if one_day else "%m-%d %H:%M"
    return Table(
        title=f"Alerts{on}, in UTC",
        columns=("fired", "", "rule", "who and what", "told", "resolved"),
        rows=[
            (
                alert.fired.strftime(form),
                "" if alert.rule.severity is None else f"Sev{alert.rule.severity}",
                words.rule_name(alert.rule),
                f"{words.who_and_what(alert.dimensions)}: {words.measured(alert)}".removeprefix(": "),
                words.told(alert.notifications[0]),
                "" if alert.resolved is None else alert.resolved.strftime(form),
            )
            for alert in alerts
        ],
    )


def _rule(report: RuleReport) -> Sequence[str]:
    remarks = [
        *([f"not evaluated: {report.unknown}"] if report.unknown is not None else []),
        *(["not enabled"] if report.rule.enabled is False else []),
        *(f"limit hit: {limit}" for limit in report.limits),
    ]
    return (
        words.rule_name(report.rule),
        str(report.evaluations),
        str(report.alerts),
        f"{report.per_day:.3g}",
        str(report.series),
        "" if report.slowest is None else _length(report.slowest),
        "" if report.monthly_price is None else f"{report.monthly_price:.2f}",
        "; ".join(remarks),
    )


def _cost(reports: Sequence[RuleReport]) -> str:
    known = [price for report in reports if report.rule.enabled and (price := report.monthly_price) is not None]
    return f"The rules themselves cost about {sum(known):.2f} USD a month; {NOT_IN_THE_PRICE}"


def _log(log: LogReport) -> Iterator[Part]:
    period = f", from {words.moment(log.first)} to {words.moment(log.last)}" if log.first and log.last else ""
    rows = ", ".join(f"{count} of {table}" for table, count in log.rows.items())
    yield f"Rows read: {rows or 'none'}{period}"
    if log.unreadable:
        lines = [f"  - {one}" for one in log.details[:UNREADABLE_SHOWN]]
        if (more := log.unreadable - len(lines)) > 0:
            lines.append(f"  and {more} more")
        yield "\n".join([f"{counted(log.unreadable, 'record')} could not be read", *lines])
    yield from _listed("Read only in part", log.partial)
    yield from _listed("Worth knowing of the log", log.notes)


def _listed(title: str, members: Sequence[str]) -> Iterator[str]:
    if members:
        yield "\n".join([title, *(f"  - {member}" for member in members)])


def _tests(differences: Sequence[Difference]) -> Iterator[Part]:
    rows = [(one.expectation.name, _state(one)) for one in differences]
    if rows:
        yield Table(title="Tests", columns=("test", ""), rows=rows)
    for one in differences:
        said = [text for text in (one.failure, *_indented(one.unknown)) if text is not None]
        if said:
            yield "\n".join([one.expectation.name, *said])


def _indented(text: str | None) -> Sequence[str]:
    return [f"  ? {line}" for line in (text or "").splitlines()]


def _state(one: Difference) -> str:
    if one.failure is not None:
        return "failed"
    return "could not be decided" if one.unknown is not None else "passed"


def _outcomes(rehearsal: Rehearsal) -> Iterator[Outcome]:
    for report in rehearsal.rules:
        yield Outcome(name=f"{words.rule_name(report.rule)} can be evaluated", unknown=report.unknown)
    log = rehearsal.log
    unreadable = [f"{counted(log.unreadable, 'record')} could not be read", *log.details] if log.unreadable else []
    yield Outcome(name="the log can be read", unknown="\n".join([*unreadable, *log.partial]) or None)
    yield Outcome(name="the stack can be read", unknown="\n".join(rehearsal.unknown) or None)
    if rehearsal.interrupted is not None:
        said = f"it was interrupted, and played up to {words.moment(rehearsal.interrupted)}"
        yield Outcome(name="played to the end", unknown=said)


def _length(length: timedelta) -> str:
    return f"{length.total_seconds():.0f}s" if length < timedelta(minutes=1) else short(length)
