"""What a receiver's Logic App would send for an alert, as it is deployed."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from acrwatch import JsonWebhook, PagerDutyEvents, Slack, Teams
from acrwatch.notifications.workflow_receiver import WorkflowReceiver
from acrwatch.workflow import Run, run
from tests.payloads import DIMENSIONS, ODD_LINKS, ODD_TEXTS, Payload, criterion, odd_payloads, payload

KEY = "0123456789abcdef0123456789abcdef"
URL = "https://hooks.example.com/c4nary"
SLACK = Slack(name="slack", webhook_url="${var.slack}")
TEAMS = Teams(name="teams", webhook_url="${var.teams}")
PAGERDUTY = PagerDutyEvents(name="pagerduty", routing_key="${var.key}")

ATTACK = "https://attack.mitre.org/techniques/T1530/"
OWN = {
    "acrwatch_detection": "excessive_images_pulled",
    "acrwatch_kind": "volume",
    "title": "Excessive DCR Images Pulled",
    "meaning": "One identity pulled many distinct images.",
    "first_steps": "1. Ask <identity>, with `az ad user show`.\n2. Take the role away.",
    "attack": "TA0009 / T1530 (ATT&CK v18)",
    "attack_url": ATTACK,
    "runbook": "https://runbooks.example.com/excessive_images_pulled",
}
"""Custom properties as our rules have them."""


def json_webhook(template: Mapping[str, Any], **options: Any) -> JsonWebhook:
    """A receiver with a template."""
    return JsonWebhook(name="hook", url="${var.url}", template=template, **options)


def ran(receiver: WorkflowReceiver, alert: Payload) -> Run:
    """The run that an alert starts."""
    values = {field: KEY if field == "routing_key" else URL for field in receiver.secrets}
    return run(receiver.definition(), alert, values)


def sent(receiver: WorkflowReceiver, alert: Payload) -> Any:
    """The body of the one request that an alert leads to, as the target reads it."""
    (delivery,) = ran(receiver, alert).deliveries
    return delivery.request().json()


def own(dimensions: Mapping[str, str | None] | None = DIMENSIONS, **changes: Any) -> Payload:
    """An alert of one of our rules; beside `properties` and `essentials`, what is given is of the criterion."""
    properties = {**OWN, **changes.pop("properties", {})}
    essentials = changes.pop("essentials", {})
    alert = payload(criterion(dimensions, **changes), essentials=essentials)
    alert["data"]["alertContext"]["properties"] = {name: text for name, text in properties.items() if text is not None}
    return alert


def texts_of(value: Any) -> list[str]:
    """All texts in a value, at any depth."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in inner for text in texts_of(item)]


@st.composite
def odd_alerts(draw: st.DrawFn) -> Payload:
    """Any payload of the schema's form, with custom properties named as ours in either place."""
    alert = draw(odd_payloads())
    texts = ODD_TEXTS | ODD_LINKS | st.sampled_from(["event", "volume", ATTACK, *OWN.values()])
    properties = draw(st.dictionaries(st.sampled_from(sorted(OWN)), texts))
    if draw(st.booleans()):
        alert["data"]["customProperties"] = properties
    else:
        alert["data"]["alertContext"]["properties"] = properties
    return alert


def identities(text: str) -> Payload:
    """An alert in which a log row's text is the identity."""
    return own({"Registry": "contoso", "Identity": text})
