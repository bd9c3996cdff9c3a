r"""Plain values as text that people review: YAML with block texts.

Written here and not by a library, since a library's next release may quote or wrap otherwise, and since queries shall
keep their lines even where one of them ends in a space. It is read back by any YAML reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_INDENT = "  "
# What every YAML reader takes for text without quotes. Words such as `no` are not among them.
_PLAIN = re.compile(r"[A-Za-z_/][\w./@-]*(?: [\w./@-]+)*", re.ASCII)
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
# What a block text can hold beside line feeds; elsewhere it is escaped.
_BLOCK = re.compile(r"[\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def block_text(value: Any) -> str:
    """Write plain values as YAML, with keys in their order and texts of several lines as they are.

    Args:
        value: maps with texts as keys, lists, texts, numbers, truths and None.

    Raises:
        TypeError: something else is in it.
    """
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, member in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{key!r} is a key and no text")
            yield from _member(f"{_scalar(key)}:", member)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for member in value:
            yield from _element(member)
    else:
        yield _scalar(value)


def _member(head: str, value: Any) -> Iterator[str]:
    if _is_filled(value):
        yield head
        yield from (_INDENT + line if line else line for line in _lines(value))
    else:
        first, *rest = _text(value)
        yield f"{head} {first}"
        yield from rest


def _element(value: Any) -> Iterator[str]:
    if not _is_filled(value):
        yield from _member("-", value)
        return
    first, *rest = _lines(value)
    yield f"- {first}"
    yield from (_INDENT + line if line else line for line in rest)


def _is_filled(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _text(value: Any) -> list[str]:
    """A value that is no filled map or list: its first line, and those below it, indented once."""
    if isinstance(value, str) and "\n" in value.strip("\n") and _BLOCK.fullmatch(value):
        body = value.rstrip("\n")
        ends = len(value) - len(body)
        # One line feed at the end is the usual case; more are kept, none is said.
        chomp = "-" if not ends else "" if ends == 1 else "+"
        # A reader takes the indentation from the first line that has something in it.
        lead = "2" if re.match(r"\n*[ \t]", body) else ""
        lines = value.split("\n")[: -1 if ends else None]
        return [f"|{lead}{chomp}", *(_INDENT + line if line else "" for line in lines)]
    return [_scalar(value)]


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
    if value is None or isinstance(value, bool | int | float):
        # Without a point, readers of YAML 1.1 take 1e+16 for text.
        return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))
    raise TypeError(f"{type(value).__name__} is no plain value")
