"""Logic Apps."""

from __future__ import annotations

from acrwatch.synthesised.values import Instance, plain
from acrwatch.testing.azure.from_stack.applied import Applied, location_of
from acrwatch.testing.azure.from_stack.callbacks import endpoint
from acrwatch.testing.azure.from_stack.surroundings import subscription


def workflow(applied: Applied, instance: Instance) -> None:
    """Make a Logic App; other resources of azapi are left out."""
    if not str(instance.values.get("type", "")).lower().startswith("microsoft.logic/workflows@"):
        return
    id_ = applied.own_id(instance)
    subscription(applied, id_)
    sent = plain(instance.values["body"])["properties"]
    declared = (sent.get("definition") or {}).get("parameters") or {}
    body = {
        "location": location_of(instance),
        "tags": dict(instance.values.get("tags") or {}),
        "properties": {
            "provisioningState": "Succeeded",
            "createdTime": "2026-01-31T12:00:00Z",
            "changedTime": "2026-01-31T12:00:00Z",
            "version": "08584000000000000000000000000",
            "accessEndpoint": endpoint(id_),
            "state": "Enabled",
            **sent,
            # The values of secure ones are told to nobody.
            "parameters": {name: {"type": one["type"]} for name, one in declared.items()},
        },
    }
    applied.put(id_, body)
