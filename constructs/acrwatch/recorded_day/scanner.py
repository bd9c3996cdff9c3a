"""The Defender scanner: reads every image of the platform again each night, and new ones within hours.

It reads some hundred images in 15 minutes, so the example gives its identity a limit of its own in each rule on
pulls. Cadence: Defender for Cloud, agentless-vulnerability-assessment-azure. Its rows and user agent are not
documented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import DEV, PAYMENTS, PLATFORM, PROD, SCANNER, shared_image
from acrwatch.recorded_day.events import Event
from acrwatch.recorded_day.images import PLATFORMS, Image, login
from acrwatch.recorded_day.releases import Release


def scanner(released: Sequence[Release], chance: Chance) -> Iterator[Event]:
    """The nightly round, the day's new images, and the development registry, which lets it in no more."""
    moment = at("03:30")
    earlier = [Image(repository, f"5.0.{release}") for repository in (*PLATFORM, *PAYMENTS) for release in (7, 8, 9)]
    for position, image in enumerate([*map(shared_image, (*PLATFORM, *PAYMENTS)), *earlier]):
        if position % 30 == 0:
            yield login(moment, PROD, SCANNER)
        moment += chance.between(10 * SECOND, 20 * SECOND)
        yield from _read(moment, image)
    for release in released:
        image = shared_image(release.repository, release.number)
        yield from _read(release.built + HOUR + chance.between(0, HOUR), image)
    for begin in range(at("00:40"), at("23:50"), 2 * HOUR):
        yield login(begin + chance.between(0, 5 * MINUTE), DEV, SCANNER, "403")


def _read(moment: int, image: Image) -> Iterator[Event]:
    for later, part in enumerate(("index", PLATFORMS[0])):
        yield Event(moment + later * SECOND, PROD, SCANNER, "Pull", "200", image.part(part))
