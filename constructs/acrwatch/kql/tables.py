"""The Log Analytics tables that detections read, with all their columns.

Sources: Azure Monitor table reference, `containerregistryrepositoryevents`, `containerregistryloginevents` and
`azureactivity`. `_ItemId` and `_TimeReceived` often stand in a workspace too, but are not documented for these
tables, so no query may rely on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ColumnType(StrEnum):
    """Kusto's scalar types, as far as the tables and logs of others use them."""

    STRING = "string"
    DATETIME = "datetime"
    BOOL = "bool"
    INT = "int"
    LONG = "long"
    REAL = "real"
    DYNAMIC = "dynamic"


Columns = Mapping[str, ColumnType]

TIME = "TimeGenerated"
_COMMON = "TenantId SourceSystem TimeGenerated:datetime _ResourceId _SubscriptionId Type _IsBillable _BilledSize:real"
_REPOSITORY = (
    "ArtifactType CallerIpAddress Category CorrelationId Digest DurationMs Identity LoginServer MediaType "
    "OperationName Region Repository ResultDescription ResultType Size:int Tag UserAgent UserTenantId"
)
_LOGIN = (
    "CallerIpAddress Category CorrelationId DurationMs Identity JwtId LoginServer OperationName Region "
    "ResultDescription ResultType UserAgent"
)
_ACTIVITY = (
    "ActivityStatus ActivityStatusValue ActivitySubstatus ActivitySubstatusValue Authorization "
    "Authorization_d:dynamic Caller CallerIpAddress Category CategoryValue Claims Claims_d:dynamic CorrelationId "
    "EventDataId EventSubmissionTimestamp:datetime Hierarchy HTTPRequest Level OperationId OperationName "
    "OperationNameValue Properties Properties_d:dynamic Resource ResourceGroup ResourceId ResourceProvider "
    "ResourceProviderValue SubscriptionId"
)


def _columns(text: str) -> Columns:
    """`Name` is a string column, `Name:type` another one; in the order of the reference."""
    parts = (word.partition(":") for word in f"{_COMMON} {text}".split())
    return MappingProxyType({name: ColumnType(kind or "string") for name, _, kind in parts})


TABLES: Mapping[str, Columns] = MappingProxyType(
    {
        "ContainerRegistryRepositoryEvents": _columns(_REPOSITORY),
        "ContainerRegistryLoginEvents": _columns(_LOGIN),
        "AzureActivity": _columns(_ACTIVITY),
    }
)
