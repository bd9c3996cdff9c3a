"""Log rows from the shape in which a diagnostic setting writes them to Event Hub or storage.

Sources: the one public registry record, and the schema of the activity log (Azure Monitor:
activity-log-schema). The rows have the columns of `tables`, as Log Analytics would show them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from acrwatch.errors import InputError, shown
from acrwatch.kql.tables import TABLES, TIME, ColumnType

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

Path = tuple[str, ...]
"""Keys that lead to a value of a record."""

_UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
_REGISTRY: Mapping[str, tuple[Path, ...]] = {
    TIME: (("time",),),
    "Category": (("category",),),
    "_ResourceId": (("resourceId",),),
    "OperationName": (("operationName",),),
    "Identity": (("identity",),),
    "Region": (("location",),),
    "ResultType": (("resultType",),),
    "ResultDescription": (("resultDescription",),),
    "DurationMs": (("durationMs",),),
    "CallerIpAddress": (("callerIpAddress",),),
    "CorrelationId": (("correlationId",),),
    "ArtifactType": (("properties", "artifactType"),),
    "Digest": (("properties", "digest"),),
    "JwtId": (("properties", "jwtId"),),
    "LoginServer": (("properties", "loginServer"),),
    "MediaType": (("properties", "mediaType"),),
    "Repository": (("properties", "repository"),),
    "Size": (("properties", "size"),),
    "Tag": (("properties", "tag"),),
    "UserTenantId": (("properties", "tenantId"),),
    "UserAgent": (("properties", "userAgent"),),
}
_ACTIVITY: Mapping[str, tuple[Path, ...]] = {
    TIME: (("time",),),
    "_ResourceId": (("resourceId",),),
    "ResourceId": (("resourceId",),),
    "OperationNameValue": (("operationName",),),
    "CategoryValue": (("category",),),
    "ActivityStatusValue": (("resultType",),),
    "ActivitySubstatusValue": (("resultSignature",),),
    "CallerIpAddress": (("callerIpAddress",),),
    "CorrelationId": (("correlationId",),),
    "Level": (("level",),),
    "Caller": (("identity", "claims", _UPN), ("identity", "claims", "upn"), ("identity", "claims", "appid")),
    "Claims": (("identity", "claims"),),
    "Properties": (("properties",),),
    "Properties_d": (("properties",),),
}
COLUMNS_OF_RECORDS: Mapping[str, Mapping[str, tuple[Path, ...]]] = MappingProxyType(
    {
        table: {
            column: paths
            for column, paths in (_ACTIVITY if table == ACTIVITY else _REGISTRY).items()
            if column in columns
        }
        for table, columns in TABLES.items()
    }
)
"""Table -> column -> where a record holds its value: the first of the paths that leads to something."""
# Keys that a record may have and no column takes. `RegionStamp` is in the public record; the others are of Azure
# Monitor's common schemas (resource-logs-schema, activity-log-schema).
_UNUSED = {"RegionStamp", "ReleaseVersion", "RoleLocation", "level", "location", "tenantId", "resultSignature"}
_UNUSED |= {"durationMs", "resultDescription", "operationVersion", "uri"}


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
    table = _table(record)
    _refuse_other_forms(table, record)
    row = {}
    for column, paths in COLUMNS_OF_RECORDS[table].items():
        found = [value for path in paths if (value := _at(record, path)) is not None]
        # Claims that name nobody are of nobody, and not of whom a case would have by default.
        nobody = len(paths) > 1 and _at(record, paths[0][:-1])
        if found or nobody:
            value = next((value for value in found if value != ""), "")
            row[column] = _text(value) if TABLES[table][column] is ColumnType.STRING else value
    return table, row


def _table(record: Mapping[str, Any]) -> str:
    category = str(record.get("category"))
    if category in TABLES:
        return category
    if category in ACTIVITY_CATEGORIES:
        return ACTIVITY
    raise InputError(f"{shown(category)} is not the category of a log that is known here")


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = _object(value).get(key)
    return value


def _object(value: Any) -> Mapping[str, Any]:
    """A value as an object, also where it is one that was written as text."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unused_keys(record: Mapping[str, Any]) -> Iterator[Path]:
    """The keys of a record, or of its properties, that neither a column takes nor Azure is known to write.

    Args:
        record: one member of `records`.
    """
    category = record.get("category")
    of_registry = category in TABLES
    if not of_registry and category not in ACTIVITY_CATEGORIES:
        return
    taken = {path for paths in COLUMNS_OF_RECORDS[_table(record)].values() for path in paths}
    known = {path[0] for path in taken} | {"identity", "properties", "category"} | _UNUSED
    yield from ((name,) for name in record if name not in known)
    if of_registry:
        yield from (
            ("properties", name) for name in _object(record.get("properties")) if ("properties", name) not in taken
        )


def _refuse_other_forms(table: str, record: Mapping[str, Any]) -> None:
    """What holds further values is an object; one that was written as text is read, too."""
    objects = [("properties",)] if table != ACTIVITY else [("identity",), ("identity", "claims")]
    for path in objects:
        value = _at(record, path)
        if value not in (None, "") and not isinstance(value, Mapping) and not _object(value):
            raise InputError(f"{'.'.join(path)} of a record is a mapping, not {shown(value)}")
