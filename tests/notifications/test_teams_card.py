"""What arrives in Teams: the card as the deployed workflow makes it, by the schema of Adaptive Cards and our rules."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from acrwatch.workflow.bodies import adaptive_card
from tests.notifications.sending import OWN, TEAMS, identities, odd_alerts, own, ran, sent, texts_of
from tests.payloads import HOSTILE, ODD_TEXTS, SAMPLES, Payload

RESOLVED = {"monitorCondition": "Resolved"}


@cache
def schema() -> Any:
    """The schema of the version of cards that is sent."""
    text = files("adaptive_cards").joinpath("schemas", "schema-1.4.json").read_text("utf-8-sig")
    return jsonschema.Draft6Validator(json.loads(text))


def card(message: Any) -> Any:
    """The card in a message."""
    return message["attachments"][0]["content"]


def refused(message: Any) -> list[str]:
    """Why Teams would not show a message."""
    content = {key: value for key, value in card(message).items() if key != "msteams"}
    return [*map(str, adaptive_card.problems(message)), *(error.message for error in schema().iter_errors(content))]


def seen(message: Any) -> list[str]:
    """The lines of a card that are visible, the runs of each joined."""

    def lines(elements: Any) -> list[str]:
        found = []
        for element in elements:
            if element.get("isVisible", True):
                found += lines(element["items"]) if "items" in element else [_line(element)]
        return found

    return lines(card(message)["body"])


def _line(block: Any) -> str:
    return "".join(run["text"] for run in block["inlines"])


def test_a_card_says_what_a_responder_asks_first() -> None:
    """What happened, how bad, who, where, how much, when, what it means and what to do."""
    message = sent(TEAMS, own())

    assert seen(message)[:14] == [
        "Sev2 Warning: Excessive DCR Images Pulled",
        "One identity pulled many distinct images.",
        "Severity: Sev2 Warning",
        "Measured: 64 Images (alerted at > 50)",
        "Time span: 2026-03-02 01:30 to 2026-03-02 02:30 UTC",
        "MITRE: TA0009 / T1530 (ATT&CK v18)",
        "Registry: shopimages",
        "Repository: team/api",
        "Identity: ci@example.com",
        "CallerIP: 198.51.100.7",
        "First steps",
        "1. Ask <identity>, with `az ad user show`.",
        "2. Take the role away.",
        "Rule acrwatch-excessive_images_pulled",
    ]
    assert [action["title"] for action in card(message)["actions"]] == [
        "Query results", "Alert in Azure", "Runbook", "MITRE technique",
    ]  # fmt: skip
    assert refused(message) == []


@pytest.mark.parametrize(
    ("severity", "style"),
    [("Sev0", "attention"), ("Sev1", "attention"), ("Sev2", "warning"), ("Sev3", "accent"), ("Sev4", "accent")],
)
def test_a_severity_is_seen_by_word_and_colour(severity: str, style: str) -> None:
    """In the container of the title."""
    message = sent(TEAMS, own(essentials={"severity": severity}))

    assert card(message)["body"][0]["style"] == style
    assert seen(message)[0].startswith(severity)
    assert refused(message) == []


def test_a_resolved_volume_alert_says_that_the_burst_is_over() -> None:
    """In green, and without the first steps."""
    message = sent(TEAMS, own(essentials=RESOLVED))

    assert card(message)["body"][0]["style"] == "good"
    assert seen(message)[0] == "Resolved: Excessive DCR Images Pulled"
    assert any("The burst is over" in line for line in seen(message))
    assert "First steps" not in seen(message)
    assert refused(message) == []


def test_a_resolved_event_alert_starts_no_run() -> None:
    """Should one ever get past the processing rule."""
    assert ran(TEAMS, own(essentials=RESOLVED, properties={"acrwatch_kind": "event"})).started is False


@pytest.mark.parametrize("name", SAMPLES)
def test_teams_takes_the_card_of_each_documented_form(name: str) -> None:
    """Whatever is missing or null in it."""
    assert refused(sent(TEAMS, SAMPLES[name])) == []


def test_what_is_too_large_for_teams_is_sent_in_brief() -> None:
    """With what identifies the alert, and the way to it."""
    message = sent(TEAMS, own(properties={"first_steps": "漢" * 6000, "meaning": "漢" * 6000}))

    assert len(json.dumps(message, ensure_ascii=False).encode()) < 28 * 1024
    assert [action["title"] for action in card(message)["actions"]] == ["Alert in Azure"]
    assert "Registry: shopimages" in seen(message)
    assert "First steps" not in seen(message)
    assert refused(message) == []


def test_steps_of_thousands_of_short_lines_are_sent_in_brief() -> None:
    """Each line is a paragraph: together they would be a text longer than Logic Apps makes."""
    message = sent(TEAMS, own(properties={"first_steps": "x\n" * 2000}))

    assert "First steps" not in seen(message)
    assert refused(message) == []


def test_what_fits_is_sent_whole() -> None:
    """The steps of our longest detection, twice."""
    message = sent(TEAMS, own(properties={"first_steps": "x" * 4000}))

    assert "x" * 4000 in seen(message)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_log_row_does_nothing(text: str) -> None:
    """It stands in text runs, which take no Markdown, and no entity makes a mention of it."""
    message = sent(TEAMS, identities(f"a{text}b"))
    assert refused(message) == []

    assert any(found.startswith("Identity: a") and found.endswith("b") for found in seen(message))
    assert all(text not in found for _, found in adaptive_card.markdown_texts(message) if len(text) > 2)
    assert card(message)["msteams"] == {"width": "Full"}


@settings(max_examples=40)
@given(odd_alerts())
def test_teams_refuses_no_card_whatever_the_alert_holds(alert: Payload) -> None:
    """No payload of the schema's form fails the run or makes a card that is not shown."""
    if ran(TEAMS, alert).started:
        assert refused(sent(TEAMS, alert)) == []


@settings(max_examples=30)
@given(ODD_TEXTS)
def test_no_text_of_a_log_row_is_where_markdown_acts(text: str) -> None:
    """There are only words of ours."""
    fixed = set(texts_of([words for _, words in adaptive_card.markdown_texts(sent(TEAMS, identities("x")))]))
    found = {words for _, words in adaptive_card.markdown_texts(sent(TEAMS, identities(text)))}

    assert found == fixed
    assert OWN["title"] not in fixed
