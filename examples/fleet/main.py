"""A fleet: registries in two subscriptions, one central workspace, one provider, on cdktn with azurerm 5.

However many registries there are, they become one resource with an instance for each, and each keeps its address when
another one goes. Needs: pip install "acrwatch[cdktn]" cdktn-provider-azurerm==18.9.0
"""

from cdktn import App, TerraformStack
from cdktn_provider_azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from cdktn_provider_azurerm.provider import AzurermProvider
from cdktn_provider_azurerm.resource_group import ResourceGroup
from cdktn_provider_azurerm.role_assignment import RoleAssignment

from acrwatch import (
    ActionGroupSettings,
    ActivityLogSettings,
    DailyTime,
    Email,
    ExtraGroups,
    MaintenanceWindow,
    Ownership,
    Registry,
    RegistryWatch,
    Routing,
    Sms,
    Weekday,
    WeeklyTime,
)

SHOP = "00000000-0000-0000-0000-000000000001"
BACK_OFFICE = "00000000-0000-0000-0000-000000000002"
SECURITY = "00000000-0000-0000-0000-000000000003"
READERS = "00000000-0000-0000-0000-0000000000aa"


def registry(name: str, subscription: str) -> str:
    """The id of a registry in one of the subscriptions."""
    group = f"/subscriptions/{subscription}/resourceGroups/rg-registries"
    return f"{group}/providers/Microsoft.ContainerRegistry/registries/{name}"


app = App()
stack = TerraformStack(app, "fleet")
# One provider is enough: diagnostic settings lie on the registries, wherever these are.
AzurermProvider(stack, "azurerm", features=[{}], subscription_id=SECURITY)

group = ResourceGroup(stack, "group", name="rg-security", location="westeurope")
workspace = LogAnalyticsWorkspace(
    stack,
    "workspace",
    name="log-security",
    resource_group_name=group.name,
    location=group.location,
    retention_in_days=90,
)

shop = {f"shop{number:02}": registry(f"shop{number:02}", SHOP) for number in range(1, 21)}
back_office = {f"office{number:02}": registry(f"office{number:02}", BACK_OFFICE) for number in range(1, 11)}
watch = RegistryWatch(
    stack,
    "registry_watch",
    registries={
        **shop,
        **back_office,
        # Azure Policy makes the setting of this one; it is watched all the same.
        "legacy": Registry(id=registry("legacy", BACK_OFFICE), diagnostics=Ownership.EXISTING),
    },
    workspace=workspace.id,
    resource_group_name=group.name,
    location=group.location,
    action_groups={
        "security": ActionGroupSettings(receivers=[Email(name="team", email_address="security@example.com")]),
        "oncall": ActionGroupSettings(receivers=[Sms(name="phone", country_code="49", phone_number="15100000000")]),
    },
    routing=Routing(
        default=["security"],
        severity={0: ["security", "oncall"], 1: ["security", "oncall"]},
        # By night nobody reads mail.
        extra={
            "night": ExtraGroups(
                action_groups=["oncall"],
                daily=[DailyTime(from_="20:00", until="08:00")],
                time_zone="Europe/Berlin",
            )
        },
    ),
    maintenance_windows={
        "restores": MaintenanceWindow(
            reason="the back office rehearses restores, which push and delete a lot",
            weekly=[WeeklyTime(days=[Weekday.SUNDAY], from_="06:00", until="09:00")],
            time_zone="Europe/Berlin",
            registries=list(back_office),
        )
    },
    activity_log=ActivityLogSettings(subscriptions={"shop": SHOP, "back_office": BACK_OFFICE}),
)

# The host's own: people who may see the alerts, but not change them.
for id_, alert in watch.alerts.items():
    RoleAssignment(
        stack,
        f"reader_{id_}",
        scope=alert.id,
        role_definition_name="Monitoring Reader",
        principal_id=READERS,
    )
app.synth()
