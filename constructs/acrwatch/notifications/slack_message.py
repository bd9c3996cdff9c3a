"""The message in Slack, as Block Kit (Slack: "Block Kit", "Formatting text for app surfaces").

Text that may come from a log row stands in code spans of `mrkdwn` with `verbatim`, its control characters as entities:
there nothing is markup, mention or link. What the author of a rule wrote may have marks, and code in backticks, but
mentions and links of it do nothing. Titles are plain text, for which Slack does not say what entities become, so that
its control characters are replaced by others that look like them.
"""

from __future__ import annotations

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
from acrwatch.notifications.wdl import (
    Argument,
    Expression,
    call,
    cut,
    if_,
    items,
    member,
    replaced,
    result,
    text,
    value,
)

# Slack's limits: text of a section 3,000, of a field 2,000, of a header 150; fields of a section 10; URL of a button
# 3,000 characters. An escaped character has up to five.
_SECTION = 3000
_FIELD = 2000
_HEADER = 150
_FIELDS = 10
_URL = 3000
_ENTITY = 5

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOKALIKES = {"&": "\N{FULLWIDTH AMPERSAND}", "<": "\u2039", ">": "\u203a"}
_LINE_ENDS = dict.fromkeys("\r\n\t\x0b\x0c\x85\u2028\u2029", " ")
_ICONS = {"Sev0": "🔴", "Sev1": "🟠", "Sev2": "🟡", "Sev3": "🔵", "Sev4": "⚪"}
_OTHER_ICON = "⚪"
_RESOLVED_ICON = "✅"


def slack_steps(webhook: Expression) -> list[Step]:
    """The steps that send the message.

    Args:
        webhook: URL of the webhook.
    """
    name, fact = label(member(ITEM, "name")), member(ITEM, "value")
    field = text("*", _bold(name, 60), "*\n", _code(fact, 330))
    button = {"type": "plain_text", "text": value(member(ITEM, "text")), "emoji": False}
    return [
        *alert_steps(),
        *facts_steps(
            {
                "Severity": call("concat", alert("severity"), " ", alert("severity_name")),
                "Measured": alert("measured"),
                "Time span": alert("time_span"),
                "MITRE": alert("attack"),
            },
            _FIELDS,
        ),
        *links_steps(_URL),
        compose(
            "Slack",
            {
                "title": value(call("concat", _icon(), " ", _state(), _plain(cut(alert("title"), _HEADER - 50)))),
                "notice": value(call("concat", _icon(), " ", _state(), _escaped(alert("title")))),
                "steps": value(_escaped(alert("first_steps"))),
            },
        ),
        select("Fields", result("Shown_facts"), _mrkdwn(field)),
        select(
            "Buttons",
            items("Shown_links"),
            {
                "type": "button",
                "action_id": value(member(ITEM, "name")),
                "text": button,
                "url": value(member(ITEM, "url")),
            },
        ),
        compose(
            "Blocks",
            [
                _section(value(_escaped(cut(alert("meaning"), _SECTION // _ENTITY)))),
                _section(value(alert("resolution"))),
                {"type": "section", "fields": value(items("Fields"))},
                _section(value(_first_steps())),
                {"type": "actions", "elements": value(items("Buttons"))},
                {"type": "context", "elements": [_mrkdwn(_origin())]},
            ],
        ),
        query(
            "Filled_blocks",
            result("Blocks"),
            call("not", call("empty", call("coalesce", member(ITEM, "text", "text"), "no section with a text"))),
        ),
        post(
            value(webhook),
            {
                "text": value(result("Slack", "notice")),
                "blocks": [
                    {
                        "type": "header",
                        "text": {"type": "plain_text", "text": value(result("Slack", "title")), "emoji": False},
                    }
                ],
                # The bar of colour exists only in an attachment.
                "attachments": [{"color": value(alert("color")), "blocks": value(items("Filled_blocks"))}],
            },
        ),
    ]


def _section(content: str) -> dict[str, object]:
    return {"type": "section", "text": _mrkdwn(content)}


def _mrkdwn(content: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": content, "verbatim": True}


def _icon() -> Expression:
    return if_(alert("resolved"), _RESOLVED_ICON, by_severity(_ICONS, _OTHER_ICON))


def _state() -> Expression:
    """`Sev1 Error: `, or `Resolved: `."""
    severities = {severity: f"{severity} {name}: " for severity, name in SEVERITIES.items()}
    return if_(alert("resolved"), "Resolved: ", by_severity(severities, "Alert: "))


def _first_steps() -> Expression:
    """Escaped and whole if it fits, else its beginning; nothing once the alert is resolved."""
    heading = "*First steps*\n"
    room = _SECTION - len(heading)
    escaped = result("Slack", "steps")
    fitting = if_(
        call("greater", call("length", escaped), room),
        _escaped(cut(alert("first_steps"), room // _ENTITY)),
        escaped,
    )
    nothing = call("or", alert("resolved"), call("empty", escaped))
    return if_(nothing, "", call("concat", heading, fitting))


def _origin() -> str:
    """Where the alert comes from and when it fired: the last line."""
    parts: list[tuple[Argument, Expression, int]] = [
        (" · fired ", alert("fired_at"), 40),
        (" · resolved ", alert("resolved_at"), 40),
        (" · on ", alert("target"), 200),
    ]
    shown = [if_(call("empty", of), "", call("concat", words, _code(of, most))) for words, of, most in parts]
    further = if_(call("empty", alert("further")), "", call("concat", "\n", _escaped(alert("further"))))
    return text("Rule ", _code(alert("rule"), 200), *shown, further)


def _escaped(of: Expression) -> Expression:
    return replaced(of, _ENTITIES)


def _plain(of: Expression) -> Expression:
    return replaced(of, {**_LOOKALIKES, **_LINE_ENDS})


def _bold(of: Expression, most: int) -> Expression:
    """A name for the inside of bold marks."""
    return _escaped(call("trim", replaced(cut(of, most), {**dict.fromkeys("*_~`", "-"), **_LINE_ENDS})))


def _code(of: Expression, most: int) -> Expression:
    """A code span, in which only a backtick and the end of a line could end it; never an empty one."""
    inner = replaced(cut(of, most), {"`": "'", **_LINE_ENDS})
    return call("concat", "`", _escaped(if_(call("empty", call("trim", inner)), "-", inner)), "`")
