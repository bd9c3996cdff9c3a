"""What an id or a reference in the file stands for: a resource of the same file, or something outside it.

A rule names its groups by reference, a processing rule may name the rule by its id in Azure. Both mean the same thing,
so everything is brought to Terraform addresses where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from acrwatch.references import is_reference
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance, Reference, Unknown, Value

RESOURCE_GROUP = "azurerm_resource_group"
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


_IN_SUBSCRIPTION = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(?P<path>(?:/.*)?)", re.DOTALL)


class Identities:
    """The resources of a file by address and by id in Azure.

    Args:
        instances: the resources.
    """

    def __init__(self, instances: Iterable[Instance]) -> None:
        self._ids: dict[str, str] = {}
        self._places: dict[str, str] = {}
        subscriptions = set()
        for instance in instances:
            subscriptions.add(instance.subscription)
            path = _path(instance)
            if path is not None:
                self._places[instance.address] = path.lower()
            azure_id = _azure_id(instance, path)
            if azure_id is not None:
                self._ids[instance.address] = azure_id
        self._addresses = {azure_id.lower(): address for address, azure_id in self._ids.items()}
        self._subscription = subscriptions.pop() if len(subscriptions) == 1 else None

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
