"""Stacks with one rule, written as anybody's Terraform would write it, for the tests of the rehearsal."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from acrwatch.detection.events import Event
from acrwatch.kql.tables import TIME
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.stack import TYPES, SynthesisedStack, stack_of

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"
START = datetime(2026, 1, 15, tzinfo=UTC)
REPOSITORY_EVENTS = "ContainerRegistryRepositoryEvents"
PULLS = f"{REPOSITORY_EVENTS} | where OperationName =~ 'pull' | summarize Pulls = count() by Identity"

_CRITERION = {
    "query": PULLS,
    "time_aggregation_method": "Maximum",
    "metric_measure_column": "Pulls",
    "operator": "GreaterThanOrEqual",
    "threshold": 1,
    "dimension": [{"name": "Identity", "operator": "Include", "values": ["*"]}],
}
_RULE = {
    "name": "pulls",
    "resource_group_name": "rg",
    "location": "westeurope",
    "scopes": [
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/"
        "Microsoft.OperationalInsights/workspaces/log"
    ],
    "severity": 2,
    "evaluation_frequency": "PT5M",
    "window_duration": "PT1H",
    "auto_mitigation_enabled": True,
    "action": [{"action_groups": ["${azurerm_monitor_action_group.team.id}"]}],
}
_GROUP = {
    "name": "team",
    "short_name": "team",
    "resource_group_name": "rg",
    "email_receiver": [{"name": "team", "email_address": "team@example.com", "use_common_alert_schema": True}],
}


def stack_with(
    criterion: Mapping[str, Any] | None = None, *, resources: Mapping[str, Any] | None = None, **rule: Any
) -> SynthesisedStack:
    """A stack with one rule; arguments as for `content_with`."""
    return stack_of(
        Path("cdk.tf.json"), read_configuration(content_with(criterion, resources=resources, **rule), TYPES)
    )


def content_with(
    criterion: Mapping[str, Any] | None = None, *, resources: Mapping[str, Any] | None = None, **rule: Any
) -> dict[str, Any]:
    """The JSON of a stack with one rule.

    Args:
        criterion: members of its condition other than usual; None takes one out.
        resources: further resources by type and name.
        rule: arguments of the rule other than usual; None takes one out.
    """
    body = _without_none({**_RULE, "criteria": [_without_none({**_CRITERION, **(criterion or {})})], **rule})
    return {"resource": {RULE: {"pulls": body}, "azurerm_monitor_action_group": {"team": _GROUP}, **(resources or {})}}


def write_stack(file: Path, criterion: Mapping[str, Any] | None = None, **rule: Any) -> Path:
    """Write the JSON of a stack with one rule; arguments as for `content_with`."""
    file.write_text(json.dumps(content_with(criterion, **rule)), encoding="utf-8")
    return file


def write_log(file: Path, *events: Event) -> Path:
    """Write events as lines of JSON that say when they arrived."""
    rows = (
        {"Type": one.table, **one.row, TIME: one.time.isoformat(), "_TimeReceived": one.arrived.isoformat()}
        for one in events
    )
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def pull(minutes: float, *, arrives: float = 0, **columns: Any) -> Event:
    """A pull, some minutes after the start.

    Args:
        minutes: when it happened.
        arrives: minutes until it can be queried.
        columns: columns other than usual.
    """
    time = START + timedelta(minutes=minutes)
    row = {
        "OperationName": "Pull",
        "ResultDescription": "200",
        "Identity": "ci@example.com",
        "Repository": "team/api",
        "Tag": "1.0",
        "LoginServer": "example.azurecr.io",
        **columns,
        TIME: time,
    }
    return Event(table=REPOSITORY_EVENTS, row=row, time=time, arrived=time + timedelta(minutes=arrives))


def at(minutes: float) -> datetime:
    """A moment, some minutes after the start."""
    return START + timedelta(minutes=minutes)


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
