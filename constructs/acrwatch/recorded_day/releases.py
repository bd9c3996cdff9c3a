"""Which images a team, or the platform, builds and rolls out during the day.

Releases come in trains of up to three services. Between two trains lie more minutes than a volume rule counts
together, so one identity never builds or rolls out more than one train within any 15 minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import MINUTE, at

TRAIN = 3


class Release(NamedTuple):
    """One service built anew.

    Args:
        built: when its pipeline begins to push.
        repository: the service.
        number: of its releases that day, from 1.
    """

    built: int
    repository: str
    number: int


def releases(services: Sequence[str], trains: int, chance: Chance, largest: int = TRAIN) -> Iterator[Release]:
    """The releases of a working day.

    Args:
        services: their repositories.
        trains: how many times something is released, at most 11.
        chance: decides when, which and how many.
        largest: services in one train at most.
    """
    numbers = dict.fromkeys(services, 0)
    hours = sorted(chance.some(range(7, 18), trains))
    for hour in hours:
        begin = at(f"{hour:02}:00") + chance.between(0, 20 * MINUTE)
        for position, repository in enumerate(chance.some(services, 1 + chance.below(largest))):
            numbers[repository] += 1
            yield Release(begin + position * chance.between(2 * MINUTE, 4 * MINUTE), repository, numbers[repository])
