"""Are the images of a subscription's registries scanned now?

The registry assessment belongs to two plans of Defender, Containers and CloudPosture, and either of them is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import blocks, look
from acrwatch.live.verify.item import Difference, Item, Kind

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm

_PLANS = ("Containers", "CloudPosture")
_EXTENSION = "ContainerRegistriesVulnerabilityAssessments"


def verify_scanning(arm: Arm, subscription: str) -> Item:
    """Look at the plans of one subscription.

    Args:
        arm: Azure Resource Manager.
        subscription: its id, without `/subscriptions/`.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.Security/pricings"
    said: list[str] = []
    unknown: list[Unknown] = []
    scanned = False
    for plan in _PLANS:
        try:
            on = _on(arm.get(f"{path}/{plan}", versions.PRICINGS), plan)
        except CallFailed as failure:
            unknown.append(failure.unknown)
        else:
            scanned = scanned or on
            said.append(f"{plan} {'scans' if on else 'does not scan'}")
    off = Difference(path="pricings", expected=f"{_EXTENSION} on in one of {', '.join(_PLANS)}", found=", ".join(said))
    return Item(
        kind=Kind.SCANNING,
        name=subscription,
        azure_id=path,
        differences=() if scanned or unknown else (off,),
        # One plan that scans is enough, whatever the other does.
        unknown=() if scanned else tuple(unknown),
        seen=tuple(said) if scanned else (),
    )


def _on(body: Any, plan: str) -> bool:
    tier = look(body, "properties", "pricingTier")
    if tier == "Free":
        return False
    extension = next((one for one in blocks(body, "properties", "extensions") if one.get("name") == _EXTENSION), None)
    enabled = str(look(extension, "isEnabled")).lower()
    if tier != "Standard" or enabled not in ("true", "false"):
        reason = f"the plan {plan} does not say whether {_EXTENSION} is on"
        raise CallFailed(Unknown(reason=reason, way_out="look at Defender for Cloud, Environment settings"))
    return enabled == "true"
