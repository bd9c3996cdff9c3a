"""Values of the Workflow Definition Language: their kinds, how they read as text, and texts counted as .NET does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from acrwatch.workflow.failure import Refused
from acrwatch.workflow.limits import DEPTH
from acrwatch.workflow.secret import Secret

_LONE = re.compile("[\ud800-\udfff]")
# .NET writes a number with an exponent from here on (.NET: "Standard numeric format strings", G).
_FIXED = range(-4, 15)
_INT64 = range(-(2**63), 2**63)


class Kind(StrEnum):
    """What a value is."""

    NULL = "null"
    BOOLEAN = "a Boolean"
    NUMBER = "a number"
    STRING = "a string"
    ARRAY = "an array"
    OBJECT = "an object"
    SECRET = "a secret"  # noqa: S105


def kind_of(value: object) -> Kind:
    """The kind of a value.

    Raises:
        TypeError: it is no value of JSON.
    """
    if value is None:
        return Kind.NULL
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int | float):
        return Kind.NUMBER
    if isinstance(value, str):
        return Kind.STRING
    if isinstance(value, list | tuple):
        return Kind.ARRAY
    if isinstance(value, Mapping):
        return Kind.OBJECT
    if isinstance(value, Secret):
        return Kind.SECRET
    raise TypeError(f"{type(value).__name__} is no JSON")


def checked(value: object, depth: int = 0) -> None:
    """Make sure that a value that comes from outside is JSON whose meaning is not in doubt.

    Raises:
        Refused: it nests too deep, or holds a number that .NET keeps in another way than Python.
        TypeError: it is no JSON.
    """
    if depth > DEPTH:
        raise Refused(f"a value nests deeper than {DEPTH} levels")
    if isinstance(value, int) and value not in _INT64:
        raise Refused("a whole number does not fit into 64 bits")
    if isinstance(value, float) and not isfinite(value):
        raise Refused("a number is not finite")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{type(key).__name__} is no key of JSON")
            checked(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            checked(item, depth + 1)
    else:
        kind_of(value)


def same(left: object, right: object) -> bool:
    """Whether two values are equal, where Python takes True for 1."""
    if kind_of(left) is not kind_of(right):
        return False
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def as_text(value: object) -> str | Secret:
    """A value as it reads inside a text.

    Raises:
        Refused: it is a Boolean, or an object or array that holds a secret.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        raise Refused("how a Boolean reads as text is in doubt (true or True); choose the words with if()")
    if isinstance(value, int | float):
        return number_text(value)
    return value if isinstance(value, str | Secret) else as_json(value)


def number_text(value: float) -> str:
    """A number as .NET writes it: `12.0` as `12`, with an exponent only where it is very large or small.

    How Logic Apps writes the latter is not documented; whatever it is, it is short and made of digits, `E`, `+`, `-`.
    """
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    number = Decimal(repr(value)).normalize()
    if number.adjusted() in _FIXED:
        return f"{number:f}"
    digits, _, exponent = f"{number:E}".partition("E")
    return f"{digits}E{exponent[0]}{exponent[1:]:0>2}"


def as_json(value: object) -> str:
    """A value as compact JSON.

    Raises:
        Refused: it holds a secret.
    """

    def refuse(item: object) -> object:
        if isinstance(item, Secret):
            raise Refused(f"the secret {item} would become part of a longer text")
        raise TypeError(f"{type(item).__name__} is no JSON")

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=refuse)
    return re.sub("[\x85\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def units(text: str) -> int:
    """The length of a text in UTF-16 code units, as .NET counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def part(text: str, start: int, end: int | None = None) -> str:
    """A part of a text, counted in UTF-16 code units; it may begin or end with half a character."""
    if text.isascii():
        return text[start:end]
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * start : None if end is None else 2 * end].decode("utf-16-le", "surrogatepass")


def whole(text: str) -> str:
    """A text in which halves that belong together are one character again."""
    if _LONE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def sendable(text: str) -> str:
    """A text as it goes on the wire: half a character has no UTF-8, .NET sends U+FFFD in its place."""
    return _LONE.sub("\ufffd", whole(text))
