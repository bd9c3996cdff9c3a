"""Whether one resource lies inside another, as far as ids tell.

Ids in Azure ignore casing. A resource of the file whose subscription is decided outside it (`ARM_SUBSCRIPTION_ID`) is
compared by what follows the subscription.
"""

from __future__ import annotations

from acrwatch.routing.verdict import Verdict
from acrwatch.synthesised.identities import Identities


def inside(inner: str, outer: str, identities: Identities) -> Verdict:
    """Whether a resource is another one, or lies in it.

    Args:
        inner: address or id of the one.
        outer: address or id of the other.
        identities: what ids and references stand for.
    """
    inner, outer = identities.address(inner), identities.address(outer)
    if inner == outer:
        return Verdict(True, f"it is {outer}")
    place, around = identities.place(inner), identities.place(outer)
    if place is None or around is None:
        lost = inner if place is None else outer
        return Verdict(None, f"the id of {lost} cannot be known before the apply")
    (subscription, path), (wanted, above) = place, around
    if path != above and not path.startswith(f"{above}/") and above:
        return Verdict(False, f"{inner} is not in {outer}")
    if subscription == wanted:
        return Verdict(True, f"{inner} is in {outer}")
    if None in (subscription, wanted):
        return Verdict(None, f"whether {inner} and {outer} are in one subscription is decided outside the file")
    return Verdict(False, f"{inner} is in another subscription than {outer}")
