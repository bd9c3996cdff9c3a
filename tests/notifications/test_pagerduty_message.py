"""What arrives at PagerDuty: the event as the deployed workflow makes it, by the rules of its documentation."""

from typing import Any

import pytest
from hypothesis import given, settings

from acrwatch import PagerDutyEvents
from acrwatch.workflow.bodies import events_v2
from tests.notifications.sending import KEY, OWN, PAGERDUTY, odd_alerts, own, ran, sent
from tests.payloads import SAMPLES, SUBSCRIPTION, ZERO, Payload

RESOLVED = {"monitorCondition": "Resolved"}
EVENT = {"acrwatch_kind": "event"}


def refused(event: Any) -> list[str]:
    """Why PagerDuty would not take an event."""
    return list(map(str, events_v2.problems(event)))


def test_an_event_says_what_a_responder_asks_first() -> None:
    """In the summary as far as it goes, and in the details."""
    event = sent(PAGERDUTY, own())

    assert event["event_action"] == "trigger"
    assert event["routing_key"] == KEY
    assert event["payload"]["summary"] == (
        "Sev2 Warning: Excessive DCR Images Pulled (shopimages, team/api, ci@example.com, 198.51.100.7)"
    )
    assert event["payload"]["source"] == "shopimages"
    assert event["payload"]["component"] == "team/api"
    assert event["payload"]["group"] == "shopimages"
    assert event["payload"]["class"] == "excessive_images_pulled"
    details = event["payload"]["custom_details"]
    assert details["measured"] == "64 Images (alerted at > 50)"
    assert details["dimensions"][2] == "Identity: ci@example.com"
    assert {name: details[name] for name in ("meaning", "first_steps", "attack")} == {
        name: OWN[name] for name in ("meaning", "first_steps", "attack")
    }
    assert [link["text"] for link in event["links"]] == [
        "Query results",
        "Alert in Azure",
        "Runbook",
        "MITRE technique",
    ]
    assert event["client_url"] == event["links"][1]["href"]
    assert refused(event) == []


@pytest.mark.parametrize(
    ("severity", "theirs"),
    [
        ("Sev0", "critical"),
        ("Sev1", "error"),
        ("Sev2", "warning"),
        ("Sev3", "info"),
        ("Sev4", "info"),
        ("x", "warning"),
    ],
)
def test_a_severity_is_theirs(severity: str, theirs: str) -> None:
    """As the documentation of the receiver says."""
    event = sent(PAGERDUTY, own(essentials={"severity": severity}))

    assert event["payload"]["severity"] == theirs
    assert refused(event) == []


def test_a_volume_alert_resolves_the_incident_that_it_opened() -> None:
    """By the alert's own id, which stays the same."""
    opened, closed = sent(PAGERDUTY, own()), sent(PAGERDUTY, own(essentials=RESOLVED))

    assert closed["event_action"] == "resolve"
    assert closed["dedup_key"] == opened["dedup_key"]
    assert opened["dedup_key"] == f"{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{ZERO}"
    assert refused(closed) == []


def test_an_event_alert_never_resolves_its_incident() -> None:
    """Nobody may have looked at it."""
    assert ran(PAGERDUTY, own(essentials=RESOLVED, properties=EVENT)).started is False


def test_alerts_of_their_own_are_incidents_of_their_own() -> None:
    """Another alert is not taken for the same one."""
    other = sent(
        PAGERDUTY, own(essentials={"alertId": f"{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/1"})
    )

    assert other["dedup_key"] != sent(PAGERDUTY, own())["dedup_key"]


@pytest.mark.parametrize(("region", "host"), [("us", "events.pagerduty.com"), ("eu", "events.eu.pagerduty.com")])
def test_an_account_is_reached_where_it_lives(region: Any, host: str) -> None:
    """One in the EU has a host of its own."""
    receiver = PagerDutyEvents(name="p", routing_key="${var.key}", service_region=region)
    (delivery,) = ran(receiver, own()).deliveries

    assert delivery.uri == f"https://{host}/v2/enqueue"


def test_an_alert_without_dimensions_still_has_a_source() -> None:
    """PagerDuty asks for one."""
    event = sent(PAGERDUTY, SAMPLES["no dimensions"])

    assert event["payload"]["source"].endswith("/workspaces/central")
    assert "(" not in event["payload"]["summary"]


@pytest.mark.parametrize("name", SAMPLES)
def test_pagerduty_takes_the_event_of_each_documented_form(name: str) -> None:
    """Whatever is missing or null in it."""
    assert refused(sent(PAGERDUTY, SAMPLES[name])) == []


@settings(max_examples=40)
@given(odd_alerts())
def test_pagerduty_refuses_no_event_whatever_the_alert_holds(alert: Payload) -> None:
    """No payload of the schema's form fails the run or makes an event that is not taken."""
    if ran(PAGERDUTY, alert).started:
        assert refused(sent(PAGERDUTY, alert)) == []
