"""One receiver of each kind that acrwatch has, in two action groups.

A secret is a variable of the stack: receivers refuse a literal. Those of `Slack`, `Teams`, `PagerDutyEvents` and
`JsonWebhook` are ephemeral, since a Logic App that is made for each takes them in a write-only body.
"""

from cdktf import App, TerraformStack, TerraformVariable

from acrwatch import (
    ActionGroupSettings,
    ArmRole,
    AutomationRunbook,
    AzapiProvider,
    AzurermProvider,
    Email,
    EventHub,
    Function,
    Itsm,
    JsonWebhook,
    LogicApp,
    PagerDuty,
    PagerDutyEvents,
    Push,
    RegistryWatch,
    SecureWebhook,
    ServiceRegion,
    Slack,
    Sms,
    Teams,
    Voice,
    Webhook,
)

GUID = "00000000-0000-0000-0000-000000000000"
PROVIDERS = f"/subscriptions/{GUID}/resourceGroups/rg-people/providers"
MONITORING_READER = "43d0d8ad-25c7-4714-9337-8ba259a9fe05"

app = App()
stack = TerraformStack(app, "people")
AzurermProvider(stack, "azurerm", subscription_id=GUID)
AzapiProvider(stack, "azapi", subscription_id=GUID)


def secret(name: str, *, ephemeral: bool = False) -> str:
    """A variable of the stack for a secret, which is set with TF_VAR_<name>."""
    variable = TerraformVariable(stack, name, type="string", sensitive=True, nullable=False)
    if ephemeral:
        variable.add_override("ephemeral", True)
    return variable.string_value


azures_own = [
    Email(name="team", email_address="security@example.com"),
    Sms(name="text", country_code="49", phone_number="15100000000"),
    Voice(name="call", country_code="49", phone_number="15100000000"),
    Push(name="app", email_address="oncall@example.com"),
    ArmRole(name="readers", role_id=MONITORING_READER),
    Webhook(name="siem", service_uri=secret("siem_service_uri")),
    SecureWebhook(name="tickets", service_uri="https://tickets.example.com/alerts", object_id=GUID),
    PagerDuty(name="pager", integration_key=secret("pager_integration_key")),
    LogicApp(
        name="flow",
        resource_id=f"{PROVIDERS}/Microsoft.Logic/workflows/flow",
        callback_url=secret("flow_callback_url"),
    ),
    Function(
        name="function",
        function_app_resource_id=f"{PROVIDERS}/Microsoft.Web/sites/alerts",
        function_name="receive",
        http_trigger_url=secret("function_http_trigger_url"),
    ),
    EventHub(name="hub", event_hub_namespace="contoso-hubs", event_hub_name="alerts", subscription_id=GUID),
    AutomationRunbook(
        name="runbook",
        automation_account_id=f"{PROVIDERS}/Microsoft.Automation/automationAccounts/respond",
        runbook_name="close-the-registry",
        webhook_resource_id=f"{PROVIDERS}/Microsoft.Automation/automationAccounts/respond/webhooks/alerts",
        service_uri=secret("runbook_service_uri"),
    ),
    Itsm(
        name="itsm",
        workspace_id=f"{GUID}|{GUID}",
        connection_id=GUID,
        ticket_configuration='{"PayloadRevision": 0, "WorkItemType": "Incident"}',
        region="westeurope",
    ),
]
with_a_logic_app = [
    Slack(name="slack", webhook_url=secret("slack_webhook_url", ephemeral=True)),
    Teams(name="teams", webhook_url=secret("teams_webhook_url", ephemeral=True)),
    PagerDutyEvents(
        name="incidents",
        routing_key=secret("incidents_routing_key", ephemeral=True),
        service_region=ServiceRegion.EU,
    ),
    JsonWebhook(
        name="chat",
        url=secret("chat_url", ephemeral=True),
        template={"text": "{severity}: {title:80}"},
    ),
]

RegistryWatch(
    stack,
    "registry_watch",
    registries={"contosoprod": f"{PROVIDERS}/Microsoft.ContainerRegistry/registries/contosoprod"},
    workspace=f"{PROVIDERS}/Microsoft.OperationalInsights/workspaces/log-security",
    resource_group_name="rg-people",
    location="westeurope",
    action_groups={
        "direct": ActionGroupSettings(receivers=azures_own),
        "messages": ActionGroupSettings(receivers=with_a_logic_app),
    },
)
app.synth()
