"""Log rows from the shape in which a diagnostic setting writes them to Event Hub or storage.

Sources: the one public registry record, and the schema of the activity log (Azure Monitor:
activity-log-schema). The rows have the columns of `tables`, as Log Analytics would show them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from acrwatch.errors import InputError, shown
from acrwatch.kql.tables import TABLES, TIME

ACTIVITY = "AzureActivity"
ACTIVITY_CATEGORIES = [
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
]

_REGISTRY = MappingProxyType(
    {
        "time": TIME,
        "category": "Category",
        "resourceId": "_ResourceId",
        "operationName": "OperationName",
        "identity": "Identity",
        "location": "Region",
        "resultType": "ResultType",
        "resultDescription": "ResultDescription",
        "durationMs": "DurationMs",
        "callerIpAddress": "CallerIpAddress",
        "correlationId": "CorrelationId",
    }
)
_REGISTRY_PROPERTIES = MappingProxyType(
    {
        "artifactType": "ArtifactType",
        "digest": "Digest",
        "jwtId": "JwtId",
        "loginServer": "LoginServer",
        "mediaType": "MediaType",
        "repository": "Repository",
        "size": "Size",
        "tag": "Tag",
        "tenantId": "UserTenantId",
        "userAgent": "UserAgent",
    }
)
_ACTIVITY = MappingProxyType(
    {
        "time": TIME,
        "resourceId": "_ResourceId",
        "operationName": "OperationNameValue",
        "category": "CategoryValue",
        "resultType": "ActivityStatusValue",
        "resultSignature": "ActivitySubstatusValue",
        "callerIpAddress": "CallerIpAddress",
        "correlationId": "CorrelationId",
        "level": "Level",
    }
)


def is_record(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is a record of a diagnostic setting, rather than a row of a table."""
    return "time" in value and "category" in value and "operationName" in value


def table_and_row(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The table a record belongs to, and its row there.

    Args:
        record: one member of `records`.

    Raises:
        InputError: its category is none of a table that is known.
    """
    category = str(record.get("category"))
    if category in TABLES:
        return category, _registry_row(category, record)
    if category in ACTIVITY_CATEGORIES:
        return ACTIVITY, _activity_row(record)
    raise InputError(f"{shown(category)} is not the category of a log that is known here")


def _registry_row(table: str, record: Mapping[str, Any]) -> dict[str, Any]:
    properties = record.get("properties") or {}
    row = {column: record[name] for name, column in _REGISTRY.items() if name in record}
    row |= {column: properties[name] for name, column in _REGISTRY_PROPERTIES.items() if name in properties}
    return {name: value for name, value in row.items() if name in TABLES[table]}


def _activity_row(record: Mapping[str, Any]) -> dict[str, Any]:
    row = {column: record[name] for name, column in _ACTIVITY.items() if name in record}
    identity = record.get("identity") or {}
    claims = identity.get("claims") or {}
    properties = record.get("properties")
    if properties is not None:
        row["Properties"] = properties if isinstance(properties, str) else json.dumps(properties, ensure_ascii=False)
        row["Properties_d"] = properties
    if claims:
        upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
        row["Caller"] = claims.get(upn) or claims.get("upn") or claims.get("appid") or ""
        row["Claims"] = json.dumps(claims, ensure_ascii=False)
    if "resourceId" in record:
        row["ResourceId"] = record["resourceId"]
    return row
