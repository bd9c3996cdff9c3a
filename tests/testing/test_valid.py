"""A stack that the providers or Azure would refuse is refused by a test, whoever wrote it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from acrwatch.testing import assert_valid, stack_problems, synth
from tests.synthesis import GROUP, RULE, WORKSPACE_ID, Body, everything, loaded, watch_settings

FINE: Body = {
    "name": "pulls",
    "resource_group_name": "rg",
    "location": "westeurope",
    "scopes": [WORKSPACE_ID],
    "severity": 2,
    "evaluation_frequency": "PT5M",
    "window_duration": "PT1H",
    "auto_mitigation_enabled": True,
    "criteria": [
        {
            "query": "Table | where TimeGenerated > ago(50m) | summarize Pulls = count() by Identity",
            "time_aggregation_method": "Maximum",
            "metric_measure_column": "Pulls",
            "operator": "GreaterThanOrEqual",
            "threshold": 1,
            "dimension": [{"name": "Identity", "operator": "Include", "values": ["*"]}],
        }
    ],
}
PEOPLE: Body = {
    "name": "people",
    "short_name": "people",
    "resource_group_name": "rg",
    "email_receiver": [{"name": "team", "email_address": "team@example.com"}],
}


def stack(rule: Mapping[str, Any] | None = None, **group: Any) -> Body:
    return {"resource": {RULE: {"pulls": {**FINE, **(rule or {})}}, GROUP: {"people": {**PEOPLE, **group}}}}


def criterion(**changed: Any) -> Body:
    return {"criteria": [{**FINE["criteria"][0], **changed}]}


@pytest.mark.parametrize("chosen", ["nothing", "everything"])
def test_what_acrwatch_makes_is_valid(tmp_path: Path, chosen: str) -> None:
    """With all defaults and with none."""
    assert_valid(synth(loaded(tmp_path, everything() if chosen == "everything" else watch_settings())))


def test_a_rule_and_a_group_of_others_are_valid() -> None:
    """So that what is said below is about the change."""
    assert stack_problems(stack()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (stack({"severity": 9}), f"Azure: {RULE}.pulls.severity: 9: 0 to 4 is expected"),
        (stack({"evaluation_frequency": "7m"}), f"Azure: {RULE}.pulls.evaluation_frequency: '7m' is no duration"),
        (stack({"evaluation_frequency": "PT7M"}), f"Azure: {RULE}.pulls.frequency: 7m is not a frequency Azure has"),
        (stack({"window_duration": "PT5M"}), f"Azure: {RULE}.pulls.look_back: the query looks back 50m"),
        (stack({"mute_actions_after_alert_duration": "PT1H"}), "Azure does not mute a rule that resolves itself"),
        (stack({"criteria": FINE["criteria"] * 2}), f"Azure: {RULE}.pulls.criteria: there are 2; Azure takes one"),
        (stack(criterion(operator="Over")), f"Azure: {RULE}.pulls.operator: 'Over' is not one Azure has"),
        (stack(criterion(query="T | evaluate bag_unpack(x)")), "log alerts refuse bag_unpack"),
        (stack({"location": "west/europe"}), f"Azure: {RULE}.pulls.location: 'west/europe' is not a region"),
        (stack({"tags": {"a<b": "c"}}), f"Azure: {RULE}.pulls.tags.a<b: a tag's name has"),
        (stack({"action": [{"action_groups": ["a"] * 6}]}), "6 action groups are too many"),
        (stack(short_name="a long short name"), f"Azure: {GROUP}.people.short_name:"),
        (stack(email_receiver=[]), f"Azure: {GROUP}.people.receivers: there are none"),
        (stack(email_receiver=PEOPLE["email_receiver"] * 2), "'team' stands here twice"),
        (stack({"count": "${var.n}"}), f"Azure: {RULE}.pulls: it cannot be checked:"),
        (stack({"nonsense": 1}), f"azurerm 5.2.0: {RULE}.pulls.nonsense: there is no such argument"),
    ],
)
def test_what_would_be_refused_is_named(content: Body, said: str) -> None:
    """With the place, the value and what is allowed."""
    with pytest.raises(AssertionError) as caught:
        assert_valid(content)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    [
        {"severity": "${var.severity}"},
        {"evaluation_frequency": "${var.frequency}"},
        {"window_duration": "${var.window}"},
        criterion(operator="${var.operator}"),
        criterion(query="${var.query}"),
        {"location": "${var.location}", "resource_group_name": "${var.group}", "tags": "${var.tags}"},
    ],
)
def test_what_only_terraform_knows_is_let_through(rule: Body) -> None:
    """It may be right."""
    assert stack_problems(stack(rule)) == []


def test_a_stack_for_one_version_need_not_fit_another() -> None:
    """A host that stays on azurerm 4 says so."""
    content = stack()
    content["provider"] = {"azurerm": [{"features": {}, "skip_provider_registration": True}]}

    assert_valid(content, azurerm=["4.81.0"])
    assert len(stack_problems(content)) == 1
