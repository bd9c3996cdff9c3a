"""The attack: one stolen service principal, five steps in a night, one alert for each.

It may read and write everything but `payments/*`, which refuses it; so its pulls are one alert of the base rule and
none of the example's variant for payments. Where a row comes late or twice is told here and not left to chance.
"""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import AZURE_CLI, INTRUDER, PAYMENTS, PLATFORM, PROD, Team, shared_image
from acrwatch.recorded_day.events import Artifact, Change, Event
from acrwatch.recorded_day.images import NIL, PLATFORMS, Image, login
from acrwatch.recorded_day.management import WRITE_PLAN, operation, plan_body, plan_id

PULLS, SCAN_OFF, PUSHES, IMAGES, REPOSITORY = at("01:12"), at("02:04"), at("02:31"), at("03:22"), at("04:17")
EMPTIED, DELETED = "platform/backup", "platform/audit"
SCAN_OPERATION = 90
LATE = 2 * HOUR + 35 * MINUTE
"""How late the row of the repository's delete is; the rule promises 308 minutes."""

_SHELL = INTRUDER._replace(client=AZURE_CLI)


def intruder(chance: Chance) -> Iterator[Event]:
    """What the registry's log has of it, in order."""
    for wrong in range(6):
        yield login(at("00:51") + wrong * 40 * SECOND, PROD, INTRUDER, "401")
    yield login(PULLS - MINUTE, PROD, INTRUDER)
    yield from _reads(chance)
    yield from _pushes(chance)
    yield from _deletes_images(chance)
    yield login(REPOSITORY - 30 * SECOND, PROD, _SHELL)
    whole = Artifact(DELETED, NIL, NIL, NIL)
    yield Event(REPOSITORY, PROD, _SHELL, "Delete", "202", whole, LATE)


def scan_switched_off(chance: Chance) -> Iterator[Change]:
    """The Defender plan set to Free: only its first row has the body, and its last comes by two exports."""
    caller = (INTRUDER.identity, INTRUDER.address)
    free = plan_body("Free")
    begun, done = operation(SCAN_OFF, WRITE_PLAN, plan_id("Containers"), caller, SCAN_OPERATION, body=free)
    yield begun._replace(delay=5 * MINUTE)
    for delay in (17 * MINUTE, 26 * MINUTE):
        yield done._replace(body=None, delay=delay + chance.below(MINUTE))


def _reads(chance: Chance) -> Iterator[Event]:
    """58 images within ten minutes, one of each thing there is, and what it is refused."""
    moment = PULLS
    teams = [Team(number) for number in range(1, 7)]
    wanted = [shared_image(repository) for repository in PLATFORM[::2]]
    wanted += [team.image(repository) for team in teams for repository in team.services[:2]]
    for position, image in enumerate(wanted[:29]):
        for part in ("index", PLATFORMS[0]):
            moment += chance.between(5 * SECOND, 10 * SECOND)
            yield Event(moment, PROD, INTRUDER, "Pull", "200", image.part(part))
        if position % 9 == 8:
            moment += SECOND
            refused = shared_image(PAYMENTS[position // 9]).missing()
            yield Event(moment, PROD, INTRUDER, "Pull", "403", refused)


def _pushes(chance: Chance) -> Iterator[Event]:
    """Images of its own under 26 tags that others trust, some rows of which come twice."""
    moment = PUSHES
    for position, repository in enumerate(PLATFORM[:26]):
        moment += chance.between(10 * SECOND, 20 * SECOND)
        planted = Image(repository, f"{shared_image(repository).tag}-p{position}")
        trusted = Artifact(repository, shared_image(repository).tag, planted.digest(PLATFORMS[0]), NIL)
        yield Event(moment, PROD, INTRUDER, "Push", "201", trusted, doubled=position % 5 == 0)


def _deletes_images(chance: Chance) -> Iterator[Event]:
    """The last seven backups' images, each looked up by its tag and deleted by its digest."""
    moment = IMAGES
    for release in range(7):
        image = Image(EMPTIED, f"5.0.{release}")
        yield Event(moment, PROD, _SHELL, "Pull", "200", image.tagged())
        yield Event(moment + SECOND, PROD, _SHELL, "Delete", "202", image.part("index"))
        moment += chance.between(20 * SECOND, 50 * SECOND)
