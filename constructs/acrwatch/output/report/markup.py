"""HTML that is escaped because nothing else can be written: texts become `Markup` only by way of `el`.

Logs are written by attackers too. So characters that nobody sees, or that turn a line around, stand as their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from acrwatch.output.visible import visible

_VOID = frozenset({"br", "input", "link", "meta", "wbr"})


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
