"""Pipelines: multi-architecture images for production, charts, and one image for each pull request.

An image counts as five when it is pushed. A train of three is 15 under the limit of 20, and trains lie further
apart than the rule counts together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import BUILDKIT, DEV, PAYMENTS_CI, PROD, Team, guid, shared_image
from acrwatch.recorded_day.events import Artifact, Caller, Event
from acrwatch.recorded_day.images import NIL, Image, login, pushed
from acrwatch.recorded_day.releases import Release

_PLATFORM_CI = Caller("00000000-0000-0000-0000-0000000000c2", "198.51.100.10", BUILDKIT)
_HELM = "Helm/3.16.2"


def team_pipeline(team: Team, released: Sequence[Release], chance: Chance) -> Iterator[Event]:
    """What a team releases, and the chart of its services once a day."""
    agent = team.machine(3, BUILDKIT)
    for release in released:
        yield from _built(release, agent, team.image(release.repository, release.number), chance)
    chart = Artifact(f"charts/{team.name}", "1.4.0", NIL, "application/vnd.oci.image.manifest.v1+json", "acr.artifact")
    yield Event(at("18:30") + chance.below(HOUR), PROD, agent._replace(client=_HELM), "Push", "201", chart)


def pull_requests(team: Team, chance: Chance) -> Iterator[Event]:
    """One image for each, for one platform, into the development registry."""
    agent = team.machine(4, BUILDKIT)
    for number in range(16):
        moment = at("07:30") + number * 38 * MINUTE + chance.between(0, 20 * MINUTE)
        image = Image(f"pr/{chance.pick(team.services)}", f"pr-{team.number % 100}{number:02}")
        yield login(moment, DEV, agent)
        yield Event(moment + 40 * SECOND, DEV, agent, "Push", "201", image.tagged())


def platform_pipelines(released: Sequence[Release], chance: Chance) -> Iterator[Event]:
    """The platform's services, those of payments, and base images imported from outside in the morning."""
    for release in released:
        agent = PAYMENTS_CI if release.repository.startswith("payments/") else _PLATFORM_CI
        yield from _built(release, agent, shared_image(release.repository, release.number), chance)
    for number, name in enumerate(("python", "node", "distroless", "nginx")):
        # An import names neither tag nor digest; its operation stands for it.
        base = Artifact(f"base/{name}", NIL, NIL, NIL)
        yield Event(at("05:15") + number * MINUTE, PROD, Caller(guid(2), "-", "-"), "importImage", "200", base)


def _built(release: Release, agent: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    yield login(release.built - 5 * SECOND, PROD, agent)
    yield from pushed(release.built, PROD, agent, image, chance)
