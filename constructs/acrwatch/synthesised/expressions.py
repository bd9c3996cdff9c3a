"""Evaluates the part of Terraform's language in which one value is taken over from another.

Literals, lists, maps, `var`, `local`, `each`, `count`, attributes of resources in the file, and `toset`. Everything
else is `Unknown` with the reason: nothing is guessed. What a name means is decided by the scope (`configuration`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Protocol

from acrwatch.references import template_parts, unescaped
from acrwatch.synthesised.values import Reference, Unknown, Value

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>[A-Za-z_][\w-]*)
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<sign>[.\[\]{}(),:=])
    )\s*""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}
# They change the type of a collection, and nothing that is read here.
_KEEPING = ("toset", "tolist", "tomap", "nonsensitive", "sensitive")


class Scope(Protocol):
    """What names mean where a value stands."""

    def look_up(self, path: tuple[str | int, ...], written: str) -> Value:
        """The value of a traversal such as `("var", "x", 0)`."""


class _NotSupported(Exception):
    """An expression beyond what is evaluated here."""


def evaluate(value: object, scope: Scope) -> Value:
    """The value behind a JSON value whose texts are templates.

    Args:
        value: text, number, truth, None, or a list or map of these.
        scope: what names mean.
    """
    if isinstance(value, str):
        return _template(value, scope)
    if isinstance(value, Mapping):
        return {unescaped(str(key)): evaluate(member, scope) for key, member in value.items()}
    if isinstance(value, list):
        return [evaluate(member, scope) for member in value]
    return value


def _template(text: str, scope: Scope) -> Value:
    if "{" not in text:
        return text
    parts = template_parts(text)
    if not any(expression for expression, _ in parts):
        return unescaped(text)
    found = [_expression(part, scope) if expression else unescaped(part) for expression, part in parts]
    if len(found) == 1:
        return found[0]
    unknown = [part for part in found if isinstance(part, Unknown | Reference)]
    if unknown:
        references = tuple(
            reference for part in unknown for reference in ((part,) if isinstance(part, Reference) else part.references)
        )
        reasons = dict.fromkeys(
            part.reason if isinstance(part, Unknown) else f"Azure gives {part.address}.{part.attribute} its value"
            for part in unknown
        )
        return Unknown(text, "; ".join(reasons), references)
    if any(isinstance(part, list | dict) or part is None for part in found):
        return Unknown(text, "a list, a map or null stands inside a text")
    return "".join(_as_text(part) for part in found)


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.17g}" if isinstance(value, float) else str(value)


def _expression(template: str, scope: Scope) -> Value:
    inner = template.removeprefix("${").removesuffix("}")
    if not template.startswith("${"):
        return Unknown(template, "acrwatch does not evaluate directives such as %{ if }")
    try:
        parser = _Parser(inner.strip("~ \t\r\n"), scope)
        return parser.whole()
    except _NotSupported:
        return Unknown(template, "acrwatch does not evaluate this expression")


class _Parser:
    """Reads one expression from left to right."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope
        self._position = 0

    def whole(self) -> Value:
        """The value of the whole text."""
        value = self._value()
        if self._position != len(self._text):
            raise _NotSupported
        return value

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self._text, self._position)
        if match is None or match.lastgroup is None:
            raise _NotSupported
        self._position = match.end()
        return match.lastgroup, match[match.lastgroup]

    def _peek(self) -> str:
        match = _TOKEN.match(self._text, self._position)
        return match["sign"] or "" if match is not None else ""

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise _NotSupported
        self._next()

    def _value(self) -> Value:
        kind, text = self._next()
        if kind == "number":
            return json.loads(text)
        if kind == "text":
            return self._quoted(text)
        if kind == "name":
            return self._named(text)
        if text == "(":
            value = self._value()
            self._take(")")
            return value
        if text == "[":
            return self._list()
        if text == "{":
            return self._map()
        raise _NotSupported

    def _quoted(self, text: str) -> Value:
        # Templates inside a quoted text keep their own escapes, which JSON does not know.
        try:
            return evaluate(json.loads(text), self._scope)
        except ValueError:
            raise _NotSupported from None

    def _named(self, name: str) -> Value:
        if name in _WORDS and self._peek() not in (".", "[", "("):
            return _WORDS[name]
        if self._peek() == "(":
            if name not in _KEEPING:
                raise _NotSupported
            self._take("(")
            value = self._value()
            self._take(")")
            return value
        start = self._position
        path: list[str | int] = [name]
        while (sign := self._peek()) in (".", "["):
            self._next()
            path.append(self._attribute() if sign == "." else self._index())
        return self._scope.look_up(tuple(path), name + self._text[start : self._position].rstrip())

    def _attribute(self) -> str | int:
        kind, text = self._next()
        if kind == "name":
            return text
        if kind == "number" and text.isdigit():
            return int(text)
        raise _NotSupported

    def _index(self) -> str | int:
        value = self._value()
        self._take("]")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _NotSupported
        return value

    def _list(self) -> Value:
        found = []
        while self._peek() != "]":
            found.append(self._value())
            if self._peek() == ",":
                self._next()
            elif self._peek() != "]":
                raise _NotSupported
        self._take("]")
        return found

    def _map(self) -> Value:
        found: dict[str, Value] = {}
        while self._peek() != "}":
            kind, text = self._next()
            key: Value = self._quoted(text) if kind == "text" else text
            if kind not in ("text", "name") or not isinstance(key, str) or self._peek() not in ("=", ":"):
                raise _NotSupported
            self._next()
            found[key] = self._value()
            if self._peek() == ",":
                self._next()
        self._take("}")
        return found
