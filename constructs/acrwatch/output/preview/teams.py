"""A message in Teams as people see it: the part of Adaptive Cards that notifications are made of.

Teams: "Format cards in Teams"; Adaptive Cards: "Schema explorer". Whether Teams takes it is decided in
`workflow.bodies`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.output.preview.picture import Facts, Line, Links, Paragraph, Part, Picture, Run, Style, plain

Object = Mapping[str, Any]

# Style of a container -> its colour, about as Teams shows it in its light theme.
_COLOURS = {
    "attention": "#C4314B",
    "warning": "#E9A000",
    "good": "#237B4B",
    "accent": "#4F52B2",
    "emphasis": "#8A8886",
}
_OTHER_COLOUR = _COLOURS["emphasis"]


def teams_picture(body: Object) -> Picture:
    """What a message looks like in Teams.

    Args:
        body: what is posted to the workflow in Teams.
    """
    (attachment, *_) = body["attachments"]
    card = attachment["content"]
    seen = [one for one in card.get("body", ()) if _is_seen(one)]
    heading = next((one for one in seen if one.get("type") == "Container" and "style" in one), None)
    parts = [part for one in seen if one is not heading for part in _parts(one)]
    links = [one for one in card.get("actions", ()) if isinstance(one, Mapping)]
    if links:
        parts.append(Links(tuple((str(one.get("title", "")), str(one.get("url", ""))) for one in links)))
    return Picture(
        heading="" if heading is None else " ".join(_words(heading)),
        colour=_OTHER_COLOUR if heading is None else _COLOURS.get(str(heading["style"]), _OTHER_COLOUR),
        parts=tuple(_gathered(parts)),
    )


def _parts(element: Object) -> Iterator[Part]:
    kind = element.get("type")
    if kind == "RichTextBlock":
        runs = tuple(_run(inline) for inline in element.get("inlines", ()))
        fact = _fact(runs)
        yield Paragraph((runs,)) if fact is None else Facts((fact,))
    elif kind == "TextBlock":
        # Markdown acts here, and is shown as it is written.
        yield plain(str(element.get("text", "")), *_styles(element))
    elif kind == "FactSet":
        facts = element.get("facts", ())
        yield Facts(tuple((str(one.get("title", "")), (Run(str(one.get("value", ""))),)) for one in facts))
    elif kind in ("Container", "Column", "ColumnSet"):
        for inner in element.get("items", element.get("columns", ())):
            if _is_seen(inner):
                yield from _parts(inner)
    else:
        yield plain(f"(an element of the type {kind})", Style.SUBTLE)


def _fact(runs: Line) -> tuple[str, Line] | None:
    """A bold name with a colon, and its value."""
    if len(runs) > 1 and Style.BOLD in runs[0].styles and runs[0].text.endswith(": "):
        return runs[0].text.removesuffix(": "), runs[1:]
    return None


def _gathered(parts: list[Part]) -> Iterator[Part]:
    """Facts, and lines of text that look alike, in one part where they follow each other."""
    together: list[Part] = []
    for part in parts:
        before = together[-1] if together else None
        if isinstance(part, Facts) and isinstance(before, Facts):
            together[-1] = Facts((*before.facts, *part.facts))
        elif isinstance(part, Paragraph) and isinstance(before, Paragraph) and _subtle(part) is _subtle(before):
            together[-1] = Paragraph((*before.lines, *part.lines))
        else:
            together.append(part)
    yield from together


def _subtle(paragraph: Paragraph) -> bool:
    return all(Style.SUBTLE in run.styles for line in paragraph.lines for run in line)


def _run(inline: object) -> Run:
    if not isinstance(inline, Mapping):
        return Run(str(inline))
    return Run(" ".join(str(inline.get("text", "")).splitlines()), frozenset(_styles(inline)))


def _styles(element: Object) -> Iterator[Style]:
    if element.get("weight") == "Bolder":
        yield Style.BOLD
    if element.get("fontType") == "Monospace":
        yield Style.CODE
    if element.get("isSubtle"):
        yield Style.SUBTLE


def _words(element: Object) -> Iterator[str]:
    for part in _parts(element):
        if isinstance(part, Paragraph):
            yield from ("".join(run.text for run in line) for line in part.lines)


def _is_seen(element: object) -> bool:
    return isinstance(element, Mapping) and element.get("isVisible", True) is not False
