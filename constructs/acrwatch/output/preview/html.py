"""A picture of a message in Slack or Teams as one page that needs nothing else, about as the two show it.

Texts can only be escaped (`report.markup`). The page's policy allows its one style by its hash, and nothing else: no
script, no request. Addresses become links only where they lead to https.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files

from acrwatch.output.preview.picture import Facts, Line, Paragraph, Part, Picture
from acrwatch.output.report.markup import Markup, el
from acrwatch.synthesised import MessageTarget

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
# Drawn, since a machine need not have a font with them: emoji of a heading -> its colour.
_ICONS = {
    "🔴": "#dd2e44",
    "🟠": "#f4900c",
    "🟡": "#fdcb58",
    "🔵": "#55acee",
    "⚪": "#e6e7e8",
    "✅": "#2eb67d",
}
_TICK = "M5 9.5 8 12.5 13 6"


def as_page(picture: Picture, target: MessageTarget) -> str:
    """One page with the message.

    Args:
        picture: the message.
        target: Slack or Teams, whose look it gets.

    Raises:
        ValueError: the colour is none.
    """
    if _COLOUR.fullmatch(picture.colour) is None:
        raise ValueError(f"{picture.colour!r} is no colour such as #B42318")
    style = Markup(f":root {{ --severity: {picture.colour}; }}\n{_style()}")
    sender = el("p", el("b", "acrwatch"), el("span", "App", class_="app"), class_="sender")
    heading = el("h1", _heading(picture.heading))
    parts = [_part(part) for part in picture.parts]
    message = el(
        "article",
        el("div", "a", class_="avatar", aria_hidden="true"),
        el("div", sender, el("div", heading, el("div", parts, class_="body"), class_="card"), class_="content"),
        class_=target.value.lower(),
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light"),
        # Without one, browsers ask the server of the page for it.
        el("link", rel="icon", href="data:,"),
        el("title", f"{picture.heading} - {target}"),
        el("style", style),
    )
    note = el("p", f"About what it looks like in {target}. Drawn by acrwatch.", class_="note")
    return f"<!doctype html>\n{el('html', head, el('body', el('main', message, note)), lang='en')}\n"


def _heading(text: str) -> Iterator[Markup | str]:
    icon, rest = text[:1], text[1:]
    colour = _ICONS.get(icon)
    if colour is None:
        yield text
        return
    shape = (
        [
            el("rect", x=1, y=1, width=16, height=16, rx=3, fill=colour),
            el("path", d=_TICK, fill="none", stroke="#fff", stroke_width=2),
        ]
        if icon == "✅"
        else [el("circle", cx=9, cy=9, r=8, fill=colour)]
    )
    yield el("svg", shape, viewBox="0 0 18 18", width=18, height=18, role="img", aria_label=icon)
    yield rest


def _part(part: Part) -> Markup:
    if isinstance(part, Paragraph):
        return el("div", (el("p", _runs(line)) for line in part.lines), class_="paragraph")
    if isinstance(part, Facts):
        return el("dl", (el("div", el("dt", name), el("dd", _runs(value))) for name, value in part.facts))
    return el("p", (_link(text, url) for text, url in part.links), class_="links")


def _runs(line: Line) -> Iterator[Markup]:
    for run in line:
        classes = " ".join(sorted(style.value for style in run.styles))
        yield el("span", run.text, class_=classes or None)


def _link(text: str, url: str) -> Markup:
    if url.startswith("https://"):
        return el("a", text, href=url, rel="noopener noreferrer")
    return el("span", text, class_="dead")


def _policy(style: Markup) -> str:
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{hashed}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return files("acrwatch.output.preview").joinpath("preview.css").read_text(encoding="utf-8")
