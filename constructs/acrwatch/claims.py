"""Azure names that constructs have taken, so that two of them cannot collide.

Azure would refuse the second one at apply, or let it overwrite the first. Within a stack all names are compared;
between the stacks of an app those of which it is known that they mean one thing in Azure. Of two references only those
that are spelled the same in one stack are known to be the same; others are let through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from acrwatch.core import Names, Place
from acrwatch.errors import NOTHING_ADDED, Problem, SettingsError, shown
from acrwatch.record import Record
from acrwatch.references import is_reference

EVERYWHERE = ""
"""Where a key counts that is made of resource ids."""


class Claim(Record):
    """Names that a construct wants.

    Args:
        what: kind of thing that is named, as the error calls it.
        keys: resource group or target, and name; compared in any casing.
        within: id of the subscription in which the names count, or `EVERYWHERE`. Default: it is not known.
        provider: the provider that makes it, where the names count within its subscription.
        way_out: what to do about a collision.
    """

    what: str
    keys: Sequence[tuple[str, ...]]
    within: str | None = None
    provider: object = None
    way_out: str = "give one of them another name"


def take(wanted: Iterable[tuple[Place, Claim]], source: str) -> None:
    """Take names for constructs that are about to be made: all of them, or none.

    Args:
        wanted: place of a construct -> what it wants. Afterwards its names are settled, and asking again does nothing.
        source: the construct that is being made, as the error calls it.

    Raises:
        SettingsError: another construct has taken one of them.
    """
    claims = [(place, claim) for place, claim in wanted if not place.is_settled]
    problems: list[Problem] = []
    taken: list[tuple[Names, tuple[str, ...]]] = []
    for place, claim in claims:
        head = (claim.what, str(claim.provider and id(claim.provider)))
        folded = {part: _folded(part) for key in claim.keys for part in key}
        for key in claim.keys:
            names = (*head, *[folded[part][0] for part in key])
            is_known = all(folded[part][1] for part in key)
            for store in _stores(place, claim, is_known):
                entry = names if store is place.own_names else (*names, claim.within or EVERYWHERE)
                owner = store.get(entry)
                if owner is None:
                    store[entry] = place
                    taken.append((store, entry))
                elif owner is not place:
                    said = f"{owner.path} has the {claim.what} {' / '.join(map(shown, key))} already"
                    problems.append(Problem(path=(), message=said, way_out=claim.way_out))
                    break
    if problems:
        for store, entry in taken:
            del store[entry]
        raise SettingsError(problems, source, NOTHING_ADDED)
    for place, _ in claims:
        place.is_settled = True


def _folded(text: str) -> tuple[str, bool]:
    """A name as it is compared, and whether it is known: Azure ignores casing, Terraform does not."""
    return (text, False) if is_reference(text) else (text.lower(), True)


def _stores(place: Place, claim: Claim, is_known: bool) -> Sequence[Names]:
    own_names = [] if place.own_names is None else [place.own_names]
    if claim.within is None or not is_known:
        return own_names
    return [place.names] if claim.within == EVERYWHERE else [*own_names, place.names]
