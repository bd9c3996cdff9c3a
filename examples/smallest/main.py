"""The smallest use: registries, a workspace and one receiver. All else is a default."""

from cdktf import App, TerraformStack

from acrwatch import AzurermProvider, Email, RegistryWatch

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-platform/providers"

app = App()
stack = TerraformStack(app, "platform")
AzurermProvider(stack, "azurerm", subscription_id=SUBSCRIPTION)
RegistryWatch(
    stack,
    "registry_watch",
    registries={"contosoprod": f"{PROVIDERS}/Microsoft.ContainerRegistry/registries/contosoprod"},
    workspace=f"{PROVIDERS}/Microsoft.OperationalInsights/workspaces/log-platform",
    receivers=[Email(name="team", email_address="security@example.com")],
)
app.synth()
