"""Alert processing rules are read with their filters and schedules."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from acrwatch.synthesised import Action, Every, Field, FilterOperator, ProcessingRule, Recurrence
from tests.synthesised.stacks import MORE, QUIET, RULE, SUBSCRIPTION, content, stack

RULE_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.Insights/scheduledQueryRules/deletes"
)


def read(folder: Path, kind: str = QUIET, **changed: Any) -> ProcessingRule:
    body: dict[str, Any] = {
        "name": "maintenance",
        "resource_group_name": "${azurerm_resource_group.rg.name}",
        "scopes": ["${azurerm_resource_group.rg.id}"],
    }
    (rule,) = stack(folder, content(**{kind: {"p": body | changed}})).processing_rules
    return rule


def test_a_plain_suppression_is_always_in_force(tmp_path: Path) -> None:
    """No filter, no schedule."""
    rule = read(tmp_path)

    assert (rule.name, rule.enabled, rule.action) == ("maintenance", True, Action.SUPPRESS)
    assert rule.scopes == ("azurerm_resource_group.rg",)
    assert (rule.filters, rule.schedule, rule.add_action_group_ids, rule.unresolved) == ((), None, (), ())


def test_filters_are_read_and_rules_in_them_are_those_of_the_file(tmp_path: Path) -> None:
    """By reference, and by the id that the rule will have."""
    rule = read(
        tmp_path,
        condition={
            "alert_rule_id": {"operator": "Equals", "values": [f"${{{RULE}.deletes.id}}", RULE_ID.upper()]},
            "alert_context": [{"operator": "Contains", "values": ["contoso", "$${x}"]}],
        },
    )

    assert [(one.field, one.operator, one.values) for one in rule.filters] == [
        (Field.ALERT_CONTEXT, FilterOperator.CONTAINS, ("contoso", "${x}")),
        (Field.ALERT_RULE_ID, FilterOperator.EQUALS, (f"{RULE}.deletes", f"{RULE}.deletes")),
    ]


def test_a_schedule_is_read_with_all_its_recurrences(tmp_path: Path) -> None:
    """Each form that azurerm takes."""
    rule = read(
        tmp_path,
        MORE,
        add_action_group_ids=["${azurerm_monitor_action_group.night.id}"],
        schedule={
            "effective_from": "2026-01-01T00:00:00",
            "effective_until": "2026-12-31T23:59:59",
            "time_zone": "W. Europe Standard Time",
            "recurrence": {
                "daily": {"start_time": "22:00:00", "end_time": "06:00:00"},
                "weekly": [{"days_of_week": ["Saturday", "Sunday"]}],
                "monthly": {"start_time": "01:00:00", "end_time": "02:00:00", "days_of_month": [1, 31]},
            },
        },
    )

    assert (rule.action, rule.add_action_group_ids) == (Action.ADD, ("azurerm_monitor_action_group.night",))
    assert rule.schedule is not None
    assert rule.schedule.effective_from == datetime(2026, 1, 1)  # noqa: DTZ001  # by the clock of the zone
    assert rule.schedule.time_zone == "W. Europe Standard Time"
    assert rule.schedule.recurrences == (
        Recurrence(every=Every.DAY, start=time(22), end=time(6)),
        Recurrence(every=Every.WEEK, start=None, end=None, days_of_week=frozenset({5, 6})),
        Recurrence(every=Every.MONTH, start=time(1), end=time(2), days_of_month=frozenset({1, 31})),
    )


@pytest.mark.parametrize(
    ("schedule", "member"),
    [
        ({"effective_from": "yesterday"}, "schedule[0].effective_from"),
        ({"effective_until": "2026-01-01T00:00:00Z"}, "schedule[0].effective_until"),
        ({"time_zone": "${var.zone}"}, "schedule[0].time_zone"),
        ({"recurrence": {"daily": {"start_time": "22 h"}}}, "schedule[0].recurrence[0].daily[0].start_time"),
        ({"recurrence": {"weekly": {"days_of_week": ["Sat"]}}}, "schedule[0].recurrence[0].weekly[0].days_of_week"),
        ({"recurrence": {"monthly": {"days_of_month": [0]}}}, "schedule[0].recurrence[0].monthly[0].days_of_month"),
        ({"recurrence": "${var.x}"}, "schedule[0].recurrence"),
    ],
)
def test_a_part_of_a_schedule_that_cannot_be_known_is_named(
    tmp_path: Path, schedule: dict[str, Any], member: str
) -> None:
    """Both on the rule and on the schedule, since only the latter keeps it from being judged."""
    rule = read(tmp_path, schedule=schedule)

    assert rule.schedule is not None
    assert member in [one.member for one in rule.schedule.unresolved]
    assert set(rule.schedule.unresolved) <= set(rule.unresolved)
