"""The statements of a query and the steps of their pipes, as far as a text tells without a grammar.

Works on a query whose comments and texts are blanked (`text.blanked`), so that places in it are those of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LET = re.compile(r"\s*let\s+(\w+)\s*=")
_TABULAR = re.compile(r"\||\b(?:union|datatable|materialize|externaldata|search|find|range|print)\b")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a query.

    Args:
        offset: where it begins.
        text: its code, without the separators around it.
    """

    offset: int
    text: str

    @property
    def start(self) -> int:
        """Where its first word begins."""
        return self.offset + len(self.text) - len(self.text.lstrip())

    def split(self, separator: str) -> Iterator[Piece]:
        """Its parts between separators that stand in no parentheses."""
        depth, begin = 0, 0
        for position, character in enumerate(self.text):
            depth += (character in "([{") - (character in ")]}")
            if character == separator and depth == 0:
                yield Piece(offset=self.offset + begin, text=self.text[begin:position])
                begin = position + 1
        yield Piece(offset=self.offset + begin, text=self.text[begin:])


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement.

    Args:
        name: what a `let` gives a name to; None for what the query returns.
        body: the expression.
    """

    name: str | None
    body: Piece

    @property
    def tabular(self) -> bool:
        """Whether it is about rows; a name alone may be either and is taken for a value."""
        return self.name is None or _TABULAR.search(self.body.text) is not None

    @property
    def steps(self) -> tuple[Piece, ...]:
        """The source of the rows, then what the pipe does with them, without a `materialize` around it."""
        wrapped = re.fullmatch(r"(\s*materialize\s*\()(.*)\)\s*", self.body.text, re.DOTALL)
        body = self.body
        if wrapped is not None:
            body = Piece(offset=body.offset + len(wrapped[1]), text=wrapped[2])
        return tuple(body.split("|"))


def statements(code: str) -> tuple[Statement, ...]:
    """The statements of a query.

    Args:
        code: the query with comments and texts blanked.
    """
    found = []
    for piece in Piece(offset=0, text=code).split(";"):
        if not piece.text.strip():
            continue
        let = _LET.match(piece.text)
        begin = let.end() if let else 0
        body = Piece(offset=piece.offset + begin, text=piece.text[begin:])
        found.append(Statement(name=let[1] if let else None, body=body))
    return tuple(found)


def call_arguments(code: str, opening: int) -> tuple[Piece, ...]:
    """The arguments of a call.

    Args:
        code: the query with comments and texts blanked.
        opening: offset of the call's parenthesis.
    """
    depth = 0
    for position in range(opening, len(code)):
        depth += (code[position] in "([{") - (code[position] in ")]}")
        if depth == 0:
            inside = Piece(offset=opening + 1, text=code[opening + 1 : position])
            return tuple(piece for piece in inside.split(",") if piece.text.strip())
    return ()
