"""Whether the filters of a processing rule hold for an alert.

All filters must hold, and of the values of one filter any; a negated filter excludes each of its values (AMD
`alerts/alerts-processing-rules.md`). Ids, types and Azure's own words ignore casing. Whether names, descriptions and
the alert context do is not documented: what matches in another casing only is unknown here, never a match.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from acrwatch.routing.alert import Alert
from acrwatch.routing.places import inside
from acrwatch.routing.verdict import Verdict, any_of
from acrwatch.synthesised import Field, Filter, FilterOperator
from acrwatch.synthesised.identities import Identities

# What Azure calls the service in the payload of such an alert (AMD `alerts/alerts-payload-samples.md`).
SERVICE = "Log Alerts V2"
# The same page of the processing rules says this of custom log searches, without their version.
_OLDER_SERVICE = "Log Analytics"
SIGNAL = "Log"


def holds(filter_: Filter, alert: Alert, identities: Identities) -> Verdict:
    """Whether one filter holds.

    Args:
        filter_: the filter.
        alert: the alert.
        identities: what ids and references stand for.
    """
    if filter_.operator is None:
        return Verdict(None, f"the operator of {filter_.field} cannot be known: {filter_.unresolved[0]}")
    contains = filter_.operator in (FilterOperator.CONTAINS, FilterOperator.DOES_NOT_CONTAIN)
    lost = {one.written: one for one in filter_.unresolved}
    matched = [
        Verdict(None, f"{lost[value]}")
        if value in lost
        else _MATCHERS[filter_.field](alert, value, contains, identities)
        for value in filter_.values
    ]
    # Texts that cannot be known are not among the values at all.
    matched += [Verdict(None, str(one)) for written, one in lost.items() if written not in filter_.values]
    values = " or ".join(map(repr, filter_.values))
    none = matched[0].because if len(matched) == 1 else f"none of {values} matches"
    verdict = any_of(matched, f"{filter_.field}: {none}")
    negated = filter_.operator in (FilterOperator.NOT_EQUALS, FilterOperator.DOES_NOT_CONTAIN)
    if negated and verdict.holds is not None:
        word = "is one of" if verdict.holds else "is none of"
        return Verdict(not verdict.holds, f"{filter_.field} {word} what it leaves out ({values})")
    return verdict


def _word(given: str | None, value: str, contains: bool, what: str) -> Verdict:
    """One of Azure's own words, whose casing does not matter."""
    if given is None:
        return Verdict(None, f"the {what} of the alert cannot be known")
    same = value.lower() in given.lower() if contains else value.lower() == given.lower()
    return Verdict(same, f"the {what} is {given}")


def _free(given: str, value: str, contains: bool, what: str) -> Verdict:
    """A text of people's, whose casing may matter."""
    if value in given if contains else value == given:
        return Verdict(True, f"{value!r} is {'in ' if contains else ''}{what}")
    if value.lower() in given.lower() if contains else value.lower() == given.lower():
        return Verdict(None, f"{value!r} is {'in ' if contains else ''}{what} in another casing, which may matter")
    return Verdict(False, f"{value!r} is not {'in ' if contains else ''}{what}")


def _severity(alert: Alert, value: str, contains: bool, _: Identities) -> Verdict:
    severity = None if alert.rule.severity is None else f"Sev{alert.rule.severity}"
    return _word(severity, value, contains, "severity")


def _condition(alert: Alert, value: str, contains: bool, _: Identities) -> Verdict:
    return _word(alert.condition.value, value, contains, "monitor condition")


def _signal(_: Alert, value: str, contains: bool, __: Identities) -> Verdict:
    return _word(SIGNAL, value, contains, "signal type")


def _service(_: Alert, value: str, contains: bool, __: Identities) -> Verdict:
    if value.lower() == _OLDER_SERVICE.lower():
        return Verdict(None, f"whether {_OLDER_SERVICE!r} means {SERVICE!r} too is not documented")
    return _word(SERVICE, value, contains, "monitor service")


def _rule_id(alert: Alert, value: str, contains: bool, identities: Identities) -> Verdict:
    if not contains:
        same = _same(alert.rule.address, value, identities)
        return Verdict(same.holds, f"the alert rule is {alert.rule.id}" if same.holds is not None else same.because)
    return _part(alert.rule.address, value, identities, "id of the alert rule")


def _target(alert: Alert, value: str, contains: bool, identities: Identities) -> Verdict:
    if alert.fired_on is None:
        return Verdict(None, "the resource it fires on comes from its rows")
    if not contains:
        return _same(alert.fired_on, value, identities)
    return _part(alert.fired_on, value, identities, "id of the resource")


def _same(one: str, other: str, identities: Identities) -> Verdict:
    forth, back = inside(one, other, identities), inside(other, one, identities)
    if forth.holds and back.holds:
        return forth
    if forth.holds is False or back.holds is False:
        return Verdict(False, f"{one} is not {other}")
    return forth if forth.holds is None else back


def _part(one: str, value: str, identities: Identities, what: str) -> Verdict:
    text, wanted = identities.azure_id(one), value if value.startswith("/") else identities.azure_id(value) or value
    if text is None:
        return Verdict(None, f"the {what} cannot be known before the apply")
    return _word(text, wanted, True, what)


def _group(alert: Alert, value: str, contains: bool, identities: Identities) -> Verdict:
    if alert.fired_on is None:
        return Verdict(None, "the resource it fires on comes from its rows")
    place = identities.place(alert.fired_on)
    found = None if place is None else re.match(r"/resourcegroups/([^/]+)", place[1])
    if place is None or found is None:
        return Verdict(None, f"the resource group of {alert.fired_on} cannot be known before the apply")
    wanted = identities.place(value)
    if wanted is None:
        named = value.lower() in found[1] if contains else value.lower() == found[1]
        if named:
            return Verdict(None, "whether this filter takes names of resource groups beside ids is not documented")
        return Verdict(False, f"the resource group is {found[1]}")
    if wanted[1] != found[0]:
        return Verdict(False, f"the resource group is {found[1]}")
    if wanted[0] == place[0]:
        return Verdict(True, f"the resource group is {found[1]}")
    if None in (wanted[0], place[0]):
        return Verdict(None, f"the subscription of {alert.fired_on} is decided outside the file")
    return Verdict(False, "the resource group is in another subscription")


def _type(alert: Alert, value: str, contains: bool, identities: Identities) -> Verdict:
    if alert.fired_on is None:
        return Verdict(None, "the resource it fires on comes from its rows")
    place = identities.place(alert.fired_on)
    if place is None:
        return Verdict(None, f"the type of {alert.fired_on} cannot be known before the apply")
    _, found, rest = place[1].rpartition("/providers/")
    namespace, *levels = rest.split("/")
    type_ = "/".join([namespace, *levels[::2]]) if found else "microsoft.resources/subscriptions"
    return _word(type_, value, contains, "resource type")


def _name(alert: Alert, value: str, contains: bool, _: Identities) -> Verdict:
    names = dict.fromkeys([alert.rule.name, alert.rule.title])
    found = [_free(name, value, contains, "the name of the alert rule") for name in names]
    if len({verdict.holds for verdict in found}) > 1:
        return Verdict(None, "whether the name or the display name of the rule counts is not documented")
    return found[0]


def _description(alert: Alert, value: str, contains: bool, _: Identities) -> Verdict:
    lost = next((one for one in alert.rule.unresolved if one.member == "description"), None)
    if lost is not None:
        return Verdict(None, f"the description cannot be known: {lost.reason}")
    return _free(alert.rule.description or "", value, contains, "the description")


def _context(alert: Alert, value: str, contains: bool, _: Identities) -> Verdict:
    if not contains:
        return Verdict(None, "what the whole alert context looks like as text is not documented")
    dimension = None if alert.context is not None else _dimension_in(value)
    if dimension is not None:
        return _dimension(alert, *dimension)
    found = [_free(text, value, contains, what) for what, text in alert.parts_of_context()]
    verdict = any_of(found, f"{value!r} is not in the alert context")
    if verdict.holds or alert.context is not None:
        return verdict
    if '"' in value:
        return Verdict(
            None, f"{value!r} holds quotes, and how Azure writes the alert context as text is not documented"
        )
    if alert.missing_dimensions and verdict.holds is False:
        missing = ", ".join(alert.missing_dimensions)
        return Verdict(None, f"{value!r} may be the value of a dimension that is not given: {missing}")
    return verdict


def _dimension_in(value: str) -> tuple[str, str] | None:
    """Name and value of the dimension that a text names in JSON, as the payload has it; None where it names none."""
    try:
        named = json.loads(f"{{{value}}}")
    except ValueError:
        return None
    if not isinstance(named, dict) or list(named) != ["name", "value"]:
        return None
    name, wanted = named.values()
    return (name, wanted) if isinstance(name, str) and isinstance(wanted, str) else None


def _dimension(alert: Alert, name: str, wanted: str) -> Verdict:
    """Another value can never hold such a text: in JSON the quotes of a value are escaped."""
    if name not in alert.dimensions:
        lost = any(one.member.startswith("criteria") for one in alert.rule.unresolved)
        if name in alert.missing_dimensions or lost:
            return Verdict(None, f"the dimension {name}, which may be {wanted}, is not given")
        return Verdict(False, f"there is no dimension {name}")
    found = alert.dimensions[name]
    if found.lower() != wanted.lower():
        return Verdict(False, f"the dimension {name} is {found}")
    undocumented = "how Azure writes the alert context as text is not documented"
    return Verdict(None, f"the dimension {name} is {found}, but {undocumented}")


_MATCHERS: Mapping[Field, Callable[[Alert, str, bool, Identities], Verdict]] = {
    Field.ALERT_CONTEXT: _context,
    Field.ALERT_RULE_ID: _rule_id,
    Field.ALERT_RULE_NAME: _name,
    Field.DESCRIPTION: _description,
    Field.MONITOR_CONDITION: _condition,
    Field.MONITOR_SERVICE: _service,
    Field.SEVERITY: _severity,
    Field.SIGNAL_TYPE: _signal,
    Field.TARGET_RESOURCE: _target,
    Field.TARGET_RESOURCE_GROUP: _group,
    Field.TARGET_RESOURCE_TYPE: _type,
}


def all_filters(filters: tuple[Filter, ...], alert: Alert, identities: Identities) -> Iterator[Verdict]:
    """The verdict of each filter.

    Args:
        filters: the filters of one processing rule.
        alert: the alert.
        identities: what ids and references stand for.
    """
    return (holds(filter_, alert, identities) for filter_ in filters)
