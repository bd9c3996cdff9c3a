"""The five alerts that the day raises under `acrwatch.example.yaml`: of which rule, about what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from acrwatch.recorded_day.arrival import Arrived
from acrwatch.recorded_day.clock import HOUR, MINUTE, Stamps
from acrwatch.recorded_day.estate import INTRUDER, PROD, guid
from acrwatch.recorded_day.happening import Block
from acrwatch.recorded_day.images import NIL
from acrwatch.recorded_day.intruder import DELETED, EMPTIED, IMAGES, SCAN_OPERATION
from acrwatch.recorded_day.management import WRITE_PLAN, plan_id

# What the example has them at: pulls by its parameter, pushes by the detection's default.
PULL_LIMIT, PUSH_LIMIT = 40, 20
WITHIN = 12 * MINUTE
"""From when the rows are there to the alert at the latest: two evaluations, the first of which Azure may skip,
and two minutes by which one may be late."""


class Expected(NamedTuple):
    """An alert.

    Args:
        detection: id of the detection; no variant raises one.
        start: from when the rows are there, in milliseconds after midnight UTC.
        dimensions: of the alert, as the query writes them.
    """

    detection: str
    start: int
    dimensions: Mapping[str, str]


def expected(attack: Block, stamps: Stamps) -> Sequence[Expected]:
    """The alerts in the order in which they fire.

    Args:
        attack: the intruder's rows.
        stamps: of the day.
    """
    who = {"Registry": PROD, "Identity": INTRUDER.identity}
    whole = next(one for one in attack.registry if one.event.artifact is not None and _deletes(one, DELETED))
    images = [one for one in attack.registry if _deletes(one, EMPTIED)]
    body = min(one.received for one in attack.activity if one.change.body is not None)
    done = min(one.received for one in attack.activity if one.change.status == "Success")
    hour = stamps(IMAGES - IMAGES % HOUR)
    alerts = [
        Expected("excessive_images_pulled", _passes("Pull", PULL_LIMIT, attack.registry), who),
        Expected(
            "image_vulnerability_scan_disabled",
            max(body, done),
            {
                "Outcome": "disabled",
                "Action": WRITE_PLAN.lower(),
                "Target": plan_id("Containers").lower(),
                "Identity": INTRUDER.identity,
                "CallerIpAddress": INTRUDER.address,
                "Operation": guid(SCAN_OPERATION),
            },
        ),
        Expected("excessive_images_pushed", _passes("Push", PUSH_LIMIT, attack.registry), who),
        Expected(
            "images_deleted_in_repository",
            min(one.received for one in images),
            {**who, "Repository": EMPTIED, "Hour": f"{hour[:10]} {hour[11:16]}Z"},
        ),
        Expected(
            "forced_repository_deleted",
            whole.received,
            {
                **who,
                "Repository": DELETED,
                "CallerIpAddress": whole.event.caller.address,
                "Client": whole.event.caller.client,
                "Operation": guid(whole.number),
            },
        ),
    ]
    return sorted(alerts, key=lambda alert: alert.start)


def _deletes(one: Arrived, repository: str) -> bool:
    event = one.event
    return event.operation == "Delete" and event.artifact is not None and event.artifact.repository == repository


def _passes(operation: str, limit: int, rows: Iterable[Arrived]) -> int:
    """When the row of the image that reaches the limit arrives; the bursts are short enough to lie in one window."""
    seen: set[tuple[str, str]] = set()
    for one in rows:
        artifact = one.event.artifact
        if artifact is not None and one.event.operation == operation and one.event.status.startswith("2"):
            seen.add((artifact.repository, artifact.digest if artifact.digest != NIL else artifact.tag))
            if len(seen) == limit:
                return one.received
    raise AssertionError(f"the intruder's {operation} stays under {limit}")
