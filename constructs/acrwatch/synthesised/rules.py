"""Scheduled query rules as they would be deployed, whoever wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from acrwatch.alert_rule import condition
from acrwatch.durations import short
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.identities import Identities
from acrwatch.synthesised.values import Instance, Unresolved

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"

DETECTION_TAG = "acrwatch_detection"
VARIANT_TAG = "acrwatch_variant"
KIND_TAG = "acrwatch_kind"

# What an evaluation does not depend on: who is told, and words.
_NOT_EVALUATED = ("action", "tags", "location", "description", "display_name", "name", "skip_query_validation")


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A column that tells one alert from another.

    Args:
        name: the column.
        operator: `Include` or `Exclude`.
        values: values that are taken or left out; `*` with `Include` takes all.
    """

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One `criteria` block: a query and when its result is a violation.

    Args:
        query: the KQL, as Azure gets it; empty where it cannot be known.
        aggregation: azurerm's `time_aggregation_method`.
        operator: azurerm's `operator`.
        threshold: what the measure is compared with; None where it cannot be known.
        metric_measure_column: the measured column; None where rows are counted.
        dimensions: columns that tell one alert from another.
        minimum_failing_periods: evaluation periods that must be violated.
        evaluation_periods: out of how many; azurerm's `number_of_evaluation_periods`.
        resource_id_column: the column whose resource the alert fires on; None for the rule's scope.
        threshold_written: the threshold as it is written, for people.
    """

    query: str
    aggregation: str
    operator: str
    threshold: float | None
    metric_measure_column: str | None
    dimensions: tuple[Dimension, ...]
    minimum_failing_periods: int | None
    evaluation_periods: int | None
    resource_id_column: str | None
    threshold_written: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the query's result must have: dimensions, what is measured and the resource."""
        named = (self.metric_measure_column, self.resource_id_column)
        return (*(one.name for one in self.dimensions), *(name for name in named if name is not None))

    @property
    def condition(self) -> str:
        """When it is violated, as people write it."""
        measure = self.metric_measure_column
        if self.threshold is not None:
            try:
                return condition(measure, self.operator, self.threshold)
            except ValueError:
                pass
        return f"{measure or 'rows'} {self.operator} {self.threshold_written}"


@dataclass(frozen=True, kw_only=True)
class ScheduledQueryRule:
    """A scheduled query rule, with what it says of itself when it is one of ours.

    A member that cannot be known is None or left out, and `unresolved` says so; nothing is guessed.

    Args:
        address: Terraform address.
        azure_id: id of the rule in Azure; None where its parts cannot be known before the apply.
        name: name of the Azure resource.
        display_name: title people see; None where there is none.
        description: what it means; None where there is none.
        enabled: whether Azure evaluates it.
        severity: 0 to 4.
        severity_written: the severity as it is written, for people.
        scopes: what the query runs on: addresses in this file, or ids.
        location: region of the rule.
        criteria: its conditions; Azure takes exactly one.
        evaluation_frequency: time between evaluations.
        frequency_written: the same as it is written, for people.
        window_duration: what one evaluation period reads.
        query_time_range_override: what the query reads instead; None where there is none.
        auto_mitigation_enabled: whether the rule keeps state and resolves itself (azurerm: false unless set).
        mute_actions_after_alert_duration: how long an alert silences the rule; None where there is none.
        skip_query_validation: whether Azure takes the query unseen.
        action_groups: whom it tells: addresses in this file, else ids or references as they are written.
        custom_properties: what the alert's payload says of the rule.
        email_subject: subject of mails; None for Azure's own.
        target_resource_types: types that a wider scope is narrowed to.
        tags: its tags.
        unresolved: members that cannot be known, with the reason.
    """

    address: str
    azure_id: str | None
    name: str
    display_name: str | None
    description: str | None
    enabled: bool | None
    severity: int | None
    severity_written: str
    scopes: tuple[str, ...]
    location: str | None
    criteria: tuple[Criterion, ...]
    evaluation_frequency: timedelta | None
    frequency_written: str
    window_duration: timedelta | None
    query_time_range_override: timedelta | None
    auto_mitigation_enabled: bool | None
    mute_actions_after_alert_duration: timedelta | None
    skip_query_validation: bool | None
    action_groups: tuple[str, ...]
    custom_properties: Mapping[str, str]
    email_subject: str | None
    target_resource_types: tuple[str, ...]
    tags: Mapping[str, str]
    unresolved: tuple[Unresolved, ...]

    @property
    def title(self) -> str:
        """Display name, else the name, as people see it."""
        return self.display_name or self.name

    @property
    def detection(self) -> str | None:
        """Id of the detection; None for a rule of others."""
        return self.tags.get(DETECTION_TAG)

    @property
    def variant(self) -> str | None:
        """Name of the variant, if it is one."""
        return self.tags.get(VARIANT_TAG)

    @property
    def kind(self) -> str | None:
        """`event` or `volume`; None for a rule of others."""
        return self.tags.get(KIND_TAG)

    @property
    def id(self) -> str:
        """How people call it: `<detection>`, `<detection>.<variant>`, or the address of a rule of others."""
        if self.detection is None:
            return self.address
        return f"{self.detection}.{self.variant}" if self.variant else self.detection

    @property
    def attack(self) -> str | None:
        """Primary place in ATT&CK; None for a rule of others."""
        return self.custom_properties.get("attack")

    @property
    def frequency(self) -> str:
        """Time between evaluations, as people write it."""
        return self.frequency_written if self.evaluation_frequency is None else short(self.evaluation_frequency)

    @property
    def condition(self) -> str:
        """When it fires, as people write it."""
        return " and ".join(criterion.condition for criterion in self.criteria)

    @property
    def not_evaluable(self) -> tuple[Unresolved, ...]:
        """The members that an evaluation depends on and that cannot be known."""
        return tuple(one for one in self.unresolved if one.member.replace("[", ".").split(".")[0] not in _NOT_EVALUATED)


def read_rule(instance: Instance, identities: Identities) -> ScheduledQueryRule:
    """Read one rule.

    Args:
        instance: the resource.
        identities: what ids and references stand for.
    """
    fields = Fields.of(instance)
    action = fields.block("action")
    criteria = tuple(_criterion(block) for block in fields.blocks("criteria"))
    if not criteria and not fields.members("criteria"):
        fields.note("criteria", None, "the rule has no criteria")
    for name in ("evaluation_frequency", "window_duration", "severity"):
        if fields.raw(name) is None:
            fields.note(name, None, "the rule needs one, and none is given")
    return ScheduledQueryRule(
        address=instance.address,
        azure_id=identities.azure_id(instance.address),
        name=fields.shown("name", instance.address),
        display_name=fields.text("display_name"),
        description=fields.text("description"),
        enabled=fields.flag("enabled", default=True),
        severity=_severity(fields),
        severity_written=fields.shown("severity", "None"),
        scopes=identities.ids(fields, "scopes"),
        location=fields.text("location"),
        criteria=criteria,
        evaluation_frequency=fields.duration("evaluation_frequency"),
        frequency_written=fields.shown("evaluation_frequency", "None"),
        window_duration=fields.duration("window_duration"),
        query_time_range_override=fields.duration("query_time_range_override"),
        auto_mitigation_enabled=fields.flag("auto_mitigation_enabled", default=False),
        mute_actions_after_alert_duration=fields.duration("mute_actions_after_alert_duration"),
        skip_query_validation=fields.flag("skip_query_validation", default=False),
        action_groups=() if action is None else identities.ids(action, "action_groups"),
        custom_properties={} if action is None else action.mapping("custom_properties"),
        email_subject=None if action is None else action.text("email_subject"),
        target_resource_types=fields.texts("target_resource_types"),
        tags=fields.mapping("tags"),
        unresolved=fields.unresolved,
    )


def _severity(fields: Fields) -> int | None:
    severity = fields.integer("severity")
    if severity is not None and not 0 <= severity <= 4:
        fields.note("severity", severity, "0 to 4 is expected")
        return None
    return severity


def _criterion(block: Fields) -> Criterion:
    periods = block.block("failing_periods")
    query = block.text("query")
    if query is None and block.raw("query") is None:
        block.note("query", None, "the rule needs one, and none is given")
    for name in ("operator", "threshold", "time_aggregation_method"):
        if block.raw(name) is None:
            block.note(name, None, "the rule needs one, and none is given")
    return Criterion(
        query=query or "",
        aggregation=block.text("time_aggregation_method") or "",
        operator=block.text("operator") or block.shown("operator", "None"),
        threshold=block.number("threshold"),
        metric_measure_column=block.text("metric_measure_column"),
        dimensions=tuple(
            Dimension(
                name=one.text("name") or "", operator=one.text("operator") or "Include", values=one.texts("values")
            )
            for one in block.blocks("dimension")
        ),
        minimum_failing_periods=1
        if periods is None
        else periods.integer("minimum_failing_periods_to_trigger_alert", default=1),
        evaluation_periods=1 if periods is None else periods.integer("number_of_evaluation_periods", default=1),
        resource_id_column=block.text("resource_id_column"),
        threshold_written=block.shown("threshold", "None"),
    )
