"""An alert and a moment say who is told, and which rule decided; what is not known is never told."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from acrwatch.routing import Alert, MonitorCondition, Route, route
from tests.synthesised.stacks import BODY, GROUP, MORE, NIGHT, PEOPLE, QUIET, RULE, SUBSCRIPTION, content, stack

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
NIGHT_TIME = datetime(2026, 1, 7, 23, tzinfo=UTC)
WHERE = {"resource_group_name": "${azurerm_resource_group.rg.name}"}
WORKSPACE_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.OperationalInsights/workspaces/log"
)
RULE_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.Insights/scheduledQueryRules/deletes"
)


def processing(**changed: Any) -> dict[str, Any]:
    return {"name": "quiet", "scopes": ["${azurerm_resource_group.rg.id}"], **WHERE} | changed


def condition(field: str, operator: str, *values: str) -> dict[str, Any]:
    return {"condition": {field: {"operator": operator, "values": list(values)}}}


def routed(
    folder: Path,
    *,
    at: datetime = NOON,
    resolved: bool = False,
    rule: dict[str, Any] | None = None,
    given: dict[str, str] | None = None,
    whole: dict[str, Any] | None = None,
    context: str | None = None,
    resources: dict[str, Any] | None = None,
) -> Route:
    """The way of an alert of the one rule in a stack with these processing rules."""
    read = stack(folder, content(**{RULE: {"deletes": rule or BODY}}, **(resources or {})) | (whole or {}))
    monitor = MonitorCondition.RESOLVED if resolved else MonitorCondition.FIRED
    alert = Alert(rule=read.rules[0], condition=monitor, dimensions=given or {}, context=context)
    return route(read, alert, at)


def told(found: Route) -> list[str]:
    return [one.name for one in found.told]


def test_the_groups_of_the_rule_are_told(tmp_path: Path) -> None:
    """Without any processing rule, and the reason is the rule itself."""
    found = routed(tmp_path)

    (group,) = found.groups
    assert (group.name, group.told, group.because) == ("people", True, "the alert rule names it")
    assert group.group is not None
    assert [one.name for one in group.group.receivers] == ["mail"]
    assert found.unknown == ()


def test_a_suppression_keeps_it_from_everybody_and_is_named(tmp_path: Path) -> None:
    """It outranks a rule that adds a group."""
    found = routed(
        tmp_path,
        resources={
            QUIET: {"q": processing()},
            MORE: {"m": processing(name="more", add_action_group_ids=["${azurerm_monitor_action_group.night.id}"])},
        },
    )

    assert told(found) == []
    assert {one.name: one.told for one in found.groups} == {"people": False, "night": False}
    assert [rule.name for rule in found.suppressed_by] == ["quiet"]
    assert all("quiet suppresses it" in one.because for one in found.groups)


def test_a_group_is_added_in_its_hours_only(tmp_path: Path) -> None:
    """With the reason why at other times it is not."""
    schedule = {"recurrence": {"daily": {"start_time": "22:00:00", "end_time": "06:00:00"}}}
    more = processing(name="more", schedule=schedule, add_action_group_ids=["${azurerm_monitor_action_group.night.id}"])

    day, night = (routed(tmp_path, at=at, resources={MORE: {"m": more}}) for at in (NOON, NIGHT_TIME))

    assert (told(day), told(night)) == (["people"], ["people", "night"])
    assert "outside its windows" in day.decisions[0].because
    assert "daily window" in night.groups[1].because


def test_a_group_that_is_named_twice_is_told_once(tmp_path: Path) -> None:
    """By the rule and by a processing rule."""
    more = processing(add_action_group_ids=["${azurerm_monitor_action_group.people.id}"])

    assert told(routed(tmp_path, resources={MORE: {"m": more}})) == ["people"]


@pytest.mark.parametrize(
    ("filters", "applies"),
    [
        (condition("alert_rule_id", "Equals", f"${{{RULE}.deletes.id}}"), True),
        (condition("alert_rule_id", "Equals", RULE_ID.lower()), True),
        (condition("alert_rule_id", "NotEquals", RULE_ID), False),
        (condition("alert_rule_id", "Equals", f"{RULE_ID}2"), False),
        (condition("alert_rule_id", "Contains", "scheduledqueryrules/del"), True),
        (condition("alert_rule_id", "Equals", "${var.rule}"), None),
        (condition("alert_rule_id", "NotEquals", "${var.rule}"), None),
        (condition("alert_rule_id", "Equals", "${var.rule}", RULE_ID), True),
        (condition("alert_rule_name", "Equals", "deletes"), True),
        (condition("alert_rule_name", "Contains", "let"), True),
        (condition("alert_rule_name", "Equals", "Deletes"), None),
        (condition("alert_rule_name", "Equals", "deletes "), False),
        (condition("description", "Contains", "says"), True),
        (condition("description", "DoesNotContain", "says"), False),
        (condition("description", "Contains", "nothing of it"), False),
        (condition("monitor_condition", "Equals", "Resolved"), False),
        (condition("monitor_condition", "NotEquals", "Resolved"), True),
        (condition("monitor_service", "Equals", "Log Alerts V2"), True),
        (condition("monitor_service", "Equals", "Platform"), False),
        (condition("monitor_service", "Equals", "Log Analytics"), None),
        (condition("severity", "Equals", "Sev0", "Sev1"), True),
        (condition("severity", "NotEquals", "Sev0", "Sev1"), False),
        (condition("severity", "NotEquals", "Sev0"), True),
        (condition("signal_type", "Equals", "Log"), True),
        (condition("signal_type", "Equals", "Metric"), False),
        (condition("target_resource", "Equals", WORKSPACE_ID.upper()), True),
        (condition("target_resource", "NotEquals", "${azurerm_log_analytics_workspace.logs.id}"), False),
        (condition("target_resource", "Contains", "workspaces/log"), True),
        (condition("target_resource", "Equals", "${azurerm_resource_group.rg.id}"), False),
        (condition("target_resource_group", "Equals", "${azurerm_resource_group.rg.id}"), True),
        (condition("target_resource_group", "Equals", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other"), False),
        (condition("target_resource_group", "Equals", "rg-alerts"), None),
        (condition("target_resource_group", "Equals", "rg-other"), False),
        (condition("target_resource_type", "Equals", "MICROSOFT.OPERATIONALINSIGHTS/WORKSPACES"), True),
        (condition("target_resource_type", "Equals", "Microsoft.ContainerRegistry/registries"), False),
        (condition("alert_context", "Contains", "contosoprod"), True),
        (condition("alert_context", "DoesNotContain", "contosoprod"), False),
        (condition("alert_context", "Contains", "contosoPROD"), None),
        (condition("alert_context", "Contains", "contosodev"), False),
        (condition("alert_context", "Contains", "where Path has"), True),
        (condition("alert_context", "Contains", '"value":"contosodev"'), None),
        (condition("alert_context", "Contains", '"name":"Registry","value":"contosodev"'), False),
        (condition("alert_context", "DoesNotContain", '"name":"Registry","value":"contosodev"'), True),
        (condition("alert_context", "Contains", '"name": "Registry", "value": "contosoprod"'), None),
        (condition("alert_context", "Contains", '"name":"Registry","value":"contosoPROD"'), None),
        (condition("alert_context", "Contains", '"name":"Region","value":"contosoprod"'), False),
        (condition("alert_context", "Contains", '"value":"contosodev","name":"Registry"'), None),
        (condition("alert_context", "Equals", "contosoprod"), None),
        ({"condition": "${var.condition}"}, None),
        ({"condition": {"severity": "${var.filter}"}}, None),
        ({"condition": {"severity": {"operator": "Like", "values": ["Sev1"]}}}, None),
        ({"enabled": False}, False),
        ({"enabled": "${var.enabled}"}, None),
        ({"scopes": [f"/subscriptions/{SUBSCRIPTION}"]}, True),
        ({"scopes": ["/subscriptions/22222222-2222-2222-2222-222222222222"]}, False),
        ({"scopes": [WORKSPACE_ID]}, True),
        ({"scopes": [f"{WORKSPACE_ID}s"]}, False),
        ({"scopes": ["${var.scope}"]}, None),
        ({"scopes": ["${var.scope}", WORKSPACE_ID]}, True),
        ({"schedule": "${var.schedule}"}, None),
        ({"schedule": {"time_zone": "${var.zone}"}}, None),
        ({"schedule": {"effective_until": "2026-01-01T00:00:00"}}, False),
    ],
    ids=repr,
)
def test_a_processing_rule_applies_as_its_members_say(
    tmp_path: Path, filters: dict[str, Any], applies: bool | None
) -> None:
    """Yes, no, or not to be known; then nobody is said to be told, and nobody to be spared."""
    found = routed(
        tmp_path,
        rule=BODY | {"description": "what it says"},
        given={"Registry": "contosoprod"},
        resources={QUIET: {"q": processing(**filters)}},
    )

    (decision,) = found.decisions
    assert decision.applies is applies, decision.because
    assert decision.because
    assert [one.told for one in found.groups] == [{True: False, False: True, None: None}[applies]]
    assert bool(found.unknown) is (applies is None)


def test_all_filters_must_hold(tmp_path: Path) -> None:
    """And one that does not outweighs one that cannot be known."""
    both = (
        condition("severity", "Equals", "Sev1")["condition"]
        | condition("alert_rule_id", "Equals", "${var.x}")["condition"]
    )
    none = both | condition("monitor_condition", "Equals", "Resolved")["condition"]

    assert routed(tmp_path, resources={QUIET: {"q": processing(condition=both)}}).decisions[0].applies is None
    assert routed(tmp_path, resources={QUIET: {"q": processing(condition=none)}}).decisions[0].applies is False


def test_a_dimension_that_is_not_given_may_hold_what_a_filter_looks_for(tmp_path: Path) -> None:
    """Its value stands in the alert context; with the whole context there is no doubt."""
    quiet = {QUIET: {"q": processing(**condition("alert_context", "Contains", "contosodev"))}}

    assert routed(tmp_path, resources=quiet).decisions[0].applies is None
    assert routed(tmp_path, given={"Registry": "contosoprod"}, resources=quiet).decisions[0].applies is False
    assert routed(tmp_path, context='{"value": "contosodev"}', resources=quiet).decisions[0].applies is True
    assert routed(tmp_path, context='{"value": "contosoprod"}', resources=quiet).decisions[0].applies is False


def test_an_alert_that_fires_on_a_resource_of_its_rows_may_be_anywhere(tmp_path: Path) -> None:
    """Until somebody says which it is."""
    criteria = BODY["criteria"][0] | {"resource_id_column": "_ResourceId"}
    read = stack(tmp_path, content(**{RULE: {"deletes": BODY | {"criteria": [criteria]}}, QUIET: {"q": processing()}}))
    alert = Alert(rule=read.rules[0])

    assert route(read, alert, NOON).decisions[0].applies is None
    assert route(read, replace(alert, target=WORKSPACE_ID), NOON).decisions[0].applies is True
    assert route(read, replace(alert, target="/subscriptions/x/y"), NOON).decisions[0].applies is False


def test_without_a_subscription_in_the_file_only_what_follows_it_is_compared(tmp_path: Path) -> None:
    """Inside the file all is in one; a literal id may be in another."""
    provider: dict[str, Any] = {"provider": {"azurerm": {"features": {}}}}
    literal = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"

    answers = [
        routed(tmp_path, whole=provider, resources={QUIET: {"q": processing(scopes=[scope])}}).decisions[0].applies
        for scope in ("${azurerm_resource_group.rg.id}", f"{literal}/rg-alerts", f"{literal}/other")
    ]

    assert answers == [True, None, False]


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ({RULE: {"deletes": BODY | {"action": {"action_groups": "${var.groups}"}}}}, "no variable groups"),
        ({RULE: {"deletes": BODY | {"action": "${var.action}"}}}, "whom the rule names"),
        ({RULE: {"deletes": BODY | {"enabled": "${var.on}"}}}, "whether the alert rule is enabled"),
        ({GROUP: {"people": PEOPLE | {"enabled": "${var.on}"}}}, "whether the action group is enabled"),
        (
            {GROUP: {"people": PEOPLE | {"dynamic": {"sms_receiver": {"for_each": "${var.x}", "content": {}}}}}},
            "receivers of people",
        ),
        ({QUIET: {"q": processing(for_each="${var.windows}")}}, "may suppress it"),
        ({MORE: {"m": processing(for_each="${var.windows}", add_action_group_ids=[])}}, "may add somebody"),
        ({MORE: {"m": processing(add_action_group_ids=["${var.night}"])}}, "no variable night"),
        ({"azapi_resource": {"p": {"type": "Microsoft.AlertsManagement/actionRules@2021-08-08"}}}, "may suppress it"),
    ],
    ids=str,
)
def test_what_cannot_be_known_is_reported_as_unknown(tmp_path: Path, resources: dict[str, Any], why: str) -> None:
    """A silent night must not rest on a guess."""
    read = stack(tmp_path, content(**resources))

    found = route(read, Alert(rule=read.rules[0]), NOON)

    assert any(why in one for one in found.unknown), found.unknown


def test_neither_a_rule_nor_a_group_that_is_off_tells_anybody(tmp_path: Path) -> None:
    """For certain, so nothing about it is unknown."""
    off = routed(tmp_path, rule=BODY | {"enabled": False})
    group_off = routed(tmp_path, resources={GROUP: {"people": PEOPLE | {"enabled": False}, "night": NIGHT}})

    assert [(one.told, one.because) for one in off.groups] == [(False, "the alert rule is not enabled")]
    assert [(one.told, one.because) for one in group_off.groups] == [(False, "the action group is not enabled")]
    assert (off.unknown, group_off.unknown) == ((), ())


def test_a_group_outside_the_file_is_told_by_its_id(tmp_path: Path) -> None:
    """Its receivers are not known here."""
    elsewhere = "/subscriptions/x/resourceGroups/y/providers/Microsoft.Insights/actionGroups/z"

    (group,) = routed(tmp_path, rule=BODY | {"action": {"action_groups": [elsewhere]}}).groups

    assert (group.name, group.group, group.told) == (elsewhere, None, True)


def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    """It would mean another hour on another machine."""
    with pytest.raises(ValueError, match="has no time zone"):
        routed(tmp_path, at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_two_uses_of_a_variable_are_one_workspace(tmp_path: Path) -> None:
    """Hosts often take the workspace's id from a variable, and our processing rules have the rule's own scope."""
    rule = BODY | {"scopes": ["${var.workspace}"]}

    same, other = (
        routed(tmp_path, rule=rule, resources={QUIET: {"q": processing(scopes=[scope])}}).decisions[0].applies
        for scope in ("${var.workspace}", "${var.another}")
    )

    assert (same, other) == (True, None)
