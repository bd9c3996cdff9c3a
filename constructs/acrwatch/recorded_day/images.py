"""Images and what registry requests about them look like.

One pull writes several rows. An image for two platforms is an index, a manifest for each platform, and an
attestation for each, so pushing it writes five. Azure documents no rows; known is that requests to the registry's
manifest API are what is logged (Azure Container Registry: monitor-container-registry-reference).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import MINUTE, SECOND
from acrwatch.recorded_day.events import Artifact, Caller, Event

NIL = "<nil>"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PLATFORMS = ("linux/amd64", "linux/arm64")


class Image(NamedTuple):
    """A tagged image for two platforms.

    Args:
        repository: its repository.
        tag: its tag.
    """

    repository: str
    tag: str

    def digest(self, part: str = "index") -> str:
        """Digest of the index, of a platform's manifest, or of a platform's attestation."""
        return _digest(self.repository, self.tag, part)

    def tagged(self) -> Artifact:
        """The index, asked for by its tag."""
        return _artifact(self.repository, self.tag, self.digest(), INDEX)

    def part(self, part: str) -> Artifact:
        """One of its manifests, asked for by its digest, which then stands in `Tag`."""
        return _artifact(self.repository, self.digest(part), self.digest(part), INDEX if part == "index" else MANIFEST)

    def missing(self) -> Artifact:
        """A tag that is not there."""
        return _artifact(self.repository, self.tag, NIL, NIL)


# Equal artifacts are one object, which makes their rows cheap to write.
_artifact = lru_cache(maxsize=16_384)(Artifact)


@lru_cache(maxsize=16_384)
def _digest(repository: str, tag: str, part: str) -> str:
    return "sha256:" + sha256(f"{repository}:{tag}#{part}".encode()).hexdigest()


def pulled_by_node(moment: int, registry: str, caller: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    """containerd resolves the tag, then reads the index and the manifest of its platform by their digests."""
    for artifact in (image.tagged(), image.part("index"), image.part(PLATFORMS[0])):
        yield Event(moment, registry, caller, "Pull", "200", artifact)
        moment += chance.between(20, 400)


def pulled_by_docker(moment: int, registry: str, caller: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    """Docker reads the index by its tag and the manifest of its platform by its digest."""
    yield Event(moment, registry, caller, "Pull", "200", image.tagged())
    yield Event(moment + chance.between(50, 900), registry, caller, "Pull", "200", image.part(PLATFORMS[0]))


def pushed(moment: int, registry: str, caller: Caller, image: Image, chance: Chance) -> Iterator[Event]:
    """Manifests and attestations first, by digest, the index last, by its tag; now and then one is sent again."""
    for platform in PLATFORMS:
        for part in (platform, f"{platform} attestation"):
            yield Event(moment, registry, caller, "Push", "201", image.part(part))
            moment += chance.between(SECOND, 5 * SECOND)
    if chance.happens(0.1):
        # The registry was busy: the same digest comes twice.
        yield Event(moment, registry, caller, "Push", "429", image.tagged())
        moment += chance.between(10 * SECOND, MINUTE)
        yield Event(moment, registry, caller, "Push", "201", image.part(PLATFORMS[0]))
        moment += SECOND
    yield Event(moment, registry, caller, "Push", "201", image.tagged())


def login(moment: int, registry: str, caller: Caller, status: str = "200") -> Event:
    """A login, or one that was refused."""
    return Event(moment, registry, caller, "Login", status)
