"""Each way in which a stack can fail a provider's schema is found, and nothing else is."""

from copy import deepcopy
from typing import Any

import pytest

from acrwatch.testing.provider_tables import AZAPI_VERSIONS, VERSIONS, violations

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"

STACK: dict[str, Any] = {
    "provider": {"azurerm": [{"alias": "west", "features": [{}], "subscription_id": "s", "use_cli": True}]},
    "resource": {
        RULE: {
            "rule": {
                "//": {"metadata": {}},
                "count": 2,
                "depends_on": ["x.y"],
                "for_each": {"a": "b"},
                "lifecycle": {"ignore_changes": ["tags"]},
                "provider": "azurerm.west",
                "name": "r",
                "resource_group_name": "${azurerm_resource_group.g.name}",
                "location": "l",
                "scopes": ["/x"],
                "severity": "2",
                "evaluation_frequency": "PT5M",
                "window_duration": "PT5M",
                "enabled": "${var.enabled}",
                "description": None,
                "tags": {"a": "b", "n": 1},
                "action": {"action_groups": "${azurerm_monitor_action_group.g[*].id}"},
                "criteria": [
                    {
                        "query": "q",
                        "operator": "GreaterThan",
                        "threshold": 1,
                        "time_aggregation_method": "Count",
                        "dimension": [{"name": "n", "operator": "Include", "values": ["*"]}],
                    }
                ],
            }
        },
        "azurerm_unheard_of": {"x": {"anything": 1}},
        "null_resource": {"x": {"anything": 1}},
    },
}


def changed(change: dict[str, Any], *, drop: str = "") -> dict[str, Any]:
    """Give the stack with some arguments of its rule changed, and one dropped."""
    stack = deepcopy(STACK)
    stack["resource"][RULE]["rule"] |= change
    stack["resource"][RULE]["rule"].pop(drop, None)
    return stack


CRITERIA = STACK["resource"][RULE]["rule"]["criteria"][0]

WRONG = [
    ({"colour": "red"}, ".colour: there is no such argument"),
    ({"is_a_legacy_log_analytics_rule": True}, ".is_a_legacy_log_analytics_rule: the provider computes it"),
    ({"name": None}, ".name: is required"),
    ({"name": ["r"]}, ".name: takes a string, found a list"),
    ({"severity": "high"}, ".severity: takes a number, found a string"),
    ({"severity": True}, ".severity: takes a number, found a bool"),
    ({"enabled": "yes"}, ".enabled: takes a bool, found a string"),
    ({"enabled": 1}, ".enabled: takes a bool, found a number"),
    ({"scopes": "/x"}, ".scopes: takes a list, found a string"),
    ({"scopes": ["/x", {}]}, ".scopes[1]: takes a string, found a map"),
    ({"tags": []}, ".tags: takes a map, found a list"),
    ({"tags": {"a": []}}, ".tags.a: takes a string, found a list"),
    ({"criteria": []}, ".criteria: takes at least 1, found 0"),
    ({"criteria": "${var.criteria}"}, ".criteria: is a block, found a string"),
    ({"action": [{}, {}]}, ".action: takes at most 1, found 2"),
    ({"timeouts": [{}, {}]}, ".timeouts: takes at most 1, found 2"),
    ({"criteria": [CRITERIA | {"colour": "red"}]}, ".criteria[0].colour: there is no such argument"),
    ({"criteria": CRITERIA | {"operator": None}}, ".criteria[0].operator: is required"),
    (
        {"criteria": [CRITERIA | {"dimension": [{"name": "n", "operator": "Include"}]}]},
        ".dimension[0].values: is required",
    ),
    ({"dynamic": {"colour": {"content": {}}}}, ".colour: there is no such argument"),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_stack_that_fits_has_no_violations(version: str) -> None:
    """References, null, Terraform's own arguments and conversions, and types that are not in the table."""
    assert violations(STACK, version) == []


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_each_kind_of_violation_is_found(change: dict[str, Any], says: str) -> None:
    """Exactly one, with its place and no value."""
    (found,) = violations(changed(change), VERSIONS[-1])

    assert found.startswith(f"{RULE}.rule")
    assert says in found


def test_a_missing_argument_is_found() -> None:
    """Not there at all is as null."""
    assert violations(changed({}, drop="location"), VERSIONS[-1]) == [f"{RULE}.rule.location: is required"]


def test_a_dynamic_block_stands_for_any_number() -> None:
    """How many there are is known at plan."""
    stack = changed({"dynamic": {"criteria": {"for_each": "${var.x}", "content": {}}}}, drop="criteria")

    assert violations(stack, VERSIONS[-1]) == []


def test_versions_differ_where_the_provider_does() -> None:
    """A member that azurerm 5 has no more is fine for azurerm 4."""
    workspace = {"name": "w", "resource_group_name": "g", "location": "l", "internet_query_enabled": True}
    stack = {"resource": {"azurerm_log_analytics_workspace": {"w": workspace}}}

    assert [len(violations(stack, version)) for version in ("4.81.0", "5.2.0")] == [0, 1]


def test_a_provider_is_looked_at_like_a_resource() -> None:
    """Whether it is one or several."""
    stack = {"provider": {"azurerm": {"features": {}, "use_cli": "perhaps", "colour": "red"}}}

    assert violations(stack, VERSIONS[-1]) == [
        "provider azurerm[0].colour: there is no such argument",
        "provider azurerm[0].use_cli: takes a bool, found a string",
    ]


def test_a_data_source_is_held_against_its_own_table() -> None:
    """Which is not that of the resource of the same type; one that no table has is not looked at."""
    given = {"name": "w", "location": "l", "retention_in_days": 30, "provider": "azurerm.west"}
    stack = {"data": {"azurerm_log_analytics_workspace": {"w": given}, "azurerm_unheard_of": {"x": {"anything": 1}}}}

    assert violations(stack, VERSIONS[-1]) == [
        "data.azurerm_log_analytics_workspace.w.location: the provider computes it, so that it cannot be set",
        "data.azurerm_log_analytics_workspace.w.resource_group_name: is required",
        "data.azurerm_log_analytics_workspace.w.retention_in_days: the provider computes it, so that it cannot be set",
    ]
    assert violations(stack, AZAPI_VERSIONS[-1], "azapi") == []


def test_a_version_without_a_table_is_refused_with_those_that_have_one() -> None:
    """No table is not the same as no violations."""
    with pytest.raises(ValueError, match=r"no table of azurerm 3\.0\.0; there are 4\.81\.0, 5\.2\.0"):
        violations(STACK, "3.0.0")


def test_a_stack_is_held_against_azapi_too() -> None:
    """By its own table; bodies are of any type there."""
    body = {"type": "Microsoft.Logic/workflows@2019-05-01", "name": "w", "body": {"any": [None, 1]}}
    wrong = {"name": "w", "output": 1, "sensitiv_body": {}}
    stack = {"provider": {"azapi": [{"client_ids": "x"}]}, "resource": {"azapi_resource": {"a": body, "b": wrong}}}

    assert sorted(violations(stack, AZAPI_VERSIONS[0], "azapi")) == [
        "azapi_resource.b.output: the provider computes it, so that it cannot be set",
        "azapi_resource.b.sensitiv_body: there is no such argument",
        "azapi_resource.b.type: is required",
        "provider azapi[0].client_ids: there is no such argument",
    ]
    with pytest.raises(ValueError, match="there is no table of azapi"):
        violations(stack, "1.0.0", "azapi")
