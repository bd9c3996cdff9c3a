"""The whole day, in blocks: the first is the platform, the intruder and the first teams, the others are more teams.

A block is in the order of arrival, as an export is. Blocks keep memory level, whatever the size of the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from acrwatch.recorded_day.arrival import Arrived, ArrivedChange, arrivals, change_arrivals
from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clusters import preview_cluster, production_cluster, team_cluster
from acrwatch.recorded_day.estate import PAYMENTS, PLATFORM, Team
from acrwatch.recorded_day.events import Event
from acrwatch.recorded_day.intruder import intruder, scan_switched_off
from acrwatch.recorded_day.management import management, team_management
from acrwatch.recorded_day.people import people
from acrwatch.recorded_day.pipelines import platform_pipelines, pull_requests, team_pipeline
from acrwatch.recorded_day.purge import purge
from acrwatch.recorded_day.releases import releases
from acrwatch.recorded_day.scanner import scanner

FIRST_TEAMS = 6
_TEAMS_AT_ONCE = 10


class Block(NamedTuple):
    """Rows in the order of arrival.

    Args:
        registry: of the registries.
        activity: of the activity log.
    """

    registry: Sequence[Arrived]
    activity: Sequence[ArrivedChange]


def attack(seed: int) -> Block:
    """The intruder's rows alone, which the first block holds among the others."""
    return _ordered(
        list(arrivals(intruder(Chance(seed, "intruder")), 1, Chance(seed, "intruder's rows"))),
        list(change_arrivals(scan_switched_off(Chance(seed, "scan")), Chance(seed, "scan's rows"))),
    )


def blocks(seed: int, teams: int) -> Iterator[Block]:
    """The day.

    Args:
        seed: what all chance follows from.
        teams: how many there are.
    """
    registry, activity = attack(seed)
    some = min(teams, FIRST_TEAMS)
    yield _ordered(
        [
            *registry,
            *arrivals(_platform(seed), 0, Chance(seed, "platform's rows")),
            *_teams(seed, 1, some),
        ],
        [*activity, *_changes(seed), *_team_changes(seed, 1, some)],
    )
    for first in range(FIRST_TEAMS + 1, teams + 1, _TEAMS_AT_ONCE):
        last = min(first + _TEAMS_AT_ONCE - 1, teams)
        yield _ordered(list(_teams(seed, first, last)), list(_team_changes(seed, first, last)))


def _ordered(registry: list[Arrived], activity: list[ArrivedChange]) -> Block:
    registry.sort(key=itemgetter(0, 1))
    activity.sort(key=itemgetter(0))
    return Block(registry, activity)


def _platform(seed: int) -> Iterator[Event]:
    chance = Chance(seed, "platform")
    released = [*releases(PLATFORM, 6, chance), *releases(PAYMENTS, 3, chance, largest=1)]
    yield from production_cluster(released, chance)
    yield from platform_pipelines(released, chance)
    yield from scanner(released, chance)
    yield from purge(chance)


def _teams(seed: int, first: int, last: int) -> Iterator[Arrived]:
    for number in range(first, last + 1):
        # 0 and 1 are the platform and the intruder.
        yield from arrivals(_team(Team(number), Chance(seed, "team", number)), number + 1, Chance(seed, "rows", number))


def _team(team: Team, chance: Chance) -> Iterator[Event]:
    released = list(releases(team.services, 6, chance))
    built = list(pull_requests(team, chance))
    yield from team_cluster(team, released, chance)
    yield from team_pipeline(team, released, chance)
    yield from built
    yield from preview_cluster(team, built, chance)
    yield from people(team, chance)


def _changes(seed: int) -> Iterator[ArrivedChange]:
    yield from change_arrivals(management(Chance(seed, "management")), Chance(seed, "management's rows"))


def _team_changes(seed: int, first: int, last: int) -> Iterator[ArrivedChange]:
    for number in range(first, last + 1):
        changes = team_management(Team(number), Chance(seed, "changes", number))
        yield from change_arrivals(changes, Chance(seed, "changes' rows", number))
