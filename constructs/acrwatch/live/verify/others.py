"""Resource groups, workspaces and Logic Apps of a stack: are they there, and are they what was deployed?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.verify.compare import differ, look, same_number, same_word
from acrwatch.live.verify.item import Item, Kind
from acrwatch.synthesised import SynthesisedStack, Workflow
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance, Reference

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm


def verify_resource_group(arm: Arm, instance: Instance, azure_id: str) -> Item:
    """Look at one resource group.

    Args:
        arm: Azure Resource Manager.
        instance: the group as it was deployed.
        azure_id: its id.

    Raises:
        CallFailed: it could not be read.
    """
    name = azure_id.rpartition("/")[2]
    body = arm.find(azure_id, versions.RESOURCE_GROUPS)
    if body is None:
        return Item(kind=Kind.RESOURCE_GROUP, name=name, azure_id=azure_id, exists=False)
    location = Fields.of(instance).text("location")
    differences = () if location is None else differ("location", location, body.get("location"), same_word)
    return Item(kind=Kind.RESOURCE_GROUP, name=name, azure_id=azure_id, differences=tuple(differences))


def verify_new_workspace(arm: Arm, instance: Instance, azure_id: str) -> Item:
    """Look at a workspace that the stack makes.

    Args:
        arm: Azure Resource Manager.
        instance: the workspace as it was deployed.
        azure_id: its id.

    Raises:
        CallFailed: it could not be read.
    """
    name = azure_id.rpartition("/")[2]
    body = arm.find(azure_id, versions.WORKSPACES)
    if body is None:
        return Item(kind=Kind.WORKSPACE, name=name, azure_id=azure_id, exists=False)
    fields, found = Fields.of(instance), look(body, "properties")
    differences = []
    if (days := fields.integer("retention_in_days")) is not None:
        differences += differ("retentionInDays", days, look(found, "retentionInDays"), same_number)
    if (sku := fields.text("sku")) is not None:
        differences += differ("sku/name", sku, look(found, "sku", "name"), same_word)
    return Item(kind=Kind.WORKSPACE, name=name, azure_id=azure_id, differences=tuple(differences))


def workflow_id(stack: SynthesisedStack, workflow: Workflow) -> str | None:
    """The id of a Logic App; None where it cannot be known before the apply."""
    instance = next(one for one in stack.instances if one.address == workflow.address)
    parent = instance.values.get("parent_id")
    azure_id = stack.identities.azure_id(parent.address if isinstance(parent, Reference) else str(parent))
    return None if azure_id is None else f"{azure_id}/providers/Microsoft.Logic/workflows/{workflow.name}"


def verify_workflow(arm: Arm, workflow: Workflow, azure_id: str) -> Item:
    """Look at one Logic App.

    Args:
        arm: Azure Resource Manager.
        workflow: the Logic App as it was deployed.
        azure_id: its id.

    Raises:
        CallFailed: it could not be read.
    """
    body = arm.find(azure_id, versions.WORKFLOWS)
    if body is None:
        return Item(kind=Kind.WORKFLOW, name=workflow.name, azure_id=azure_id, exists=False)
    found = look(body, "properties")
    differences = differ("state", "Enabled", look(found, "state"), same_word)
    if not workflow.unresolved:
        for part in ("triggers", "actions"):
            ours, theirs = workflow.definition.get(part), look(found, "definition", part)
            differences += differ(f"definition/{part}", _names(ours), _names(theirs))
            if _names(ours) == _names(theirs) and _canonical(ours) != _canonical(theirs):
                differences += differ(f"definition/{part}", "as deployed", "changed inside")
    return Item(
        kind=Kind.WORKFLOW,
        name=workflow.name,
        azure_id=azure_id,
        differences=tuple(differences),
        not_compared=tuple(map(str, workflow.unresolved)),
    )


def _names(part: Any) -> list[str]:
    return sorted(part) if isinstance(part, Mapping) else []


def _canonical(part: Any) -> str:
    return json.dumps(part, sort_keys=True)
