"""What Slack refuses in a message with blocks, and what of a text would act there.

The limits are those of Slack's "Block Kit" reference. Only the blocks that a notification is made of are known here; of
text the rules are stricter than Slack's own: what looks like a mention, or like a link that is none, is a problem.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow.bodies.checks import count_problems, flag_problems, text_problems, url_problems
from acrwatch.workflow.shape_checks import choice_problems, is_object, object_problems

Object = Mapping[str, Any]
Found = Iterator[Problem]

BLOCKS = 50
TEXT = 3_000
FIELDS = 10
FIELD = 2_000
HEADER = 150
CONTEXT = 10
BUTTONS = 25
LABEL = 75
URL = 3_000
VALUE = 2_000
ID = 255

_COLOUR = re.compile(r"good|warning|danger|#[0-9A-Fa-f]{6}")
_BRACKET = re.compile(r"<([^<>]*)>")
_LINK = re.compile(r"https://[^\s|]+(?:\|[^|]+)?")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def problems(message: object) -> list[Problem]:
    """What is wrong with the body of a post to an incoming webhook.

    Args:
        message: the JSON that is posted.
    """
    if found := list(object_problems(message, (), needs=("text",), may=("blocks", "attachments"))):
        return found
    if not is_object(message):
        return []
    found += text_problems(message["text"], TEXT, ("text",))
    found += _markup(message["text"], ("text",))
    blocks = list(_blocks(message))
    if len(blocks) > BLOCKS:
        found.append(Problem(path=(), message=f"there are {len(blocks)} blocks, and there may be {BLOCKS}"))
    if "blocks" in message:
        found += count_problems(message["blocks"], 1, BLOCKS, ("blocks",))
    if "attachments" in message:
        found += _attachments(message["attachments"], ("attachments",))
    for path, block in blocks:
        found += _block(block, path)
    for key in ("block_id", "action_id"):
        found += _unique(key, blocks)
    return found


def outside_code(text: str) -> str:
    """What is left of a mrkdwn text without its code: the part where `*`, `_`, `~` and addresses act."""
    return _CODE.sub("", text)


def mrkdwn_texts(message: Object) -> Iterator[tuple[Path, str]]:
    """The texts of a message in which markup acts, and where each is."""
    if isinstance(message.get("text"), str):
        yield ("text",), message["text"]
    for path, block in _blocks(message):
        for place, value in _objects(block, path):
            if value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
                yield (*place, "text"), value["text"]


def _blocks(message: Object) -> Iterator[tuple[Path, object]]:
    holders: list[tuple[Path, Any]] = [((), message)]
    attachments = message.get("attachments")
    if isinstance(attachments, list | tuple):
        holders += [(("attachments", number), one) for number, one in enumerate(attachments)]
    for path, holder in holders:
        if is_object(holder) and isinstance(holder.get("blocks"), list | tuple):
            for number, block in enumerate(holder["blocks"]):
                yield (*path, "blocks", number), block


def _objects(value: object, path: Path) -> Iterator[tuple[Path, Object]]:
    if is_object(value):
        yield path, value
        for key, item in value.items():
            yield from _objects(item, (*path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _objects(item, (*path, number))


def _unique(key: str, blocks: list[tuple[Path, object]]) -> Found:
    """Slack asks for ids that differ within a message, and within a block."""
    ids = Counter(
        str(value[key]) for path, block in blocks for _, value in _objects(block, path) if value.get(key) is not None
    )
    for value, count in ids.items():
        if count > 1:
            yield Problem(path=(), message=f"{count} parts have the {key} {shown(value)}")


def _attachments(attachments: object, path: Path) -> Found:
    yield from count_problems(attachments, 1, None, path)
    if not isinstance(attachments, list | tuple):
        return
    for number, attachment in enumerate(attachments):
        at = (*path, number)
        yield from object_problems(attachment, at, needs=("blocks",), may=("color", "fallback"))
        if not is_object(attachment):
            continue
        yield from count_problems(attachment.get("blocks", [None]), 1, BLOCKS, (*at, "blocks"))
        if _COLOUR.fullmatch(str(attachment.get("color", "good"))) is None:
            yield Problem(path=(*at, "color"), message=f"{shown(attachment['color'])} is no colour such as #a30200")
        if "fallback" in attachment:
            yield from text_problems(attachment["fallback"], TEXT, (*at, "fallback"))


def _block(block: object, path: Path) -> Found:
    if not is_object(block) or str(block.get("type")) not in _KINDS:
        kind = block.get("type") if is_object(block) else block
        yield from choice_problems(kind, _KINDS, (*path, "type") if is_object(block) else path)
        return
    if "block_id" in block:
        yield from text_problems(block["block_id"], ID, (*path, "block_id"))
    yield from _KINDS[block["type"]](block, path)


def _section(block: Object, path: Path) -> Found:
    yield from object_problems(block, path, needs=("type",), may=("block_id", "text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        yield Problem(path=path, message="a section needs text or fields")
    if "text" in block:
        yield from _text(block["text"], TEXT, (*path, "text"))
    if "fields" in block:
        yield from count_problems(block["fields"], 1, FIELDS, (*path, "fields"))
        yield from _each(block["fields"], lambda field, at: _text(field, FIELD, at), (*path, "fields"))
    if "accessory" in block:
        yield from _button(block["accessory"], (*path, "accessory"))
    if "expand" in block:
        yield from flag_problems(block["expand"], (*path, "expand"))


def _header(block: Object, path: Path) -> Found:
    yield from (found := list(object_problems(block, path, needs=("type", "text"), may=("block_id",))))
    if not found:
        yield from _text(block["text"], HEADER, (*path, "text"), only="plain_text")


def _context(block: Object, path: Path) -> Found:
    yield from (found := list(object_problems(block, path, needs=("type", "elements"), may=("block_id",))))
    if not found:
        yield from count_problems(block["elements"], 1, CONTEXT, (*path, "elements"))
        yield from _each(block["elements"], lambda element, at: _text(element, TEXT, at), (*path, "elements"))


def _actions(block: Object, path: Path) -> Found:
    yield from (found := list(object_problems(block, path, needs=("type", "elements"), may=("block_id",))))
    if not found:
        yield from count_problems(block["elements"], 1, BUTTONS, (*path, "elements"))
        yield from _each(block["elements"], _button, (*path, "elements"))


def _divider(block: Object, path: Path) -> Found:
    yield from object_problems(block, path, needs=("type",), may=("block_id",))


def _each(values: object, check: Callable[[object, Path], Found], path: Path) -> Found:
    if isinstance(values, list | tuple):
        for number, value in enumerate(values):
            yield from check(value, (*path, number))


_LIMITS = {"action_id": ID, "value": VALUE, "accessibility_label": LABEL}


def _button(button: object, path: Path) -> Found:
    found = list(object_problems(button, path, needs=("type", "text"), may=("url", "style", *_LIMITS)))
    yield from found
    if not is_object(button):
        return
    yield from choice_problems(button.get("type", "button"), ["button"], (*path, "type"))
    if "text" in button:
        yield from _text(button["text"], LABEL, (*path, "text"), only="plain_text")
    if "url" in button:
        yield from url_problems(button["url"], URL, (*path, "url"))
    if "style" in button:
        yield from choice_problems(button["style"], ["primary", "danger"], (*path, "style"))
    for key, most in _LIMITS.items():
        if key in button:
            yield from text_problems(button[key], most, (*path, key))


def _text(text: object, most: int, path: Path, *, only: str | None = None) -> Found:
    yield from (found := list(object_problems(text, path, needs=("type", "text"), may=("emoji", "verbatim"))))
    if found or not is_object(text):
        return
    kinds = ["plain_text", "mrkdwn"] if only is None else [only]
    yield from choice_problems(text["type"], kinds, (*path, "type"))
    yield from text_problems(text["text"], most, (*path, "text"))
    for key, kind in (("emoji", "plain_text"), ("verbatim", "mrkdwn")):
        if key in text:
            yield from flag_problems(text[key], (*path, key))
            if text["type"] != kind:
                yield Problem(path=(*path, key), message=f"only {kind} has {key}")
    if text["type"] == "mrkdwn":
        yield from _markup(text["text"], (*path, "text"))


def _markup(text: object, path: Path) -> Found:
    """Control characters that were not escaped: by them text from a log would mention people or make links."""
    if not isinstance(text, str):
        return
    for found in _BRACKET.finditer(text):
        if _LINK.fullmatch(found[1]) is None:
            yield Problem(path=path, message=f"{shown(found[0])} is a mention, or no link")
    rest = _BRACKET.sub("", text)
    if re.search(r"[<>]|&(?!(?:amp|lt|gt);)", rest):
        yield Problem(path=path, message="there is a < or > or & that is not written &lt; or &gt; or &amp;")


_KINDS: Mapping[str, Callable[[Object, Path], Found]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}
