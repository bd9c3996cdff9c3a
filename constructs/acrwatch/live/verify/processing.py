"""Is an alert processing rule in Azure the one that was deployed?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.verify.compare import blocks, differ, look, same_bag, same_id, same_or_absent, same_word
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.synthesised import Action, Every, Field, ProcessingRule, Recurrence, Schedule, SynthesisedStack

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

_IDS = (Field.ALERT_RULE_ID, Field.TARGET_RESOURCE, Field.TARGET_RESOURCE_GROUP)
_ACTIONS = {Action.SUPPRESS: "RemoveAllActionGroups", Action.ADD: "AddActionGroups"}
_TYPES = {Every.DAY: "Daily", Every.WEEK: "Weekly", Every.MONTH: "Monthly"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def verify_processing_rule(arm: Arm, stack: SynthesisedStack, rule: ProcessingRule, azure_id: str) -> Item:
    """Look at one processing rule.

    Args:
        arm: Azure Resource Manager.
        stack: the file that declares it.
        rule: the rule as it was deployed.
        azure_id: its id.

    Raises:
        CallFailed: it could not be read.
    """
    body = arm.find(azure_id, versions.ACTION_RULES)
    if body is None:
        return Item(kind=Kind.PROCESSING_RULE, name=rule.name, azure_id=azure_id, exists=False)
    return Item(
        kind=Kind.PROCESSING_RULE,
        name=rule.name,
        azure_id=azure_id,
        differences=tuple(_differences(stack, rule, look(body, "properties"))),
        not_compared=tuple(map(str, rule.unresolved)),
    )


def _differences(stack: SynthesisedStack, rule: ProcessingRule, found: Any) -> Iterator[Difference]:
    unresolved = {one.member.partition("[")[0].partition(".")[0] for one in rule.unresolved}
    if rule.enabled is not None:
        # Left out, Azure takes it for true.
        yield from differ("enabled", rule.enabled, look(found, "enabled") is not False)
    if "description" not in unresolved:
        yield from differ("description", rule.description, look(found, "description"), same_or_absent)
    if "scopes" not in unresolved:
        yield from differ("scopes", _ids(stack, rule.scopes), look(found, "scopes"), same_bag(same_id))
    yield from _actions(stack, rule, found)
    if "condition" not in unresolved:
        yield from differ(
            "conditions",
            [
                _condition(one.field.replace("_", ""), str(one.operator), _values(stack, one.field, one.values))
                for one in rule.filters
            ],
            [_found_condition(one) for one in blocks(found, "conditions")],
            same_bag(lambda one, other: bool(one == other)),
        )
    if "schedule" not in unresolved:
        schedule = look(found, "schedule")
        expected = [] if rule.schedule is None else _schedule(rule.schedule)
        yield from differ("schedule", expected, _found_schedule(schedule), same_bag(same_word))


def _actions(stack: SynthesisedStack, rule: ProcessingRule, found: Any) -> Iterator[Difference]:
    actions = blocks(found, "actions")
    yield from differ(
        "actions", [_ACTIONS[rule.action]], [one.get("actionType") for one in actions], same_bag(same_word)
    )
    if rule.action is Action.ADD:
        groups = look(actions, 0, "actionGroupIds")
        yield from differ("actions/actionGroupIds", _ids(stack, rule.add_action_group_ids), groups, same_bag(same_id))


def _ids(stack: SynthesisedStack, addresses: tuple[str, ...]) -> list[str]:
    return [stack.identities.azure_id(one) or one for one in addresses]


def _values(stack: SynthesisedStack, field: Field, values: tuple[str, ...]) -> list[str]:
    return _ids(stack, values) if field in _IDS else list(values)


def _condition(field: str, operator: str, values: list[str]) -> str:
    return f"{field} {operator} {' | '.join(sorted(values))}".lower()


def _found_condition(one: Body) -> str:
    values = one.get("values")
    return _condition(str(one.get("field")), str(one.get("operator")), list(map(str, values or [])))


def _schedule(schedule: Schedule) -> list[str]:
    bounds = {"from": schedule.effective_from, "until": schedule.effective_until}
    return [
        f"zone {schedule.time_zone}",
        *(f"{name} {moment:%Y-%m-%dT%H:%M:%S}" for name, moment in bounds.items() if moment is not None),
        *(_recurrence(one) for one in schedule.recurrences),
    ]


def _recurrence(one: Recurrence) -> str:
    days = [_DAYS[day] for day in sorted(one.days_of_week)] + [str(day) for day in sorted(one.days_of_month)]
    return _window(_TYPES[one.every], one.start, one.end, days)


def _window(type_: str, start: Any, end: Any, days: list[str]) -> str:
    begins, ends = (f"{one:%H:%M:%S}" if isinstance(one, time) else str(one or "") for one in (start, end))
    return f"{type_} {begins}-{ends} {' '.join(days)}".strip()


def _found_schedule(schedule: Any) -> list[str]:
    if not isinstance(schedule, dict):
        return []
    bounds = {"from": schedule.get("effectiveFrom"), "until": schedule.get("effectiveUntil")}
    return [
        f"zone {schedule.get('timeZone') or 'UTC'}",
        *(f"{name} {moment}" for name, moment in bounds.items() if moment),
        *(_found_recurrence(one) for one in blocks(schedule, "recurrences")),
    ]


def _found_recurrence(one: Body) -> str:
    week, month = one.get("daysOfWeek"), one.get("daysOfMonth")
    days = sorted(week if isinstance(week, list) else [], key=lambda day: _DAYS.index(day) if day in _DAYS else 7)
    days = [*map(str, days), *map(str, sorted(month if isinstance(month, list) else []))]
    return _window(str(one.get("recurrenceType")), one.get("startTime"), one.get("endTime"), days)
