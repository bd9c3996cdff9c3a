"""Records as a diagnostic setting writes them to an event hub: several in a message, and no word of their arrival.

They arrive when whoever reads them assumes they do. The other shape is made by `rows`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from acrwatch.recorded_day.arrival import Arrived
from acrwatch.recorded_day.clock import Stamps
from acrwatch.recorded_day.estate import guid, registry_id
from acrwatch.recorded_day.rows import ENTRA, table_of

_TOGETHER = 25


def messages(arrived: Iterable[Arrived], stamps: Stamps) -> Iterator[str]:
    """A message for each 25 records, as lines."""
    waiting = iter(arrived)
    while part := list(islice(waiting, _TOGETHER)):
        yield json.dumps({"records": _records(part, stamps)}, separators=(",", ":")) + "\n"


def _records(part: Sequence[Arrived], stamps: Stamps) -> list[dict[str, object]]:
    return [_record(one, stamps) for one in part]


def _record(arrived: Arrived, stamps: Stamps) -> dict[str, object]:
    event = arrived.event
    properties: dict[str, object] = {
        "loginServer": f"{event.registry}.azurecr.io",
        "userAgent": event.caller.client,
    }
    if event.artifact is not None:
        properties |= {
            "repository": event.artifact.repository,
            "tag": event.artifact.tag,
            "digest": event.artifact.digest,
            "mediaType": event.artifact.media_type,
            "artifactType": event.artifact.kind,
            "tenantId": ENTRA,
        }
    return {
        "time": stamps(event.at),
        "category": table_of(event),
        # The id arrives in capitals.
        "resourceId": registry_id(event.registry).upper(),
        "operationName": event.operation,
        "identity": event.caller.identity,
        "location": "westeurope",
        "resultType": "HttpStatusCode",
        "resultDescription": event.status,
        "durationMs": str(arrived.duration / 10),
        "callerIpAddress": event.caller.address,
        "correlationId": guid(arrived.number),
        "properties": properties,
    }
