"""What the shipped rule on image scanning promises: one alert for each change, whichever row tells its outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.events import Event
from acrwatch.detection.samples import filled
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at
from tests.rehearsal.watch import only

DETECTION = "image_vulnerability_scan_disabled"
# Up to then a change without a body is not called unknown, so its body may come.
BODY_WITHIN = 25


@dataclass(frozen=True)
class Change:
    """A change of a plan.

    Args:
        minutes: when it happened.
        tier: what its body says; None where no row has one.
        body_in_first: whether the row that began the operation has the body, and not the one that ended it.
    """

    minutes: float
    tier: str | None
    body_in_first: bool

    @property
    def outcome(self) -> str | None:
        """What the alert should say; None where there should be none."""
        return {"Free": "disabled", "Standard": None, None: "unknown"}[self.tier]


changes = st.lists(
    st.builds(
        Change,
        minutes=st.floats(0, 59),
        tier=st.sampled_from(["Free", "Standard", None]),
        body_in_first=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def rows(made: list[Change], seed: int) -> Iterator[Event]:
    """Both rows of each change, some of them twice, late up to the bound and in any order."""
    chance = Random(seed)
    bound = catalogue()[DETECTION].bound() / timedelta(minutes=1)
    events = []
    for number, change in enumerate(made):
        body = "" if change.tier is None else f'{{"pricingTier":"{change.tier}"}}'
        first = activity(change, number, "Start", body if change.body_in_first else "", chance.uniform(0, BODY_WITHIN))
        late = chance.choice([3.0, bound, chance.uniform(0, bound)])
        last = activity(change, number, "Success", "" if change.body_in_first else body, late)
        events += [first, last, *[chance.choice([first, last])] * chance.choice([0, 0, 1])]
    chance.shuffle(events)
    return iter(events)


def activity(change: Change, number: int, status: str, body: str, arrives: float) -> Event:
    """One row of a change."""
    time = at(change.minutes)
    row: dict[str, Any] = {
        **filled("AzureActivity", {}),
        "OperationNameValue": "MICROSOFT.SECURITY/PRICINGS/WRITE",
        "ActivityStatusValue": status,
        "Caller": "someone@example.com",
        "CorrelationId": f"change-{number}",
        "ResourceId": "/subscriptions/x/providers/Microsoft.Security/pricings/Containers",
        "Properties": body,
        TIME: time,
    }
    return Event(table="AzureActivity", row=row, time=time, arrived=time + timedelta(minutes=arrives))


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(made=changes, seed=st.integers(0, 10_000))
def test_each_change_is_alerted_once_with_its_outcome(made: list[Change], seed: int) -> None:
    """Whichever row has the body, however late the row that ended it; switching on is quiet."""
    found = rehearse(only(DETECTION), rows(made, seed), jitter=timedelta(minutes=2), skip=0.15, seed=seed, start=at(0))

    told = sorted((alert.dimensions["Operation"], alert.dimensions["Outcome"]) for alert in found.alerts)
    assert told == sorted(
        (f"change-{number}", change.outcome) for number, change in enumerate(made) if change.outcome is not None
    )
