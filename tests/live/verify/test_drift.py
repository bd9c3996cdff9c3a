"""Each drift that somebody can make in Azure is planted, and is the only thing that is found."""

from dataclasses import dataclass
from typing import Any

import pytest

from acrwatch.errors import ExitCode
from acrwatch.live.verify import Item, Kind, State, verify
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from acrwatch.testing.azure.from_stack.callbacks import SIGNATURE
from tests.live.rows import REGISTRIES, ZERO, Rows

GROUP = f"/subscriptions/{ZERO}/resourceGroups/rg-acrwatch"
RULE = f"{GROUP}/providers/microsoft.insights/scheduledqueryrules/acrwatch-excessive_images_pulled"
EVENT = f"{GROUP}/providers/microsoft.insights/scheduledqueryrules/acrwatch-forced_repository_deleted"
SECURITY = f"{GROUP}/providers/Microsoft.Insights/actionGroups/acrwatch-security"
ONCALL = f"{GROUP}/providers/Microsoft.Insights/actionGroups/acrwatch-oncall"
SLACK = f"{GROUP}/providers/Microsoft.Logic/workflows/acrwatch-security-slack"
QUIET = f"{GROUP}/providers/Microsoft.AlertsManagement/actionRules/acrwatch-forced_repository_deleted-resolved"
SETTING = f"{REGISTRIES}/contosoprod/providers/microsoft.insights/diagnosticSettings/acrwatch"
ACTIVITY = f"/subscriptions/{ZERO}/providers/microsoft.insights/diagnosticSettings/acrwatch"
WORKSPACE = (
    f"/subscriptions/{ZERO}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security"
)
PRICINGS = f"/subscriptions/{ZERO}/providers/Microsoft.Security/pricings"
CONDITION = ("properties", "criteria", "allOf", 0)
ANOTHER = f"{GROUP}/providers/Microsoft.Insights/actionGroups/another"


@dataclass(frozen=True)
class Drift:
    """What somebody changed: the value at a path of a resource, and what is said of it."""

    resource: str
    path: tuple[str | int, ...]
    to: Any
    says: str
    expected: str
    found: str


P = "properties"
DRIFTS = {
    "a rule is off": Drift(RULE, (P, "enabled"), False, "enabled", "true", "false"),
    "severity": Drift(RULE, (P, "severity"), 4, "severity", "2", "4"),
    "title": Drift(RULE, (P, "displayName"), "x", "displayName", "Images Pulled", "x"),
    "description": Drift(RULE, (P, "description"), "", "description", "One identity pulled", "nothing"),
    "frequency": Drift(RULE, (P, "evaluationFrequency"), "PT1H", "evaluationFrequency", "PT5M", "PT1H"),
    "look-back": Drift(RULE, (P, "windowSize"), "PT5M", "windowSize", "PT", "PT5M"),
    "range": Drift(RULE, (P, "overrideQueryTimeRange"), "P2D", "overrideQueryTimeRange", "nothing", "P2D"),
    "mute": Drift(RULE, (P, "muteActionsDuration"), "P1D", "muteActionsDuration", "nothing", "P1D"),
    "state": Drift(RULE, (P, "autoMitigate"), False, "autoMitigate", "true", "false"),
    "validation": Drift(RULE, (P, "skipQueryValidation"), False, "skipQueryValidation", "true", "false"),
    "scope": Drift(RULE, (P, "scopes"), [WORKSPACE + "2"], "scopes", WORKSPACE, WORKSPACE + "2"),
    "region": Drift(RULE, ("location",), "eastus", "location", "westeurope", "eastus"),
    "threshold": Drift(RULE, (*CONDITION, "threshold"), 500.0, "threshold", "40", "500"),
    "operator": Drift(RULE, (*CONDITION, "operator"), "LessThan", "operator", "GreaterThanOrEqual", "LessThan"),
    "aggregation": Drift(RULE, (*CONDITION, "timeAggregation"), "Count", "timeAggregation", "Maximum", "Count"),
    "measure": Drift(RULE, (*CONDITION, "metricMeasureColumn"), "Other", "metricMeasureColumn", "Images", "Other"),
    "resource": Drift(RULE, (*CONDITION, "resourceIdColumn"), "Id", "resourceIdColumn", "nothing", "Id"),
    "query": Drift(RULE, (*CONDITION, "query"), "Heartbeat", "query, line 1", "", "Heartbeat"),
    "dimensions": Drift(RULE, (*CONDITION, "dimensions"), [], "dimensions", "Registry Include *", "nothing"),
    "periods": Drift(
        RULE,
        (*CONDITION, "failingPeriods", "numberOfEvaluationPeriods"),
        6,
        "failingPeriods/numberOfEvaluationPeriods",
        "1",
        "6",
    ),
    "failing periods": Drift(
        RULE,
        (*CONDITION, "failingPeriods", "minFailingPeriodsToAlert"),
        2,
        "failingPeriods/minFailingPeriodsToAlert",
        "1",
        "2",
    ),
    "no condition": Drift(RULE, (P, "criteria", "allOf"), [], "criteria/allOf", "1 condition", "0 conditions"),
    "nobody told": Drift(RULE, (P, "actions", "actionGroups"), [], "actions/actionGroups", "security", "nothing"),
    "somebody else told": Drift(
        RULE, (P, "actions", "actionGroups"), [ANOTHER], "actions/actionGroups", "security", "another"
    ),
    "first steps": Drift(
        RULE,
        (P, "actions", "customProperties", "meaning"),
        "x",
        "actions/customProperties/meaning",
        "One identity",
        "x",
    ),
    "subject": Drift(
        RULE,
        (P, "actions", "actionProperties"),
        {"Email.Subject": "x"},
        "actions/actionProperties/Email.Subject",
        "nothing",
        "x",
    ),
    "tag": Drift(RULE, ("tags", "acrwatch_kind"), "event", "tags/acrwatch_kind", "volume", "event"),
    "group off": Drift(SECURITY, (P, "enabled"), False, "enabled", "true", "false"),
    "short name": Drift(SECURITY, (P, "groupShortName"), "sec", "groupShortName", "security", "sec"),
    "receivers emptied": Drift(SECURITY, (P, "emailReceivers"), [], "emailReceivers/team", "a receiver", "nothing"),
    "another address": Drift(
        SECURITY,
        (P, "emailReceivers", 0, "emailAddress"),
        "mallory@example.com",
        "emailReceivers/team/emailAddress",
        "security@example.com",
        "mallory@example.com",
    ),
    "unsubscribed": Drift(
        SECURITY, (P, "emailReceivers", 0, "status"), "Disabled", "emailReceivers/team/status", "Enabled", "Disabled"
    ),
    "old schema": Drift(
        SECURITY,
        (P, "emailReceivers", 0, "useCommonAlertSchema"),
        False,
        "emailReceivers/team/useCommonAlertSchema",
        "true",
        "false",
    ),
    "one more receiver": Drift(
        SECURITY,
        (P, "smsReceivers"),
        [{"name": "x", "countryCode": "1", "phoneNumber": "5550100", "status": "Enabled"}],
        "smsReceivers/x",
        "nothing",
        "a receiver that the stack does not declare",
    ),
    "no URL": Drift(
        ONCALL, (P, "webhookReceivers", 0, "serviceUri"), "", "webhookReceivers/oncall/serviceUri", "a URL", "nothing"
    ),
    "no callback URL": Drift(
        SECURITY,
        (P, "logicAppReceivers", 0, "callbackUrl"),
        "",
        "logicAppReceivers/slack/callbackUrl",
        "a URL",
        "nothing",
    ),
    "another Logic App": Drift(
        SECURITY,
        (P, "logicAppReceivers", 0, "resourceId"),
        f"{SLACK}2",
        "logicAppReceivers/slack/resourceId",
        SLACK,
        f"{SLACK}2",
    ),
    "Logic App off": Drift(SLACK, (P, "state"), "Disabled", "state", "Enabled", "Disabled"),
    "message sent elsewhere": Drift(
        SLACK,
        (P, "definition", "actions", "Send", "inputs", "uri"),
        "https://example.com/mine",
        "definition/actions/Send",
        "as it was deployed",
        "changed inside",
    ),
    "run for other alerts": Drift(
        SLACK,
        (P, "definition", "triggers", "manual", "conditions"),
        [],
        "definition/triggers/manual",
        "as it was deployed",
        "changed inside",
    ),
    "no message": Drift(SLACK, (P, "definition", "actions"), {}, "definition/actions", "Send", "nothing"),
    "a secret that can be read": Drift(
        SLACK,
        (P, "definition", "parameters", "webhook_url", "type"),
        "String",
        "definition/parameters",
        "webhook_url securestring",
        "webhook_url string",
    ),
    "processing rule off": Drift(QUIET, (P, "enabled"), False, "enabled", "true", "false"),
    "quiet everywhere": Drift(QUIET, (P, "scopes"), [f"/subscriptions/{ZERO}"], "scopes", WORKSPACE, ZERO),
    "quiet always": Drift(QUIET, (P, "conditions"), [], "conditions", "monitorcondition equals resolved", "nothing"),
    "quiet for others": Drift(QUIET, (P, "conditions", 0, "values"), ["Fired"], "conditions", "alertruleid", "fired"),
    "quiet by the clock": Drift(
        QUIET,
        (P, "schedule"),
        {"timeZone": "UTC", "effectiveFrom": "2026-01-01T00:00:00"},
        "schedule",
        "nothing",
        "from",
    ),
    "adds in place of suppressing": Drift(
        QUIET,
        (P, "actions"),
        [{"actionType": "AddActionGroups", "actionGroupIds": []}],
        "actions",
        "RemoveAllActionGroups",
        "AddActionGroups",
    ),
    "category off": Drift(
        SETTING,
        (P, "logs", 1, "enabled"),
        False,
        "logs that are sent",
        "ContainerRegistryRepositoryEvents",
        "containerregistryloginevents",
    ),
    "no logs at all": Drift(ACTIVITY, (P, "logs"), [], "logs that are sent", "Administrative", "nothing"),
    "one more destination": Drift(
        SETTING,
        (P, "storageAccountId"),
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/x",
        "storageAccountId",
        "nothing",
        "storageAccounts/x",
    ),
    "quota reached": Drift(
        WORKSPACE,
        (P, "workspaceCapping"),
        {"dataIngestionStatus": "OverQuota"},
        "workspaceCapping/dataIngestionStatus",
        "RespectQuota",
        "OverQuota",
    ),
    "basic plan": Drift(
        f"{WORKSPACE}/tables/ContainerRegistryRepositoryEvents",
        (P, "plan"),
        "Basic",
        "tables/ContainerRegistryRepositoryEvents/plan",
        "Analytics",
        "Basic",
    ),
    "scanning plan off": Drift(
        f"{PRICINGS}/Containers", (P, "pricingTier"), "Free", "pricings", "on", "Containers does not scan"
    ),
    "scanning extension off": Drift(
        f"{PRICINGS}/Containers", (P, "extensions", 0, "isEnabled"), "False", "pricings", "on", "does not scan"
    ),
    "resource group elsewhere": Drift(GROUP, ("location",), "eastus", "location", "westeurope", "eastus"),
    "rule not well": Drift(
        f"{RULE}/providers/Microsoft.ResourceHealth/availabilityStatuses/current",
        (P, "availabilityState"),
        "Unavailable",
        "evaluations",
        "Available",
        "Unavailable (no reason given), reported at 2026",
    ),
}


def the_only_one(azure: AzureStandIn, stack: SynthesisedStack, rows: Rows | None = None) -> Item:
    """The one thing that is not equal; findings end with 1."""
    found = verify(stack, azure.azure(), rows or Rows(), environment={})
    (item,) = [item for item in found.items if item.state is not State.EQUAL]
    assert found.exit_code is (ExitCode.UNKNOWN if item.state is State.UNKNOWN else ExitCode.FINDINGS)
    return item


@pytest.mark.parametrize("drift", DRIFTS.values(), ids=DRIFTS)
def test_a_drift_is_found_with_what_was_expected(azure: AzureStandIn, stack: SynthesisedStack, drift: Drift) -> None:
    """The place, the value that was deployed and the value that is there, and nothing else."""
    azure.resources.change(drift.resource, *drift.path, to=drift.to)

    item = the_only_one(azure, stack)

    assert item.state is State.DIFFERS
    (difference,) = item.differences
    assert difference.path == drift.says
    assert drift.expected in difference.expected
    assert drift.found in difference.found


@pytest.mark.parametrize(
    "gone", [RULE, EVENT, SECURITY, SLACK, QUIET, SETTING, ACTIVITY, GROUP], ids=lambda id_: id_[-40:]
)
def test_what_somebody_deleted_is_missing(azure: AzureStandIn, stack: SynthesisedStack, gone: str) -> None:
    azure.resources.delete(gone)

    assert the_only_one(azure, stack).state is State.MISSING


def test_logs_sent_to_another_workspace_are_found_twice(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """It is another one than was deployed, and no rule reads it."""
    azure.resources.change(SETTING, P, "workspaceId", to=WORKSPACE + "2")

    item = the_only_one(azure, stack)

    assert [(one.path, one.found) for one in item.differences] == [("workspaceId", WORKSPACE + "2")] * 2
    assert "one that a rule reads" in item.differences[1].expected


def test_a_setting_of_others_that_does_the_job_is_named_where_ours_is_missing(
    azure: AzureStandIn, stack: SynthesisedStack
) -> None:
    azure.resources.delete(SETTING)
    other = {P: {"workspaceId": WORKSPACE, "logs": [{"categoryGroup": "audit", "enabled": True}]}}
    azure.resources.put(SETTING.replace("acrwatch", "setByPolicy-LogAnalytics"), other)

    assert the_only_one(azure, stack).seen == ("setByPolicy-LogAnalytics sends audit",)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([], "somebody did"),
        (["Microsoft.Insights/ScheduledQueryRules/write"], "somebody did"),
        (["Microsoft.Insights/ScheduledQueryRules/disable/action"], "Azure switched it off at 2026-01-30"),
    ],
)
def test_a_rule_that_is_off_is_said_to_be_switched_off_by_whom(
    azure: AzureStandIn, stack: SynthesisedStack, events: list[str], says: str
) -> None:
    """Azure switches off a rule whose evaluations failed for a week, which Terraform sees as any other drift."""
    azure.resources.change(RULE, P, "enabled", to=False)
    log = f"/subscriptions/{ZERO}/providers/Microsoft.Insights/eventtypes/management/values"
    for position, event in enumerate(events):
        body = {"operationName": {"value": event}, "eventTimestamp": "2026-01-30T10:00:00Z"}
        azure.resources.put(f"{log}/{position}", body)

    assert says in the_only_one(azure, stack).seen[0]


@pytest.mark.parametrize("silent", ["contosoprod", "contosodev"])
def test_a_registry_without_rows_lately_is_found(azure: AzureStandIn, stack: SynthesisedStack, silent: str) -> None:
    """Even where every diagnostic setting is as it should be."""
    rows = Rows()
    rows.senders["ContainerRegistryRepositoryEvents"].remove(f"{REGISTRIES}/{silent}")

    item = the_only_one(azure, stack, rows)

    assert item.name == f"{silent} ContainerRegistryRepositoryEvents"
    assert (item.differences[0].expected, item.differences[0].found) == ("rows within 7d", "none")


def test_a_subscription_without_activity_lately_is_found(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    rows = Rows()
    rows.senders["AzureActivity"].clear()

    assert the_only_one(azure, stack, rows).kind is Kind.ROWS


def test_scanning_by_either_plan_is_enough(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """The registry assessment belongs to both."""
    body = azure.resources.get(f"{PRICINGS}/Containers")
    assert body is not None
    azure.resources.change(f"{PRICINGS}/CloudPosture", P, to=body[P])
    azure.resources.change(f"{PRICINGS}/Containers", P, to={"pricingTier": "Free"})

    found = verify(stack, azure.azure(), Rows(), environment={})

    assert {item.state for item in found.items} == {State.EQUAL}


@pytest.mark.parametrize(
    ("resource", "path", "to"),
    [
        (f"{PRICINGS}/Containers", (P, "extensions"), []),
        (f"{PRICINGS}/Containers", (P,), "nonsense"),
        (
            f"{RULE}/providers/Microsoft.ResourceHealth/availabilityStatuses/current",
            (P, "availabilityState"),
            "Unknown",
        ),
        (SECURITY, (P, "emailReceivers", 0, "status"), "NotSpecified"),
    ],
)
def test_what_azure_does_not_tell_is_unknown(
    azure: AzureStandIn, stack: SynthesisedStack, resource: str, path: tuple[str | int, ...], to: Any
) -> None:
    azure.resources.change(resource, *path, to=to)

    assert the_only_one(azure, stack).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, State.EQUAL),
        ({"TF_VAR_oncall_integration_key": "deployed-canary"}, State.EQUAL),
        ({"TF_VAR_oncall_integration_key": "rotated-canary"}, State.DIFFERS),
    ],
)
def test_a_secret_is_compared_where_its_variable_is_set_and_never_shown(
    empty: AzureStandIn, stack: SynthesisedStack, given: dict[str, str], found: State
) -> None:
    apply_stack(empty, stack, {"oncall_integration_key": "deployed-canary"})

    result = verify(stack, empty.azure(), Rows(), environment=given)

    (item,) = [item for item in result.items if item.name == "acrwatch-oncall"]
    assert item.state is found
    assert ("webhookReceivers/oncall/serviceUri" in " ".join(item.not_compared)) is not bool(given)
    assert "canary" not in repr(result)


def test_the_secrets_of_a_logic_app_are_said_to_be_not_compared(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """Neither the URL that starts it nor the one it sends to can be known, and neither is shown."""
    result = verify(stack, azure.azure(), Rows(), environment={})

    (group,) = [item for item in result.items if item.azure_id == SECURITY]
    (app,) = [item for item in result.items if item.kind is Kind.WORKFLOW]
    assert group.not_compared == (
        "logicAppReceivers/slack/callbackUrl: Azure gives it its signature at the apply",
        "webhookReceivers/siem/serviceUri: set TF_VAR_siem_service_uri to compare it",
    )
    assert app.not_compared == ("parameters/webhook_url: Azure tells nobody the value of a secret",)
    assert SIGNATURE not in repr(result)


def test_the_part_of_a_secret_that_the_file_holds_is_compared(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """An alert for the pager that goes to another host is found without the key."""
    azure.resources.change(ONCALL, P, "webhookReceivers", 0, "serviceUri", to="https://example.com/mine")

    item = the_only_one(azure, stack)

    assert item.differences[0].path == "webhookReceivers/oncall/serviceUri"
    assert "example.com" not in item.differences[0].found
