"""What Teams refuses in a message with an Adaptive Card, and where Markdown acts in one.

The wrapper, the size and what Teams leaves out of Adaptive Cards are those of Microsoft's pages "Create and send
messages with Incoming Webhooks" and "Format cards in Microsoft Teams". The tests ask the schema of the cards as well;
only the elements that a notification is made of are known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow.bodies.checks import count_problems, text_problems, url_problems
from acrwatch.workflow.shape_checks import choice_problems, is_object, object_problems
from acrwatch.workflow.values import sendable

Object = Mapping[str, Any]
Found = Iterator[Problem]

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
SIZE = 28 * 1024
"""Bytes of a message to an incoming webhook. For Workflows none is documented."""

VERSIONS = ("1.2", "1.3", "1.4")
"""Of the schema: text runs came with 1.2, and 1.4 is shown everywhere in Teams."""

_TEXT = SIZE


@dataclass(frozen=True)
class Element:
    """An element of a card.

    Args:
        texts: members that hold a text and have to.
        lists: members that hold elements and have to.
        may: other members it can have.
    """

    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_BLOCK = ("id", "isVisible", "separator", "spacing", "height")
_STYLED = ("style", "bleed", "minHeight", "verticalContentAlignment")
_FONT = ("color", "fontType", "isSubtle", "size", "weight")

ELEMENTS: Mapping[str, Element] = {
    "TextBlock": Element(texts=("text",), may=(*_BLOCK, *_FONT, "horizontalAlignment", "maxLines", "wrap", "style")),
    "RichTextBlock": Element(lists=("inlines",), may=(*_BLOCK, "horizontalAlignment")),
    "TextRun": Element(texts=("text",), may=(*_FONT, "highlight", "italic", "strikethrough", "underline")),
    "Container": Element(lists=("items",), may=(*_BLOCK, *_STYLED)),
    "ColumnSet": Element(lists=("columns",), may=(*_BLOCK, *_STYLED, "horizontalAlignment")),
    "Column": Element(lists=("items",), may=(*_BLOCK, *_STYLED, "width")),
    "FactSet": Element(lists=("facts",), may=_BLOCK),
    "ActionSet": Element(lists=("actions",), may=(*_BLOCK, "horizontalAlignment")),
    "Action.OpenUrl": Element(texts=("title",), may=("url", "id", "style", "tooltip", "mode")),
}
"""What may be in a card, by its type. Of actions a card that nobody answers can only open addresses."""

_FACT = Element(texts=("title", "value"))

# What may be in which list.
_ACTIONS = ("Action.OpenUrl",)
_BODY = tuple(name for name in ELEMENTS if name not in ("TextRun", "Column", *_ACTIONS))
_INSIDE: Mapping[str, Sequence[str]] = {
    "inlines": ("TextRun",),
    "columns": ("Column",),
    "actions": _ACTIONS,
    "items": _BODY,
    "body": _BODY,
}


def problems(message: object) -> list[Problem]:
    """What is wrong with the body of a post to a Teams webhook.

    Args:
        message: the JSON that is posted.
    """
    if found := list(object_problems(message, (), needs=("type", "attachments"))):
        return found
    if not is_object(message):
        return []
    found += choice_problems(message["type"], ["message"], ("type",))
    found += count_problems(message["attachments"], 1, 1, ("attachments",))
    if not found:
        found += _attachment(message["attachments"][0], ("attachments", 0))
    size = len(sendable(json.dumps(message, ensure_ascii=False, separators=(",", ":"))).encode())
    if size > SIZE:
        found.append(Problem(path=(), message=f"the message has {size} bytes, and may have {SIZE}"))
    return found


def markdown_texts(message: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts of a message in which Markdown acts, and where each is: all but those of text runs."""
    if is_object(message):
        for key, value in message.items():
            if isinstance(value, str) and key in ("text", "title", "value") and message.get("type") != "TextRun":
                yield (*path, key), value
            else:
                yield from markdown_texts(value, (*path, key))
    elif isinstance(message, list | tuple):
        for number, item in enumerate(message):
            yield from markdown_texts(item, (*path, number))


def _attachment(attachment: object, path: Path) -> Found:
    yield from (found := list(object_problems(attachment, path, needs=("contentType", "content"), may=("contentUrl",))))
    if found or not is_object(attachment):
        return
    yield from choice_problems(attachment["contentType"], [CONTENT_TYPE], (*path, "contentType"))
    yield from choice_problems(attachment.get("contentUrl"), [None], (*path, "contentUrl"))
    yield from _card(attachment["content"], (*path, "content"))


def _card(card: object, path: Path) -> Found:
    needs = ("type", "version", "body")
    yield from object_problems(card, path, needs=needs, may=("$schema", "actions", "msteams", "fallbackText", "speak"))
    if not is_object(card):
        return
    yield from choice_problems(card.get("type", "AdaptiveCard"), ["AdaptiveCard"], (*path, "type"))
    yield from choice_problems(card.get("version", "1.4"), VERSIONS, (*path, "version"))
    yield from choice_problems(card.get("$schema", SCHEMA), [SCHEMA], (*path, "$schema"))
    # An entity would make a mention of a name in the card.
    yield from choice_problems(card.get("msteams", {}), [{}, {"width": "Full"}], (*path, "msteams"))
    for key in ("fallbackText", "speak"):
        if key in card:
            yield from text_problems(card[key], _TEXT, (*path, key))
    yield from _list(card.get("body", [None]), "body", (*path, "body"))
    if "actions" in card:
        yield from _list(card["actions"], "actions", (*path, "actions"))


def _list(items: object, member: str, path: Path) -> Found:
    yield from count_problems(items, 1, None, path)
    if isinstance(items, list | tuple):
        for number, item in enumerate(items):
            yield from _element(item, member, (*path, number))


def _element(element: object, member: str, path: Path) -> Found:
    if not is_object(element):
        yield Problem(path=path, message=f"{shown(element)} is no object")
        return
    if member == "facts":
        yield from _members(element, _FACT, path, needs=())
        return
    kind = str(element.get("type"))
    if kind not in _INSIDE[member]:
        yield from choice_problems(kind, _INSIDE[member], (*path, "type"))
        return
    yield from _members(element, ELEMENTS[kind], path, needs=("type",))
    if kind == "Action.OpenUrl":
        if "url" not in element:
            yield Problem(path=path, message="url is missing")
        else:
            yield from url_problems(element["url"], _TEXT, (*path, "url"))


def _members(element: Object, shape: Element, path: Path, needs: tuple[str, ...]) -> Found:
    yield from object_problems(element, path, needs=(*needs, *shape.texts, *shape.lists), may=shape.may)
    for key in shape.texts:
        if key in element:
            yield from text_problems(element[key], _TEXT, (*path, key))
    for key in shape.lists:
        if key in element:
            yield from _list(element[key], key, (*path, key))
