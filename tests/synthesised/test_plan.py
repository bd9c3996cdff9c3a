"""A plan in JSON is read with its modules, and what it leaves open is resolved or named.

The files have the form that Terraform documents as its JSON output format.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.synthesised import read_plan, read_stack
from acrwatch.synthesised.plan import read_plan_contents
from acrwatch.synthesised.values import Reference
from tests import needs
from tests.synthesised.stacks import GROUP, RULE, SUBSCRIPTION, WORKSPACE, plan

VALUES: dict[str, Any] = {
    "name": "deletes",
    "resource_group_name": "rg",
    "location": "westeurope",
    "severity": 1,
    "evaluation_frequency": "PT5M",
    "window_duration": "PT6H",
    "scopes": [None],
    "display_name": None,
    "enabled": True,
    "criteria": [
        {
            "query": "T | where a == '${x}'",
            "operator": "GreaterThan",
            "threshold": 0,
            "time_aggregation_method": "Count",
        }
    ],
    "action": [{"action_groups": [None, None]}],
}
UNKNOWN = {"id": True, "scopes": [True], "action": [{"action_groups": [True, True]}], "criteria": [{}]}
GROUP_VALUES = {
    "name": "people",
    "resource_group_name": "rg",
    "email_receiver": [{"name": "m", "email_address": "a@example.com"}],
}


def names(*references: str) -> dict[str, Any]:
    """An expression as a plan shows it: each name, and each name that is the beginning of one."""
    found: list[str] = []
    for one in references:
        found += [one, one.rpartition(".")[0]]
    return {"references": found}


EXPRESSIONS = {
    "scopes": names("azurerm_log_analytics_workspace.logs.id"),
    "action": [
        {"action_groups": names("azurerm_monitor_action_group.people.id", 'azurerm_monitor_action_group.more["a"].id')}
    ],
}


def resource(type_: str, name: str, values: dict[str, Any], prefix: str = "", index: object = None) -> dict[str, Any]:
    key = "" if index is None else f"[{json.dumps(index)}]"
    return {"address": f"{prefix}{type_}.{name}{key}", "mode": "managed", "type": type_, "name": name, "values": values}


def declared(type_: str, name: str, expressions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_config_key": "azurerm",
        "expressions": expressions,
    } | more


def change(address: str, unknown: dict[str, Any]) -> dict[str, Any]:
    return {"address": address, "change": {"actions": ["create"], "after_unknown": unknown}}


def whole(expressions: dict[str, Any] = EXPRESSIONS, unknown: dict[str, Any] = UNKNOWN) -> dict[str, Any]:
    return {
        "planned_values": {
            "root_module": {
                "resources": [
                    resource(RULE, "deletes", VALUES),
                    resource(GROUP, "people", GROUP_VALUES),
                    resource(GROUP, "more", GROUP_VALUES | {"name": "more"}, index="a"),
                    resource(WORKSPACE, "logs", {"name": "log", "resource_group_name": "rg"}),
                ]
            }
        },
        "resource_changes": [change(f"{RULE}.deletes", unknown)],
        "configuration": {
            "provider_config": {"azurerm": {"expressions": {"subscription_id": {"references": ["var.subscription"]}}}},
            "root_module": {"resources": [declared(RULE, "deletes", expressions)]},
        },
        "variables": {"subscription": {"value": SUBSCRIPTION}},
    }


def test_references_of_a_plan_are_resolved(tmp_path: Path) -> None:
    """Values are literal in a plan, and what is known after the apply leads to the resource it comes from."""
    read = plan(tmp_path, whole())
    (rule,) = read.rules

    assert rule.scopes == ("azurerm_log_analytics_workspace.logs",)
    assert rule.action_groups == ("azurerm_monitor_action_group.people", 'azurerm_monitor_action_group.more["a"]')
    assert rule.criteria[0].query == "T | where a == '${x}'"
    assert rule.azure_id is not None
    assert rule.azure_id.startswith(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/")
    assert rule.unresolved == ()
    assert [group.name for group in read.groups] == ["more", "people"]


@pytest.mark.parametrize(
    "references",
    [
        ["azurerm_monitor_action_group.people.id", "azurerm_monitor_action_group.people"],
        ["local.groups"],
        ["var.flag", "azurerm_monitor_action_group.people.id", 'azurerm_monitor_action_group.more["a"].id'],
        ["azurerm_monitor_action_group.more", "each.key"],
        [],
    ],
)
def test_what_a_plan_does_not_say_for_certain_is_unknown(tmp_path: Path, references: list[str]) -> None:
    """A condition, or a name too many or too few, and the order is no longer the order of the values."""
    expressions = EXPRESSIONS | {"action": [{"action_groups": {"references": references}}]}

    read = plan(tmp_path, whole(expressions))
    (rule,) = read.rules

    assert set(rule.action_groups).isdisjoint(read.groups_by_address)
    assert {one.member for one in rule.unresolved} == {"action[0].action_groups"}
    assert all("known after the apply" in one.reason for one in rule.unresolved)


def test_a_value_that_is_known_after_the_apply_keeps_a_rule_from_being_evaluated(tmp_path: Path) -> None:
    """A query with a workspace's id in it, say."""
    unknown = UNKNOWN | {"criteria": [{"query": True}]}
    expressions = EXPRESSIONS | {"criteria": [{"query": names("azurerm_log_analytics_workspace.logs.workspace_id")}]}

    (rule,) = plan(tmp_path, whole(expressions, unknown)).rules

    assert [one.member for one in rule.not_evaluable] == ["criteria[0].query"]


def test_modules_are_read_and_their_references_followed_both_ways(tmp_path: Path) -> None:
    """Down through the arguments of the call, up through the outputs, in each instance of a module."""
    inner = {
        "resources": [
            declared(
                RULE,
                "deletes",
                EXPRESSIONS | {"scopes": names("var.workspace"), "action": [{"action_groups": names("var.groups")}]},
            )
        ],
    }
    groups = {
        "resources": [declared(GROUP, "g", {})],
        "outputs": {
            "ids": {"expression": names("azurerm_monitor_action_group.g.id", "azurerm_monitor_action_group.h.id")}
        },
    }
    prefix = 'module.alerts["eu"].'
    content = whole() | {
        "planned_values": {
            "root_module": {
                "resources": [resource(WORKSPACE, "logs", {"name": "log", "resource_group_name": "rg"})],
                "child_modules": [
                    {"address": 'module.alerts["eu"]', "resources": [resource(RULE, "deletes", VALUES, prefix)]},
                    {
                        "address": "module.groups",
                        "resources": [
                            resource(GROUP, name, GROUP_VALUES | {"name": name}, "module.groups.") for name in "gh"
                        ],
                    },
                ],
            }
        },
        "resource_changes": [change(f"{prefix}{RULE}.deletes", UNKNOWN)],
        "configuration": {
            "root_module": {
                "module_calls": {
                    "alerts": {
                        "module": inner,
                        "expressions": {
                            "workspace": names("azurerm_log_analytics_workspace.logs.id"),
                            "groups": names("module.groups.ids"),
                        },
                    },
                    "groups": {"module": groups},
                }
            }
        },
    }

    read = plan(tmp_path, content)
    (rule,) = read.rules

    assert rule.address == f"{prefix}{RULE}.deletes"
    assert rule.scopes == ("azurerm_log_analytics_workspace.logs",)
    assert rule.action_groups == (
        "module.groups.azurerm_monitor_action_group.g",
        "module.groups.azurerm_monitor_action_group.h",
    )
    assert set(rule.action_groups) == set(read.groups_by_address)


def test_ids_of_what_is_there_already_are_those_of_the_plan(tmp_path: Path) -> None:
    """A second plan knows the ids, and a group that is named by one is the group of the file."""
    content = whole(unknown={})
    group_id = "/subscriptions/other/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/people"
    rule, group, *_ = content["planned_values"]["root_module"]["resources"]
    group["values"] = GROUP_VALUES | {"id": group_id}
    rule["values"] = VALUES | {"action": [{"action_groups": [group_id.lower()]}]}

    (read,) = plan(tmp_path, content).rules

    assert read.action_groups == ("azurerm_monitor_action_group.people",)


def test_a_receiver_in_a_plan_leads_to_its_workflow_and_shows_no_secret(tmp_path: Path) -> None:
    """A plan holds secrets in clear: what `sensitive_values` marks stands beside it."""
    canary = "canary-in-the-plan"
    body: dict[str, Any] = {"properties": {"definition": {"actions": {}}}}
    receivers = {
        "logic_app_receiver": [{"name": "slack", "callback_url": None, "resource_id": None}],
        "webhook_receiver": [{"name": "hook", "service_uri": f"https://hooks.example.com/{canary}"}],
    }
    content = {
        "planned_values": {
            "root_module": {
                "resources": [
                    resource(GROUP, "people", GROUP_VALUES | receivers),
                    resource(
                        "azapi_resource",
                        "slack",
                        {"type": "Microsoft.Logic/workflows@2019-05-01", "name": "s", "body": body},
                    ),
                    resource("azapi_resource_action", "url", {"resource_id": None}),
                ]
            }
        },
        "resource_changes": [
            change(f"{GROUP}.people", {"logic_app_receiver": [{"callback_url": True, "resource_id": True}]}),
            change("azapi_resource_action.url", {"resource_id": True, "sensitive_output": True}),
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    declared(
                        GROUP,
                        "people",
                        {
                            "logic_app_receiver": [
                                {
                                    "callback_url": {
                                        "references": [
                                            "azapi_resource_action.url.sensitive_output.url",
                                            "azapi_resource_action.url.sensitive_output",
                                            "azapi_resource_action.url",
                                        ]
                                    },
                                    "resource_id": {"references": ["local.elsewhere"]},
                                }
                            ]
                        },
                    ),
                    declared("azapi_resource_action", "url", {"resource_id": names("azapi_resource.slack.id")}),
                ]
            }
        },
        "variables": {"hook": {"value": canary}},
    }

    read = plan(tmp_path, content)
    mail, logic_app, hook = read.groups[0].receivers

    assert (mail.goes_to, hook.goes_to) == ("a@example.com", "hooks.example.com")
    assert logic_app.workflow is not None
    assert logic_app.workflow.definition == {"actions": {}}
    assert canary not in repr(read)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"errored": True}, "planning failed"),
        ({"complete": False}, "not complete"),
        ({"deferred_changes": [{"reason": "x", "resource_change": {"address": "a.b", "type": RULE}}]}, "puts it off"),
    ],
)
def test_a_plan_that_is_not_whole_says_so(tmp_path: Path, part: dict[str, Any], words: str) -> None:
    """Something may be missing in it."""
    (unknown,) = plan(tmp_path, whole() | part).unknown

    assert words in unknown.reason


def test_a_stack_and_a_plan_are_told_apart(tmp_path: Path) -> None:
    """Each with the way out."""
    file = tmp_path / "x.json"
    file.write_text("{}")
    with pytest.raises(InputError, match="is not a plan in JSON; write one with: terraform show -json"):
        read_plan(file)

    file.write_text('{"planned_values": {}}')
    with pytest.raises(InputError, match="is a plan, not a synthesised stack; give it with --plan"):
        read_stack(file)

    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"terraform show -json <plan>"):
        read_plan(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"planned_values": {"root_module": [1]}}', "has not the form of a plan"),
        ('{"planned_values": {"root_module": {"resources": [1]}}}', "has not the form of a plan"),
        ('{"planned_values": {}, "configuration": 7}', "has not the form of a plan"),
        ('{"planned_values": {}, "format_version": "2.0"}', "format 2.0.*format 1"),
    ],
)
def test_a_file_of_another_form_is_refused_without_a_traceback(tmp_path: Path, text: str, words: str) -> None:
    """With the file and the way out."""
    file = tmp_path / "plan.json"
    file.write_text(text)

    with pytest.raises(InputError, match=words) as caught:
        read_plan(file)

    assert str(file) in str(caught.value)


CONFIGURATION = """
variable "groups" { default = ["literal"] }
resource "terraform_data" "a" { for_each = { one = 1 } }
resource "terraform_data" "b" { input = concat([terraform_data.a["one"].id, module.m["k"].id], var.groups) }
resource "terraform_data" "c" { input = [terraform_data.a["one"].id, "text", module.m["k"].id] }
module "m" {
  source   = "./m"
  for_each = { k = 1 }
  up       = terraform_data.a["one"].id
}
"""
MODULE = """
variable "up" {}
resource "terraform_data" "inner" { input = var.up }
output "id" { value = terraform_data.inner.id }
"""


@needs.command("terraform")
def test_a_plan_that_terraform_wrote_is_read(tmp_path: Path) -> None:
    """The form of the files above is that of the real thing, with the one provider that is built in."""
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(MODULE)
    terraform = shutil.which("terraform") or ""
    for arguments in (["init", "-input=false"], ["plan", "-input=false", "-out=p"]):
        subprocess.run([terraform, *arguments], cwd=tmp_path, check=True, capture_output=True)
    shown = subprocess.run([terraform, "show", "-json", "p"], cwd=tmp_path, check=True, capture_output=True, text=True)

    contents = read_plan_contents(json.loads(shown.stdout), frozenset({"terraform_data"}))
    values: dict[str, Any] = {one.address: one.values.get("input") for one in contents.instances}

    one, inner = Reference('terraform_data.a["one"]', "id"), Reference('module.m["k"].terraform_data.inner', "id")
    assert values["terraform_data.c"] == [one, "text", inner]
    assert values['module.m["k"].terraform_data.inner'] == one
    assert "known after the apply" in str([member.reason for member in values["terraform_data.b"][:2]])
