"""What a stack takes for granted or makes around its alerts: subscription, resource groups, workspace, registries."""

from __future__ import annotations

from acrwatch.synthesised.values import Instance
from acrwatch.testing.azure.from_stack.applied import LOCATION, Applied, location_of

GUID = "00000000-0000-0000-0000-000000000000"
REGISTRY_CATEGORIES = ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")


def resource_group(applied: Applied, instance: Instance) -> None:
    """Make a resource group."""
    subscription(applied, applied.own_id(instance))
    applied.put(
        applied.own_id(instance),
        {"location": location_of(instance), "type": "Microsoft.Resources/resourceGroups"},
    )


def subscription(applied: Applied, id_: str) -> None:
    """Make the subscription of an id, with the providers registered and the registries' images scanned."""
    root = "/".join(id_.split("/")[:3])
    applied.put(root, {"subscriptionId": root.rpartition("/")[2], "state": "Enabled", "displayName": "stand-in"})
    for namespace in (
        "Microsoft.Insights",
        "Microsoft.AlertsManagement",
        "Microsoft.OperationalInsights",
        "Microsoft.Security",
        "Microsoft.ContainerRegistry",
        "Microsoft.Logic",
    ):
        applied.put(f"{root}/providers/{namespace}", {"namespace": namespace, "registrationState": "Registered"})
    extension = {"name": "ContainerRegistriesVulnerabilityAssessments", "isEnabled": "True"}
    plan = {"pricingTier": "Standard", "extensions": [extension]}
    applied.put(f"{root}/providers/Microsoft.Security/pricings/Containers", {"properties": plan})
    applied.put(f"{root}/providers/Microsoft.Security/pricings/CloudPosture", {"properties": {"pricingTier": "Free"}})
    permissions = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
    applied.put(f"{root}/providers/Microsoft.Authorization/permissions/owner", permissions)


def workspace(applied: Applied, instance: Instance) -> None:
    """Make a workspace that the stack declares."""
    make_workspace(applied, applied.own_id(instance), location_of(instance), instance)


def make_workspace(applied: Applied, id_: str, location: str, instance: Instance | None = None) -> None:
    """Make a workspace with its tables, also one that the stack only names."""
    subscription(applied, id_)
    properties = {
        "customerId": GUID,
        "provisioningState": "Succeeded",
        "sku": {"name": str((instance.values if instance else {}).get("sku", "pergb2018")).lower()},
        "retentionInDays": (instance.values if instance else {}).get("retention_in_days", 30),
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
    }
    applied.put(id_, {"location": location, "properties": properties})
    for table in (*REGISTRY_CATEGORIES, "AzureActivity"):
        applied.put(f"{id_}/tables/{table}", {"properties": {"plan": "Analytics", "schema": {"name": table}}})


def registry(applied: Applied, id_: str) -> None:
    """Make a registry that the stack names."""
    name = id_.rpartition("/")[2]
    subscription(applied, id_)
    body = {"location": LOCATION, "sku": {"name": "Premium"}, "properties": {"loginServer": f"{name}.example"}}
    applied.put(id_, body)
