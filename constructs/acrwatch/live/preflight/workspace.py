"""Can the rules read the workspace: is it there, where is it, and are its tables on a plan that alerts can read?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from acrwatch.live import versions
from acrwatch.live.preflight.answer import Answer, Need, fails, fine, not_known
from acrwatch.live.unknown import Unknown
from acrwatch.live.verify.compare import look, same_word

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm


def check_workspace(arm: Arm, azure_id: str, tables: Sequence[str], locations: Collection[str]) -> list[Answer]:
    """Look at a workspace that is there before the deploy.

    Args:
        arm: Azure Resource Manager.
        azure_id: its id.
        tables: those that the rules read.
        locations: regions of the rules.

    Raises:
        CallFailed: it could not be read.
    """
    name = azure_id.rpartition("/")[2]
    body = arm.find(azure_id, versions.WORKSPACES)
    if body is None:
        way_out = f"make it, or name another one; {azure_id} is what the stack names"
        return [fails(Need.WORKSPACE, name, "there is no such workspace", way_out)]
    answers = []
    location = body.get("location")
    for other in sorted(locations):
        if not same_word(other, location):
            # Azure does not document whether it takes such a rule.
            reason = f"it is in {location}, rules of the stack are in {other}, and Azure may not take that"
            way_out = f"set location: {location}, so that rules and their data are in one region"
            answers.append(not_known(Need.WORKSPACE, name, Unknown(reason=reason, way_out=way_out)))
    for table in tables:
        found = arm.find(f"{azure_id}/tables/{table}", versions.TABLES)
        plan = look(found, "properties", "plan")
        if found is not None and plan != "Analytics":
            said = f"the table {table} is on the plan {plan}, which alert rules cannot read"
            way_out = f"az monitor log-analytics workspace table update --plan Analytics --name {table}"
            answers.append(fails(Need.WORKSPACE, name, said, way_out))
    return answers or [fine(Need.WORKSPACE, name, f"it is in {location}, and its tables can be read")]
