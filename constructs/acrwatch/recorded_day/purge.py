"""The nightly clean-up: `acr purge` removes old tags, and then the manifests that no tag holds.

The example excuses it from the rule on deleted images, by its identity together with its client. What a delete
looks like in the log is not documented; the names are those that Microsoft's sample queries look for.
"""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import SECOND, at
from acrwatch.recorded_day.estate import DEV, PLATFORM, PROD, PURGE
from acrwatch.recorded_day.events import Artifact, Event
from acrwatch.recorded_day.images import NIL, PLATFORMS, Image, login


def purge(chance: Chance) -> Iterator[Event]:
    """One run on each registry, in the first hour of the day."""
    for registry, text in ((PROD, "00:20"), (DEV, "00:50")):
        moment = at(text)
        yield login(moment, registry, PURGE)
        for repository in PLATFORM:
            for release in range(1 + chance.below(2)):
                old = Image(repository, f"4.9.{release}")
                moment += chance.between(SECOND, 4 * SECOND)
                untagged = Artifact(repository, old.tag, NIL, NIL)
                yield Event(moment, registry, PURGE, "Untag", "202", untagged)
                for part in ("index", *PLATFORMS):
                    moment += chance.between(200, SECOND)
                    yield Event(moment, registry, PURGE, "Delete", "202", old.part(part))
