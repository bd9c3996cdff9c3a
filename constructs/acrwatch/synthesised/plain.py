"""A rule that was read, as the plain values that the table of checks on rules is about (`limits`)."""

from __future__ import annotations

import re
from datetime import timedelta

from acrwatch.alert_rule import Aggregation, AlertRule, Kind, Operator
from acrwatch.durations import parse_duration
from acrwatch.kql.text import code_of
from acrwatch.limits import BOUND_MIN
from acrwatch.references import is_reference, unescaped
from acrwatch.synthesised.rules import Criterion, ScheduledQueryRule

_AGO = re.compile(r"\bago\s*\(\s*(\d+(?:m|h|d))\s*\)")
# For what cannot be known, so that no check minds; problems with such a member are not told.
_HARMLESS = timedelta(minutes=5), timedelta(hours=6)


def plain_rule(rule: ScheduledQueryRule, criterion: Criterion) -> AlertRule:
    """The values of a rule; a harmless one stands for what cannot be known.

    Args:
        rule: the rule.
        criterion: its condition, whose aggregation and operator are azurerm's, or references.
    """
    frequency, window = _HARMLESS
    reads = rule.query_time_range_override or rule.window_duration
    query = unescaped(criterion.query)
    looks = [parse_duration(found) for found in _AGO.findall(code_of(query))]
    return AlertRule(
        name=rule.name,
        display_name=rule.title,
        description=rule.description or "",
        # Whose kind is not told need not have dimensions.
        kind=Kind(rule.kind) if rule.kind in list(Kind) else Kind.VOLUME,
        severity=0 if rule.severity is None else rule.severity,
        enabled=rule.enabled is not False,
        frequency=rule.evaluation_frequency or frequency,
        window=rule.window_duration or window,
        look_back=max(looks, default=timedelta(0)) if reads == rule.window_duration else timedelta(0),
        # Which delay of a row is borne follows from bins, which the detection knows and this file does not.
        bound=BOUND_MIN,
        query=query,
        aggregation=Aggregation.COUNT if is_reference(criterion.aggregation) else Aggregation(criterion.aggregation),
        measure=criterion.metric_measure_column,
        operator=Operator.EQUAL if is_reference(criterion.operator) else Operator(criterion.operator),
        threshold=criterion.threshold or 0,
        dimensions=tuple(dimension.name for dimension in criterion.dimensions),
        auto_mitigation=rule.auto_mitigation_enabled is True,
        mute=rule.mute_actions_after_alert_duration,
        custom_properties=rule.custom_properties,
    )
