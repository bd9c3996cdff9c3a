"""How each rule did, and what it is: condition, clock, tuning in force and query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from acrwatch.durations import short
from acrwatch.output.report.markup import Markup, el
from acrwatch.output.report.rows import facts, scrolled
from acrwatch.output.report.words import NOTHING, length, number
from acrwatch.rehearsal.model import RuleReport
from acrwatch.synthesised import ScheduledQueryRule

_LET = re.compile(r"let \w+ = .*;")
_COLUMNS = ("Rule", "Alerts", "A day", "Series", "Evaluations", "Slowest", "USD a month", "")


def rules(reports: Sequence[RuleReport]) -> Markup:
    """A table to compare the rules by, and each rule in full.

    Args:
        reports: how each did, in the order of the stack.
    """
    if not reports:
        return el("p", "No rule of the stack could be read.", class_="empty")
    head = el("tr", (el("th", column or "Remarks", scope="col") for column in _COLUMNS))
    body = (el("tr", _compared(number_, report)) for number_, report in enumerate(reports, 1))
    table = scrolled(el("table", el("thead", head), el("tbody", body), class_="compared"), "How the rules did")
    return el("div", table, (_rule(number_, report) for number_, report in enumerate(reports, 1)))


def tuning(rule: ScheduledQueryRule) -> str:
    """The `let` statements of one line ahead of the query, in which a detection's parameters are in force.

    Args:
        rule: the rule.

    Returns:
        The lines; empty where the query begins otherwise.
    """
    lines = rule.criteria[0].query.splitlines() if rule.criteria else []
    end = next((number_ for number_, line in enumerate(lines) if not _LET.fullmatch(line.strip())), len(lines))
    return "\n".join(line.strip() for line in lines[:end])


def _compared(position: int, report: RuleReport) -> Iterator[Markup]:
    yield el("th", el("a", report.rule.id, href=f"#rule-{position}"), scope="row")
    price = report.monthly_price
    cells = (
        f"{report.alerts:,}",
        number(report.per_day),
        f"{report.series:,}",
        f"{report.evaluations:,}",
        NOTHING if report.slowest is None else length(report.slowest),
        NOTHING if price is None else f"{price:.2f}",
    )
    for cell in cells:
        yield el("td", cell, class_="number")
    yield el("td", ", ".join(_remarks(report)))


def _remarks(report: RuleReport) -> Iterator[str]:
    if report.unknown is not None:
        yield "could not be evaluated" if not report.evaluations else "not evaluated to the end"
    if report.rule.enabled is False:
        yield "not enabled"
    if report.limits:
        yield "limit hit"


def _rule(position: int, report: RuleReport) -> Markup:
    rule = report.rule
    kept = [*_problems(report)]
    words = tuning(rule)
    return el(
        "section",
        el("h3", rule.title, " ", el("code", rule.id)),
        kept,
        el("p", rule.description) if rule.description else None,
        facts(list(_facts(report))),
        [el("h4", "Tuning in force"), el("pre", words, class_="kql tuning")] if words else None,
        (
            el("details", el("summary", "The query"), el("pre", criterion.query, class_="kql"))
            for criterion in rule.criteria
        ),
        class_="rule",
        id=f"rule-{position}",
        tabindex=-1,
    )


def _problems(report: RuleReport) -> Iterator[Markup]:
    if report.unknown is not None:
        yield el("p", el("strong", "Not known: "), report.unknown, class_="notice")
    for limit in report.limits:
        yield el("p", el("strong", "Limit of Azure hit: "), limit.value, class_="notice")


def _facts(report: RuleReport) -> Iterator[tuple[str, str]]:
    rule = report.rule
    yield "Fires at", rule.condition or NOTHING
    yield "Severity", rule.severity_written
    yield "Evaluated every", rule.frequency
    yield "Reads", _length(rule.query_time_range_override or rule.window_duration)
    for criterion in rule.criteria:
        if criterion.evaluation_periods is not None and criterion.evaluation_periods > 1:
            yield "Failing periods", f"{criterion.minimum_failing_periods} of {criterion.evaluation_periods}"
        yield "An alert for each", ", ".join(one.name for one in criterion.dimensions) or "rule"
    yield "State", "fires once, and resolves itself" if rule.auto_mitigation_enabled else "fires at each evaluation"
    if rule.mute_actions_after_alert_duration is not None:
        yield "Muted after an alert", short(rule.mute_actions_after_alert_duration)
    if rule.enabled is not True:
        yield "Enabled", "no" if rule.enabled is False else "not known"
    if rule.attack is not None:
        yield "ATT&CK", rule.attack
    yield "At most at one evaluation", f"{report.busiest:,} series"


def _length(duration: timedelta | None) -> str:
    return NOTHING if duration is None else short(duration)
