"""Stacks and plans as files, from the resources in them."""

import json
from pathlib import Path
from typing import Any

from acrwatch.synthesised import SynthesisedStack, read_plan, read_stack

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"
GROUP = "azurerm_monitor_action_group"
QUIET = "azurerm_monitor_alert_processing_rule_suppression"
MORE = "azurerm_monitor_alert_processing_rule_action_group"
WORKSPACE = "azurerm_log_analytics_workspace"
RESOURCE_GROUP = "azurerm_resource_group"
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"

BODY: dict[str, Any] = {
    "name": "deletes",
    "resource_group_name": "${azurerm_resource_group.rg.name}",
    "location": "${azurerm_resource_group.rg.location}",
    "severity": 1,
    "evaluation_frequency": "PT5M",
    "window_duration": "PT6H",
    "scopes": ["${azurerm_log_analytics_workspace.logs.id}"],
    "criteria": [
        {
            "query": "Logs | where Path has '$${x}' and Share == '5%%{'",
            "operator": "GreaterThan",
            "threshold": 0,
            "time_aggregation_method": "Count",
            "dimension": [{"name": "Registry", "operator": "Include", "values": ["*"]}],
            "failing_periods": {
                "minimum_failing_periods_to_trigger_alert": 2,
                "number_of_evaluation_periods": 3,
            },
        }
    ],
    "action": {"action_groups": ["${azurerm_monitor_action_group.people.id}"]},
}
PEOPLE: dict[str, Any] = {
    "name": "people",
    "short_name": "ppl",
    "resource_group_name": "${azurerm_resource_group.rg.name}",
    "email_receiver": [{"name": "mail", "email_address": "a@example.com"}],
}
NIGHT: dict[str, Any] = PEOPLE | {
    "name": "night",
    "email_receiver": [{"name": "owl", "email_address": "b@example.com"}],
}


def content(**changed: Any) -> dict[str, Any]:
    """A stack with one rule, two groups, a workspace and a resource group; a key of resources is added or replaced."""
    resources: dict[str, Any] = {
        RESOURCE_GROUP: {"rg": {"name": "rg-alerts", "location": "westeurope"}},
        WORKSPACE: {"logs": {"name": "log", "resource_group_name": "${azurerm_resource_group.rg.name}"}},
        GROUP: {"people": PEOPLE, "night": NIGHT},
        RULE: {"deletes": BODY},
    }
    return {
        "provider": {"azurerm": [{"features": {}, "subscription_id": SUBSCRIPTION}]},
        "resource": resources | changed,
    }


def stack(folder: Path, whole: dict[str, Any]) -> SynthesisedStack:
    """A `cdk.tf.json` with this content, read."""
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    return read_stack(file)


def plan(folder: Path, whole: dict[str, Any]) -> SynthesisedStack:
    """A plan with this content, read."""
    file = folder / "plan.json"
    file.write_text(json.dumps({"format_version": "1.2", "terraform_version": "1.11.4"} | whole), encoding="utf-8")
    return read_plan(file)
