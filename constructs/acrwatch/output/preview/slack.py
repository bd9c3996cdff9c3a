"""A message in Slack as people see it: the part of Block Kit that notifications are made of, and its `mrkdwn`.

Slack: "Block Kit", "Formatting text for app surfaces". Whether Slack takes it is decided in `workflow.bodies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from acrwatch.output.preview.picture import Facts, Line, Links, Paragraph, Part, Picture, Run, Style, plain

Object = Mapping[str, Any]

_COLOURS = {"good": "#2EB67D", "warning": "#ECB22E", "danger": "#E01E5A"}
_OTHER_COLOUR = "#DDDDDD"
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")

# One of these at a time: code, in which nothing else acts; bold, italic and struck words; a link and its label.
_MARKS = re.compile(
    r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|(?<![\w~])~(?P<struck>[^~\n]+)~(?![\w~])|<https://[^|>\s]+\|(?P<label>[^>]+)>|<(?P<url>https://[^|>\s]+)>",
    re.DOTALL,
)
_STYLES = {
    "block": Style.CODE,
    "code": Style.CODE,
    "bold": Style.BOLD,
    "italic": Style.ITALIC,
    "struck": Style.STRUCK,
}


def slack_picture(body: Object) -> Picture:
    """What a message looks like in Slack.

    Args:
        body: what is posted to an incoming webhook.
    """
    attachments = [one for one in body.get("attachments", ()) if isinstance(one, Mapping)]
    blocks = [block for holder in (body, *attachments) for block in holder.get("blocks", ())]
    colour = str(next((one["color"] for one in attachments if "color" in one), _OTHER_COLOUR))
    colour = _COLOURS.get(colour, colour)
    headings = [_text(block) for block in blocks if _kind(block) == "header"]
    return Picture(
        heading=headings[0] if headings else _unescaped(str(body.get("text", ""))),
        colour=colour if _HEX.fullmatch(colour) else _OTHER_COLOUR,
        parts=tuple(part for block in blocks for part in _parts(block)),
    )


def _parts(block: object) -> Iterator[Part]:
    kind = _kind(block)
    if not isinstance(block, Mapping) or kind in ("header", "divider"):
        return
    if kind == "section":
        if "text" in block:
            yield _paragraph(block["text"])
        yield from _fields(block.get("fields", ()))
    elif kind == "context":
        for element in block.get("elements", ()):
            yield _subtle(_paragraph(element))
    elif kind == "actions":
        buttons = [one for one in block.get("elements", ()) if isinstance(one, Mapping)]
        yield Links(tuple((_text(one), str(one.get("url", ""))) for one in buttons))
    else:
        yield plain(f"(a block of the type {kind})", Style.SUBTLE)


def _fields(fields: Sequence[object]) -> Iterator[Part]:
    """A bold line with a name, and its value below, is a fact; other fields are texts."""
    facts = []
    for field in fields:
        paragraph = _paragraph(field)
        (first, *rest) = paragraph.lines
        if rest and [run.styles for run in first] == [frozenset({Style.BOLD})]:
            facts.append((first[0].text, tuple(run for line in rest for run in line)))
        else:
            yield paragraph
    if facts:
        yield Facts(tuple(facts))


def _paragraph(text: object) -> Paragraph:
    written = str(text.get("text", "")) if isinstance(text, Mapping) else str(text)
    if not isinstance(text, Mapping) or text.get("type") != "mrkdwn":
        return plain(written)
    return Paragraph(tuple(_lines(_runs(written))))


def _runs(text: str) -> Iterator[Run]:
    at = 0
    for mark in _MARKS.finditer(text):
        yield Run(_unescaped(text[at : mark.start()]))
        group = str(mark.lastgroup)
        yield Run(_unescaped(mark[group]), frozenset({_STYLES[group]} if group in _STYLES else ()))
        at = mark.end()
    yield Run(_unescaped(text[at:]))


def _lines(runs: Iterator[Run]) -> Iterator[Line]:
    line: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        line += [Run(first, run.styles)] if first else []
        for further in rest:
            yield tuple(line)
            line = [Run(further, run.styles)] if further else []
    yield tuple(line)


def _unescaped(text: str) -> str:
    """Slack knows three entities, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _subtle(paragraph: Paragraph) -> Paragraph:
    lines = (tuple(Run(run.text, run.styles | {Style.SUBTLE}) for run in line) for line in paragraph.lines)
    return Paragraph(tuple(lines))


def _text(block: Object) -> str:
    text = block.get("text")
    return str(text.get("text", "")) if isinstance(text, Mapping) else ""


def _kind(block: object) -> str:
    return str(block.get("type")) if isinstance(block, Mapping) else ""
