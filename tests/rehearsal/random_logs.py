"""Logs by chance on which every shipped rule fires, and the stack with these rules."""

from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from acrwatch.detection.events import Event
from acrwatch.detection.samples import filled
from acrwatch.kql.tables import TIME
from acrwatch.synthesised import SynthesisedStack
from tests.rehearsal.rules import at, pull
from tests.rehearsal.watch import deployed

NIL = ["", "<nil>", "-"]


def random_log(seed: int, rows: int) -> list[Event]:
    """Rows of all sorts, close enough together that rules fire."""
    chance = Random(seed)
    return [chance.choice([_repository_event, _activity])(chance) for _ in range(rows)]


def _repository_event(chance: Random) -> Event:
    return pull(
        chance.uniform(40, 60),
        arrives=chance.choice([0, chance.uniform(0, 20), chance.uniform(0, 300)]),
        OperationName=chance.choice(["Pull", "pull", "PUSH", "Delete", "DeleteTag", "Untag", "importImage", "Login"]),
        ResultDescription=chance.choice(["200", "200", "201", "404"]),
        Identity=chance.choice(["a@example.com", "B@example.com", *NIL]),
        Repository=chance.choice(["team/api", "Team/API", "team/web", *NIL]),
        Tag=chance.choice([chance.choice(NIL), f"v{chance.randrange(60)}"]),
        Digest=chance.choice([chance.choice(NIL), f"sha256:{chance.randrange(60)}"]),
        CorrelationId=chance.choice([*NIL, *(f"c{number}" for number in range(40))]),
        UserAgent=chance.choice(["docker", "acr-cli", ""]),
        CallerIpAddress=chance.choice(["198.51.100.7", "203.0.113.9", ""]),
    )


def _activity(chance: Random) -> Event:
    time = at(chance.uniform(0, 90))
    row: dict[str, Any] = {
        **filled("AzureActivity", {}),
        "OperationNameValue": chance.choice(
            [
                "Microsoft.Security/pricings/write",
                "MICROSOFT.SECURITY/PRICINGS/DELETE",
                "Microsoft.Security/other/write",
            ]
        ),
        "ActivityStatusValue": chance.choice(["Success", "Succeeded", "Start", "Failure"]),
        "Caller": chance.choice(["a@example.com", ""]),
        "CorrelationId": chance.choice([*NIL, *(f"c{number}" for number in range(10))]),
        "ResourceId": "/subscriptions/x/providers/Microsoft.Security/pricings/Containers",
        "Properties": chance.choice(["", '{"pricingTier":"Free"}', '{"pricingTier":"Standard"}']),
        TIME: time,
    }
    return Event(table="AzureActivity", row=row, time=time, arrived=time + timedelta(minutes=chance.uniform(0, 60)))


@cache
def firing_stack() -> SynthesisedStack:
    """The shipped rules, with limits low enough that each of them fires on such a log."""
    limits = {"parameters": {"images_limit": 5}}
    return deployed(detections={"excessive_images_pulled": limits, "excessive_images_pushed": limits})
