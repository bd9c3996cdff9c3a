"""Resource groups, workspaces and Logic Apps of a stack: are they there, and are they what was deployed?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.verify.compare import differ, look, same_number, same_word
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.synthesised import Workflow
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance

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
        differences += _definition(workflow.definition, look(found, "definition"))
    return Item(
        kind=Kind.WORKFLOW,
        name=workflow.name,
        azure_id=azure_id,
        differences=tuple(differences),
        not_compared=(*map(str, workflow.unresolved), *_secrets(workflow.definition)),
    )


def _definition(ours: Mapping[str, Any], theirs: Any) -> list[Difference]:
    """What is not the same in two definitions; nothing of theirs is shown but names, since it may hold secrets."""
    differences = []
    for part in ("triggers", "actions"):
        expected, found = _named(ours.get(part)), _named(look(theirs, part))
        differences += differ(f"definition/{part}", sorted(expected), sorted(found))
        differences += [
            Difference(path=f"definition/{part}/{name}", expected="as it was deployed", found="changed inside")
            for name in sorted(expected.keys() & found.keys())
            if _canonical(expected[name]) != _canonical(found[name])
        ]
    return [*differences, *differ("definition/parameters", _types(ours), _types(theirs))]


def _secrets(definition: Mapping[str, Any]) -> list[str]:
    """The parameters whose values Azure keeps to itself."""
    return [
        f"parameters/{name}: Azure tells nobody the value of a secret"
        for name, one in sorted(_named(definition.get("parameters")).items())
        if str(look(one, "type")).lower().startswith("secure")
    ]


def _types(definition: Any) -> list[str]:
    """Name and type of each parameter: one that is no longer secure would be readable for everybody who may read."""
    parameters = _named(look(definition, "parameters"))
    return sorted(f"{name} {str(look(one, 'type')).lower()}" for name, one in parameters.items())


def _named(part: Any) -> Mapping[str, Any]:
    return part if isinstance(part, Mapping) else {}


def _canonical(part: Any) -> str:
    return json.dumps(part, sort_keys=True)
