"""What the columns of an event hold that a case does not mention: an ordinary, successful request.

Addresses, names and ids are those that documentation may use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from acrwatch.kql.tables import TABLES, ColumnType

_NONE = UUID(int=0)
_REGISTRY_ID = (
    f"/subscriptions/{_NONE}/resourceGroups/rg-registries/providers/Microsoft.ContainerRegistry/registries/contoso"
)

_REQUEST = {
    "CallerIpAddress": "192.0.2.10",
    "DurationMs": "38.2",
    "Identity": "ci@example.com",
    "LoginServer": "contoso.azurecr.io",
    "Region": "westeurope",
    "ResultDescription": "200",
    "ResultType": "HttpStatusCode",
    "UserAgent": "docker/27.3.1",
    "_ResourceId": _REGISTRY_ID,
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "ContainerRegistryRepositoryEvents": {
            **_REQUEST,
            "ArtifactType": "acr.docker",
            "MediaType": "<nil>",
            "Repository": "team/api",
        },
        "ContainerRegistryLoginEvents": {**_REQUEST, "OperationName": "Login"},
        "AzureActivity": {
            "ActivityStatusValue": "Success",
            "Caller": "admin@example.com",
            "CallerIpAddress": "192.0.2.20",
            "CategoryValue": "Administrative",
            "Level": "Information",
        },
    }
)


def filled(table: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row.

    Args:
        table: one of `TABLES`.
        columns: what the case says of it.

    Returns:
        All columns. `CorrelationId` follows from what the case says, so that a row that stands twice is one
        operation and two different rows are two, unless the case gives it.
    """
    told = json.dumps(columns, sort_keys=True, default=str)
    ordinary = {"Type": table, "Category": table, "CorrelationId": str(uuid5(_NONE, told)), **DEFAULTS[table]}
    empty = {name: "" if kind is ColumnType.STRING else None for name, kind in TABLES[table].items()}
    return {**empty, **{name: value for name, value in ordinary.items() if name in TABLES[table]}, **columns}
