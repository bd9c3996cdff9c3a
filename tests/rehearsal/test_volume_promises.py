"""What the shipped volume rules promise: a burst is one alert while it lasts, and is resolved when it is over."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.events import Event
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull
from tests.rehearsal.watch import only

PULLED, PUSHED = "excessive_images_pulled", "excessive_images_pushed"
OPERATION = {PULLED: "Pull", PUSHED: "Push"}
played = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
detections = pytest.mark.parametrize("detection", [PULLED, PUSHED])


def limit(detection: str) -> int:
    """The shipped limit of distinct images."""
    default = catalogue()[detection].parameters["images_limit"].default
    assert isinstance(default, int)
    return default


def delays(detection: str) -> float:
    """The longest delay that is promised, in minutes."""
    return catalogue()[detection].bound() / timedelta(minutes=1)


def burst(detection: str, images: int, begin: float, length: float, chance: Random, latest: float) -> Iterator[Event]:
    """Distinct images over some minutes, some rows twice, each late by chance."""
    for image in range(images):
        minutes = begin + length * (chance.choice([0, 1, chance.random()]) if image > 1 else image)
        row = pull(
            minutes,
            arrives=chance.choice([3, latest, chance.uniform(0, latest)]),
            OperationName=OPERATION[detection],
            Digest=f"sha256:{begin}-{image}",
        )
        yield from [row] * chance.choice([1, 1, 2])


@detections
@played
@given(begin=st.floats(0, 30), length=st.floats(0, 10), more=st.integers(0, 20), seed=st.integers(0, 10_000))
def test_a_burst_of_ten_minutes_is_one_alert_wherever_it_lies(
    detection: str, begin: float, length: float, more: int, seed: int
) -> None:
    """However evaluations and borders of windows fall; and it is resolved once."""
    rows = burst(detection, limit(detection) + more, begin, length, Random(seed), delays(detection))

    found = rehearse(only(detection), rows, jitter=timedelta(minutes=2), skip=0.15, seed=seed, start=at(0))

    (alert,) = found.alerts
    assert alert.resolved is not None
    assert [note.payload["data"]["essentials"]["monitorCondition"] for note in alert.notifications] == [
        "Fired",
        "Resolved",
    ]


@detections
@played
@given(begin=st.floats(0, 30), length=st.floats(0, 120), seed=st.integers(0, 10_000))
def test_one_image_under_the_limit_is_quiet(detection: str, begin: float, length: float, seed: int) -> None:
    """However fast, however late, however often each row comes."""
    rows = burst(detection, limit(detection) - 1, begin, length, Random(seed), delays(detection))

    assert not rehearse(only(detection), rows, jitter=timedelta(minutes=2), seed=seed, start=at(0)).alerts


@detections
@played
@given(begin=st.floats(0, 30), apart=st.floats(75, 120), seed=st.integers(0, 10_000))
def test_bursts_as_far_apart_as_promised_are_two_alerts(detection: str, begin: float, apart: float, seed: int) -> None:
    """75 minutes from the end of the first to the start of the second."""
    chance = Random(seed)
    rows = [
        *burst(detection, limit(detection), begin, 5, chance, 5),
        *burst(detection, limit(detection), begin + 5 + apart, 5, chance, 5),
    ]

    found = rehearse(only(detection), rows, jitter=timedelta(minutes=2), seed=seed, start=at(0))

    assert [alert.resolved is not None for alert in found.alerts] == [True, True]
