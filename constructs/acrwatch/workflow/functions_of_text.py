"""Functions that take or make texts. Texts are counted, cut and compared as .NET does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from acrwatch.workflow.failure import Refused
from acrwatch.workflow.secret import Secret, joined
from acrwatch.workflow.values import as_text, checked, part, units, whole

Answer = TypeVar("Answer", bool, int)

# What .NET takes for white space (.NET: Char.IsWhiteSpace); Python's list is another one.
_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def concat(*texts: str | Secret) -> str | Secret:
    """Texts one after the other."""
    result = joined(texts)
    return whole(result) if isinstance(result, str) else result


def string(value: object) -> str:
    """A value as text."""
    return str(as_text(value))


def replace(text: str, old: str, new: str) -> str:
    """A text with all occurrences of another one replaced, in order and without looking at the result again."""
    if old == "":
        raise Refused("replace() has nothing to look for: argument 2 is empty")
    return whole(text.replace(old, new))


def to_lower(text: str) -> str:
    """A text in lower case, letter by letter."""
    return _each(text, str.lower)


def to_upper(text: str) -> str:
    """A text in upper case, letter by letter."""
    return _each(text, str.upper)


def _each(text: str, case: Callable[[str], str]) -> str:
    """The invariant culture maps one UTF-16 unit to one: a sharp s stays what it is."""
    return "".join(
        mapped if character <= "\uffff" and len(mapped := case(character)) == 1 else character for character in text
    )


def trim(text: str) -> str:
    """A text without white space around it."""
    return text.strip(_WHITE)


def split(text: str, delimiter: str) -> list[str]:
    """The parts of a text between delimiters."""
    if delimiter == "":
        raise Refused("split() has nothing to split at: argument 2 is empty")
    return text.split(delimiter)


def join(items: Sequence[object], delimiter: str) -> str:
    """Texts with a delimiter between them."""
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) < len(items):
        raise Refused("join() takes an array of texts; how it writes anything else is in doubt, so use string()")
    return whole(delimiter.join(texts))


def substring(text: str, start: float, length: float | None = None) -> str:
    """A part of a text that must lie within it."""
    begin = _index("substring", 2, start)
    size = units(text)
    count = size - begin if length is None else _index("substring", 3, length)
    if begin + count > size or count < 0:
        raise Refused(f"substring() asks for characters {begin} to {begin + count} of {size}; take() never fails")
    return part(text, begin, begin + count)


def cut(text: str, start: float, end: float | None = None) -> str:
    """`slice`: a part of a text, with negative places counted from its end."""
    size = units(text)
    begin = _from_end("slice", 2, start, size)
    stop = size if end is None else _from_end("slice", 3, end, size)
    return part(text, begin, stop) if begin < stop else ""


def starts_with(text: str, prefix: str) -> bool:
    """Whether a text begins with another one, where both ways to look at casing agree."""
    return _without_doubt("startsWith", text, prefix, str.startswith)


def ends_with(text: str, suffix: str) -> bool:
    """Whether a text ends with another one, where both ways to look at casing agree."""
    return _without_doubt("endsWith", text, suffix, str.endswith)


def index_of(text: str, searched: str) -> int:
    """Where a text begins in another one, or -1, where both ways to look at casing agree."""
    found = _without_doubt("indexOf", text, searched, str.find)
    return found if found <= 0 else units(text[:found])


def _without_doubt(name: str, text: str, other: str, ask: Callable[[str, str], Answer]) -> Answer:
    """The page says that casing does not count, what was tried says that it does."""
    answer = ask(text, other)
    if answer != ask(to_lower(text), to_lower(other)):
        raise Refused(f"whether casing counts in {name}() is in doubt, and here it decides; use toLower() on both")
    return answer


def json_of(text: str) -> object:
    """The value that a text of JSON stands for."""

    def refuse(constant: str) -> object:
        raise Refused(f"json() is given {constant}, which is no JSON")

    try:
        value: object = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused("json() is given a text that is no JSON") from None
    checked(value)
    return value


def uri_component(text: str) -> str:
    """A text as part of a URL. Which marks beside letters, digits and `-_.~` stay is not documented: none here."""
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise Refused("uriComponent() is given half a character; take() may have cut it") from None


def whole_number(name: str, number: int, value: float) -> int:
    """A number that counts something."""
    if not isinstance(value, int):
        raise Refused(f"argument {number} of {name}() is {value}, and has to be a whole number")
    return value


def _index(name: str, number: int, value: float) -> int:
    index = whole_number(name, number, value)
    if index < 0:
        raise Refused(f"argument {number} of {name}() is {index}, and must not be negative")
    return index


def _from_end(name: str, number: int, value: float, size: int) -> int:
    index = whole_number(name, number, value)
    return min(size, index) if index >= 0 else max(0, size + index)
