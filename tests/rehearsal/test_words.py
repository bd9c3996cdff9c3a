"""Alerts are put into words that people read at night."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from acrwatch.rehearsal import words
from acrwatch.rehearsal.model import Alert
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull, stack_with

NOT_OF_THIS_FILE = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/them"


def fired(resources: Any = None, **rule: Any) -> list[Alert]:
    found = rehearse(stack_with(resources=resources, **rule), [pull(8)], start=at(0), end=at(30))
    return list(found.alerts)


@pytest.mark.parametrize(
    ("dimensions", "said"),
    [
        ({"Registry": "prod", "Identity": "eve"}, "eve in prod"),
        (
            {"Registry": "prod", "Repository": "team/api", "Identity": "eve", "Operation": "42"},
            "eve on team/api in prod",
        ),
        ({"Identity": "192.0.2.1", "CallerIpAddress": "192.0.2.1"}, "192.0.2.1"),
        ({"Identity": "eve", "CallerIpAddress": "192.0.2.1"}, "eve from 192.0.2.1"),
        ({"Computer": "web", "Identity": "eve"}, "eve Computer=web"),
        ({"Identity": ""}, ""),
        ({}, ""),
    ],
)
def test_dimensions_become_one_phrase(dimensions: dict[str, str], said: str) -> None:
    """Who comes first, keys that tell nothing are left out, and those of rules of others keep their names."""
    assert words.who_and_what(dimensions) == said


def test_moments_are_in_utc_with_seconds_only_where_there_are_some() -> None:
    east = timezone(timedelta(hours=2))

    assert words.moment(datetime(2026, 1, 15, 1, 30, tzinfo=east)) == "2026-01-14 23:30Z"
    assert words.moment(datetime(2026, 1, 15, 1, 30, 7, tzinfo=east)) == "2026-01-14 23:30:07Z"


@pytest.mark.parametrize(("value", "said"), [(None, ""), (64.0, "64"), (0.25, "0.25"), (1234567.0, "1234567")])
def test_a_measure_is_a_plain_number(value: float | None, said: str) -> None:
    assert words.number(value) == said


def test_the_groups_that_are_told_are_named() -> None:
    (alert,) = fired()

    assert words.told(alert.notifications[0]) == "team"
    assert words.told_in_full(alert.notifications[0]) == "team (team)"


def test_a_rule_that_names_nobody_tells_nobody() -> None:
    (alert,) = fired(action=None)

    assert words.told(alert.notifications[0]) == "nobody"


def test_a_group_that_is_elsewhere_is_called_by_the_end_of_its_id() -> None:
    (alert,) = fired(action=[{"action_groups": [NOT_OF_THIS_FILE]}])

    assert words.told(alert.notifications[0]) == "them"


def test_a_group_of_which_it_is_not_known_has_a_question_mark() -> None:
    (alert,) = fired(action=[{"action_groups": ["${data.azurerm_monitor_action_group.them.id}"]}])

    assert words.told(alert.notifications[0]).endswith("?")
    assert words.told_in_full(alert.notifications[0]).endswith("?")


def test_a_muted_alert_says_so() -> None:
    first, *later = fired(auto_mitigation_enabled=False, mute_actions_after_alert_duration="PT6H")

    assert words.told(first.notifications[0]) == "team"
    assert {words.told(alert.notifications[0]) for alert in later} == {"nobody: muted by an earlier alert"}


def test_a_group_that_is_off_says_why_nobody_is_told() -> None:
    group = {"name": "team", "short_name": "team", "resource_group_name": "rg", "enabled": False}
    (alert,) = fired(resources={"azurerm_monitor_action_group": {"team": group}})

    assert words.told(alert.notifications[0]) == "nobody: the action group is not enabled"
