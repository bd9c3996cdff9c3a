"""What an id or a reference in the file stands for: a resource of the same file, or something outside it.

A rule names its groups by reference, a processing rule may name the rule by its id in Azure. Both mean the same thing,
so everything is brought to Terraform addresses where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from acrwatch.references import is_reference, template_parts
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance, Reference, Unknown, Value

RESOURCE_GROUP = "azurerm_resource_group"
AZAPI = "azapi_resource"
WORKSPACE = "azurerm_log_analytics_workspace"
SUBSCRIPTION = "data.azurerm_subscription."

# Terraform type -> its type in Azure, for ids that follow from a name and a resource group.
_AZURE_TYPES: Mapping[str, str] = {
    WORKSPACE: "Microsoft.OperationalInsights/workspaces",
    "azurerm_monitor_action_group": "Microsoft.Insights/actionGroups",
    "azurerm_monitor_scheduled_query_rules_alert_v2": "Microsoft.Insights/scheduledQueryRules",
    "azurerm_monitor_alert_processing_rule_suppression": "Microsoft.AlertsManagement/actionRules",
    "azurerm_monitor_alert_processing_rule_action_group": "Microsoft.AlertsManagement/actionRules",
}


# What an id can be put together from without an apply: a name, an id, or a part of an id (`core.id_segment`).
_NAME = re.compile(r"(?P<address>[^\s\"(),]+)\.name")
_ID = re.compile(r"(?P<address>[^\s\"(),]+)\.id")
_SEGMENT = re.compile(r"element\(\s*split\(\s*\"/\",\s*(?P<address>[^\s\"(),]+)\.id\s*\),\s*(?P<position>\d+)\s*\)")

_IN_SUBSCRIPTION = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(?P<path>(?:/.*)?)", re.DOTALL)


class Identities:
    """The resources of a file by address and by id in Azure.

    Args:
        instances: the resources.
    """

    def __init__(self, instances: Iterable[Instance]) -> None:
        self._ids: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._names: dict[str, str] = {}
        subscriptions = set()
        by_azapi = []
        for instance in instances:
            if isinstance(name := instance.values.get("name"), str):
                self._names[instance.address] = name
            if instance.type == AZAPI:
                by_azapi.append(instance)
                continue
            subscriptions.add(instance.subscription)
            path = _path(instance)
            if path is not None:
                self._places[instance.address] = path.lower()
            azure_id = _azure_id(instance, path)
            if azure_id is not None:
                self._ids[instance.address] = azure_id
        self._addresses = {azure_id.lower(): address for address, azure_id in self._ids.items()}
        self._subscription = subscriptions.pop() if len(subscriptions) == 1 else None
        # Not among the addresses: an id that is written out leads to what azurerm makes, as that is what is read.
        for instance in by_azapi:
            azure_id = self._below_parent(instance)
            if azure_id is not None:
                self._ids[instance.address] = azure_id

    def azure_id(self, address_or_id: str) -> str | None:
        """The id in Azure of a resource in the file, or the id itself; None where it cannot be known.

        Args:
            address_or_id: a Terraform address, or an id as it is.
        """
        if address_or_id.startswith("/"):
            return None if is_reference(address_or_id) else address_or_id
        if address_or_id.startswith(SUBSCRIPTION):
            return None if self._subscription is None else f"/subscriptions/{self._subscription}"
        return self._ids.get(address_or_id)

    def of(self, value: Value) -> str | None:
        """The id that a value of a resource is; None where it cannot be known before the apply.

        Args:
            value: an id, a reference to one, or a text that names and ids of the file are put together to.
        """
        if isinstance(value, Reference):
            return self.azure_id(value.address) if value.attribute == "id" else None
        if isinstance(value, Unknown) and "${" in value.written:
            parts = [self._part(part) if expression else part for expression, part in template_parts(value.written)]
            known = [part for part in parts if part is not None]
            return self.azure_id("".join(known)) if len(known) == len(parts) else None
        return self.azure_id(value) if isinstance(value, str) else None

    def _part(self, template: str) -> str | None:
        """What an expression within an id stands for."""
        written = template.removeprefix("${").removesuffix("}").strip()
        if match := _SEGMENT.fullmatch(written):
            segments = (self.azure_id(match["address"]) or "").split("/")
            position = int(match["position"])
            return segments[position] if position < len(segments) and len(segments) > 1 else None
        if match := _NAME.fullmatch(written):
            return self._names.get(match["address"])
        match = _ID.fullmatch(written)
        return None if match is None else self.azure_id(match["address"])

    def _below_parent(self, instance: Instance) -> str | None:
        """The id of what azapi makes."""
        given, name = instance.values.get("id"), instance.values.get("name")
        if isinstance(given, str) and given.startswith("/"):
            return given
        type_, parent = instance.values.get("type"), self.of(instance.values.get("parent_id"))
        if parent is None or not isinstance(type_, str) or not isinstance(name, str):
            return None
        namespace, _, rest = type_.partition("@")[0].partition("/")
        # A subtype is a child of the resource that is its parent.
        *_, last = rest.split("/")
        return f"{parent}/{last}/{name}" if "/" in rest else f"{parent}/providers/{namespace}/{rest}/{name}"

    def place(self, address_or_id: str) -> tuple[str | None, str] | None:
        """The subscription a resource is in, and the rest of its id, both in lower case.

        Args:
            address_or_id: a Terraform address, or an id as it is.

        Returns:
            None where the id cannot be known; None in place of the subscription where that is decided outside the file.
        """
        azure_id = self.azure_id(address_or_id)
        if azure_id is not None:
            match = _IN_SUBSCRIPTION.fullmatch(azure_id.rstrip("/").lower())
            return None if match is None else (match["subscription"], match["path"])
        if address_or_id.startswith(SUBSCRIPTION):
            return None, ""
        path = self._places.get(address_or_id)
        return None if path is None else (None, path)

    def address(self, address_or_id: str) -> str:
        """The address of the resource in the file that has the id; else what was given.

        Args:
            address_or_id: an id in Azure in any casing, or an address.
        """
        return self._addresses.get(address_or_id.rstrip("/").lower(), address_or_id)

    def ids(self, fields: Fields, name: str) -> tuple[str, ...]:
        """The ids of a list: addresses in this file, else ids or references as they are written.

        Args:
            fields: the block that holds the list; what cannot be known is noted there.
            name: name of the list.
        """
        found = (self._id(fields, name, member) for member in fields.members(name))
        return tuple(text for text in found if text is not None)

    def one(self, fields: Fields, name: str) -> str | None:
        """The id of a member that holds one; None where there is none."""
        return next(iter(self.ids(fields, name)), None)

    def _id(self, fields: Fields, name: str, value: Value) -> str | None:
        if isinstance(value, Reference) and value.attribute == "id":
            return value.address
        if isinstance(value, Reference):
            fields.note(name, value, f"{value.attribute} is not an id, and Azure gives it its value at the apply")
            return str(value)
        if isinstance(value, Unknown):
            fields.note(name, value, value.reason)
            return value.written
        if isinstance(value, str):
            return self.address(value)
        if value is not None:
            fields.note(name, value, "an id is expected")
        return None


def _azure_id(instance: Instance, path: str | None) -> str | None:
    given = instance.values.get("id")
    if isinstance(given, str) and given.startswith("/"):
        return given
    if instance.subscription is None or path is None:
        return None
    return f"/subscriptions/{instance.subscription}{path}"


def _path(instance: Instance) -> str | None:
    """What follows the subscription in the id of a resource."""
    name, group = instance.values.get("name"), instance.values.get("resource_group_name")
    if not isinstance(name, str):
        return None
    if instance.type == RESOURCE_GROUP:
        return f"/resourceGroups/{name}"
    type_ = _AZURE_TYPES.get(instance.type)
    if type_ is None or not isinstance(group, str):
        return None
    return f"/resourceGroups/{group}/providers/{type_}/{name}"
