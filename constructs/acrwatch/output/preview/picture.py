"""A message as people see it, whatever it is for: runs of text with styles, facts, links."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How some words look."""

    BOLD = "bold"
    CODE = "code"
    ITALIC = "italic"
    STRUCK = "struck"
    SUBTLE = "subtle"


@dataclass(frozen=True)
class Run:
    """Some words that look the same.

    Args:
        text: the words.
        styles: how they look. Default: as usual.
    """

    text: str
    styles: frozenset[Style] = frozenset()


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """Lines of text.

    Args:
        lines: the lines.
    """

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Facts:
    """Names, each with its value.

    Args:
        facts: name -> value, in order.
    """

    facts: tuple[tuple[str, Line], ...]


@dataclass(frozen=True)
class Links:
    """Buttons that lead somewhere.

    Args:
        links: what stands on each, and its address.
    """

    links: tuple[tuple[str, str], ...]


Part = Paragraph | Facts | Links


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A message.

    Args:
        heading: its first line.
        colour: `#RRGGBB` of the severity, as the target shows it.
        parts: what is below the heading.
    """

    heading: str
    colour: str
    parts: tuple[Part, ...]


def plain(text: str, *styles: Style) -> Paragraph:
    """A text without markup, in its lines.

    Args:
        text: the text.
        styles: how all of it looks.
    """
    return Paragraph(tuple((Run(line, frozenset(styles)),) for line in text.splitlines() or [""]))
