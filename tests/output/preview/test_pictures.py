"""A body becomes a picture that says what the target would show, whatever stands in it."""

from typing import Any
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings

from acrwatch.output.preview.mail import mail_fields, mail_picture, subject
from acrwatch.output.preview.pagerduty import pagerduty_picture
from acrwatch.output.preview.picture import Facts, Line, Links, Paragraph, Picture, Run, Style
from acrwatch.output.preview.slack import slack_picture
from acrwatch.output.preview.teams import teams_picture
from acrwatch.output.preview.text import WIDTH, as_text
from tests.notifications.sending import PAGERDUTY, SLACK, TEAMS, odd_alerts, own, sent
from tests.payloads import Payload
from tests.rehearsal.notified import HOSTILE

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def said(line: Line) -> str:
    return "".join(run.text for run in line)


def facts(picture: Picture) -> dict[str, str]:
    return {name: said(value) for part in picture.parts if isinstance(part, Facts) for name, value in part.facts}


def links(picture: Picture) -> list[str]:
    return [text for part in picture.parts if isinstance(part, Links) for text, _ in part.links]


def mrkdwn(text: str) -> list[Run]:
    """The runs of one line of Slack's markup."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    (paragraph,) = slack_picture({"text": "x", "blocks": [block]}).parts
    assert isinstance(paragraph, Paragraph)
    return [run for line in paragraph.lines for run in line]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a *b* `c` _d_ ~e~", ["a ", "*b", " ", "`c", " ", "_d", " ", "~e"]),
        ("&lt;@U0&gt; &amp;lt; &quot;", ["<@U0> &lt; &quot;"]),
        ("`*a* &lt;`", ["`*a* <"]),
        ("```a\nb```", ["`a", "`b"]),
        ("2*3*4 a_b_c", ["2*3*4 a_b_c"]),
        ("<https://example.com/|page> <https://example.com/>", ["page", " ", "https://example.com/"]),
        ("<!channel> <javascript:x|y>", ["<!channel> <javascript:x|y>"]),
    ],
)
def test_markup_of_slack_is_read_as_slack_reads_it(text: str, runs: list[str]) -> None:
    marks = {Style.BOLD: "*", Style.CODE: "`", Style.ITALIC: "_", Style.STRUCK: "~"}

    assert ["".join(marks[one] for one in run.styles) + run.text for run in mrkdwn(text)] == runs


def test_slack_shows_title_facts_steps_and_buttons() -> None:
    picture = slack_picture(sent(SLACK, own()))

    assert (picture.heading, picture.colour) == ("🟡 Sev2 Warning: Excessive DCR Images Pulled", "#F2B705")
    assert facts(picture)["Measured"] == "64 Images (alerted at > 50)"
    assert facts(picture)["Identity"] == "ci@example.com"
    assert links(picture) == ["Query results", "Alert in Azure", "Runbook", "MITRE technique"]
    texts = [said(line) for part in picture.parts if isinstance(part, Paragraph) for line in part.lines]
    assert "1. Ask <identity>, with az ad user show." in texts
    assert texts[-1].startswith("Rule acrwatch-excessive_images_pulled · fired 2026-03-02 02:31 UTC")


def test_teams_shows_title_facts_steps_and_buttons_and_hides_what_is_not_visible() -> None:
    fired, over = (
        teams_picture(sent(TEAMS, own())),
        teams_picture(sent(TEAMS, own(essentials={"monitorCondition": "Resolved"}))),
    )

    assert (fired.heading, over.heading) == (
        "Sev2 Warning: Excessive DCR Images Pulled",
        "Resolved: Excessive DCR Images Pulled",
    )
    assert facts(fired)["Identity"] == "ci@example.com"
    assert links(fired) == ["Query results", "Alert in Azure", "Runbook", "MITRE technique"]
    assert "First steps" in as_text(fired, terminal=False)
    assert "First steps" not in as_text(over, terminal=False)
    assert "The burst is over" not in as_text(fired, terminal=False)
    assert "The burst is over" in as_text(over, terminal=False)


def test_pagerduty_shows_the_event() -> None:
    text = as_text(pagerduty_picture(sent(PAGERDUTY, own())), terminal=False)

    assert "Event      trigger" in text
    assert "Severity   warning" in text
    assert "Component  team/api" in text
    assert "2. Take the role away." in text


def test_parts_that_others_use_are_named_and_lose_nothing() -> None:
    """A workflow in the stack may be anybody's."""
    slack = slack_picture({"text": "a &amp; b", "attachments": [{"color": "danger", "blocks": [{"type": "image"}, 3]}]})
    body: list[Any] = [
        {"type": "TextBlock", "text": "*hello*", "weight": "Bolder"},
        {"type": "FactSet", "facts": [{"title": "Who", "value": "me"}]},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "Image"}]}]},
    ]
    teams = teams_picture({"attachments": [{"content": {"body": body}}]})

    assert (slack.heading, slack.colour) == ("a & b", "#E01E5A")
    assert "(a block of the type image)" in as_text(slack, terminal=False)
    assert facts(teams) == {"Who": "me"}
    assert "*hello*" in as_text(teams, terminal=False)
    assert "(an element of the type Image)" in as_text(teams, terminal=False)


def test_a_mail_has_about_the_fields_of_the_schema() -> None:
    resolved = own(essentials={"monitorCondition": "Resolved", "resolvedDateTime": "2026-03-02T03:31:04Z"})
    picture = mail_picture(own(), "Registry: look at this")

    assert subject(own()) == (
        "Fired:Sev2 Azure Monitor Alert acrwatch-excessive_images_pulled on central at 2026-03-02T02:31:04Z"
    )
    assert subject(resolved).startswith("Resolved:Sev2 ")
    assert subject(resolved).endswith(" at 2026-03-02T03:31:04Z")
    assert picture.heading == "Subject: Registry: look at this"
    assert mail_fields(own())["Dimension Identity"] == "ci@example.com"
    assert mail_fields(own())["Measure"] == "Images GreaterThan 50"
    assert mail_fields(resolved)["Resolved time"] == "2026-03-02T03:31:04Z"
    assert "approximate" in as_text(picture, terminal=False)


@given(odd_alerts())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_payload_makes_a_picture_that_cannot_be_drawn_or_that_moves_the_cursor(alert: Payload) -> None:
    """Whatever a log row holds, a terminal gets no control character but the end of a line."""
    from tests.notifications.sending import ran

    for receiver, draw in ((SLACK, slack_picture), (TEAMS, teams_picture), (PAGERDUTY, pagerduty_picture)):
        for delivery in ran(receiver, alert).deliveries:
            text = as_text(draw(delivery.request().json()), terminal=False)
            assert {category(character) for character in text.replace("\n", "")}.isdisjoint(UNSEEN)


def test_text_is_no_wider_than_a_page_and_says_code_with_marks() -> None:
    text = as_text(slack_picture(sent(SLACK, own({"Identity": HOSTILE + "x" * 300}))), terminal=False)

    assert max(map(len, text.splitlines())) <= WIDTH
    assert "with `az ad user show`" in text
    assert "⟨U+202E⟩" in text
    assert "\x1b" not in text


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)

    text = as_text(slack_picture(sent(SLACK, own())), terminal=True)

    assert "\x1b[" in text
    assert "▌ " in text
