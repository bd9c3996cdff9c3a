"""One receiver of each kind with everything it can have, and the block that must come of it."""

from dataclasses import dataclass
from typing import Any

from acrwatch import (
    ArmRole,
    AutomationRunbook,
    Email,
    EventHub,
    Function,
    Itsm,
    JsonWebhook,
    LogicApp,
    PagerDuty,
    PagerDutyEvents,
    Push,
    Receiver,
    SecureWebhook,
    Slack,
    Sms,
    Teams,
    Voice,
    Webhook,
)
from tests.synthesis import OTHER_SUBSCRIPTION, SUBSCRIPTION, azure_id

GUID = "33333333-3333-3333-3333-333333333333"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SECRET = "${var.secret}"
COMMON = {"use_common_alert_schema": True}


@dataclass(frozen=True)
class Case:
    """A kind of receiver, its arguments beside the name, and what its block holds beside the name."""

    kind: type[Receiver]
    given: dict[str, Any]
    block: dict[str, Any]

    def make(self, name: str = "r", **changed: Any) -> Receiver:
        """A receiver of the kind."""
        return self.kind(name=name, **self.given | changed)

    def __str__(self) -> str:
        return self.kind.__name__


def same(kind: type[Receiver], given: dict[str, Any]) -> Case:
    """A kind whose fields are the block's, with the common alert schema."""
    return Case(kind, given, given | COMMON)


PHONE = {"country_code": "49", "phone_number": "15112345678"}
ADDRESS = {"email_address": "team@example.com"}
TICKET = {
    "workspace_id": f"{SUBSCRIPTION}|{GUID}",
    "connection_id": GUID,
    "ticket_configuration": '{ "PayloadRevision": 0,\n "WorkItemType": "Incident", "Text": "é ${x}" }'.replace(
        "${", "$${"
    ),
    "region": "westeurope",
}
KINDS = [
    same(Email, ADDRESS),
    Case(Push, ADDRESS, ADDRESS),
    Case(Sms, PHONE, PHONE),
    Case(Voice, PHONE, PHONE),
    same(ArmRole, {"role_id": READER}),
    same(Webhook, {"service_uri": SECRET}),
    Case(
        PagerDuty,
        {"integration_key": SECRET},
        {"service_uri": f"https://events.pagerduty.com/integration/{SECRET}/enqueue"} | COMMON,
    ),
    Case(
        SecureWebhook,
        {"service_uri": "https://e.example.com/a", "object_id": GUID, "identifier_uri": "api://a", "tenant_id": GUID},
        {
            "service_uri": "https://e.example.com/a",
            "aad_auth": {"object_id": GUID, "identifier_uri": "api://a", "tenant_id": GUID},
        }
        | COMMON,
    ),
    same(LogicApp, {"resource_id": azure_id("Microsoft.Logic/workflows", "flow"), "callback_url": SECRET}),
    same(
        Function,
        {
            "function_app_resource_id": azure_id("Microsoft.Web/sites", "app"),
            "function_name": "alert",
            "http_trigger_url": SECRET,
        },
    ),
    same(
        EventHub,
        {
            "event_hub_namespace": "contoso-hubs",
            "event_hub_name": "alerts",
            "subscription_id": OTHER_SUBSCRIPTION,
            "tenant_id": GUID,
        },
    ),
    same(
        AutomationRunbook,
        {
            "automation_account_id": azure_id("Microsoft.Automation/automationAccounts", "auto"),
            "runbook_name": "respond",
            "webhook_resource_id": azure_id("Microsoft.Automation/automationAccounts/webhooks", "auto", "hook"),
            "service_uri": SECRET,
            "is_global_runbook": True,
        },
    ),
    Case(
        Itsm,
        TICKET,
        TICKET | {"ticket_configuration": '{"PayloadRevision":0,"WorkItemType":"Incident","Text":"é $${x}"}'},
    ),
]
WORKFLOW_KINDS = [
    Case(Slack, {"webhook_url": SECRET}, {}),
    Case(Teams, {"webhook_url": SECRET}, {}),
    Case(PagerDutyEvents, {"routing_key": SECRET, "service_region": "eu"}, {}),
    Case(
        JsonWebhook,
        {"url": SECRET, "template": {"text": "{severity}: {title:80}", "all": ["{dimensions}", None, 1]}},
        {},
    ),
]
"""The kinds that come with a Logic App, whose block names what was made."""

SECRETS = [(case, field) for case in KINDS for field in case.kind.SECRETS]
WORKFLOW_SECRETS = [(case, field) for case in WORKFLOW_KINDS for field in case.kind.SECRETS]
