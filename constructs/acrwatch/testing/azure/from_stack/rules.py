"""Scheduled query rules, and how healthy Azure says they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from acrwatch.synthesised.values import Instance, Value
from acrwatch.testing.azure.from_stack.applied import Applied, blocks, first_block, location_of
from acrwatch.testing.azure.from_stack.surroundings import make_workspace

_OPERATORS = {"Equal": "Equals"}


def rule(applied: Applied, instance: Instance) -> None:
    """Make a rule, and the workspaces that it reads."""
    values = instance.values
    scopes = [applied.id(scope) for scope in values["scopes"]]
    for scope in scopes:
        if scope.lower().count("/microsoft.operationalinsights/"):
            declared = applied.by_address.get(applied.stack.identities.address(scope))
            make_workspace(applied, scope, location_of(instance), declared)
    action = first_block(values.get("action")) or {}
    email = action.get("email_subject")
    properties: dict[str, Any] = {
        "createdWithApiVersion": "2023-03-15-preview",
        "displayName": values.get("display_name") or values["name"],
        "description": values.get("description", ""),
        "severity": int(values["severity"]),
        "enabled": values.get("enabled", True),
        "evaluationFrequency": values["evaluation_frequency"],
        "scopes": scopes,
        "targetResourceTypes": values.get("target_resource_types") or ["Microsoft.OperationalInsights/workspaces"],
        "windowSize": values["window_duration"],
        "criteria": {"allOf": [_criterion(block) for block in blocks(values["criteria"])]},
        "autoMitigate": values.get("auto_mitigation_enabled", False),
        "checkWorkspaceAlertsStorageConfigured": values.get("workspace_alerts_storage_enabled", False),
        "skipQueryValidation": values.get("skip_query_validation", False),
        "isLegacyLogAnalyticsRule": False,
        "actions": {
            # Azure hands them out in another casing and order than it was given.
            "actionGroups": [applied.id(group).lower() for group in reversed(action.get("action_groups") or [])],
            "customProperties": dict(action.get("custom_properties") or {}),
            "actionProperties": {} if email is None else {"Email.Subject": email},
        },
    }
    for name, argument in (
        ("overrideQueryTimeRange", "query_time_range_override"),
        ("muteActionsDuration", "mute_actions_after_alert_duration"),
    ):
        if values.get(argument):
            properties[name] = values[argument]
    applied.put(
        _insights(applied.own_id(instance), "scheduledqueryrules"),
        {
            "kind": "LogAlert",
            "location": location_of(instance),
            "tags": dict(values.get("tags") or {}),
            "etag": '"0000"',
            "properties": properties,
        },
    )

    # Reported on for rules that are evaluated often, and on no others.
    if values["evaluation_frequency"] in ("PT1M", "PT5M", "PT10M", "PT15M"):
        health = {"availabilityState": "Available", "reportedTime": "2026-01-31T12:00:00Z"}
        path = f"{applied.own_id(instance)}/providers/Microsoft.ResourceHealth/availabilityStatuses/current"
        applied.put(path, {"properties": health})


def _criterion(block: Mapping[str, Value]) -> Mapping[str, Any]:
    periods = first_block(block.get("failing_periods")) or {}
    return {
        "query": block["query"],
        "timeAggregation": block["time_aggregation_method"],
        "metricMeasureColumn": block.get("metric_measure_column"),
        "resourceIdColumn": block.get("resource_id_column"),
        "dimensions": [
            {"name": one["name"], "operator": one["operator"], "values": list(one["values"])}
            for one in blocks(block.get("dimension"))
        ],
        "operator": _OPERATORS.get(block["operator"], block["operator"]),
        "threshold": float(block["threshold"]),
        "failingPeriods": {
            "numberOfEvaluationPeriods": periods.get("number_of_evaluation_periods", 1),
            "minFailingPeriodsToAlert": periods.get("minimum_failing_periods_to_trigger_alert", 1),
        },
    }


def _insights(id_: str, type_: str) -> str:
    """Ids of rules come back from Azure in small letters."""
    return re.sub(r"/providers/Microsoft\.Insights/\w+/", f"/providers/microsoft.insights/{type_}/", id_)
