"""Is a scheduled query rule in Azure the one that was deployed, is it on, and is it well?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import (
    blocks,
    differ,
    differ_in_text,
    look,
    same_bag,
    same_duration,
    same_id,
    same_number,
    same_or_absent,
    same_text,
    same_word,
)
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.live.verify.switched_off import who_switched_off
from acrwatch.synthesised import Criterion, Dimension, ScheduledQueryRule, SynthesisedStack

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

_REPORTED = timedelta(minutes=15)
"""Azure reports the health of rules that are evaluated at least this often (log-alert-rule-health)."""

# azurerm spells it in its own way (azure-rest-api-specs, issue 21794).
_OPERATORS = {"Equal": "Equals"}


def verify_rule(arm: Arm, stack: SynthesisedStack, rule: ScheduledQueryRule, azure_id: str) -> Item:
    """Look at one rule.

    Args:
        arm: Azure Resource Manager.
        stack: the file that declares the rule.
        rule: the rule as it was deployed.
        azure_id: its id.

    Raises:
        CallFailed: the rule could not be read.
    """
    body = arm.find(azure_id, versions.SCHEDULED_QUERY_RULES)
    if body is None:
        return Item(kind=Kind.RULE, name=rule.id, azure_id=azure_id, exists=False)
    differences = [*_differences(stack, rule, body)]
    seen: list[str] = []
    unknown: list[Unknown] = []
    if look(body, "properties", "enabled") is False:
        found = _or_unknown(lambda: who_switched_off(arm, azure_id), unknown)
        seen += [found] if found else []
    health = _or_unknown(lambda: _health(arm, rule, azure_id), unknown)
    if health is not None:
        differences += health[0]
        seen += health[1]
    return Item(
        kind=Kind.RULE,
        name=rule.id,
        azure_id=azure_id,
        differences=tuple(differences),
        unknown=tuple(unknown),
        not_compared=tuple(map(str, rule.unresolved)),
        seen=tuple(seen),
    )


def _or_unknown(ask: Callable[[], Any], unknown: list[Unknown]) -> Any:
    """What a second question gives; that it was not answered is part of what is said of the rule."""
    try:
        return ask()
    except CallFailed as failure:
        unknown.append(failure.unknown)
        return None


def _differences(stack: SynthesisedStack, rule: ScheduledQueryRule, body: Body) -> Iterator[Difference]:
    found = look(body, "properties")
    unresolved = {one.member.partition("[")[0].partition(".")[0] for one in rule.unresolved}

    def compare(argument: str, name: str, expected: Any, how: Any) -> Iterator[Difference]:
        if argument not in unresolved:
            yield from differ(name, expected, look(found, *name.split("/")), how)

    yield from compare("enabled", "enabled", rule.enabled, lambda one, other: one is other)
    yield from compare("severity", "severity", rule.severity, same_number)
    yield from compare("display_name", "displayName", rule.display_name or rule.name, same_text)
    yield from compare("description", "description", rule.description, same_or_absent)
    yield from compare("evaluation_frequency", "evaluationFrequency", rule.evaluation_frequency, same_duration)
    yield from compare("window_duration", "windowSize", rule.window_duration, same_duration)
    override = rule.query_time_range_override
    yield from compare("query_time_range_override", "overrideQueryTimeRange", override, same_duration)
    mute = rule.mute_actions_after_alert_duration
    yield from compare("mute_actions_after_alert_duration", "muteActionsDuration", mute, same_duration)
    mitigation = rule.auto_mitigation_enabled
    # Left out, Azure takes it for true; azurerm always sends it.
    yield from compare(
        "auto_mitigation_enabled", "autoMitigate", mitigation, lambda one, other: one is (other is not False)
    )
    validation = rule.skip_query_validation
    yield from compare(
        "skip_query_validation", "skipQueryValidation", validation, lambda one, other: one is bool(other)
    )
    yield from compare("scopes", "scopes", _ids(stack, rule.scopes), same_bag(same_id))
    if rule.target_resource_types:
        yield from compare(
            "target_resource_types", "targetResourceTypes", rule.target_resource_types, same_bag(same_word)
        )
    if rule.location is not None:
        yield from differ("location", rule.location, body.get("location"), same_word)
    yield from _criteria(rule, found)
    if "action" not in unresolved:
        yield from compare("action", "actions/actionGroups", _ids(stack, rule.action_groups), same_bag(same_id))
        yield from _mapping(
            "actions/customProperties", rule.custom_properties, look(found, "actions", "customProperties")
        )
        subject = look(found, "actions", "actionProperties", "Email.Subject")
        yield from differ("actions/actionProperties/Email.Subject", rule.email_subject, subject, same_or_absent)
    for name, value in rule.tags.items():
        yield from differ(f"tags/{name}", value, look(body, "tags", name))


def _criteria(rule: ScheduledQueryRule, found: Any) -> Iterator[Difference]:
    conditions = blocks(found, "criteria", "allOf")
    if len(conditions) != len(rule.criteria):
        yield from differ("criteria/allOf", f"{len(rule.criteria)} condition", f"{len(conditions)} conditions")
        return
    for position, (criterion, condition) in enumerate(zip(rule.criteria, conditions, strict=True)):
        unresolved = {one.member for one in rule.unresolved if one.member.startswith(f"criteria[{position}]")}
        yield from _criterion(criterion, condition, {name.rpartition("].")[2] for name in unresolved})


def _criterion(expected: Criterion, found: Body, unresolved: set[str]) -> Iterator[Difference]:
    if "query" not in unresolved:
        yield from differ_in_text("query", expected.query, found.get("query"))
    operator = _OPERATORS.get(expected.operator, expected.operator)
    for argument, name, value, how in (
        ("time_aggregation_method", "timeAggregation", expected.aggregation, same_word),
        ("metric_measure_column", "metricMeasureColumn", expected.metric_measure_column, same_or_absent),
        ("resource_id_column", "resourceIdColumn", expected.resource_id_column, same_or_absent),
        ("operator", "operator", operator, same_word),
        ("threshold", "threshold", expected.threshold, same_number),
    ):
        if argument not in unresolved:
            yield from differ(name, value, found.get(name), how)
    periods = found.get("failingPeriods") or {}
    for name, number in (
        ("numberOfEvaluationPeriods", expected.evaluation_periods),
        ("minFailingPeriodsToAlert", expected.minimum_failing_periods),
    ):
        if number is not None:
            # Azure takes one where none is given.
            at = look(periods, name)
            yield from differ(f"failingPeriods/{name}", number, 1 if at is None else at, same_number)
    yield from differ(
        "dimensions",
        [_dimension(one) for one in expected.dimensions],
        [_found_dimension(one) for one in blocks(found, "dimensions")],
        same_bag(same_word),
    )


def _dimension(one: Dimension) -> str:
    return f"{one.name} {one.operator} {' '.join(sorted(one.values))}"


def _found_dimension(one: Body) -> str:
    values = one.get("values")
    shown = " ".join(sorted(map(str, values))) if isinstance(values, list) else ""
    return f"{one.get('name')} {one.get('operator')} {shown}"


def _mapping(path: str, expected: Any, found: Any) -> Iterator[Difference]:
    found = found if isinstance(found, dict) else {}
    for name in sorted({*expected, *found}):
        yield from differ(f"{path}/{name}", expected.get(name), found.get(name), same_or_absent)


def _ids(stack: SynthesisedStack, addresses: tuple[str, ...]) -> list[str]:
    return [stack.identities.azure_id(one) or one for one in addresses]


def _health(arm: Arm, rule: ScheduledQueryRule, azure_id: str) -> tuple[list[Difference], list[str]] | None:
    """What Azure says of the evaluations of a rule."""
    if rule.evaluation_frequency is None or rule.evaluation_frequency > _REPORTED:
        return [], ["Azure reports evaluations only of rules with a frequency of 15 minutes or less"]
    path = f"{azure_id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current"
    body = arm.find(path, versions.RESOURCE_HEALTH)
    state, reported = look(body, "properties", "availabilityState"), look(body, "properties", "reportedTime")
    said = f"at {reported}" if isinstance(reported, str) else "at a time that is not given"
    if state == "Available":
        return [], [f"evaluated well, as Azure reported {said[:40]}"]
    if state in ("Unavailable", "Degraded"):
        reason = look(body, "properties", "reasonType")
        found = f"{state} ({reason if isinstance(reason, str) else 'no reason given'}), reported {said[:40]}"
        return differ("evaluations", "Available", found), []
    way_out = "look at the rule's Resource health in the portal; a new rule is reported on after its first evaluations"
    raise CallFailed(Unknown(reason="Azure does not tell when the rule was last evaluated", way_out=way_out))
