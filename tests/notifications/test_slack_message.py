"""What arrives in Slack: the message as the deployed workflow makes it, by Slack's own models and our rules."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.blocks import Block

from acrwatch.workflow.bodies import block_kit
from tests.notifications.sending import ATTACK, OWN, SLACK, identities, odd_alerts, own, ran, sent, texts_of
from tests.payloads import HOSTILE, ODD_TEXTS, PORTAL, SAMPLES, ZERO, Payload, payload

EVENT = {"acrwatch_kind": "event"}
RESOLVED = {"monitorCondition": "Resolved"}


def blocks(message: Any, kind: str) -> list[Any]:
    """The blocks of a type, wherever they stand."""
    every = [*message["blocks"], *(block for part in message["attachments"] for block in part["blocks"])]
    return [block for block in every if block["type"] == kind]


def fields(message: Any) -> dict[str, str]:
    """The fields: name -> value, without the marks around them."""
    found = [block for block in blocks(message, "section") if "fields" in block]
    parts = [field["text"].split("\n", 1) for block in found for field in block["fields"]]
    return {name.strip("*"): text.removeprefix("`").removesuffix("`") for name, text in parts}


def sections(message: Any) -> list[str]:
    """The texts of the sections without fields."""
    return [block["text"]["text"] for block in blocks(message, "section") if "text" in block]


def buttons(message: Any) -> dict[str, str]:
    """Words on a button -> where it leads."""
    return {button["text"]["text"]: button["url"] for row in blocks(message, "actions") for button in row["elements"]}


def title(message: Any) -> str:
    """The headline."""
    (header,) = blocks(message, "header")
    return str(header["text"]["text"])


def refused(message: Any) -> list[str]:
    """Why Slack would not show a message."""
    odd = []
    for block in [*message["blocks"], *message["attachments"][0]["blocks"]]:
        parsed = Block.parse(block)
        if parsed is None:
            odd.append(f"no block that the SDK knows: {block}")
        else:
            # Checks what it holds.
            parsed.to_dict()
    return [*map(str, block_kit.problems(message)), *odd]


def test_a_message_says_what_a_responder_asks_first() -> None:
    """What happened, how bad, who, where, how much, when, what it means and what to do."""
    message = sent(SLACK, own())

    assert title(message) == "🟡 Sev2 Warning: Excessive DCR Images Pulled"
    assert message["text"] == title(message)
    assert message["attachments"][0]["color"] == "#F2B705"
    assert fields(message) == {
        "Severity": "Sev2 Warning",
        "Measured": "64 Images (alerted at &gt; 50)",
        "Time span": "2026-03-02 01:30 to 2026-03-02 02:30 UTC",
        "MITRE": "TA0009 / T1530 (ATT&amp;CK v18)",
        "Registry": "shopimages",
        "Repository": "team/api",
        "Identity": "ci@example.com",
        "CallerIP": "198.51.100.7",
    }
    assert sections(message) == [
        "One identity pulled many distinct images.",
        "*First steps*\n1. Ask &lt;identity&gt;, with `az ad user show`.\n2. Take the role away.",
    ]
    assert refused(message) == []


def test_the_buttons_lead_to_results_alert_runbook_and_technique() -> None:
    """The results are those of just this alert."""
    found = buttons(sent(SLACK, own()))

    assert found == {
        "Query results": f"{PORTAL}/linkToFilteredSearchResultsUI",
        "Alert in Azure": "https://portal.azure.com/#view/Microsoft_Azure_Monitoring_Alerts/AlertDetails.ReactView/alertId~/"
        f"%2Fsubscriptions%2F{ZERO}%2Fproviders%2FMicrosoft.AlertsManagement%2Falerts%2F{ZERO}",
        "Runbook": OWN["runbook"],
        "MITRE technique": ATTACK,
    }


def test_a_link_that_is_too_long_for_a_button_leads_to_the_alert() -> None:
    """It carries the query, and Slack takes 3,000 characters."""
    fitting = f"{PORTAL}/{'q' * (2999 - len(PORTAL))}"

    assert buttons(sent(SLACK, own(linkToFilteredSearchResultsUI=fitting)))["Query results"] == fitting
    found = buttons(sent(SLACK, own(linkToFilteredSearchResultsUI=fitting + "q")))
    assert found["Query results"] == found["Alert in Azure"]


@pytest.mark.parametrize(
    "link",
    [
        "https://portal.azure.com.example.com/x",
        "https://portal.azure.com@example.com/x",
        "http://portal.azure.com/x",
        "javascript:alert(1)",
        "https://portal.azure.com",
    ],
)
def test_a_link_to_elsewhere_makes_no_button(link: str) -> None:
    """Only the portal's pages are worth a click of somebody who is alarmed."""
    found = buttons(sent(SLACK, own(linkToFilteredSearchResultsUI=link)))

    assert "Query results" not in found
    assert link not in found.values()


@pytest.mark.parametrize("portal", ["https://portal.azure.us", "https://portal.azure.cn"])
def test_the_alert_is_in_the_portal_of_its_own_cloud(portal: str) -> None:
    """The results' link says which one that is."""
    found = buttons(sent(SLACK, own(linkToFilteredSearchResultsUI=f"{portal}/#blade/x")))

    assert found["Query results"] == f"{portal}/#blade/x"
    assert found["Alert in Azure"].startswith(f"{portal}/#view/")


@pytest.mark.parametrize(
    ("severity", "headline", "color"),
    [
        ("Sev0", "🔴 Sev0 Critical: ", "#B42318"),
        ("Sev1", "🟠 Sev1 Error: ", "#E8590C"),
        ("Sev2", "🟡 Sev2 Warning: ", "#F2B705"),
        ("Sev3", "🔵 Sev3 Informational: ", "#2F6FEB"),
        ("Sev4", "⚪ Sev4 Verbose: ", "#868E96"),
        ("Bad", "⚪ Alert: ", "#868E96"),
    ],
)
def test_a_severity_is_seen_by_word_and_colour(severity: str, headline: str, color: str) -> None:
    """Colour alone does not reach everybody."""
    message = sent(SLACK, own(essentials={"severity": severity}))

    assert title(message).startswith(headline)
    assert message["attachments"][0]["color"] == color


def test_a_resolved_volume_alert_says_that_the_burst_is_over() -> None:
    """And what that does not mean; what to do first is done."""
    message = sent(SLACK, own(essentials=RESOLVED))

    assert title(message) == "✅ Resolved: Excessive DCR Images Pulled"
    assert message["attachments"][0]["color"] == "#2EB67D"
    assert any("The burst is over" in text for text in sections(message))
    assert not any("First steps" in text for text in sections(message))
    assert refused(message) == []


def test_a_resolved_alert_of_somebody_elses_rule_says_only_what_azure_says() -> None:
    """Nothing is known of a burst."""
    texts = sections(sent(SLACK, SAMPLES["resolved"]))

    assert any("its condition is no longer met" in text for text in texts)


def test_a_resolved_event_alert_starts_no_run() -> None:
    """Should one ever get past the processing rule."""
    assert ran(SLACK, own(essentials=RESOLVED, properties=EVENT)).started is False
    assert ran(SLACK, own(properties=EVENT)).started is True


def test_custom_properties_are_read_from_either_place() -> None:
    """The documentation names one, its samples the other."""
    placed = payload(custom=OWN)

    assert title(sent(SLACK, placed)) == "🟡 Sev2 Warning: Excessive DCR Images Pulled"
    assert buttons(sent(SLACK, placed)) == buttons(sent(SLACK, own()))


def test_a_rule_of_others_has_a_message_too() -> None:
    """With its name, its description and no custom property."""
    message = sent(SLACK, payload())

    assert title(message) == "🟡 Sev2 Warning: acrwatch-excessive_images_pulled"
    assert sections(message) == ["One identity pulled unusually many images."]
    assert set(buttons(message)) == {"Query results", "Alert in Azure"}


@pytest.mark.parametrize("name", SAMPLES)
def test_slack_takes_the_message_of_each_documented_form(name: str) -> None:
    """Whatever is missing or null in it."""
    assert refused(sent(SLACK, SAMPLES[name])) == []


def test_several_conditions_are_told_of() -> None:
    """One is shown, so that nobody takes it for all."""
    (context,) = blocks(sent(SLACK, SAMPLES["several conditions"]), "context")

    assert "The first of 2 conditions is shown" in context["elements"][0]["text"]


def test_ten_fields_are_shown_at_most() -> None:
    """Slack refuses the eleventh."""
    message = sent(SLACK, own({f"D{number}": "x" for number in range(12)}))

    assert len(fields(message)) == 10
    assert refused(message) == []


def test_long_steps_are_cut_and_those_that_fit_are_whole() -> None:
    """Counted as they are escaped."""
    room = 3000 - len("*First steps*\n")
    whole = sections(sent(SLACK, own(properties={"first_steps": "x" * room})))[-1]
    cut = sections(sent(SLACK, own(properties={"first_steps": "<" * 1000})))[-1]

    assert whole.endswith("x" * room)
    assert len(whole) == 3000
    assert cut.endswith("&lt;…")
    assert len(cut) <= 3000


def test_a_very_long_value_is_cut_with_a_mark() -> None:
    """So that nobody takes the beginning for all of it."""
    value = fields(sent(SLACK, own({"Identity": "i" * 1000})))["Identity"]

    assert value == "i" * 329 + "…"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_log_row_does_nothing(text: str) -> None:
    """It stands in a code span, with control characters as entities, and nothing of it is outside."""
    message = sent(SLACK, identities(f"a{text}b"))
    assert refused(message) == []
    (field,) = [found for found in texts_of(message["attachments"]) if found.startswith("*Identity*")]

    inner = re.fullmatch(r"\*Identity\*\n`([^`\n\r\u2028\u2029]+)`", field)
    assert inner is not None
    assert re.search("[<>]", inner[1]) is None
    assert re.search("&(?!(amp|lt|gt);)", inner[1]) is None


def test_every_text_with_markup_leaves_addresses_alone() -> None:
    """Slack would make links of bare addresses."""

    def texts(value: Any) -> list[Any]:
        if isinstance(value, dict):
            inner = [text for item in value.values() for text in texts(item)]
            return [value, *inner] if value.get("type") == "mrkdwn" else inner
        return [text for item in value for text in texts(item)] if isinstance(value, list) else []

    found = texts(sent(SLACK, own()))
    assert found
    assert all(text["verbatim"] is True for text in found)


@settings(max_examples=40)
@given(odd_alerts())
def test_slack_refuses_no_message_whatever_the_alert_holds(alert: Payload) -> None:
    """No payload of the schema's form fails the run or makes a message that is not shown."""
    if ran(SLACK, alert).started:
        assert refused(sent(SLACK, alert)) == []


@settings(max_examples=40)
@given(ODD_TEXTS)
def test_no_text_of_a_log_row_gets_out_of_its_code_span(text: str) -> None:
    """In the names of dimensions neither."""
    message = sent(SLACK, own({text or "x": text}))
    assert refused(message) == []

    for _, written in block_kit.mrkdwn_texts(message):
        assert "<" not in written
        assert ">" not in written
    for name in (block["fields"] for block in blocks(message, "section") if "fields" in block):
        assert all(field["text"].count("`") == 2 for field in name)
        assert all(field["text"].count("\n") == 1 for field in name)
