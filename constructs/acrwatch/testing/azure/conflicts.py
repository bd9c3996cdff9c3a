"""What Azure refuses to make beside what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.testing.azure.resources import Resources, place_of

_SETTINGS = "microsoft.insights/diagnosticsettings"


def refusal(resources: Resources, path: str, body: Mapping[str, Any]) -> str | None:
    """The code with which Azure refuses a resource; None where it takes it.

    Two diagnostic settings of one thing may not send the same category to the same workspace.

    Args:
        resources: what is there.
        path: id of the new one.
        body: its JSON.
    """
    place = place_of(path)
    if place.type != _SETTINGS:
        return None
    siblings = resources.list(path.rstrip("/").rpartition("/")[0])
    others = [one for one in siblings if str(one["id"]).lower() != path.lower()]
    mine = _sent(body)
    return "Conflict" if any(mine & _sent(other) for other in others) else None


def _sent(body: Mapping[str, Any]) -> set[tuple[str, str]]:
    properties = body.get("properties") or {}
    workspace = str(properties.get("workspaceId") or "").lower()
    logs = properties.get("logs") or []
    return {
        (workspace, str(log.get("category") or log.get("categoryGroup")).lower())
        for log in logs
        if workspace and log.get("enabled")
    }
