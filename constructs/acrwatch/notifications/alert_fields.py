"""What a message can say of an alert, read from the common alert schema by the first steps of a workflow.

Any member of the payload may be missing or null, and rules of others have none of our custom properties. Every text is
cut to a length here; how it is made harmless is up to each message, since each target reads other marks.
"""

from __future__ import annotations

from collections.abc import Mapping

from acrwatch.notifications.definition import (
    CONDITIONS,
    CONTEXT,
    ESSENTIALS,
    Step,
    compose,
    own_property,
    query,
    select,
)
from acrwatch.notifications.wdl import (
    Argument,
    Expression,
    call,
    choose,
    cut,
    equals,
    if_,
    items,
    member,
    replaced,
    result,
    value,
)

PAYLOAD = "Payload"
ALERT = "Alert"
DIMENSIONS = "Dimensions"

ITEM = call("item")
CONDITION = member(CONDITIONS, 0)
NONE = call("json", "[]")

# Azure's severities and what it calls them (Azure Monitor, "Overview of alerts").
SEVERITIES = {"Sev0": "Critical", "Sev1": "Error", "Sev2": "Warning", "Sev3": "Informational", "Sev4": "Verbose"}
COLORS = {"Sev0": "#B42318", "Sev1": "#E8590C", "Sev2": "#F2B705", "Sev3": "#2F6FEB", "Sev4": "#868E96"}
OTHER_COLOR = "#868E96"
RESOLVED_COLOR = "#2EB67D"

# What a log and a metric alert call a comparison (Azure Monitor, "Sample alert payloads").
_OPERATORS = {
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
    "GreaterOrLessThan": "beyond",
    "LessThan": "<",
    "LowerThan": "<",
    "LessThanOrEqual": "<=",
    "LowerThanOrEqual": "<=",
    "Equal": "=",
    "Equals": "=",
}

_PUBLIC = "https://portal.azure.com"
# The portals of Azure's clouds; behind the host stands one of these marks.
_PORTALS = (_PUBLIC, "https://portal.azure.us", "https://portal.azure.cn")
_BEHIND_HOST = "/#?"
_ALERT_PAGE = "/#view/Microsoft_Azure_Monitoring_Alerts/AlertDetails.ReactView/alertId~/"
_ALL_ALERTS = "/#view/Microsoft_Azure_Monitoring/AzureMonitoringBrowseBlade/~/alertsV2"
# The link to the alert stays within 2,048 characters, which any target takes, whatever stands in the id; one of Azure
# has about 130.
_ALERT_ID_MAX = 200
_ATTACK = "https://attack.mitre.org/"

# Separators that some take for blanks, though .NET does not trim them.
_UNSEEN = dict.fromkeys("\x1c\x1d\x1e\x1f", " ")

# What a URL is made of beside letters, digits and -._~ (RFC 3986); the percent sign last, since it brings others back.
_URL_MARKS = {f"%{ord(mark):02X}": mark for mark in ":/?#[]@!$&'()*+,;="} | {"%25": "%"}

NAME_MAX = 120
"""Characters of a dimension's name."""

VALUE_MAX = 600
"""Characters of a dimension's value; the name of a repository has at most 256 (Azure Container Registry)."""

TITLE_MAX = 300
"""Characters of the title; a rule's name has at most 260 (azurerm: monitor_scheduled_query_rules_alert_v2)."""

TEXT_MAX = 6_000
"""Characters of what it means and of the first steps."""


def alert_steps() -> list[Step]:
    """The steps that every message begins with: the payload as texts, what follows from them, and the dimensions."""
    return [
        compose(PAYLOAD, {name: value(expression) for name, expression in _payload().items()}),
        compose(ALERT, {name: value(expression) for name, expression in _alert().items()}),
        select(
            DIMENSIONS,
            call("coalesce", member(CONDITIONS, 0, "dimensions"), NONE),
            {
                "name": value(_seen(cut(_plain(member(ITEM, "name")), NAME_MAX), "(no name)")),
                "value": value(_seen(cut(_plain(member(ITEM, "value")), VALUE_MAX), "(empty)")),
            },
        ),
    ]


def alert(name: str) -> Expression:
    """One of the fields that `_alert` makes."""
    return result(ALERT, name)


def facts_steps(facts: Mapping[str, Expression], most: int) -> list[Step]:
    """The facts of an alert, then its dimensions, as an array of `name` and `value`; facts that are empty left out.

    Args:
        facts: name -> a text.
        most: how many there may be.
    """
    listed = [{"name": name, "value": value(fact)} for name, fact in facts.items()]
    filled = call("not", call("empty", member(ITEM, "value")))
    return [
        compose("Facts", listed),
        query("Filled_facts", call("union", result("Facts"), items(DIMENSIONS)), filled),
        compose("Shown_facts", value(call("take", items("Filled_facts"), most))),
    ]


def links_steps(most: int) -> list[Step]:
    """The links of an alert as an array of `name`, `text` and `url`; the page of the alert is always among them.

    Args:
        most: characters of the longest link that the target takes.
    """

    def short(link: Expression, instead: Argument) -> Expression:
        return if_(call("greater", call("length", link), most), instead, link)

    links = {
        "results": ("Query results", short(alert("results_url"), alert("alert_url"))),
        "alert": ("Alert in Azure", alert("alert_url")),
        "runbook": ("Runbook", short(alert("runbook_url"), "")),
        "attack": ("MITRE technique", short(alert("attack_url"), "")),
    }
    listed = [{"name": name, "text": words, "url": value(url)} for name, (words, url) in links.items()]
    return [
        compose("Links", listed),
        query("Shown_links", result("Links"), call("not", call("empty", member(ITEM, "url")))),
    ]


def label(name: Expression) -> Expression:
    """How people call a dimension; a column's own name as a rule."""
    return choose(name, {"CallerIpAddress": "Caller IP"}, name)


def by_severity(choices: dict[str, str], other: str) -> Expression:
    """The text that belongs to the alert's severity."""
    return choose(alert("severity"), choices, other)


def named_dimension(name: str) -> tuple[Step, Expression]:
    """The value of a dimension, empty where the alert has no such one, and the step that looks for it."""
    step = query(f"Dimension_{name}", items(DIMENSIONS), equals(member(ITEM, "name"), name))
    return step, call("coalesce", member(items(step.name), 0, "value"), "")


def _payload() -> dict[str, Expression]:
    """Members of the payload as texts, empty where they are missing."""
    condition = CONDITION
    link = call(
        "coalesce", member(condition, "linkToFilteredSearchResultsUI"), member(condition, "linkToSearchResultsUI"), ""
    )
    measure = call("coalesce", member(condition, "metricMeasureColumn"), member(condition, "metricName"), "")
    own = {name: cut(own_property(name), TEXT_MAX) for name in ("meaning", "first_steps")}
    return {
        "alert_id": _plain(member(ESSENTIALS, "alertId")),
        "origin_id": _plain(member(ESSENTIALS, "originAlertId")),
        "rule": cut(_plain(member(ESSENTIALS, "alertRule")), TITLE_MAX),
        "description": cut(_plain(member(ESSENTIALS, "description")), TEXT_MAX),
        "severity": cut(_plain(member(ESSENTIALS, "severity")), 40),
        "condition": _plain(member(ESSENTIALS, "monitorCondition")),
        "service": cut(_plain(member(ESSENTIALS, "monitoringService")), 100),
        "fired": _plain(member(ESSENTIALS, "firedDateTime")),
        "resolved": _plain(member(ESSENTIALS, "resolvedDateTime")),
        "target": cut(_plain(member(ESSENTIALS, "alertTargetIDs", 0)), VALUE_MAX),
        "begin": _plain(member(CONTEXT, "condition", "windowStartTime")),
        "end": _plain(member(CONTEXT, "condition", "windowEndTime")),
        "measure": cut(_plain(measure), NAME_MAX),
        "value": cut(_plain(member(condition, "metricValue")), 60),
        "operator": cut(_plain(member(condition, "operator")), 40),
        "threshold": cut(_plain(member(condition, "threshold")), 60),
        "results_link": _url(call("string", link)),
        "conditions": call("string", call("length", call("coalesce", CONDITIONS, NONE))),
        "detection": cut(own_property("acrwatch_detection"), NAME_MAX),
        "variant": cut(own_property("acrwatch_variant"), NAME_MAX),
        "kind": cut(own_property("acrwatch_kind"), 40),
        "title": cut(own_property("title"), TITLE_MAX),
        **own,
        "attack": cut(own_property("attack"), NAME_MAX),
        "attack_link": _url(own_property("attack_url")),
        # Without the at sign, ahead of which a name would hide the host.
        "runbook_link": call("replace", _url(own_property("runbook")), "@", "%40"),
    }


def _alert() -> dict[str, Expression]:
    """What a message says, made of the payload's texts."""
    of = {name: result(PAYLOAD, name) for name in _payload()}
    resolved = equals(of["condition"], "Resolved")
    severity = _seen(of["severity"], "Sev?")
    portal = if_(
        _is_at(of["results_link"], _PORTALS[1]),
        _PORTALS[1],
        if_(_is_at(of["results_link"], _PORTALS[2]), _PORTALS[2], _PUBLIC),
    )
    known = call("and", call("not", _blank(of["alert_id"])), _at_most(of["alert_id"], _ALERT_ID_MAX))
    page = call("concat", portal, _ALERT_PAGE, call("uriComponent", if_(known, of["alert_id"], "")))
    in_portal = call("or", *(_is_at(of["results_link"], portal) for portal in _PORTALS))
    no_host = call("contains", "/?#[]:%@", call("take", call("slice", of["runbook_link"], len("https://")), 1))
    over = "The burst is over, and Azure has resolved the alert. Whether it was legitimate is still to be found out."
    ended = "Azure has resolved the alert: its condition is no longer met."
    return {
        "resolved": resolved,
        "state": if_(resolved, "resolved", "fired"),
        "resolution": if_(resolved, if_(equals(of["kind"], "volume"), over, ended), ""),
        "severity": severity,
        "severity_name": choose(of["severity"], SEVERITIES, "Unknown severity"),
        "color": if_(resolved, RESOLVED_COLOR, choose(of["severity"], COLORS, OTHER_COLOR)),
        "title": _seen(of["title"], _seen(of["rule"], "Azure Monitor alert")),
        "rule": _seen(of["rule"], ""),
        "meaning": _seen(of["meaning"], _seen(of["description"], "")),
        "first_steps": _seen(of["first_steps"], ""),
        "attack": _seen(of["attack"], ""),
        "attack_url": if_(_begins(of["attack_link"], _ATTACK), of["attack_link"], ""),
        "runbook_url": if_(
            call("and", _begins(of["runbook_link"], "https://"), call("not", no_host)), of["runbook_link"], ""
        ),
        "results_url": if_(in_portal, of["results_link"], ""),
        "alert_url": if_(known, page, call("concat", portal, _ALL_ALERTS)),
        "measured": _measured(of),
        "measure": _seen(of["measure"], "rows"),
        "value": of["value"],
        "threshold": of["threshold"],
        "time_span": if_(
            call("or", _blank(of["begin"]), _blank(of["end"])),
            "",
            call("concat", _minute(of["begin"]), " to ", _minute(of["end"]), " UTC"),
        ),
        "fired_at": _moment(of["fired"]),
        "resolved_at": _moment(of["resolved"]),
        "target": _seen(of["target"], ""),
        "service": _seen(of["service"], ""),
        "detection": _seen(of["detection"], ""),
        "variant": _seen(of["variant"], ""),
        "kind": _seen(of["kind"], ""),
        # The same when the alert resolves; of the alert's instance, so a second one is another incident.
        "id": _seen(of["alert_id"], _seen(of["origin_id"], _seen(of["rule"], "azure-monitor-alert"))),
        "further": if_(
            call("or", equals(of["conditions"], "0"), equals(of["conditions"], "1")),
            "",
            call("concat", "The first of ", of["conditions"], " conditions is shown; the alert has the others."),
        ),
    }


def _measured(of: Mapping[str, Expression]) -> Expression:
    """`64 Images (alerted at >= 30)`, as far as it is known."""
    measure = _seen(of["measure"], "rows")
    limit = call("concat", "alerted at ", choose(of["operator"], _OPERATORS, of["operator"]), " ", of["threshold"])
    number = call("concat", of["value"], " ", measure)
    with_number = if_(_blank(of["threshold"]), number, call("concat", number, " (", limit, ")"))
    without = if_(_blank(of["threshold"]), "", call("concat", measure, ", ", limit))
    return if_(_blank(of["value"]), without, with_number)


def _plain(of: Expression) -> Expression:
    return call("string", call("coalesce", of, ""))


def _seen(of: Expression, instead: Argument) -> Expression:
    """A text in which there is something to see, or another one."""
    return if_(_blank(of), instead, of)


def _blank(of: Expression) -> Expression:
    return call("empty", call("trim", replaced(of, _UNSEEN)))


def _minute(of: Expression) -> Expression:
    return call("replace", call("take", of, len("2026-01-01T00:00")), "T", " ")


def _moment(of: Expression) -> Expression:
    return if_(_blank(of), "", call("concat", _minute(of), " UTC"))


def _at_most(of: Expression, characters: int) -> Expression:
    return call("lessOrEquals", call("length", of), characters)


def _url(of: Expression) -> Expression:
    """A URL in which nothing stands that has no place in one, whatever it was."""
    return replaced(call("uriComponent", of), _URL_MARKS)


def _begins(of: Expression, beginning: str) -> Expression:
    """Whether a text begins with another one, in its casing; `startsWith` is not clear about that."""
    return equals(call("take", of, len(beginning)), beginning)


def _is_at(link: Expression, portal: str) -> Expression:
    """Whether a link leads to a portal, and not to a host whose name only begins like it."""
    return call("or", *(_begins(link, portal + mark) for mark in _BEHIND_HOST))
