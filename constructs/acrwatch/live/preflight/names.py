"""Are the names free? What is there already makes Terraform fail, unless its state holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from acrwatch.live.preflight.answer import Answer, Need, fails, fine
from acrwatch.synthesised.files import read_json

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm


def check_name(arm: Arm, address: str, azure_id: str, version: str) -> Answer:
    """Look whether something that the deploy makes is there already.

    Args:
        arm: Azure Resource Manager.
        address: its Terraform address.
        azure_id: its id.
        version: API version of its type.

    Raises:
        CallFailed: it could not be found out.
    """
    if arm.find(azure_id, version) is None:
        return fine(Need.FREE_NAME, address, "there is nothing of this name")
    way_out = (
        f"terraform import '{address}' '{azure_id}', or choose another name; if Terraform made it, give a plan with "
        "--plan, so that only what is new is looked at"
    )
    return fails(Need.FREE_NAME, address, f"{azure_id} is there already", way_out)


def created_by(plan: Path) -> frozenset[str]:
    """Addresses of what a plan makes anew.

    Args:
        plan: what `terraform show -json` wrote.

    Raises:
        InputError: it cannot be read.
    """
    changes = read_json(plan).get("resource_changes")
    return frozenset(
        str(one.get("address"))
        for one in (changes if isinstance(changes, list) else [])
        if isinstance(one, dict) and "create" in (one.get("change") or {}).get("actions", [])
    )
