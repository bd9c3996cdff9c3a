"""Does a diagnostic setting in Azure send what was deployed to where the rules read?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from acrwatch.live import versions
from acrwatch.live.verify.compare import blocks, differ, id_key, look, same_bag, same_id, same_or_absent, same_word
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

# azurerm's argument -> Azure's member.
_DESTINATIONS = {
    "log_analytics_workspace_id": "workspaceId",
    "storage_account_id": "storageAccountId",
    "eventhub_authorization_rule_id": "eventHubAuthorizationRuleId",
    "partner_solution_id": "marketplacePartnerId",
}


def settings_of(arm: Arm, target: str) -> list[Body]:
    """The diagnostic settings of a resource or subscription.

    Args:
        arm: Azure Resource Manager.
        target: its id.

    Raises:
        CallFailed: they could not be read.
    """
    path = f"{target.rstrip('/')}/providers/Microsoft.Insights/diagnosticSettings"
    return list(arm.list(path, versions.DIAGNOSTIC_SETTINGS))


def sent(setting: Body, members: str = "logs") -> set[str]:
    """Categories and groups that a setting sends, in small letters.

    Args:
        setting: its JSON.
        members: `logs` or `metrics`.
    """
    enabled = (one for one in blocks(setting, "properties", members) if one.get("enabled") is True)
    return {str(one.get("category") or one.get("categoryGroup")).lower() for one in enabled}


def verify_setting(arm: Arm, stack: SynthesisedStack, instance: Instance, target: str, read: Collection[str]) -> Item:
    """Look at one setting.

    Args:
        arm: Azure Resource Manager.
        stack: the file that declares it.
        instance: the setting as it was deployed.
        target: id of what it belongs to.
        read: ids of the workspaces that the rules read, as they are compared.

    Raises:
        CallFailed: the settings of the target could not be read.
    """
    fields = Fields.of(instance)
    name = fields.shown("name")
    label = f"{target.rstrip('/').rpartition('/')[2]}/{name}"
    found = settings_of(arm, target)
    setting = next((one for one in found if same_word(name, one.get("name"))), None)
    if setting is None:
        others = tuple(f"{one.get('name')} sends {', '.join(sorted(sent(one)))}" for one in found if sent(one))
        return Item(kind=Kind.SETTING, name=label, azure_id=target, exists=False, seen=others)
    comparison = list(_differences(stack, fields, setting, read))
    return Item(
        kind=Kind.SETTING,
        name=label,
        azure_id=str(setting.get("id")),
        differences=tuple(comparison),
        not_compared=tuple(map(str, fields.unresolved)),
    )


def _differences(stack: SynthesisedStack, fields: Fields, setting: Body, read: Collection[str]) -> Iterator[Difference]:
    for block, members in (("enabled_log", "logs"), ("enabled_metric", "metrics")):
        wanted = [one.text("category") or one.text("category_group") or "" for one in fields.blocks(block)]
        yield from differ(
            f"{members} that are sent", sorted(wanted), sorted(sent(setting, members)), same_bag(same_word)
        )
    for argument, member in _DESTINATIONS.items():
        found = look(setting, "properties", member)
        address = stack.identities.one(fields, argument)
        expected = None if address is None else stack.identities.azure_id(address)
        if address is None or expected is not None:
            yield from differ(member, expected, found, _same_id_or_absent)
    hub = fields.text("eventhub_name")
    yield from differ("eventHubName", hub, look(setting, "properties", "eventHubName"), same_or_absent)
    workspace = look(setting, "properties", "workspaceId")
    if isinstance(workspace, str) and workspace and read and id_key(workspace) not in read:
        yield Difference(
            path="workspaceId", expected=f"one that a rule reads: {', '.join(sorted(read))}", found=workspace
        )


def _same_id_or_absent(expected: Any, found: Any) -> bool:
    return same_or_absent(expected, found) or (bool(expected) and same_id(expected, found))


def targets(
    stack: SynthesisedStack, instances: Iterable[Instance], type_: str
) -> Iterator[tuple[Instance, str | None]]:
    """The settings of a stack, each with the id of what it belongs to; None where that cannot be known.

    Args:
        stack: the stack.
        instances: its resources.
        type_: Terraform type of a diagnostic setting.
    """
    azure_id: Callable[[str], str | None] = stack.identities.azure_id
    for instance in instances:
        if instance.type == type_:
            address = stack.identities.one(Fields.of(instance), "target_resource_id")
            yield instance, None if address is None else azure_id(address)
