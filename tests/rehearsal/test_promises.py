"""What the shipped event rules promise, for any delay up to their bound, any order, doubled rows and jitter.

The promises and the bound are stated in the known gaps of each detection. What is deployed is played, not a copy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.events import Event
from acrwatch.rehearsal.model import Alert, Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull
from tests.rehearsal.watch import only

JITTER = timedelta(minutes=2)
FOLD_OVER, FLOOD_OVER = 20, 24
BIN = timedelta(minutes=30)
MANY = "(many)"


@dataclass(frozen=True)
class Burst:
    """Deletes of repositories by one identity in one half hour.

    Args:
        bin_: number of the half hour.
        identity: number of the identity.
        operations: how many there are.
    """

    bin_: int
    identity: int
    operations: int


bursts = st.lists(
    st.builds(
        Burst,
        bin_=st.integers(0, 2),
        identity=st.integers(0, 3),
        operations=st.one_of(st.integers(1, 3), st.integers(FOLD_OVER - 1, FOLD_OVER + 3)),
    ),
    min_size=1,
    max_size=6,
)
crowds = st.builds(
    lambda bin_, many: [Burst(bin_, identity, 1) for identity in range(many)],
    bin_=st.integers(0, 1),
    many=st.sampled_from([FLOOD_OVER - 1, FLOOD_OVER, FLOOD_OVER + 1, 320]),
)
# Playing is expensive, so a failure is shown as it was found instead of being made smaller.
played = settings(
    max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)


def deletes(storm: Sequence[Burst], seed: int) -> Iterator[Event]:
    """Rows of a storm: anywhere in their half hour, late up to the bound, doubled and in any order."""
    chance = Random(seed)
    bound = catalogue()["forced_repository_deleted"].bound() / timedelta(minutes=1)
    rows = []
    for number, burst in enumerate(storm):
        for operation in range(burst.operations):
            minutes = burst.bin_ * 30 + chance.choice([0, 29.99, chance.uniform(0, 29.99)])
            late = chance.choice([3, chance.uniform(0, bound), bound])
            row = pull(
                minutes,
                arrives=late,
                OperationName="Delete",
                Tag="",
                Identity=f"id-{burst.identity}",
                Repository=f"team/{number}-{operation}",
                CorrelationId=f"{number}-{operation}",
            )
            rows += [row] * chance.choice([1, 1, 2])
    chance.shuffle(rows)
    return iter(rows)


def rehearsed(storm: Sequence[Burst], seed: int) -> Rehearsal:
    """The storm played on the deployed rule, with late and skipped evaluations, until it has aged out."""
    return rehearse(
        only("forced_repository_deleted"), deletes(storm, seed), jitter=JITTER, skip=0.15, seed=seed, start=at(0)
    )


@played
@given(storm=st.one_of(bursts, crowds), seed=st.integers(0, 10_000))
def test_every_delete_is_alerted_once_alone_or_folded(storm: Sequence[Burst], seed: int) -> None:
    """The six promises of `facts` at once: one storm is expensive to play."""
    found = rehearsed(storm, seed)

    assert max(Counter(alert.series for alert in found.alerts).values()) == 1
    mine: Counter[tuple[int, int]] = Counter()
    for burst in storm:
        mine[burst.bin_, burst.identity] += burst.operations
    slots: Counter[int] = Counter()
    for (bin_, _), count in mine.items():
        slots[bin_] += min(count, FOLD_OVER)
    single, folded, floods = sorted_out(found.alerts)
    for (bin_, identity), count in mine.items():
        alone, together = single[bin_, identity], folded[bin_, identity]
        if slots[bin_] > FLOOD_OVER:
            assert len(floods[bin_]) == 1
        elif count > FOLD_OVER:
            assert len(together) == 1
            assert len(alone) <= FOLD_OVER
            assert all(alert.fired <= together[0].fired for alert in alone)
            assert not floods[bin_]
        else:
            assert sorted(alert.dimensions["Operation"] for alert in alone) == operations(storm, bin_, identity)
            assert not together
            assert not floods[bin_]
    (report,) = found.rules
    assert report.busiest <= (350 // 30 + 1) * FLOOD_OVER
    assert not report.limits
    assert all(alert.resolved for alert in found.alerts)


def operations(storm: Sequence[Burst], bin_: int, identity: int) -> list[str]:
    """The operations of an identity in a half hour."""
    return sorted(
        f"{number}-{operation}"
        for number, burst in enumerate(storm)
        if (burst.bin_, burst.identity) == (bin_, identity)
        for operation in range(burst.operations)
    )


Sorted = Mapping[tuple[int, int], list[Alert]]


def sorted_out(alerts: Sequence[Alert]) -> tuple[Sorted, Sorted, Mapping[int, list[Alert]]]:
    """Alerts of one delete, of one identity, and of a flood, each by half hour."""
    single: dict[tuple[int, int], list[Alert]] = defaultdict(list)
    folded: dict[tuple[int, int], list[Alert]] = defaultdict(list)
    floods: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        assert alert.behind is not None
        bin_ = (alert.behind.first - at(0)) // BIN
        told = alert.dimensions
        if told["Identity"] == MANY:
            floods[bin_].append(alert)
        elif told["Repository"] == MANY:
            folded[bin_, int(told["Identity"].removeprefix("id-"))].append(alert)
        else:
            single[bin_, int(told["Identity"].removeprefix("id-"))].append(alert)
    return single, folded, floods


@pytest.mark.parametrize("seed", range(4))
def test_two_thousand_deletes_by_three_hundred_identities_stay_under_azures_limit(seed: int) -> None:
    """The flood of a half hour becomes one alert, however many take part."""
    storm = [Burst(bin_, identity, 2) for bin_ in range(3) for identity in range(300)]

    (report,) = rehearsed(storm, seed).rules

    assert report.busiest <= (350 // 30 + 1) * FLOOD_OVER
    assert not report.limits


def test_a_row_later_than_the_bound_is_lost_which_is_why_a_bound_is_promised() -> None:
    """The promise is no more careful than it must be: a quarter of an hour later nothing fires."""
    bound = catalogue()["forced_repository_deleted"].bound()
    (row,) = deletes([Burst(0, 0, 1)], 0)
    late = replace(row, time=at(29.9), row={**row.row, "TimeGenerated": at(29.9)})

    def alerts(delay: timedelta) -> int:
        event = replace(late, arrived=late.time + delay)
        return len(rehearse(only("forced_repository_deleted"), [event], start=at(0)).alerts)

    assert alerts(bound) == 1
    assert alerts(bound + timedelta(minutes=30)) == 0


@played
@given(
    hours=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 5)), min_size=1, max_size=6),
    seed=st.integers(0, 10_000),
)
def test_deleted_images_are_alerted_once_for_each_repository_identity_and_hour(
    hours: Sequence[tuple[int, int, int]], seed: int
) -> None:
    """However late each image's row is, up to the bound."""
    chance = Random(seed)
    bound = catalogue()["images_deleted_in_repository"].bound() / timedelta(minutes=1)
    rows = [
        pull(
            hour * 60 + chance.uniform(0, 59.9),
            arrives=chance.choice([3, chance.uniform(0, bound), bound]),
            OperationName="Delete",
            Digest=f"sha256:{number}-{image}",
            Tag="",
            Repository=f"team/{repository}",
        )
        for number, (hour, repository, images) in enumerate(hours)
        for image in range(images)
    ]
    chance.shuffle(rows)

    found = rehearse(
        only("images_deleted_in_repository"), rows + rows[:3], jitter=JITTER, skip=0.15, seed=seed, start=at(0)
    )

    expected = {(hour_text(hour), f"team/{repository}") for hour, repository, _ in hours}
    assert sorted((alert.dimensions["Hour"], alert.dimensions["Repository"]) for alert in found.alerts) == sorted(
        expected
    )


def hour_text(hour: int) -> str:
    """An hour as the detection writes it."""
    moment: datetime = at(hour * 60)
    return f"{moment:%Y-%m-%d %H:%M}Z"
