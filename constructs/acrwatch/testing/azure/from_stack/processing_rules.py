"""Alert processing rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.synthesised.values import Instance, Value
from acrwatch.testing.azure.from_stack.applied import Applied, blocks, camel, first_block


def processing_rule(applied: Applied, instance: Instance) -> None:
    """Make an alert processing rule of either kind."""
    values = instance.values
    groups = [applied.id(group) for group in values.get("add_action_group_ids") or []]
    action: dict[str, Any] = {"actionType": "RemoveAllActionGroups"}
    if instance.type.endswith("_action_group"):
        action = {"actionType": "AddActionGroups", "actionGroupIds": groups}
    condition = first_block(values.get("condition")) or {}
    schedule = first_block(values.get("schedule"))
    applied.put(
        applied.own_id(instance),
        {
            "location": "Global",
            "tags": dict(values.get("tags") or {}),
            "properties": {
                "scopes": [applied.id(scope) for scope in values["scopes"]],
                "description": values.get("description", ""),
                "enabled": values.get("enabled", True),
                "conditions": [
                    {
                        "field": camel(field),
                        "operator": block["operator"],
                        "values": [applied.text(value) for value in block["values"]],
                    }
                    for field, written in condition.items()
                    for block in blocks(written)
                ],
                "schedule": None if schedule is None else _schedule(schedule),
                "actions": [action],
            },
        },
    )


def _schedule(block: Mapping[str, Value]) -> Mapping[str, Any]:
    recurrence = first_block(block.get("recurrence")) or {}
    made: dict[str, Any] = {"timeZone": block.get("time_zone", "UTC")}
    for name in ("effective_from", "effective_until"):
        if block.get(name):
            made[camel(name)[0].lower() + camel(name)[1:]] = block[name]
    made["recurrences"] = [
        {
            "recurrenceType": kind.capitalize(),
            **{
                key: one[argument]
                for key, argument in (("startTime", "start_time"), ("endTime", "end_time"))
                if argument in one
            },
            **({"daysOfWeek": list(one["days_of_week"])} if "days_of_week" in one else {}),
            **({"daysOfMonth": list(one["days_of_month"])} if "days_of_month" in one else {}),
        }
        for kind, ones in recurrence.items()
        for one in blocks(ones)
    ]
    return made
