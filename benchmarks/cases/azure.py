"""The stand-in for Azure as a process of its own: a fleet deployed, each call taking its time.

`python -m benchmarks.cases.azure FOLDER REGISTRIES LATENCY` writes the stack and the cloud into the folder, says
`ready`, and answers each line of its input with the most calls that were under way at once since the last one.
"""

import json
import sys
from pathlib import Path

from acrwatch.synthesised import read_stack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from acrwatch.testing.azure.server import Reply

ZERO = "00000000-0000-0000-0000-000000000000"
ROOT = f"/subscriptions/{ZERO}/resourceGroups"
WORKSPACE = f"{ROOT}/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security"


def stack(registries: int) -> dict[str, object]:
    """A stack with one rule and the diagnostic settings of a fleet, as one resource with `for_each`."""
    fleet = {
        f"r{n:04}": f"{ROOT}/rg-registries/providers/Microsoft.ContainerRegistry/registries/r{n:04}"
        for n in range(registries)
    }
    rule = {
        "name": "deletes",
        "resource_group_name": "rg-acrwatch",
        "location": "westeurope",
        "severity": 1,
        "evaluation_frequency": "PT5M",
        "window_duration": "PT6H",
        "scopes": [WORKSPACE],
        "criteria": [
            {
                "query": "ContainerRegistryRepositoryEvents\n| where OperationName =~ 'delete'",
                "operator": "GreaterThan",
                "threshold": 0,
                "time_aggregation_method": "Count",
            }
        ],
    }
    setting = {
        "name": "acrwatch",
        "for_each": fleet,
        "target_resource_id": "${each.value}",
        "log_analytics_workspace_id": WORKSPACE,
        "enabled_log": [{"category": "ContainerRegistryRepositoryEvents"}],
    }
    return {
        "provider": {"azurerm": [{"features": {}, "subscription_id": ZERO}]},
        "resource": {
            "azurerm_monitor_diagnostic_setting": {"fleet": setting},
            "azurerm_monitor_scheduled_query_rules_alert_v2": {"deletes": rule},
        },
    }


def main() -> None:
    folder, registries, latency = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    content = stack(registries)
    (folder / "cdk.tf.json").write_text(json.dumps(content), encoding="utf-8")
    declared = read_stack(folder / "cdk.tf.json")
    columns = [{"name": "Sender", "type": "string"}, {"name": "Last", "type": "datetime"}]
    rows = [[setting.target.lower(), "2026-01-31T12:00:00Z"] for setting in declared.settings]
    answer = Reply(200, {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]})
    with AzureStandIn(latency=latency) as stand_in:
        apply_stack(stand_in, declared)
        stand_in.log_queries = lambda workspace, body: answer
        (folder / "environment.json").write_text(json.dumps(dict(stand_in.environment)), encoding="utf-8")
        print("ready", flush=True)
        for _ in sys.stdin:
            print(stand_in.record.most_in_flight, flush=True)
            stand_in.record.clear()


if __name__ == "__main__":
    main()
