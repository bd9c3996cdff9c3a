"""The slow way for texts that DuckDB cannot read as they are: a copy with what it can, line by line.

Lines that cannot be read are left empty, so that all others keep their numbers. Documents become lines, one for each
member.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from acrwatch.rehearsal.reading.unpacking import CutShort

LONGEST = 4 << 20
"""How many bytes a line may have; an event of an Event Hub has at most a fourth of it."""

_NEWLINE = re.compile(rb"\r\n|\n|\r")
_DECODER = json.JSONDecoder()
_RECORDS = re.compile(r'\s*\{\s*"records"\s*:\s*\[')
_AHEAD = 4096
_BLANKS = re.compile(r"[\s\ufeff]*")


class Spooled:
    """A clean copy of a text.

    Args:
        path: where it stands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wrong: list[tuple[int, str]] = []
        self.cut: str | None = None

    def lines(self, pieces: Iterable[bytes]) -> None:
        """Copy lines; `wrong` then has the numbers of those that are left empty, and why."""
        with self.path.open("wb") as copy:
            for number, line in enumerate(self._lines(pieces), start=1):
                if said := _wrong(line):
                    self.wrong.append((number, said))
                    line = b""
                copy.write(line + b"\n")

    def members(self, pieces: Iterable[bytes]) -> None:
        """Copy the members of a document, each to a line of its own."""
        number = 0
        with self.path.open("w", encoding="utf-8", newline="\n") as copy:
            try:
                for member in _members(_Text(self._pieces(pieces))):
                    number += 1
                    copy.write(member.replace("\r", " ").replace("\n", " ") + "\n")
            except ValueError as error:
                self.wrong.append((number + 1, str(error)))
                self.cut = self.cut or f"it could be read up to record {number}"

    def _pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, until the file is cut short."""
        try:
            yield from pieces
        except CutShort as error:
            self.cut = str(error)

    def _lines(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Lines without their ends; of one that is too long, only its beginning."""
        parts: list[bytes] = []
        size = 0
        for piece in _whole_newlines(self._pieces(pieces)):
            *ended, last = _NEWLINE.split(piece)
            for line in ended:
                yield b"".join([*parts, line])
                parts, size = [], 0
            if size <= LONGEST:
                parts.append(last)
                size += len(last)
        if size and self.cut is None:
            yield b"".join(parts)
        elif size:
            yield b"\x00"  # the line in which the file ends


def _whole_newlines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, none of which ends between the two characters of a line's end."""
    held = b""
    for piece in pieces:
        joined = held + piece
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined.removesuffix(b"\r") if held else joined
    yield held


def _wrong(line: bytes) -> str | None:
    if len(line) > LONGEST:
        return f"the line is longer than {LONGEST >> 20} MB"
    if line == b"\x00":
        return "the file ends in this line"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "this is not text in UTF-8"
    return "this is not JSON" if b"\x1f" in line else None


class _Text:
    """A text that comes in pieces, read value by value."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._text = ""
        self._bytes = b""
        self.position = 0
        self.ended = False

    def more(self) -> None:
        """Take as much again as is there."""
        self._text = self._text[self.position :]
        self.position = 0
        wanted = 2 * len(self._text) + 1
        while len(self._text) < wanted and not self.ended:
            piece = next(self._pieces, None)
            self.ended = piece is None
            self._bytes += piece or b""
            # A character may be cut in two at the end of a piece.
            whole = len(self._bytes) if self.ended else max(self._bytes.rfind(b"\n"), self._bytes.rfind(b"}")) + 1
            try:
                self._text += self._bytes[:whole].decode("utf-8")
            except UnicodeDecodeError:
                raise ValueError("this is not text in UTF-8") from None
            self._bytes = self._bytes[whole:]

    def peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        while True:
            self.position = _BLANKS.match(self._text, self.position).end()  # type: ignore[union-attr]
            if self.position < len(self._text):
                return self._text[self.position]
            if self.ended:
                return ""
            self.more()

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Go past what a pattern fits within the next characters, if it does."""
        while len(self._text) - self.position < _AHEAD and not self.ended:
            self.more()
        found = pattern.match(self._text, self.position)
        if found is None:
            return False
        self.position = found.end()
        return True

    def value(self) -> tuple[str, Any]:
        """The next value, as it is written and as it is."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self.position)
            except (ValueError, RecursionError):
                if self.ended:
                    raise ValueError("this is not JSON, or it is cut short") from None
            else:
                if end < len(self._text) or self.ended:
                    written = self._text[self.position : end]
                    self.position = end
                    return written, value
            self.more()


def _members(text: _Text) -> Iterator[str]:
    """The members of lists, those of `records`, and objects that stand by themselves."""
    while first := text.peek():
        if first == "[":
            text.position += 1
            yield from _list(text)
        elif text.skip(_RECORDS):
            yield from _list(text)
            _rest_of_object(text)
        else:
            yield text.value()[0]


def _list(text: _Text) -> Iterator[str]:
    """The members of a list whose beginning has been read."""
    if text.peek() == "]":
        text.position += 1
        return
    while True:
        yield text.value()[0]
        after = text.peek()
        text.position += 1
        if after == "]":
            return
        if after != ",":
            raise ValueError("this is not JSON, or it is cut short")


def _rest_of_object(text: _Text) -> None:
    """Go past what follows `records` in its object."""
    while (after := text.peek()) == ",":
        text.position += 1
        text.value()
        if text.peek() != ":":
            raise ValueError("this is not JSON, or it is cut short")
        text.position += 1
        text.value()
    if after != "}":
        raise ValueError("this is not JSON, or it is cut short")
    text.position += 1
