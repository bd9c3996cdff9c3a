"""Logs whose rows a test decides, asked through the seam, and by the service's own form on the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from acrwatch.live.log_source import Timespan
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.testing.azure.server import Reply

ZERO = "00000000-0000-0000-0000-000000000000"
REGISTRIES = f"/subscriptions/{ZERO}/resourceGroups/rg-registries/providers/Microsoft.ContainerRegistry/registries"
TABLES = ("ContainerRegistryRepositoryEvents", "AzureActivity")


@dataclass
class Rows:
    """Who sent rows to which table, all of them just now."""

    senders: dict[str, list[str]] = field(
        default_factory=lambda: {
            "ContainerRegistryRepositoryEvents": [f"{REGISTRIES}/contosoprod", f"{REGISTRIES}/contosodev"],
            "AzureActivity": [ZERO],
        }
    )
    refuses: Unknown | None = None
    asked: list[tuple[str, str, Timespan]] = field(default_factory=list)

    def query(self, workspace: str, kql: str, timespan: Timespan) -> Sequence[Mapping[str, Any]]:
        """The newest row of each sender."""
        self.asked.append((workspace, kql, timespan))
        if self.refuses is not None:
            raise CallFailed(self.refuses)
        return [
            {"Sender": sender.lower(), "Last": "2026-01-31T12:00:00Z"}
            for table, senders in self.senders.items()
            if f" {table}\n" in kql
            for sender in senders
        ]

    def reply(self, workspace: str, body: Mapping[str, Any]) -> Reply:
        """The same as Log Analytics answers it."""
        rows = self.query(workspace, body["query"], body["timespan"])
        columns = [{"name": "Sender", "type": "string"}, {"name": "Last", "type": "datetime"}]
        table = {"name": "PrimaryResult", "columns": columns, "rows": [list(row.values()) for row in rows]}
        return Reply(200, {"tables": [table]})
