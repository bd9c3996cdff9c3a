"""A `cdk.tf.json` is read as Terraform would: variables, locals, instances, dynamic blocks, providers."""

from pathlib import Path
from typing import Any

import pytest

from tests.synthesised.stacks import BODY, GROUP, PEOPLE, RULE, SUBSCRIPTION, content, stack


def test_references_to_resources_of_the_file_are_resolved(tmp_path: Path) -> None:
    """Names are taken over, ids become addresses, and ids in Azure follow from names."""
    (rule,) = stack(tmp_path, content()).rules

    assert rule.scopes == ("azurerm_log_analytics_workspace.logs",)
    assert rule.action_groups == ("azurerm_monitor_action_group.people",)
    assert rule.location == "westeurope"
    assert rule.azure_id == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-alerts/providers/Microsoft.Insights/scheduledQueryRules/deletes"
    )
    assert rule.unresolved == ()


def test_a_group_that_is_named_by_its_id_is_the_one_of_the_file(tmp_path: Path) -> None:
    """In whatever casing."""
    group_id = (
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/RG-alerts/providers/microsoft.insights/actiongroups/PEOPLE"
    )
    body = BODY | {"action": {"action_groups": [group_id, "/subscriptions/x/elsewhere"]}}

    (rule,) = stack(tmp_path, content(**{RULE: {"deletes": body}})).rules

    assert rule.action_groups == ("azurerm_monitor_action_group.people", "/subscriptions/x/elsewhere")


def test_variables_with_a_default_and_locals_are_followed(tmp_path: Path) -> None:
    """The default of a variable is no template, a local is one."""
    whole = content(
        **{
            RULE: {
                "deletes": BODY
                | {
                    "severity": "${var.levels.high}",
                    "display_name": "${local.title}",
                    "description": "${var.literal}",
                    "tags": "${local.tags}",
                }
            }
        }
    )
    whole["variable"] = {
        "levels": {"default": {"high": 0}},
        "team": {"default": "red"},
        "literal": {"default": "costs ${money}"},
    }
    whole["locals"] = {"title": "Deletes of ${var.team}", "tags": {"acrwatch_detection": "${local.id}"}, "id": "x"}

    (rule,) = stack(tmp_path, whole).rules

    assert (rule.severity, rule.title, rule.description) == (0, "Deletes of red", "costs ${money}")
    assert rule.detection == "x"


def test_each_instance_of_for_each_and_count_is_one(tmp_path: Path) -> None:
    """Instances have addresses of their own, and references lead to them."""
    many = PEOPLE | {"for_each": {"a": "x", "b": "y"}, "name": "${each.key}-${each.value}"}
    some = PEOPLE | {"count": 2, "name": "n${count.index}"}
    of_set = PEOPLE | {"for_each": '${toset(["s"])}', "name": "${each.value}"}
    groups = ['${azurerm_monitor_action_group.many["b"].id}', "${azurerm_monitor_action_group.some[1].id}"]
    whole = content(
        **{
            GROUP: {"many": many, "some": some, "set": of_set},
            RULE: {"deletes": BODY | {"action": {"action_groups": groups}}},
        }
    )

    read = stack(tmp_path, whole)

    assert {group.address: group.name for group in read.groups} == {
        'azurerm_monitor_action_group.many["a"]': "a-x",
        'azurerm_monitor_action_group.many["b"]': "b-y",
        'azurerm_monitor_action_group.set["s"]': "s",
        "azurerm_monitor_action_group.some[0]": "n0",
        "azurerm_monitor_action_group.some[1]": "n1",
    }
    assert read.rules[0].action_groups == (
        'azurerm_monitor_action_group.many["b"]',
        "azurerm_monitor_action_group.some[1]",
    )


@pytest.mark.parametrize("how_many", [{"for_each": "${var.groups}"}, {"count": "${var.x ? 1 : 0}"}, {"for_each": 7}])
def test_a_resource_whose_number_is_not_known_is_named(tmp_path: Path, how_many: dict[str, Any]) -> None:
    """It is never dropped in silence."""
    read = stack(tmp_path, content(**{GROUP: {"people": PEOPLE, "many": PEOPLE | how_many}}))

    assert [group.address for group in read.groups] == ["azurerm_monitor_action_group.people"]
    (unknown,) = read.unknown
    assert unknown.member == "azurerm_monitor_action_group.many"
    assert "how many there are cannot be known" in unknown.reason


def test_a_module_is_named_since_its_content_is_elsewhere(tmp_path: Path) -> None:
    """It may hold rules, and a plan would show them."""
    read = stack(tmp_path, content() | {"module": {"more": {"source": "./more"}}})

    assert [(one.member, one.written) for one in read.unknown] == [("module.more", "./more")]
    assert "--plan" in read.unknown[0].reason


def test_dynamic_blocks_are_made(tmp_path: Path) -> None:
    """Inside blocks too, with an iterator of another name."""
    criteria = {
        **BODY["criteria"][0],
        "dynamic": {
            "dimension": {
                "for_each": ["A", "B"],
                "iterator": "column",
                "content": {"name": "${column.value}", "operator": "Include", "values": ["*"]},
            }
        },
    }

    (rule,) = stack(tmp_path, content(**{RULE: {"deletes": BODY | {"criteria": [criteria]}}})).rules

    assert [one.name for one in rule.criteria[0].dimensions] == ["Registry", "A", "B"]
    assert rule.unresolved == ()


def test_a_dynamic_block_of_unknown_length_makes_the_rule_not_evaluable(tmp_path: Path) -> None:
    """One dimension more or less is another alert."""
    dynamic = {"criteria": {"for_each": "${var.criteria}", "content": {}}}
    body = {key: value for key, value in BODY.items() if key != "criteria"} | {"dynamic": dynamic}

    (rule,) = stack(tmp_path, content(**{RULE: {"deletes": body}})).rules

    assert rule.criteria == ()
    assert ["how many blocks" in one.reason for one in rule.not_evaluable] == [True]


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("${var.nope}", "there is no variable nope"),
        ("${var.unset}", "the variable unset has no default"),
        ("${local.nope}", "there is no local nope"),
        ("${local.loop}", "it is defined by itself"),
        ("${module.m.x}", "an output of the module m"),
        ("${azurerm_nope.x.id}", "azurerm_nope.x is not in this file"),
        ("${data.azurerm_nope.x.id}", "data.azurerm_nope.x is not in this file"),
        ("${azurerm_resource_group.rg}", "a whole resource"),
        ("${azurerm_resource_group.rg.id}", "Azure gives it its value at the apply"),
        ('${lower("X")}', "does not evaluate this expression"),
    ],
)
def test_what_cannot_be_resolved_says_why(tmp_path: Path, reference: str, reason: str) -> None:
    """The reason names what a person would look for."""
    whole = content(**{RULE: {"deletes": BODY | {"evaluation_frequency": reference}}})
    whole["variable"] = {"unset": {}}
    whole["locals"] = {"loop": "${local.loop}"}

    (rule,) = stack(tmp_path, whole).rules

    (lost,) = rule.not_evaluable
    assert (lost.member, lost.written) == ("evaluation_frequency", reference)
    assert reason in lost.reason


def test_the_subscription_is_that_of_the_resources_provider(tmp_path: Path) -> None:
    """A stack may work in several subscriptions."""
    whole = content(**{GROUP: {"people": PEOPLE, "other": PEOPLE | {"provider": "azurerm.other", "name": "far"}}})
    whole["provider"]["azurerm"].append({"alias": "other", "features": {}, "subscription_id": "${var.far}"})
    whole["variable"] = {"far": {"default": "22222222-2222-2222-2222-222222222222"}}

    ids = {group.name: str(group.azure_id).split("/")[2] for group in stack(tmp_path, whole).groups}

    assert ids == {"people": SUBSCRIPTION, "far": "22222222-2222-2222-2222-222222222222"}


def test_without_a_subscription_in_the_file_ids_are_not_made_up(tmp_path: Path) -> None:
    """It may come from ARM_SUBSCRIPTION_ID; references between resources work all the same."""
    whole = content() | {"provider": {"azurerm": {"features": {}}}}

    (rule,) = stack(tmp_path, whole).rules

    assert rule.azure_id is None
    assert rule.action_groups == ("azurerm_monitor_action_group.people",)
