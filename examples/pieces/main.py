"""The constructs that `RegistryWatch` is made of, one by one, for a host that wants only some of them."""

from cdktf import App, TerraformOutput, TerraformStack, TerraformVariable

from acrwatch import (
    ActionGroup,
    ActivityLogDiagnostics,
    AlertRule,
    AzapiProvider,
    AzurermProvider,
    DetectionAlert,
    DetectionSettings,
    Email,
    EventHubDestination,
    IdentityLimit,
    Kind,
    LogSettings,
    Receiver,
    RegistryDiagnostics,
    Slack,
    TuningEntry,
    Variant,
    WorkflowPlace,
    catalogue,
    literal,
)

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-watch"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-security"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/contosoprod"

app = App()
stack = TerraformStack(app, "pieces")
AzurermProvider(stack, "azurerm", subscription_id=SUBSCRIPTION)
AzapiProvider(stack, "azapi", subscription_id=SUBSCRIPTION)
slack = TerraformVariable(stack, "slack_webhook_url", type="string", sensitive=True, nullable=False)
slack.add_override("ephemeral", True)

# The logs: of registries to the workspace and to an event hub, and the activity log of their subscription.
RegistryDiagnostics(
    stack,
    "logs",
    registries={"contosoprod": REGISTRY},
    workspace_id=WORKSPACE,
    logs=LogSettings(
        metrics=True,
        event_hub=EventHubDestination(
            authorization_rule_id=f"{GROUP}/providers/Microsoft.EventHub/namespaces/siem/authorizationRules/send",
            event_hub_name="registry-logs",
        ),
    ),
)
ActivityLogDiagnostics(stack, "activity_log", subscriptions={"main": SUBSCRIPTION}, workspace_id=WORKSPACE)

# The people. A Logic App is made for Slack, so it is said where.
receivers: list[Receiver] = [
    Email(name="team", email_address="security@example.com"),
    Slack(name="slack", webhook_url=slack.string_value),
]
people = ActionGroup(
    stack,
    "people",
    name="registry-people",
    short_name="people",
    resource_group_name="rg-watch",
    receivers=receivers,
    workflows=WorkflowPlace(resource_group_id=GROUP, location="westeurope"),
    # Text that Terraform must not take for a reference is escaped where it enters.
    tags={"note": literal("${not a reference}")},
)

# The rules: all of the detections that alert single operations, and one burst with a stricter variant beside it.
mirror = IdentityLimit(identity="mirror@example.com", parameters={"images_limit": 500}, reason="it pulls everything")
burst = DetectionSettings(severity=3, parameters={"images_limit": 60}, limits=[mirror])
strict = Variant(severity=1, only=[TuningEntry(repository="payments/*")], parameters={"images_limit": 10})
wanted: list[tuple[str, str | None, Variant]] = [
    (id_, None, Variant()) for id_, detection in catalogue().items() if detection.kind is Kind.EVENT
]
wanted += [("excessive_images_pulled", None, burst), ("excessive_images_pulled", "payments", strict)]
rules: dict[str, AlertRule] = {}
for id_, variant, settings in wanted:
    alert = DetectionAlert(
        stack,
        id_ if variant is None else f"{id_}_{variant}",
        detection=id_,
        variant=variant,
        settings=settings,
        workspace_id=WORKSPACE,
        resource_group_name="rg-watch",
        location="westeurope",
        action_group_ids=[people.id],
    )
    # An escape hatch to what acrwatch does not offer: the resource underneath, and the core's own element behind it.
    alert.resource.construct.add_override("timeouts.create", "10m")
    rules[alert.node.id] = alert.rule

bounds = {name: f"{int(rule.bound.total_seconds()) // 60} minutes" for name, rule in rules.items()}
TerraformOutput(stack, "longest_delay_of_a_row", value=bounds)
app.synth()
