"""The alerts of a rehearsal, each with what a reviewer asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from acrwatch.counted import counted
from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.rows import facts, rows
from acrwatch.output.report.selection import Selection
from acrwatch.output.report.told import in_short, notified
from acrwatch.output.report.words import NOTHING, cut, length, minute, moment, number
from acrwatch.rehearsal.model import Alert, Rehearsal

_SUMMARY_MAX = 160
# What our queries put where a row has no value.
_SAYS_NOTHING = ("", "(unknown)")
_RESULT_ROWS_MAX = 20
_ID_PARTS = 2


def alerts(rehearsal: Rehearsal, selection: Selection) -> Markup:
    """The list of alerts, in the order in which they fired.

    Args:
        rehearsal: what was found.
        selection: which of them are shown, and how.
    """
    if not rehearsal.alerts:
        return el("p", "No alert fired.", class_="empty")
    rules = {report.rule.address: position for position, report in enumerate(rehearsal.rules, 1)}
    listed = (
        _detailed(position, alert, rules, whole=position in selection.whole)
        if position in selection.detailed
        else _brief(position, alert)
        for position, alert in enumerate(rehearsal.alerts)
        if position in selection.listed
    )
    return together(_said(selection), _tools(), el("ol", listed, class_="alerts"), _more(selection))


def _said(selection: Selection) -> Markup | None:
    opened, lines = len(selection.detailed), len(selection.listed) - len(selection.detailed)
    if opened == selection.count:
        return None
    said = (
        f"{counted(selection.count, 'alert')} fired. {opened:,} of them can be opened, the first ones of each rule; "
        f"{lines:,} more have a line. The JSON output has all of them."
    )
    return el("p", said, class_="notice")


def _more(selection: Selection) -> Markup | None:
    lacking = selection.count - len(selection.listed)
    if not lacking:
        return None
    said = f"Not listed here: {counted(lacking, 'alert')}. The numbers count them, and the JSON output has them."
    return el("p", said, class_="notice", id="more", tabindex=-1)


def _tools() -> Markup:
    """What the script makes work, and shows only then."""
    return el(
        "div",
        el("label", "Filter alerts ", el("input", type="search", id="filter", autocomplete="off")),
        el("button", "Open all", type="button", id="open-all"),
        el("button", "Close all", type="button", id="close-all"),
        el("span", id="matches", role="status"),
        class_="tools",
        id="tools",
        hidden=True,
    )


def _brief(position: int, alert: Alert) -> Markup:
    return el("li", el("div", _line(alert), class_="line"), id=f"alert-{position + 1}", tabindex=-1)


def _detailed(position: int, alert: Alert, rules: Mapping[str, int], *, whole: bool) -> Markup:
    details = el(
        "details",
        el("summary", el("div", _line(alert), class_="line")),
        el("div", _inside(alert, rules.get(alert.rule.address), whole=whole), class_="inside"),
    )
    return el("li", details, id=f"alert-{position + 1}")


def _line(alert: Alert) -> Iterator[Markup]:
    said = [_brought_down(value) for _, value in alert.series if value not in _SAYS_NOTHING]
    dimensions = " \N{MIDDLE DOT} ".join(said)
    written = "Sev?" if alert.rule.severity is None else f"Sev{alert.rule.severity}"
    yield el("span", moment(alert.fired), class_="when")
    yield el("span", written, class_=f"severity {written.lower().replace('?', '-unknown')}")
    yield el(
        "span",
        el("strong", alert.rule.title),
        " ",
        el("span", cut(dimensions, _SUMMARY_MAX), class_="what"),
        class_="title",
    )
    yield el("span", "\N{RIGHTWARDS ARROW} ", in_short(alert.notifications[0]), class_="who")


def _brought_down(value: str) -> str:
    """A resource id by its end, which tells it from others; anything else as it is."""
    parts = value.split("/")
    if not value.startswith("/") or len(parts) <= _ID_PARTS + 1:
        return value
    return "\N{HORIZONTAL ELLIPSIS}/" + "/".join(parts[-_ID_PARTS:])


def _inside(alert: Alert, rule: int | None, *, whole: bool) -> Iterator[Markup]:
    link = alert.rule.id if rule is None else el("a", alert.rule.id, href=f"#rule-{rule}")
    yield facts(
        [
            ("Rule", link),
            ("Measured", together(_measured(alert), el("span", f" (fires at {alert.rule.condition})", class_="quiet"))),
            ("Fired", moment(alert.fired)),
            ("Resolved", NOTHING if alert.resolved is None else moment(alert.resolved)),
            ("First log row to alert", NOTHING if alert.delay is None else length(alert.delay)),
        ]
    )
    if alert.series:
        yield el("h4", "Dimensions")
        yield facts(list(alert.series), kind="facts values")
    yield el("div", (notified(one, whole=whole and one.time == alert.fired) for one in alert.notifications))
    yield from _behind(alert)
    if alert.result:
        shown = alert.result[:_RESULT_ROWS_MAX]
        yield el("h4", "Result of the query", _of(len(shown), len(alert.result)))
        yield rows(shown, "Rows of the query's result")
    if rule is not None:
        yield el("p", el("a", "The query, its tuning and how often it ran", href=f"#rule-{rule}"))


def _measured(alert: Alert) -> str:
    if alert.value is None:
        return "nothing"
    measure = alert.rule.criteria[0].metric_measure_column
    return f"{measure or 'rows'} {number(alert.value)}"


def _behind(alert: Alert) -> Iterator[Markup]:
    behind = alert.behind
    if behind is None:
        yield el("h4", "Log rows behind it")
        yield el("p", "Not known: the query's shape does not tell which rows made this alert.", class_="quiet")
        return
    yield el("h4", "Log rows behind it", _of(len(behind.rows), behind.count))
    since, until = minute(behind.first), minute(behind.last)
    yield el("p", f"From {since} to {until}." if since != until else f"At {since}.", class_="quiet")
    yield rows(behind.rows, "Log rows behind the alert")


def _of(shown: int, there: int) -> str:
    return f" ({there:,})" if shown >= there else f" (the first {shown:,} of {there:,})"
