"""HTML that is escaped because nothing else can be written: texts become `Markup` only by way of `el`.

Logs are written by attackers too. So characters that nobody sees, or that turn a line around, stand as their number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "input", "link", "meta", "wbr"})
# Controls, format characters (bidirectional ones among them), halves of pairs, and separators of lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LAYOUT = "\n\t"


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Child = str | Markup | None
Attribute = str | int | float | bool | None


def el(tag: str, *children: Child | Iterable[Child], **attributes: Attribute) -> Markup:
    """One element.

    Args:
        tag: its name.
        children: what is in it, one after another: markup as it is, texts escaped, None not at all.
        attributes: its attributes; an underscore at the end is dropped and others become hyphens. True is an attribute
            without a value, False and None none at all.
    """
    opening = "".join([tag, *(_attribute(name, value) for name, value in attributes.items())])
    if tag in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{''.join(_flat(children))}</{tag}>")


def text(value: str) -> Markup:
    """A text, escaped.

    Args:
        value: the text.
    """
    return Markup(escape(visible(value)))


def together(*children: Child | Iterable[Child]) -> Markup:
    """Several pieces, one after another.

    Args:
        children: as for `el`.
    """
    return Markup("".join(_flat(children)))


def visible(value: str) -> str:
    """A text in which what cannot be seen, or misleads the eye, stands as its code point.

    Args:
        value: the text.
    """
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(character):04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
        if unicodedata.category(character) in _UNSEEN and character not in _LAYOUT
        else character
        for character in value
    )


def _flat(children: Iterable[Child | Iterable[Child]]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            yield child if isinstance(child, Markup) else text(child)
        else:
            yield from _flat(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{text(str(value))}"'
