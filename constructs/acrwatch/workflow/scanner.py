"""An expression of the Workflow Definition Language as tokens.

What they mean together is decided in `parser`. The alphabet follows the scanner of Microsoft's designer: texts in
single quotes, a quote in them doubled, no escapes; there are no double quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from acrwatch.workflow.failure import ExpressionError


class TokenKind(StrEnum):
    """What a token is."""

    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of an expression.

    Args:
        kind: what it is.
        text: how it is written.
        at: where in the whole text it begins.
        value: what a number or string stands for.
    """

    kind: TokenKind
    text: str
    at: int
    value: str | int | float = ""

    @property
    def end(self) -> int:
        """Where in the whole text it ends."""
        return self.at + len(self.text)


_BLANK = re.compile(r"[ \t\r\n]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![A-Za-z0-9_])")
_STRING = re.compile(r"'((?:[^']|'')*)'")
_MARK = re.compile(r"\?\.|\?\[|[()\[\].,{}]")

_HINTS = {
    '"': "texts stand in single quotes, and a quote in them is doubled",
    "'": "the text has no closing quote",
    "?": "a question mark stands before .name or [...]",
    "@": "an @ stands only before the whole expression",
}


def scan(text: str, at: int) -> Token:
    """The token at a place, after blanks.

    Args:
        text: the whole text.
        at: the place, counted from 0.

    Raises:
        ExpressionError: no token begins here.
    """
    blank = _BLANK.match(text, at)
    at = at if blank is None else blank.end()
    if at >= len(text):
        return Token(TokenKind.END, "", at)
    if found := _NAME.match(text, at):
        return Token(TokenKind.NAME, found[0], at)
    if found := _NUMBER.match(text, at):
        return Token(TokenKind.NUMBER, found[0], at, _number(found, at))
    if found := _STRING.match(text, at):
        return Token(TokenKind.STRING, found[0], at, found[1].replace("''", "'"))
    if found := _MARK.match(text, at):
        return Token(TokenKind.MARK, found[0], at)
    hint = _HINTS.get(text[at])
    raise ExpressionError(f"{text[at]!r} means nothing here" + (f"; {hint}" if hint else ""), at)


def _number(found: re.Match[str], at: int) -> int | float:
    if found[1] is None and found[2] is None:
        # More digits would not fit into 64 bits.
        if len(found[0]) > 18:
            raise ExpressionError("the number has more than 18 characters", at)
        return int(found[0])
    number = float(found[0])
    if not isfinite(number):
        raise ExpressionError("the number is too large", at)
    return number
