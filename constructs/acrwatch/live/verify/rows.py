"""Did the tables that the rules read get rows lately, registry by registry?

Whoever made the diagnostic setting: rows are what a rule sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from acrwatch.durations import short
from acrwatch.kql.tables import TABLES
from acrwatch.live import versions
from acrwatch.live.log_source import Logs
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import differ, look
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.synthesised import SynthesisedStack

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm

ACTIVITY = "AzureActivity"

# Why a workspace takes in no rows (API reference of workspaces: WorkspaceCapping).
_STOPPED = ("OverQuota", "SubscriptionSuspended", "ForceOff")


@dataclass(frozen=True, kw_only=True)
class Senders:
    """What should send rows.

    Args:
        registries: ids of registries.
        subscriptions: ids of subscriptions whose activity log is sent, without `/subscriptions/`.
    """

    registries: tuple[str, ...]
    subscriptions: tuple[str, ...]

    def of(self, table: str) -> tuple[str, ...]:
        """Who should send rows to a table, by the value of its column that says so."""
        return self.subscriptions if table == ACTIVITY else self.registries


def tables_read(stack: SynthesisedStack, workspace: str) -> tuple[str, ...]:
    """The tables of ours that the rules on a workspace read.

    Args:
        stack: the stack.
        workspace: the scope of the rules: an address or an id.
    """
    text = "\n".join(criterion.query for rule in stack.rules if workspace in rule.scopes for criterion in rule.criteria)
    return tuple(table for table in TABLES if re.search(rf"\b{table}\b", text))


def verify_workspace(
    arm: Arm, logs: Logs, workspace: str, tables: Sequence[str], senders: Senders, within: timedelta
) -> tuple[Item, ...]:
    """Look at one workspace, its tables, and who sent rows to them.

    Args:
        arm: Azure Resource Manager.
        logs: asks the workspace.
        workspace: its id.
        tables: those that rules read.
        senders: who should send rows.
        within: how far back a row counts.

    Raises:
        CallFailed: the workspace could not be read.
    """
    name = workspace.rpartition("/")[2]
    body = arm.find(workspace, versions.WORKSPACES)
    if body is None:
        return (Item(kind=Kind.WORKSPACE, name=name, azure_id=workspace, exists=False),)
    differences: list[Difference] = []
    unknown: list[Unknown] = []
    ingestion = look(body, "properties", "workspaceCapping", "dataIngestionStatus")
    if ingestion in _STOPPED:
        differences += differ("workspaceCapping/dataIngestionStatus", "RespectQuota", ingestion)
    for table in tables:
        try:
            found = arm.find(f"{workspace}/tables/{table}", versions.TABLES)
        except CallFailed as failure:
            unknown.append(failure.unknown)
        else:
            # A table that is not there yet has no rows, which is said of its senders.
            if found is not None:
                differences += differ(f"tables/{table}/plan", "Analytics", look(found, "properties", "plan"))
    item = Item(
        kind=Kind.WORKSPACE, name=name, azure_id=workspace, differences=tuple(differences), unknown=tuple(unknown)
    )
    customer = look(body, "properties", "customerId")
    return (item, *(one for table in tables for one in _rows(logs, customer, table, senders, within)))


def _rows(logs: Logs, workspace: Any, table: str, senders: Senders, within: timedelta) -> Iterable[Item]:
    wanted = senders.of(table)
    if not wanted:
        what = "subscriptions send their activity log" if table == ACTIVITY else "registries send their rows"
        reason = Unknown(reason=f"which {what} is not in this file", way_out="name the settings file with --settings")
        return [Item(kind=Kind.ROWS, name=table, exists=None, unknown=(reason,))]
    try:
        if not isinstance(workspace, str):
            way_out = "look at the workspace in the portal"
            raise CallFailed(Unknown(reason="Azure does not tell the customer id of the workspace", way_out=way_out))
        last = _last(logs.query(workspace, _query(table), within))
    except CallFailed as failure:
        return [
            Item(kind=Kind.ROWS, name=_label(table, one), azure_id=one, exists=None, unknown=(failure.unknown,))
            for one in wanted
        ]
    return [_item(table, one, last.get(one.lower()), within) for one in wanted]


def _item(table: str, sender: str, last: str | None, within: timedelta) -> Item:
    missing = (Difference(path=table, expected=f"rows within {short(within)}", found="none"),)
    return Item(
        kind=Kind.ROWS,
        name=_label(table, sender),
        azure_id=sender,
        differences=missing if last is None else (),
        seen=() if last is None else (f"last row {last}",),
    )


def _label(table: str, sender: str) -> str:
    return f"{sender.rstrip('/').rpartition('/')[2]} {table}"


def _query(table: str) -> str:
    """The newest row of each sender; a table that is not there yet has none."""
    column = "_SubscriptionId" if table == ACTIVITY else "_ResourceId"
    types = f"TimeGenerated: datetime, SubscriptionId: string, {column}: string"
    sender = f"coalesce({column}, SubscriptionId)" if table == ACTIVITY else column
    return (
        f"union isfuzzy=true (datatable({types})[]), {table}\n"
        f"| extend Sender = tolower({sender})\n"
        "| summarize Last = max(TimeGenerated) by Sender"
    )


def _last(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    found = {}
    for row in rows:
        sender, last = row.get("Sender"), row.get("Last")
        if isinstance(sender, str) and last is not None:
            found[sender.lower()] = str(last)[:19]
    return found
