"""Texts of logs as people may see them: what cannot be seen, or turns a line around, stands as its number.

Logs are written by attackers too, who choose names of repositories and clients; a terminal or a browser would obey.
"""

from __future__ import annotations

import unicodedata

# Controls, format characters (bidirectional ones among them), halves of pairs, and separators of lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LAYOUT = "\n\t"


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
