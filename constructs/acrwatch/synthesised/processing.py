"""Alert processing rules as they would be deployed: what they apply to, when, and what they do.

Whether one applies to an alert is decided in `routing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.identities import Identities
from acrwatch.synthesised.values import Instance, Unresolved

SUPPRESSION = "azurerm_monitor_alert_processing_rule_suppression"
ADDITION = "azurerm_monitor_alert_processing_rule_action_group"


class Field(StrEnum):
    """What of an alert a filter looks at, as azurerm names it."""

    ALERT_CONTEXT = "alert_context"
    ALERT_RULE_ID = "alert_rule_id"
    ALERT_RULE_NAME = "alert_rule_name"
    DESCRIPTION = "description"
    MONITOR_CONDITION = "monitor_condition"
    MONITOR_SERVICE = "monitor_service"
    SEVERITY = "severity"
    SIGNAL_TYPE = "signal_type"
    TARGET_RESOURCE = "target_resource"
    TARGET_RESOURCE_GROUP = "target_resource_group"
    TARGET_RESOURCE_TYPE = "target_resource_type"


class FilterOperator(StrEnum):
    """How a filter compares."""

    EQUALS = "Equals"
    NOT_EQUALS = "NotEquals"
    CONTAINS = "Contains"
    DOES_NOT_CONTAIN = "DoesNotContain"


class Action(StrEnum):
    """What a processing rule does to the alerts it applies to."""

    SUPPRESS = "suppress"
    ADD = "add"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One condition; all of a rule's must hold.

    Args:
        field: what it looks at.
        operator: how it compares; None where that cannot be known.
        values: what it compares with, of which one has to match; rule ids are addresses where they are in the file.
        unresolved: why a value cannot be known; empty where all are.
    """

    field: Field
    operator: FilterOperator | None
    values: tuple[str, ...]
    unresolved: tuple[Unresolved, ...]


class Every(StrEnum):
    """How often a recurrence comes."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A part of a day, on every day or on some.

    Args:
        every: how often it comes.
        start: when it begins, by the clock of the schedule's zone; None for the beginning of the day.
        end: when it ends, which is the next day where it is not after the beginning; None for the end of the day.
        days_of_week: days on which it begins, 0 for Monday; only where it is weekly.
        days_of_month: days on which it begins, 1 to 31; only where it is monthly.
    """

    every: Every
    start: time | None
    end: time | None
    days_of_week: frozenset[int] = frozenset()
    days_of_month: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a processing rule is in force.

    Args:
        effective_from: from when on, by the clock of the zone; None for ever since.
        effective_until: until when; None for ever after.
        time_zone: the Windows name of the zone (azurerm: UTC unless set).
        recurrences: parts of days in between, of which one has to hold the moment; none for all the time.
        unresolved: why a part of it cannot be known; empty where all is.
    """

    effective_from: datetime | None
    effective_until: datetime | None
    time_zone: str
    recurrences: tuple[Recurrence, ...]
    unresolved: tuple[Unresolved, ...]


@dataclass(frozen=True, kw_only=True)
class ProcessingRule:
    """An alert processing rule.

    Args:
        address: Terraform address.
        azure_id: id of the rule in Azure; None where its parts cannot be known before the apply.
        name: name of the Azure resource.
        description: what it is for; None where there is none.
        enabled: whether it is in force; None where that cannot be known.
        action: whether it suppresses or adds.
        scopes: what an alert has to fire on: addresses in this file, or ids.
        filters: what else has to hold; none for all alerts.
        schedule: when it is in force; None for always.
        add_action_group_ids: groups it adds: addresses in this file, else ids or references as they are written.
        unresolved: members that cannot be known, with the reason, those of filters and schedule included.
    """

    address: str
    azure_id: str | None
    name: str
    description: str | None
    enabled: bool | None
    action: Action
    scopes: tuple[str, ...]
    filters: tuple[Filter, ...]
    schedule: Schedule | None
    add_action_group_ids: tuple[str, ...]
    unresolved: tuple[Unresolved, ...]


def read_processing_rule(instance: Instance, identities: Identities) -> ProcessingRule:
    """Read one processing rule.

    Args:
        instance: the resource.
        identities: what ids and references stand for.
    """
    fields = Fields.of(instance)
    condition = fields.block("condition")
    schedule = fields.block("schedule")
    add = instance.type == ADDITION
    return ProcessingRule(
        address=instance.address,
        azure_id=identities.azure_id(instance.address),
        name=fields.shown("name", instance.address),
        description=fields.text("description"),
        enabled=fields.flag("enabled", default=True),
        action=Action.ADD if add else Action.SUPPRESS,
        scopes=identities.ids(fields, "scopes"),
        filters=() if condition is None else tuple(_filters(condition, identities)),
        schedule=None if schedule is None else _schedule(schedule),
        add_action_group_ids=identities.ids(fields, "add_action_group_ids") if add else (),
        unresolved=fields.unresolved,
    )


def _filters(condition: Fields, identities: Identities) -> Iterator[Filter]:
    for field in Field:
        for block in condition.blocks(field.value):
            before = len(block.unresolved)
            ids = field in (Field.ALERT_RULE_ID, Field.TARGET_RESOURCE, Field.TARGET_RESOURCE_GROUP)
            values = identities.ids(block, "values") if ids else block.texts("values")
            operator = _operator(block)
            yield Filter(field=field, operator=operator, values=values, unresolved=block.unresolved[before:])


def _operator(block: Fields) -> FilterOperator | None:
    text = block.text("operator")
    try:
        return None if text is None else FilterOperator(text)
    except ValueError:
        block.note("operator", text, f"{', '.join(FilterOperator)} are what Azure has")
        return None


def _schedule(block: Fields) -> Schedule:
    before = len(block.unresolved)
    recurrence = block.block("recurrence")
    effective_from, effective_until = _moment(block, "effective_from"), _moment(block, "effective_until")
    zone = block.text("time_zone") or "UTC"
    recurrences = () if recurrence is None else tuple(_recurrences(recurrence))
    return Schedule(
        effective_from=effective_from,
        effective_until=effective_until,
        time_zone=zone,
        recurrences=recurrences,
        unresolved=block.unresolved[before:],
    )


def _recurrences(block: Fields) -> Iterator[Recurrence]:
    for every in Every:
        for one in block.blocks(every.value):
            yield Recurrence(
                every=every,
                start=_clock(one, "start_time"),
                end=_clock(one, "end_time"),
                days_of_week=_days_of_week(one) if every is Every.WEEK else frozenset(),
                days_of_month=_days_of_month(one) if every is Every.MONTH else frozenset(),
            )


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _days_of_week(block: Fields) -> frozenset[int]:
    found = set()
    for day in block.texts("days_of_week"):
        if day in _DAYS:
            found.add(_DAYS.index(day))
        else:
            block.note("days_of_week", day, f"{', '.join(_DAYS)} are what Azure has")
    return frozenset(found)


def _days_of_month(block: Fields) -> frozenset[int]:
    found = set()
    for day in block.texts("days_of_month"):
        if day.isdecimal() and 1 <= int(day) <= 31:
            found.add(int(day))
        else:
            block.note("days_of_month", day, "1 to 31 is expected")
    return frozenset(found)


def _moment(block: Fields, name: str) -> datetime | None:
    text = block.text(name)
    # An unset text of a plan is empty.
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007  # the zone is the schedule's own
    except ValueError:
        block.note(name, text, "a time such as 2026-01-31T22:00:00 is expected")
        return None


def _clock(block: Fields, name: str) -> time | None:
    text = block.text(name)
    if not text:
        return None
    try:
        return datetime.strptime(text, "%H:%M:%S").time()  # noqa: DTZ007  # the zone is the schedule's own
    except ValueError:
        block.note(name, text, "a time of day such as 22:00:00 is expected")
        return None
