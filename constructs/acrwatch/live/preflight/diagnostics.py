"""Will Azure take a diagnostic setting? Two settings of one thing may not send the same logs to the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrwatch.live.preflight.answer import Answer, Need, fails, fine
from acrwatch.live.verify.compare import id_key, look, same_word
from acrwatch.live.verify.settings import sent, settings_of

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

MOST = 5
"""Settings of one resource (Azure Monitor: diagnostic-settings)."""

# A group holds categories; which ones `audit` holds is not documented, so it may hold any.
_GROUPS = frozenset({"alllogs", "audit"})


def check_setting(arm: Arm, target: str, name: str, workspace: str | None, logs: frozenset[str], made: bool) -> Answer:
    """Look whether a setting can be made.

    Args:
        arm: Azure Resource Manager.
        target: id of what it belongs to.
        name: its name.
        workspace: id of the workspace it sends to; None for another destination.
        logs: categories and groups that it sends, in small letters.
        made: whether the deploy makes it anew, so that its name has to be free.

    Raises:
        CallFailed: the settings that are there could not be read.
    """
    of = f"{target.rstrip('/').rpartition('/')[2]}/{name}"
    there = settings_of(arm, target)
    others = [one for one in there if not same_word(name, one.get("name"))]
    if made and len(others) < len(there):
        way_out = "import it into Terraform's state, or choose another name"
        return fails(Need.DIAGNOSTICS, of, f"a setting of the name {name} is there already", way_out)
    for other in others:
        if workspace is not None and collides(other, workspace, logs):
            said = f"the setting {other.get('name')} sends the same logs to the same workspace, so Azure answers 409"
            return fails(
                Need.DIAGNOSTICS, of, said, "have the registry as diagnostics: existing, or delete that setting"
            )
    if len(others) >= MOST:
        said = f"it has {len(others)} settings, and {MOST} are what Azure takes"
        return fails(Need.DIAGNOSTICS, of, said, "delete one that nobody needs")
    return fine(Need.DIAGNOSTICS, of, "nothing is in its way")


def collides(other: Body, workspace: str, logs: frozenset[str]) -> bool:
    """Whether a setting sends some of the logs to a workspace already.

    Args:
        other: the setting.
        workspace: id of the workspace.
        logs: categories and groups, in small letters.
    """
    destination = look(other, "properties", "workspaceId")
    if not isinstance(destination, str) or id_key(destination) != id_key(workspace):
        return False
    theirs = sent(other)
    return bool(theirs & logs) or bool(theirs and logs and (theirs | logs) & _GROUPS)
