"""Diagnostic settings of registries and of the activity log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acrwatch.kql.records import ACTIVITY_CATEGORIES
from acrwatch.synthesised.values import Instance, Value
from acrwatch.testing.azure.from_stack.applied import Applied, blocks
from acrwatch.testing.azure.from_stack.surroundings import REGISTRY_CATEGORIES, registry, subscription


def diagnostic_setting(applied: Applied, instance: Instance) -> None:
    """Make a diagnostic setting, and what it is of."""
    values = instance.values
    target = applied.id(values["target_resource_id"])
    if "/registries/" in target.lower():
        registry(applied, target)
    else:
        subscription(applied, target)
    on = {str(block.get("category")) for block in blocks(values.get("enabled_log"))}
    groups = [block["category_group"] for block in blocks(values.get("enabled_log")) if "category_group" in block]
    all_ = REGISTRY_CATEGORIES if "/registries/" in target.lower() else ACTIVITY_CATEGORIES
    retention = {"enabled": False, "days": 0}
    logs: list[dict[str, Any]] = [
        {"category": category, "categoryGroup": None, "enabled": category in on, "retentionPolicy": retention}
        for category in all_
    ]
    if groups:
        logs = [
            {"category": None, "categoryGroup": group, "enabled": True, "retentionPolicy": retention}
            for group in groups
        ]
    metrics = [
        {"category": block.get("category"), "enabled": True, "retentionPolicy": retention}
        for block in blocks(values.get("enabled_metric"))
    ]
    workspace = values.get("log_analytics_workspace_id")
    properties = {
        "storageAccountId": _or_none(values.get("storage_account_id"), applied.id),
        "serviceBusRuleId": None,
        "workspaceId": None if workspace is None else applied.id(workspace),
        "eventHubAuthorizationRuleId": _or_none(values.get("eventhub_authorization_rule_id"), applied.id),
        "eventHubName": values.get("eventhub_name"),
        "logAnalyticsDestinationType": None,
        "logs": logs,
        "metrics": metrics,
    }
    applied.put(
        f"{target}/providers/microsoft.insights/diagnosticSettings/{values['name']}",
        {"type": "Microsoft.Insights/diagnosticSettings", "location": None, "properties": properties},
    )


def _or_none(value: Value, function: Callable[[Value], str]) -> str | None:
    return None if value is None else function(value)
