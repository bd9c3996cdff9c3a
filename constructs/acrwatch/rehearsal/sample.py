"""A notification to look at: of an alert that is made up, or of one that a log raises.

What a message is made of is the payload; who would be told of it is no question here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from acrwatch.detection.events import NOW
from acrwatch.detection.samples import DEFAULTS
from acrwatch.errors import InputError, UnknownError, did_you_mean, shown
from acrwatch.rehearsal import words
from acrwatch.rehearsal.model import Alert
from acrwatch.rehearsal.payload import ZERO, payload
from acrwatch.routing import MonitorCondition
from acrwatch.synthesised import ScheduledQueryRule, SynthesisedStack

_REQUEST = DEFAULTS["ContainerRegistryRepositoryEvents"]

# Dimensions of our rules -> a value such as the query would give.
_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "Action": "microsoft.security/pricings/write",
        "CallerIpAddress": _REQUEST["CallerIpAddress"],
        "Client": _REQUEST["UserAgent"],
        "Hour": f"{NOW:%Y-%m-%d %H:%M}Z",
        "Identity": _REQUEST["Identity"],
        "Operation": ZERO,
        "Outcome": "disabled",
        "Registry": _REQUEST["LoginServer"].partition(".")[0],
        "Repository": _REQUEST["Repository"],
        "Target": f"/subscriptions/{ZERO}/providers/microsoft.security/pricings/containers",
    }
)
_OTHER = "sample"
_LATER = timedelta(hours=1)


def sample_payload(
    stack: SynthesisedStack,
    rule: ScheduledQueryRule,
    dimensions: Mapping[str, str] | None = None,
    *,
    resolved: bool = False,
) -> Mapping[str, Any]:
    """The notification of an alert that is made up.

    Args:
        stack: what the rule is a part of.
        rule: the rule.
        dimensions: values of its dimensions. Default: such as the query could give; a measure that violates the
            condition, and the moment, are made up in any case.
        resolved: whether the alert is resolved.

    Raises:
        InputError: the rule has no such dimension, or no condition.
        UnknownError: its threshold or severity cannot be known.
    """
    if not rule.criteria:
        raise InputError(f"{words.rule_name(rule)} has no condition that could be met")
    criterion = rule.criteria[0]
    given = _of_rule(rule, dimensions or {})
    if criterion.threshold is None or rule.severity is None:
        reasons = "; ".join(map(str, rule.unresolved))
        raise UnknownError(f"what {words.rule_name(rule)} would say is not known in full: {reasons}")
    names = [dimension.name for dimension in criterion.dimensions]
    at = NOW + timedelta(minutes=5)
    return payload(
        stack,
        rule,
        series=tuple((name, given.get(name, _VALUES.get(name, _OTHER))) for name in names),
        value=_violating(criterion.operator, criterion.threshold),
        target=None,
        fired=at,
        evaluated=at + _LATER if resolved else at,
        resolved=at + _LATER if resolved else None,
    )


def recorded_payload(
    rule: ScheduledQueryRule,
    alerts: Sequence[Alert],
    dimensions: Mapping[str, str] | None = None,
    *,
    resolved: bool = False,
) -> Mapping[str, Any]:
    """The notification of the first alert of a rehearsal that is meant.

    Args:
        rule: the rule that fired.
        alerts: its alerts, by the time they fired.
        dimensions: values that the alert must have. Default: any.
        resolved: whether its resolution is meant.

    Raises:
        InputError: the rule has no such dimension, or there is no such alert.
    """
    wanted = _of_rule(rule, dimensions or {})
    condition = MonitorCondition.RESOLVED if resolved else MonitorCondition.FIRED
    for alert in alerts:
        if all(alert.dimensions.get(name) == value for name, value in wanted.items()):
            for sent in alert.notifications:
                if sent.route.alert.condition is condition:
                    return sent.payload
    of = f" of {words.fields(wanted)}" if wanted else ""
    raise InputError(f"{words.rule_name(rule)} has no {condition.lower()} alert{of} in this log")


def _of_rule(rule: ScheduledQueryRule, dimensions: Mapping[str, str]) -> Mapping[str, str]:
    known = [dimension.name for criterion in rule.criteria for dimension in criterion.dimensions]
    for name in dimensions:
        if name not in known:
            near = did_you_mean(name, known) if known else "it has none"
            raise InputError(f"{words.rule_name(rule)} has no dimension {shown(name)}; {near}")
    return dimensions


def _violating(operator: str, threshold: float) -> float:
    """A measure for which the condition holds."""
    if operator.startswith("LessThan"):
        return threshold - 1
    if operator == "Equal" or threshold <= 1:
        return threshold + (operator == "GreaterThan")
    return float(round(threshold * 1.6))
