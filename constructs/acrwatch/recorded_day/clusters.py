"""Clusters: nodes that start, services that are rolled out, jobs that run by the clock.

All nodes of a cluster share one kubelet identity (azure.md: AKS nodes), so a node that starts pulls all images of
the cluster in that identity's name. A team's cluster runs 14 repositories, at most 28 images and 6 of a rollout
beside them, under the example's limit of 40; production runs 45 and needs the limit of 200 that it has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import DAY, HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import CONTAINERD, DEV, PAYMENTS, PLATFORM, PROD, PRODUCTION, Team, shared_image
from acrwatch.recorded_day.events import Caller, Event
from acrwatch.recorded_day.images import Image, login, pulled_by_node
from acrwatch.recorded_day.releases import Release

NODES = 6


def team_cluster(team: Team, released: Sequence[Release], chance: Chance) -> Iterator[Event]:
    """A team's cluster: scaled out in the morning and at noon, replaced at night, rolled out to all day."""
    kubelet = team.machine(1, CONTAINERD)
    running = [team.image(repository) for repository in (*team.services, *team.jobs)]
    begin = at("06:10") + chance.between(0, 30 * MINUTE)
    for moment in (at("02:00") + chance.between(0, 3 * HOUR), begin, begin + 20 * MINUTE, at("12:30")):
        yield from _node_starts(moment, kubelet, running, chance)
    for release in released:
        yield from _rolled_out(release, kubelet, team.image(release.repository, release.number), chance)
    for position, repository in enumerate(team.jobs):
        yield from _job_runs(at(f"00:{7 + position:02}"), kubelet, team.image(repository), chance)


def preview_cluster(team: Team, built: Sequence[Event], chance: Chance) -> Iterator[Event]:
    """What pulls each image that a pull request has built, from the development registry."""
    kubelet = team.machine(2, CONTAINERD)
    for push in built:
        if push.artifact is not None and push.status == "201":
            yield login(push.at + 30 * SECOND, DEV, kubelet)
            yield Event(push.at + 31 * SECOND + chance.below(MINUTE), DEV, kubelet, "Pull", "200", push.artifact)


def production_cluster(released: Sequence[Release], chance: Chance) -> Iterator[Event]:
    """Two nodes replaced in the night, two more in the morning; each pulls everything."""
    running = [shared_image(repository) for repository in (*PLATFORM, *PAYMENTS)]
    for text in ("00:35", "01:05", "06:55", "07:05"):
        yield from _node_starts(at(text) + chance.between(0, 3 * MINUTE), PRODUCTION, running, chance)
    for release in released:
        yield from _rolled_out(release, PRODUCTION, shared_image(release.repository, release.number), chance)


def _node_starts(moment: int, kubelet: Caller, running: Sequence[Image], chance: Chance) -> Iterator[Event]:
    yield login(moment, PROD, kubelet)
    for image in running:
        moment += chance.between(SECOND, 5 * SECOND)
        yield from pulled_by_node(moment, PROD, kubelet, image, chance)


def _rolled_out(release: Release, kubelet: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    moment = release.built + chance.between(2 * MINUTE, 4 * MINUTE)
    for _ in range(NODES):
        yield login(moment, PROD, kubelet)
        yield from pulled_by_node(moment + chance.below(SECOND), PROD, kubelet, image, chance)
        moment += chance.between(20 * SECOND, MINUTE)


def _job_runs(moment: int, kubelet: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    """Every two hours; the node has the image, and asks whether the tag still means it."""
    for begin in range(moment, DAY, 2 * HOUR):
        yield Event(begin + chance.below(30 * SECOND), PROD, kubelet, "Pull", "200", image.tagged())
