"""The message in Teams, as an Adaptive Card (Teams: "Format cards in Teams"; Adaptive Cards 1.4).

Markdown acts in TextBlock and FactSet and its escape is not documented, so every text of an alert stands in a TextRun,
which takes none. A mention needs an entry in `msteams.entities`, and there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acrwatch.notifications.alert_fields import (
    ITEM,
    SEVERITIES,
    alert,
    alert_steps,
    by_severity,
    facts_steps,
    label,
    links_steps,
)
from acrwatch.notifications.definition import Step, compose, post, query, select
from acrwatch.notifications.wdl import Expression, call, cut, if_, items, member, otherwise, result, value

# Teams takes 28 KB. A character, as Logic Apps counts them, has at most three bytes on the wire, and what stands
# around the card has some 150.
_CARD_MAX = (28 * 1024 - 250) // 3

# A paragraph has some 70 characters without its text: so many never fit, and the whole card is then not sent. More are
# not made, since a text of it all may not become longer than Logic Apps takes.
_STEPS_MAX = _CARD_MAX // 60

_FACTS = 10
_URL = 2000
# What is kept of a text in the card that is sent where the whole one would be too large. It has room for about 1,500
# characters, each of which may be a control character with six bytes.
_BRIEF = 100

_STYLES = {"Sev0": "attention", "Sev1": "attention", "Sev2": "warning", "Sev3": "accent", "Sev4": "accent"}


def teams_steps(webhook: Expression) -> list[Step]:
    """The steps that send the message.

    Args:
        webhook: URL of the workflow in Teams that posts what it is sent.
    """
    # Each step is a paragraph, since a TextRun does not break its line.
    lines = call("split", alert("first_steps"), "\n")
    no_steps = call("or", alert("resolved"), call("empty", alert("first_steps")))
    alert_link = {"type": "Action.OpenUrl", "title": "Alert in Azure", "url": value(alert("alert_url"))}
    return [
        *alert_steps(),
        *facts_steps(
            {
                "Severity": call("concat", alert("severity"), " ", alert("severity_name")),
                "Measured": alert("measured"),
                "Time span": alert("time_span"),
                "MITRE": alert("attack"),
            },
            _FACTS,
        ),
        *links_steps(_URL),
        select(
            "Actions",
            items("Shown_links"),
            {"type": "Action.OpenUrl", "title": value(member(ITEM, "text")), "url": value(member(ITEM, "url"))},
        ),
        select("Rows", result("Shown_facts"), _row(600)),
        select("Brief_rows", result("Shown_facts"), _row(_BRIEF)),
        query("Step_lines", lines, call("not", call("empty", call("trim", ITEM)))),
        select(
            "Steps",
            if_(
                call("empty", items("Step_lines")),
                call("createArray", "-"),
                call("take", items("Step_lines"), _STEPS_MAX),
            ),
            _step(),
        ),
        compose(
            "Card",
            _card(
                [
                    _title(alert("title")),
                    _optional(alert("meaning")),
                    _optional(alert("resolution")),
                    {"type": "Container", "items": value(items("Rows"))},
                    _paragraph("First steps", weight="Bolder") | {"isVisible": value(call("not", no_steps))},
                    {
                        "type": "Container",
                        "items": value(items("Steps")),
                        "isVisible": value(call("not", no_steps)),
                    },
                    *_origin(300),
                ],
                value(items("Actions")),
            ),
        ),
        compose(
            "Brief_card",
            _card(
                [
                    _title(cut(alert("title"), _BRIEF)),
                    _optional(alert("resolution")),
                    {"type": "Container", "items": value(items("Brief_rows"))},
                    *_origin(_BRIEF),
                ],
                [alert_link],
            ),
        ),
        post(
            value(webhook),
            {
                "type": "message",
                "attachments": [
                    {
                        "contentType": "application/vnd.microsoft.card.adaptive",
                        "content": value(
                            if_(
                                call("greater", call("length", call("string", result("Card"))), _CARD_MAX),
                                result("Brief_card"),
                                result("Card"),
                            )
                        ),
                    }
                ],
            },
        ),
    ]


def _card(body: Sequence[object], actions: object) -> dict[str, object]:
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": list(body),
        "actions": actions,
    }


def _title(title: Expression) -> dict[str, object]:
    severities = {severity: f"{severity} {name}: " for severity, name in SEVERITIES.items()}
    state = if_(alert("resolved"), "Resolved: ", by_severity(severities, "Alert: "))
    return {
        "type": "Container",
        "style": value(if_(alert("resolved"), "good", by_severity(_STYLES, "emphasis"))),
        "bleed": True,
        "items": [_paragraph(call("concat", state, title), size="Large", weight="Bolder")],
    }


def _row(most: int) -> dict[str, object]:
    """A fact: its name, and its value in a face that tells characters apart."""
    return {
        "type": "RichTextBlock",
        "spacing": "Small",
        "inlines": [
            _run(call("concat", cut(label(member(ITEM, "name")), 60), ": "), weight="Bolder"),
            _run(cut(member(ITEM, "value"), most), fontType="Monospace"),
        ],
    }


def _origin(most: int) -> list[dict[str, Any]]:
    """Where the alert comes from, and when: the last lines."""
    parts = {
        "Rule ": alert("rule"),
        "Fired ": alert("fired_at"),
        "Resolved ": alert("resolved_at"),
        "On ": alert("target"),
    }
    lines = [
        _paragraph(call("concat", words, otherwise(cut(of, most), "-")), isSubtle=True, size="Small")
        | {"isVisible": value(call("not", call("empty", of))), "spacing": "None" if position else "Medium"}
        for position, (words, of) in enumerate(parts.items())
    ]
    return [*lines, _optional(alert("further"))]


def _optional(of: Expression) -> dict[str, Any]:
    """A paragraph that is not seen where its text is empty, which Teams would refuse."""
    return _paragraph(otherwise(of, "-")) | {"isVisible": value(call("not", call("empty", of)))}


def _step() -> dict[str, Any]:
    return _paragraph(call("string", ITEM))


def _paragraph(words: Expression | str, **style: object) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [_run(words, **style)]}


def _run(words: Expression | str, **style: object) -> dict[str, object]:
    return {"type": "TextRun", "text": value(words) if isinstance(words, Expression) else words, **style}
