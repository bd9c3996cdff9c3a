"""The plain values of one scheduled query rule, before any construct is made of them.

`limits` says which of them Azure would refuse, `detection` fills them in, `alerts` builds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum

from acrwatch.record import dataclass


class Kind(StrEnum):
    """How a detection is counted: each operation once, or a burst while it lasts."""

    EVENT = "event"
    VOLUME = "volume"


class Aggregation(StrEnum):
    """azurerm's `time_aggregation_method`."""

    COUNT = "Count"
    AVERAGE = "Average"
    MINIMUM = "Minimum"
    MAXIMUM = "Maximum"
    TOTAL = "Total"


class Operator(StrEnum):
    """azurerm's `operator` (the API spells the first one `Equals`)."""

    EQUAL = "Equal"
    GREATER_THAN = "GreaterThan"
    GREATER_THAN_OR_EQUAL = "GreaterThanOrEqual"
    LESS_THAN = "LessThan"
    LESS_THAN_OR_EQUAL = "LessThanOrEqual"


_SIGNS = {
    Operator.EQUAL: "=",
    Operator.GREATER_THAN: ">",
    Operator.GREATER_THAN_OR_EQUAL: ">=",
    Operator.LESS_THAN: "<",
    Operator.LESS_THAN_OR_EQUAL: "<=",
}


def condition(measure: str | None, operator: str, threshold: float) -> str:
    """When a rule fires, as people write it: `Images >= 30`.

    Args:
        measure: the measured column; None where rows are counted.
        operator: azurerm's name of the operator.
        threshold: what is compared with.
    """
    return f"{measure or 'rows'} {_SIGNS[Operator(operator)]} {threshold:g}"


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """One scheduled query rule in the words of azurerm's `monitor_scheduled_query_rules_alert_v2`.

    Args:
        name: name of the Azure resource.
        display_name: title people see.
        description: what it means, at most 4,096 characters.
        kind: event or volume.
        severity: 0 (critical) to 4 (verbose).
        enabled: whether Azure evaluates the rule.
        frequency: time between evaluations.
        window: what one evaluation reads (`window_duration`).
        look_back: the part of the window that the query uses: its literal `ago()`.
        bound: the longest delay of a log row, with the burst's length for a volume rule, at
            which the rule still keeps its promise.
        query: the KQL that is deployed, not yet escaped for Terraform.
        aggregation: how the measured column becomes one number.
        measure: the measured column; None only with Count.
        operator: how the number is compared.
        threshold: what it is compared with.
        dimensions: columns that tell one alert from another, at most six.
        auto_mitigation: whether the rule keeps state and resolves itself.
        mute: how long an alert silences the rule; not with `auto_mitigation`.
        tags: tags of the rule that say what it is.
        custom_properties: what the alert's payload says of the rule.
    """

    name: str
    display_name: str
    description: str
    kind: Kind
    severity: int
    enabled: bool
    frequency: timedelta
    window: timedelta
    look_back: timedelta
    bound: timedelta
    query: str
    aggregation: Aggregation
    measure: str | None
    operator: Operator
    threshold: float
    dimensions: tuple[str, ...]
    auto_mitigation: bool = True
    mute: timedelta | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    custom_properties: Mapping[str, str] = field(default_factory=dict)
