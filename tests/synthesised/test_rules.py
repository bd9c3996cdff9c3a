"""Every member of a scheduled query rule is read, whoever wrote it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acrwatch.synthesised import Dimension
from tests.synthesised.stacks import BODY, RULE, content, stack


def rule_with(folder: Path, **changed: Any) -> Any:
    body = {key: value for key, value in (BODY | changed).items() if value is not None}
    (rule,) = stack(folder, content(**{RULE: {"deletes": body}})).rules
    return rule


def test_all_of_a_rule_is_read(tmp_path: Path) -> None:
    """With the text of the query as Azure gets it."""
    rule = rule_with(
        tmp_path,
        query_time_range_override="P2D",
        mute_actions_after_alert_duration="PT1H",
        skip_query_validation=True,
        target_resource_types=["Microsoft.Compute/virtualMachines"],
        action={"custom_properties": {"k": "v"}, "email_subject": "S $${data.x}"},
    )
    (criterion,) = rule.criteria

    assert criterion.query == "Logs | where Path has '${x}' and Share == '5%{'"
    assert (criterion.aggregation, criterion.operator, criterion.threshold) == ("Count", "GreaterThan", 0.0)
    assert criterion.dimensions == (Dimension(name="Registry", operator="Include", values=("*",)),)
    assert (criterion.minimum_failing_periods, criterion.evaluation_periods) == (2, 3)
    assert (rule.evaluation_frequency, rule.window_duration) == (timedelta(minutes=5), timedelta(hours=6))
    assert (rule.query_time_range_override, rule.mute_actions_after_alert_duration) == (
        timedelta(days=2),
        timedelta(hours=1),
    )
    assert rule.skip_query_validation
    assert rule.target_resource_types == ("Microsoft.Compute/virtualMachines",)
    assert (rule.custom_properties, rule.email_subject) == ({"k": "v"}, "S ${data.x}")
    assert (rule.action_groups, rule.unresolved) == ((), ())


def test_defaults_are_those_of_azurerm(tmp_path: Path) -> None:
    """In particular a rule keeps no state unless it says so, other than in the API."""
    criteria = {key: value for key, value in BODY["criteria"][0].items() if key != "failing_periods"}
    rule = rule_with(tmp_path, criteria=criteria)

    assert (rule.enabled, rule.auto_mitigation_enabled, rule.skip_query_validation) == (True, False, False)
    assert (rule.query_time_range_override, rule.mute_actions_after_alert_duration) == (None, None)
    assert (rule.criteria[0].minimum_failing_periods, rule.criteria[0].evaluation_periods) == (1, 1)
    assert rule.unresolved == ()


@pytest.mark.parametrize(
    ("changed", "member", "reason"),
    [
        ({"window_duration": "5 minutes"}, "window_duration", "PT5M"),
        ({"window_duration": None}, "window_duration", "none is given"),
        ({"severity": 7}, "severity", "0 to 4"),
        ({"severity": "${var.x}"}, "severity", "no variable x"),
        ({"enabled": "perhaps"}, "enabled", "true or false"),
        ({"criteria": []}, "criteria", "no criteria"),
        ({"criteria": [BODY["criteria"][0] | {"threshold": "many"}]}, "criteria[0].threshold", "a number"),
        ({"criteria": [BODY["criteria"][0] | {"query": "${file(x)}"}]}, "criteria[0].query", "does not evaluate"),
        ({"scopes": ["${azurerm_nope.x.id}"]}, "scopes", "not in this file"),
    ],
)
def test_a_member_that_cannot_be_known_is_named_and_nothing_is_guessed(
    tmp_path: Path, changed: dict[str, Any], member: str, reason: str
) -> None:
    """So that who plays the rule can say why it is not played."""
    (lost,) = rule_with(tmp_path, **changed).not_evaluable

    assert lost.member == member
    assert reason in lost.reason


def test_words_and_people_do_not_keep_a_rule_from_being_evaluated(tmp_path: Path) -> None:
    """They are named all the same."""
    rule = rule_with(
        tmp_path, description="${var.x}", action={"action_groups": ["${var.group}"]}, tags={"a": "${var.x}"}
    )

    assert rule.not_evaluable == ()
    assert {one.member for one in rule.unresolved} == {"description", "action[0].action_groups", "tags.a"}
