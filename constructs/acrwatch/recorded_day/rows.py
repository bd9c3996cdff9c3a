"""Rows as Log Analytics exports them: a JSON object for each, with `_TimeReceived` as its arrival.

The other shape is made by `records`. Text is put together by hand, since a day may have ten million rows; what
stays the same between rows is made once.
"""

from __future__ import annotations

import json
from functools import lru_cache

from acrwatch.recorded_day.arrival import Arrived, ArrivedChange
from acrwatch.recorded_day.clock import Stamps
from acrwatch.recorded_day.estate import ZERO, guid, registry_id
from acrwatch.recorded_day.events import Artifact, Caller, Event

REPOSITORY, LOGIN, ACTIVITY = "ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents", "AzureActivity"
WORKSPACE = "00000000-0000-0000-0000-0000000000f0"
ENTRA = "00000000-0000-0000-0000-0000000000f1"
_IDS = ZERO[:24]


def table_of(event: Event) -> str:
    """The table that a request is logged in."""
    return LOGIN if event.artifact is None else REPOSITORY


def row(arrived: Arrived, stamps: Stamps) -> str:
    """A registry's row, as a line."""
    received, number, event, duration = arrived
    moment, registry, caller, operation, status, artifact, _, _ = event
    told = _login(status) if artifact is None else _about(artifact)
    return (
        f'{{"TimeGenerated":"{stamps(moment)}","_TimeReceived":"{stamps(received)}","CorrelationId":"{_IDS}{number:012}",'
        f'"DurationMs":"{duration / 10}","OperationName":"{operation}","ResultDescription":"{status}",'
        f"{_request(registry, caller)},{told}}}\n"
    )


@lru_cache(maxsize=8_192)
def _request(registry: str, caller: Caller) -> str:
    """What is alike in all requests of a caller."""
    return _members(
        {
            "TenantId": WORKSPACE,
            "SourceSystem": "Azure",
            "ResultType": "HttpStatusCode",
            "Identity": caller.identity,
            "CallerIpAddress": caller.address,
            "UserAgent": caller.client,
            "LoginServer": f"{registry}.azurecr.io",
            "Region": "westeurope",
            # Log Analytics keeps ids in lower case.
            "_ResourceId": registry_id(registry).lower(),
            "_SubscriptionId": ZERO,
        }
    )


@lru_cache(maxsize=16_384)
def _about(artifact: Artifact) -> str:
    """What is alike in all requests for an artifact."""
    return _members(
        {
            "Type": REPOSITORY,
            "Category": REPOSITORY,
            "Repository": artifact.repository,
            "Tag": artifact.tag,
            "Digest": artifact.digest,
            "MediaType": artifact.media_type,
            "ArtifactType": artifact.kind,
            "UserTenantId": ENTRA,
        }
    )


@lru_cache
def _login(status: str) -> str:
    return _members({"Type": LOGIN, "Category": LOGIN, "JwtId": ZERO if status.startswith("2") else ""})


def _members(columns: dict[str, str]) -> str:
    return json.dumps(columns, separators=(",", ":"))[1:-1]


def activity_row(arrived: ArrivedChange, stamps: Stamps) -> str:
    """A row of the activity log, as a line."""
    received, change = arrived
    parts = change.resource.split("/")
    group = parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""
    columns: dict[str, object] = {
        "TimeGenerated": stamps(change.at),
        "_TimeReceived": stamps(received),
        "TenantId": WORKSPACE,
        "SourceSystem": "Azure",
        "Type": ACTIVITY,
        "OperationNameValue": change.operation,
        "ActivityStatusValue": change.status,
        "ActivitySubstatusValue": {"Start": "", "Success": "OK", "Failure": "Forbidden"}[change.status],
        "CategoryValue": "Administrative",
        "Level": "Error" if change.status == "Failure" else "Informational",
        "Caller": change.caller,
        "CallerIpAddress": change.address,
        "CorrelationId": guid(change.number),
        "EventDataId": guid(change.number * 10 + (change.status != "Start")),
        "EventSubmissionTimestamp": stamps(received),
        "ResourceGroup": group,
        "ResourceId": change.resource,
        "ResourceProviderValue": change.operation.partition("/")[0].upper(),
        "SubscriptionId": ZERO,
        "_ResourceId": change.resource.lower(),
        "_SubscriptionId": ZERO,
    }
    if change.body is not None:
        columns |= {"Properties": json.dumps(change.body), "Properties_d": change.body}
    return json.dumps(columns, separators=(",", ":")) + "\n"
