"""A rehearsal as one HTML page that needs nothing else: no server, no network, no other file.

The page says so to the browser: its policy allows the style and the script in it, by their hashes, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files

from acrwatch.output.report.alerts import alerts
from acrwatch.output.report.log import assumptions, log
from acrwatch.output.report.markup import Markup, el
from acrwatch.output.report.messages import messages as of_messages
from acrwatch.output.report.rules import rules
from acrwatch.output.report.selection import select
from acrwatch.output.report.summary import summary, verdict
from acrwatch.output.report.timeline import timeline
from acrwatch.rehearsal.messages import Messages
from acrwatch.rehearsal.model import Rehearsal


def as_html(rehearsal: Rehearsal, messages: Messages | None = None) -> str:
    """One page with the outcome, a timeline, the alerts, their messages, the rules and what the outcome rests on.

    Up to 100 alerts can be opened and 1,000 are listed, the first ones of each rule; the page says what it leaves out.

    Args:
        rehearsal: what was found.
        messages: what became of the messages of Logic Apps. Default: there are none, or nobody looked.
    """
    selection = select(rehearsal.alerts)
    body = el(
        "body",
        el("a", "To the alerts", href="#alerts", class_="skip"),
        summary(rehearsal, messages),
        el(
            "main",
            _section("timeline", "Timeline", [timeline(rehearsal, selection)]),
            _section("alerts", "Alerts", [alerts(rehearsal, selection)]),
            None if messages is None else _section("messages", "Messages", [of_messages(messages)]),
            _section("rules", "Rules", [rules(rehearsal.rules)]),
            _section("log", "Log", [log(rehearsal.log)]),
            _section("assumptions", "What this rests on", [assumptions(rehearsal.clock)]),
        ),
        el("script", _resource("report.js")),
    )
    return f"<!doctype html>\n{el('html', _head(verdict(rehearsal)), body, lang='en')}\n"


def _head(title: str) -> Markup:
    policy = (
        f"default-src 'none'; style-src {_hash('report.css')}; script-src {_hash('report.js')}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        # Without one, browsers ask the server of the page for it.
        el("link", rel="icon", href="data:,"),
        el("title", f"{title} - acrwatch rehearsal"),
        el("style", _resource("report.css")),
    )


def _section(id_: str, title: str, content: Sequence[Markup]) -> Markup:
    return el(
        "section", el("h2", title, id=f"{id_}-title"), content, id=id_, aria_labelledby=f"{id_}-title", tabindex=-1
    )


@cache
def _resource(name: str) -> Markup:
    return Markup(files("acrwatch.output.report").joinpath(name).read_text(encoding="utf-8"))


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(_resource(name).encode()).digest()).decode()}'"
