"""Makes the alert processing rules of a watch: those that mute, and those that add groups.

Which there are is decided in `processing_plan`; what keeps the `Resolved` of an event quiet, in `alerts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from acrwatch.azurerm.monitor_alert_processing_rule_action_group import (
    MonitorAlertProcessingRuleActionGroup,
    MonitorAlertProcessingRuleActionGroupCondition,
    MonitorAlertProcessingRuleActionGroupConditionAlertRuleId,
    MonitorAlertProcessingRuleActionGroupConditionSeverity,
    MonitorAlertProcessingRuleActionGroupSchedule,
    MonitorAlertProcessingRuleActionGroupScheduleRecurrence,
    MonitorAlertProcessingRuleActionGroupScheduleRecurrenceDaily,
    MonitorAlertProcessingRuleActionGroupScheduleRecurrenceWeekly,
)
from acrwatch.azurerm.monitor_alert_processing_rule_suppression import (
    MonitorAlertProcessingRuleSuppression,
    MonitorAlertProcessingRuleSuppressionCondition,
    MonitorAlertProcessingRuleSuppressionConditionAlertContext,
    MonitorAlertProcessingRuleSuppressionConditionAlertRuleId,
    MonitorAlertProcessingRuleSuppressionSchedule,
    MonitorAlertProcessingRuleSuppressionScheduleRecurrence,
    MonitorAlertProcessingRuleSuppressionScheduleRecurrenceDaily,
    MonitorAlertProcessingRuleSuppressionScheduleRecurrenceWeekly,
)
from acrwatch.core import id_segment
from acrwatch.logging_settings import Registries, registry_id
from acrwatch.processing_checks import clock_of, moment_of
from acrwatch.processing_plan import REGISTRY, PlannedProcessing
from acrwatch.processing_settings import Schedule
from acrwatch.references import is_reference, literal
from acrwatch.tags import ignoring
from acrwatch.zones import windows_name

if TYPE_CHECKING:
    from constructs import Construct

    from acrwatch.binding import Provider
ProcessingRule = MonitorAlertProcessingRuleSuppression | MonitorAlertProcessingRuleActionGroup


class ProcessingPlace(NamedTuple):
    """Where processing rules are made, and what they speak of.

    Args:
        resource_group_name: resource group of the rules.
        workspace_id: workspace on which the alerts fire.
        alert_ids: id of each rule of the watch -> its Azure id.
        action_group_ids: name of each action group -> its Azure id.
        registries: the registries of the watch.
        tags: tags of the rules.
        ignored_tags: tags that others write.
        provider: azurerm provider; None for the stack's.
    """

    resource_group_name: str
    workspace_id: str
    alert_ids: Mapping[str, str]
    action_group_ids: Mapping[str, str]
    registries: Registries
    tags: Mapping[str, str]
    ignored_tags: Sequence[str]
    provider: Provider | Construct | None


def make_processing_rule(scope: Construct, planned: PlannedProcessing, place: ProcessingPlace) -> ProcessingRule:
    """Make one rule.

    Args:
        scope: the watch.
        planned: what it is to be.
        place: where, and what it speaks of.
    """
    rule_ids = [place.alert_ids[id_] for id_ in planned.alerts]
    common: dict[str, Any] = {
        "name": planned.name,
        "description": planned.description,
        "resource_group_name": place.resource_group_name,
        "scopes": [place.workspace_id],
        "tags": dict(place.tags) or None,
        "lifecycle": ignoring(place.ignored_tags),
        "provider": place.provider,
    }
    if planned.action_groups is None:
        return MonitorAlertProcessingRuleSuppression(
            scope,
            planned.id,
            condition=_muted(rule_ids, [_name(scope, place.registries, one) for one in planned.registries]),
            schedule=_schedule(planned.schedule, _SUPPRESSION),
            **common,
        )
    return MonitorAlertProcessingRuleActionGroup(
        scope,
        planned.id,
        add_action_group_ids=[place.action_group_ids[group] for group in planned.action_groups],
        condition=_told(rule_ids, planned.severities),
        schedule=_schedule(planned.schedule, _ADDITION),
        **common,
    )


def _muted(rule_ids: Sequence[str], registries: Sequence[str]) -> MonitorAlertProcessingRuleSuppressionCondition:
    context = None
    if registries:
        texts = [text for name in registries for text in registry_texts(name)]
        context = MonitorAlertProcessingRuleSuppressionConditionAlertContext(operator="Contains", values=texts)
    return MonitorAlertProcessingRuleSuppressionCondition(
        alert_rule_id=MonitorAlertProcessingRuleSuppressionConditionAlertRuleId(operator="Equals", values=rule_ids),
        alert_context=context,
    )


def registry_texts(name: str) -> tuple[str, str]:
    """The texts of which the alert context of an alert about a registry holds one.

    The name alone would also be found in a query with tuning for that registry, in a longer name, and in a repository
    of that name in another registry, which an attacker could make. In JSON nobody can write the whole pair into a
    value, since quotes are escaped there. With and without blanks, because Azure documents neither.

    Args:
        name: the registry's name in lower case, or a reference to it.
    """
    pair = (f'"name":"{REGISTRY}"', f'"value":"{name}"')
    return ",".join(pair), ", ".join(part.replace(":", ": ", 1) for part in pair)


def _name(scope: Construct, registries: Registries, key: str) -> str:
    """The name of a registry as the dimension has it."""
    id_ = registry_id(registries[key])
    if not is_reference(id_):
        return literal(id_.rpartition("/")[2].lower())
    return id_segment(scope, id_, 8, lower=True)


def _told(rule_ids: Sequence[str], severities: Sequence[int]) -> MonitorAlertProcessingRuleActionGroupCondition:
    severe = None
    if severities:
        severe = MonitorAlertProcessingRuleActionGroupConditionSeverity(
            operator="Equals", values=[f"Sev{severity}" for severity in severities]
        )
    return MonitorAlertProcessingRuleActionGroupCondition(
        alert_rule_id=MonitorAlertProcessingRuleActionGroupConditionAlertRuleId(operator="Equals", values=rule_ids),
        severity=severe,
    )


class _Blocks(NamedTuple):
    """The blocks of a schedule, which the two bindings have in classes of their own."""

    schedule: Callable[..., Any]
    recurrence: Callable[..., Any]
    daily: Callable[..., Any]
    weekly: Callable[..., Any]


_SUPPRESSION = _Blocks(
    schedule=MonitorAlertProcessingRuleSuppressionSchedule,
    recurrence=MonitorAlertProcessingRuleSuppressionScheduleRecurrence,
    daily=MonitorAlertProcessingRuleSuppressionScheduleRecurrenceDaily,
    weekly=MonitorAlertProcessingRuleSuppressionScheduleRecurrenceWeekly,
)
_ADDITION = _Blocks(
    schedule=MonitorAlertProcessingRuleActionGroupSchedule,
    recurrence=MonitorAlertProcessingRuleActionGroupScheduleRecurrence,
    daily=MonitorAlertProcessingRuleActionGroupScheduleRecurrenceDaily,
    weekly=MonitorAlertProcessingRuleActionGroupScheduleRecurrenceWeekly,
)


def _schedule(schedule: Schedule, blocks: _Blocks) -> Any:
    daily = [blocks.daily(start_time=_clock(one.from_), end_time=_clock(one.until)) for one in schedule.daily]
    weekly = [
        blocks.weekly(
            days_of_week=[str(day) for day in one.days],
            start_time=None if one.from_ is None else _clock(one.from_),
            end_time=None if one.until is None else _clock(one.until),
        )
        for one in schedule.weekly
    ]
    recurrence = blocks.recurrence(daily=daily or None, weekly=weekly or None) if daily or weekly else None
    return blocks.schedule(
        effective_from=None if schedule.from_ is None else _moment(schedule.from_),
        effective_until=None if schedule.until is None else _moment(schedule.until),
        time_zone=windows_name(schedule.time_zone) or schedule.time_zone,
        recurrence=recurrence,
    )


def _moment(text: str) -> str:
    """As azurerm wants it: yyyy-MM-ddTHH:mm:ss. A reference stays as it is."""
    moment = moment_of(text)
    return text if moment is None else moment.isoformat(timespec="seconds")


def _clock(text: str) -> str:
    """As azurerm wants it: HH:mm:ss. A reference stays as it is."""
    clock = clock_of(text)
    return text if clock is None else clock.isoformat(timespec="seconds")
