"""Azure names that constructs of one app have taken, so that two of them cannot collide.

Azure would refuse the second one at apply, or let it overwrite the first. Of two references only
those that are spelled the same are known to be the same; others are let through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from acrwatch.core import place_of
from acrwatch.errors import Problem, raise_if_any, shown
from acrwatch.references import is_reference

if TYPE_CHECKING:
    from constructs import Construct


def claim(
    construct: Construct,
    what: str,
    keys: Iterable[tuple[str, ...]],
    *,
    way_out: str = "give one of them another name",
) -> None:
    """Take names for a construct.

    Args:
        construct: who takes them.
        what: kind of thing that is named, as the error calls it.
        keys: resource group or target, and name; compared in any casing.
        way_out: what to do about a collision.

    Raises:
        SettingsError: another construct of the stack has taken one of them.
    """
    place = place_of(construct)
    problems = []
    for key in keys:
        taken = (what, *(part if is_reference(part) else part.lower() for part in key))
        owner = place.taken.setdefault(taken, place.path)
        if owner != place.path:
            said = f"{owner} has the {what} {' / '.join(map(shown, key))} already"
            problems.append(Problem(path=(), message=said, way_out=way_out))
    raise_if_any(problems, place.path)
