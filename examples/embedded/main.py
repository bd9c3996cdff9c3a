"""A watch inside a stack of your own: two registries, a workspace, a mailbox and a SIEM."""

from cdktf import App, TerraformOutput, TerraformStack, TerraformVariable

from acrwatch import AzurermProvider, DetectionSettings, Email, RegistryWatch, TuningEntry, Webhook

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
REGISTRIES = f"{SUBSCRIPTION}/resourceGroups/rg-registries/providers/Microsoft.ContainerRegistry/registries"
WORKSPACE = f"{SUBSCRIPTION}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security"

app = App()
stack = TerraformStack(app, "platform")
AzurermProvider(stack, "azurerm", subscription_id=SUBSCRIPTION.rpartition("/")[2])
siem = TerraformVariable(stack, "siem_url", type="string", sensitive=True, nullable=False)

watch = RegistryWatch(
    stack,
    "registry_watch",
    registries={"contosoprod": f"{REGISTRIES}/contosoprod", "contosodev": f"{REGISTRIES}/contosodev"},
    workspace=WORKSPACE,
    resource_group_name="rg-acrwatch",
    location="westeurope",
    receivers=[
        Email(name="team", email_address="security@example.com"),
        Webhook(name="siem", service_uri=siem.string_value),
    ],
    detections={
        "images_deleted_in_repository": DetectionSettings(
            except_=[
                TuningEntry(
                    identity="purge-task@example.com",
                    client="*acr-cli*",
                    reason="the nightly purge task of the platform team",
                )
            ]
        )
    },
)

TerraformOutput(stack, "rule_for_deleted_repositories", value=watch.alerts["forced_repository_deleted"].id)
app.synth()
