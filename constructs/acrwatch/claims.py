"""Azure names that constructs of one stack have taken, so that two of them cannot collide.

Azure would refuse the second one at apply, or let it overwrite the first. Of two references only
those that are spelled the same are known to be the same; others are let through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from acrwatch.core import place_of
from acrwatch.errors import Problem, SettingsError, shown
from acrwatch.references import folded

if TYPE_CHECKING:
    from constructs import Construct


def claim(
    construct: Construct,
    what: str,
    keys: Iterable[tuple[str, ...]],
    *,
    provider: object = None,
    way_out: str = "give one of them another name",
) -> None:
    """Take names for a construct.

    Args:
        construct: who takes them.
        what: kind of thing that is named, as the error calls it.
        keys: resource group or target, and name; compared in any casing.
        provider: the provider that makes it, where names count within one subscription.
        way_out: what to do about a collision.

    Raises:
        SettingsError: another construct of the stack has taken one of them.
    """
    place = place_of(construct)
    problems = []
    for key in keys:
        taken = (what, str(provider and id(provider)), *map(folded, key))
        owner = place.taken.setdefault(taken, place.path)
        if owner != place.path:
            said = f"{owner} has the {what} {' / '.join(map(shown, key))} already"
            problems.append(Problem(path=(), message=said, way_out=way_out))
    if problems:
        raise SettingsError(problems, place.path, "it is not complete, so the stack must not be synthesised")
