"""A stack on cdktn with a registry and a workspace of its own, and a watch that refers to both: azurerm 5.

Needs: pip install "acrwatch[cdktn]" cdktn-provider-azurerm==18.9.0
"""

from cdktn import App, TerraformOutput, TerraformStack
from cdktn_provider_azurerm.container_registry import ContainerRegistry
from cdktn_provider_azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from cdktn_provider_azurerm.management_lock import ManagementLock
from cdktn_provider_azurerm.provider import AzurermProvider
from cdktn_provider_azurerm.resource_group import ResourceGroup

from acrwatch import ActivityLogSettings, Email, RegistryWatch

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"

app = App()
stack = TerraformStack(app, "platform")
AzurermProvider(stack, "azurerm", features=[{}], subscription_id=SUBSCRIPTION)

group = ResourceGroup(stack, "group", name="rg-platform", location="westeurope")
registry = ContainerRegistry(
    stack,
    "registry",
    name="contosoplatform",
    resource_group_name=group.name,
    location=group.location,
    sku="Standard",
)
workspace = LogAnalyticsWorkspace(
    stack,
    "workspace",
    name="log-platform",
    resource_group_name=group.name,
    location=group.location,
    retention_in_days=90,
)

watch = RegistryWatch(
    stack,
    "registry_watch",
    # The names are known when the stack is made, the ids need not be.
    registries={"contosoplatform": registry.id},
    workspace=workspace.id,
    resource_group_name=group.name,
    location=group.location,
    receivers=[Email(name="team", email_address="security@example.com")],
    # The subscription cannot be read from an id that Azure has yet to give.
    activity_log=ActivityLogSettings(subscriptions={"platform": SUBSCRIPTION}),
)

# And the other way round: a lock of the host on a rule of the watch.
ManagementLock(
    stack,
    "lock",
    name="keep-this-alert",
    scope=watch.alerts["forced_repository_deleted"].id,
    lock_level="CanNotDelete",
    notes="An attacker who deletes repositories would delete this rule first.",
)
TerraformOutput(stack, "alert_rules", value={id_: alert.id for id_, alert in watch.alerts.items()})
app.synth()
