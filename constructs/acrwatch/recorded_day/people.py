"""People: some images by docker, a look by the Azure CLI, and what goes wrong for them.

Wrong passwords, tags that are not there and deletes that are refused write rows as well, and none of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import AZURE_CLI, DEV, DOCKER, PROD, Team
from acrwatch.recorded_day.events import Artifact, Caller, Event
from acrwatch.recorded_day.images import NIL, Image, login, pulled_by_docker


def people(team: Team, chance: Chance) -> Iterator[Event]:
    """The team's people, one of whom starts the whole system on a laptop; and somebody without a name."""
    for host, name in enumerate(team.people, 1):
        yield from _working_day(team, Caller(_typed(name, chance), team.address(host), DOCKER), chance)
    newcomer = Caller(team.people[0], team.address(1), DOCKER)
    yield from _whole_system(team, newcomer, chance)
    yield from _clean_up_refused(team, Caller(team.people[1], team.address(2), AZURE_CLI), chance)
    for visit in range(3):
        nobody = Caller(NIL if visit else "-", team.address(100 + visit), "curl/8.10.1")
        public = Artifact(f"public/{team.name}", "latest", Image(f"public/{team.name}", "latest").digest(), NIL)
        yield Event(at("09:00") + visit * 4 * HOUR + chance.below(HOUR), DEV, nobody, "pull", "200", public)


def _typed(name: str, chance: Chance) -> str:
    """A sign-in name as its owner types it: casing differs, the person does not."""
    return chance.pick((name, name.title(), name.upper().replace("EXAMPLE.COM", "example.com"), name))


def _working_day(team: Team, caller: Caller, chance: Chance) -> Iterator[Event]:
    for _ in range(4):
        moment = at("07:30") + chance.below(9 * HOUR)
        if chance.happens(0.3):
            yield login(moment - 20 * SECOND, PROD, caller, "401")
        yield login(moment, PROD, caller)
        for position, repository in enumerate(chance.some(team.services, 1 + chance.below(3))):
            begin = moment + SECOND + position * 20 * SECOND
            yield from pulled_by_docker(begin, PROD, caller, team.image(repository), chance)
        if chance.happens(0.3):
            missing = Image(chance.pick(team.services), "lastest").missing()
            yield Event(moment + MINUTE, PROD, caller, "Pull", "404", missing)


def _whole_system(team: Team, caller: Caller, chance: Chance) -> Iterator[Event]:
    """28 images at once, under the limit of 40; pulled again when the first try was too fast for the registry."""
    moment = at("08:15") + chance.below(30 * MINUTE)
    images = [team.image(repository) for repository in (*team.services, *team.jobs)]
    for status in ("429", "200"):
        for position, image in enumerate(images):
            begin = moment + position * SECOND
            if status == "429":
                yield Event(begin, PROD, caller, "Pull", status, image.missing())
            else:
                yield from pulled_by_docker(begin, PROD, caller, image, chance)
        moment += 2 * MINUTE


def _clean_up_refused(team: Team, caller: Caller, chance: Chance) -> Iterator[Event]:
    """Some tried to delete: an image that is locked, and a repository that is not theirs."""
    moment = at("15:00") + chance.below(HOUR)
    yield login(moment, PROD, caller)
    yield Event(moment + SECOND, PROD, caller, "Pull", "200", team.image(team.services[0]).tagged())
    yield Event(moment + 2 * SECOND, PROD, caller, "Delete", "405", team.image(team.services[0]).part("index"))
    yield Event(moment + MINUTE, PROD, caller, "Delete", "403", Artifact("payments/api", NIL, NIL, NIL))
