"""What looks like a credential of a service that alerts are sent to is found in any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.secrecy import SECRET_PATTERNS, masked, secret_in

SECRETS = {
    "https://hooks.slack.com/services/T0/B0/canary": "a Slack webhook",
    "https://hooks.slack.com/workflows/T0/canary": "a Slack webhook",
    "HTTPS://HOOKS.SLACK.COM/triggers/canary": "a Slack webhook",
    "https://contoso.webhook.office.com/webhookb2/canary": "a Teams webhook",
    "https://CONTOSO.Webhook.Office.com/canary": "a Teams webhook",
    "https://prod.logic.azure.com/workflows/x/triggers/manual?sp=a&sig=canary": "a shared access signature",
    "sig=canary": "a shared access signature",
    "DefaultEndpointsProtocol=https;AccountKey=canary==": "a storage or Event Hub key",
    "Endpoint=sb://x/;SharedAccessKey=canary": "a storage or Event Hub key",
    "apiKey=canary": "an API key",
    "https://x.example/?api_key=canary": "an API key",
    "https://x.example/?API-KEY=canary": "an API key",
    "routing_key=canary": "an API key",
    "RoutingKey=canary": "an API key",
    "integration_key=canary": "an API key",
    "integration-key=canary": "an API key",
    "https://events.pagerduty.com/integration/canary/enqueue": "a PagerDuty integration URL",
    "https://events.eu.pagerduty.com/integration/canary/enqueue": "a PagerDuty integration URL",
    "https://f.azurewebsites.net/api/x?code=canary": "a function key",
    "https://user:canary@example.com/hook": "a user and password",
    "see amqps://me:canary@host for more": "a user and password",
    "https://:canary@host/": "a user and password",
    "redis://:canary@10.0.0.1:6379": "a user and password",
    "user:canary@host": "a user and password",
    "ci%40example.com:canary@host": "a user and password",
    "say user:canary@host to it": "a user and password",
}

INNOCENT = [
    "https://example.com/runbooks",
    "security@example.com",
    "https://example.com:8443/a@b",
    "https://webhook.office.com.example.com/",
    "https://learn.microsoft.com/webhook.office.com",
    "mailto:security@example.com",
    "team: platform@example.com",
    "team/api:1.4@sha256:0123456789abcdef",
    "api:1.4@sha256:0123456789abcdef",
    "contoso.azurecr.io/team/api:1.4@sha256:0123456789abcdef",
    "at 10:30 @ office",
    "monkey=1",
    "routing: key=1",
    "design=1",
    "config-sig=1",
    "postcode=12345",
    "team: platform",
    "*acr-cli*",
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg",
]


@pytest.mark.parametrize(("text", "kind"), SECRETS.items())
def test_a_secret_is_recognised_and_named(text: str, kind: str) -> None:
    assert secret_in(text) == kind


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_replaced_whole_by_a_remark(text: str) -> None:
    """The remark says what was hidden, and nothing of it."""
    assert "canary" not in masked(text)
    assert secret_in(text) in masked(text).split("looks like ")[1]  # type: ignore[operator]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_ordinary_text_is_let_through(text: str) -> None:
    assert secret_in(text) is None
    assert masked(text) == text


@given(st.text(max_size=20), st.sampled_from(sorted(SECRETS)), st.text(max_size=20))
def test_a_secret_is_found_wherever_it_stands_in_a_text(before: str, secret: str, after: str) -> None:
    """A blank before it, since letters in front make `sig=` another word."""
    assert "canary" not in masked(f"{before} {secret}{after}")


@pytest.mark.parametrize("kind", SECRET_PATTERNS)
def test_every_kind_of_secret_has_an_example_here(kind: str) -> None:
    assert kind in SECRETS.values()
