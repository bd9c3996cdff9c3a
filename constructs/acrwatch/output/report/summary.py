"""The head of the report: what came out, over which period, and whether all of it could be found out."""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.counted import counted
from acrwatch.durations import short
from acrwatch.output.report.markup import Markup, el
from acrwatch.output.report.rows import facts
from acrwatch.output.report.words import NOTHING, length, minute, number
from acrwatch.rehearsal.messages import Messages
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.words import made_from


def verdict(rehearsal: Rehearsal) -> str:
    """The outcome in one sentence.

    Args:
        rehearsal: what was found.
    """
    fired = sum(report.alerts > 0 for report in rehearsal.rules)
    rules = counted(len(rehearsal.rules), "rule")
    if not rehearsal.alerts:
        return f"No alert, {rules}"
    return f"{counted(len(rehearsal.alerts), 'alert')} from {fired:,} of {rules}"


def summary(rehearsal: Rehearsal, messages: Messages | None) -> Markup:
    """The head.

    Args:
        rehearsal: what was found.
        messages: what became of the messages; None where there are none.
    """
    clock = rehearsal.clock
    why = list(_why(rehearsal, messages))
    complete = rehearsal.complete and not why
    return el(
        "header",
        el("p", "acrwatch rehearsal", class_="kicker"),
        el("h1", verdict(rehearsal)),
        el(
            "p",
            el("span", "Complete" if complete else "Partial", class_="state complete" if complete else "state partial"),
            f" {minute(clock.start)} to {minute(clock.end)} UTC ({short(clock.end - clock.start)})",
            class_="period",
        ),
        el("p", made_from(rehearsal), class_="quiet"),
        None if complete else el("div", el("h2", "Why it is partial"), el("ul", map(_item, why)), class_="notice"),
        facts(list(_figures(rehearsal, messages)), kind="figures"),
    )


def _item(reason: str) -> Markup:
    return el("li", reason)


def _why(rehearsal: Rehearsal, messages: Messages | None) -> Iterator[str]:
    if rehearsal.interrupted is not None:
        yield f"It was interrupted: everything up to {minute(rehearsal.interrupted)} was played, and nothing after it."
    for report in rehearsal.rules:
        if report.unknown is not None:
            end = " to the end" if report.evaluations else ""
            yield f"{report.rule.id} could not be evaluated{end}: {report.unknown}"
    yield from (f"Of the stack could not be read: {reason}" for reason in rehearsal.unknown)
    yield from (f"Of the log is missing: {reason}" for reason in rehearsal.log.partial)
    if rehearsal.log.unreadable:
        yield f"{counted(rehearsal.log.unreadable, 'record')} of the log could not be read."
    if messages is not None and messages.unknown:
        yield f"Whether {counted(len(messages.unknown), 'message')} would arrive is not known."


def _figures(rehearsal: Rehearsal, messages: Messages | None) -> Iterator[tuple[str, str]]:
    reports = rehearsal.rules
    firings = [alert.notifications[0] for alert in rehearsal.alerts]
    told = sum(bool(one.route.told) and not one.muted for one in firings)
    slowest = max((report.slowest for report in reports if report.slowest is not None), default=None)
    prices = [report.monthly_price for report in reports]
    yield "alerts that tell somebody", f"{told:,}"
    if messages is not None and messages.failures:
        yield "messages that would not arrive", f"{len(messages.failures):,}"
    yield "alerts a day", number(sum(report.per_day for report in reports))
    yield "slowest, from log row to alert", NOTHING if slowest is None else length(slowest)
    yield "rows of the log", f"{sum(rehearsal.log.rows.values()):,}"
    yield "USD a month for the rules", f"{sum(price for price in prices if price is not None):,.2f}"
