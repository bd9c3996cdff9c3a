"""Compares values of Azure's JSON by what they mean: ids in any casing, durations by their length, lists in any order.

Which members of a resource are compared is decided where its type is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from acrwatch.durations import iso8601
from acrwatch.errors import shown
from acrwatch.live.verify.item import Difference
from acrwatch.secrecy import masked

_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.0+)?S)?)?", re.ASCII)

_SHOWN = 300
"""Characters of a value that are shown; ids are longer than other values, and their end is what tells them apart."""

Same = Callable[[Any, Any], bool]


def look(body: Any, *path: str | int) -> Any:
    """The value at a path; None where there is none.

    Args:
        body: JSON.
        path: keys and positions.
    """
    for part in path:
        if isinstance(part, int):
            body = body[part] if isinstance(body, list) and part < len(body) else None
        else:
            body = body.get(part) if isinstance(body, Mapping) else None
    return body


def blocks(body: Any, *path: str | int) -> list[Mapping[str, Any]]:
    """The objects of a list at a path; none where there is no list."""
    found = look(body, *path)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def same(expected: Any, found: Any) -> bool:
    """Equal, and of one kind: true is not 1."""
    return type(expected) is type(found) and bool(expected == found)


def same_or_absent(expected: Any, found: Any) -> bool:
    """Equal, where nothing, an empty text and an empty list are one."""
    return (expected or None) == (found or None)


def same_text(expected: Any, found: Any) -> bool:
    """Texts that differ in line ends, or in white space around them, mean the same."""
    return isinstance(found, str) and _lines(str(expected)) == _lines(found)


def same_word(expected: Any, found: Any) -> bool:
    """Names that Azure spells in any casing, and regions with spaces in them."""
    return isinstance(found, str) and _word(str(expected)) == _word(found)


def same_number(expected: Any, found: Any) -> bool:
    """Numbers by their value."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return float(expected) == float(found)


def same_duration(expected: timedelta | None, found: Any) -> bool:
    """Lengths of time by their value; none is none."""
    return found in (None, "") if expected is None else duration(found) == expected


def same_id(expected: Any, found: Any) -> bool:
    """Ids in any casing."""
    return isinstance(found, str) and id_key(str(expected)) == id_key(found)


def same_bag(one: Same) -> Same:
    """Lists whose order means nothing, with members that are compared by `one`."""

    def compare(expected: Iterable[Any], found: Any) -> bool:
        left = list(found) if isinstance(found, list) else [] if found is None else [found]
        for member in expected:
            match = next((position for position, other in enumerate(left) if one(member, other)), None)
            if match is None:
                return False
            del left[match]
        return not left

    return compare


def duration(text: Any) -> timedelta | None:
    """A length of time such as `PT1H`, `PT60M` or `P1D`; None where it is none."""
    match = _ISO.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def id_key(id_: str) -> str:
    """An id as it is compared."""
    return "/" + id_.strip("/").lower()


def differ(path: str, expected: Any, found: Any, how: Same = same) -> list[Difference]:
    """The difference between two values, if there is one.

    Args:
        path: where they stand.
        expected: the value of the file.
        found: the value of Azure.
        how: when they are the same.
    """
    if how(expected, found):
        return []
    return [Difference(path=path, expected=_shown(expected), found=_shown(found))]


def differ_in_text(path: str, expected: str, found: Any) -> list[Difference]:
    """The difference between two long texts: the first lines that are not the same.

    Args:
        path: where they stand.
        expected: the text of the file.
        found: the text of Azure.
    """
    if same_text(expected, found):
        return []
    if not isinstance(found, str):
        return [Difference(path=path, expected=f"{len(_lines(expected))} lines", found=_shown(found))]
    ours, theirs = _lines(expected), _lines(found)
    line = next(
        (number for number, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other),
        min(len(ours), len(theirs)),
    )
    return [
        Difference(
            path=f"{path}, line {line + 1}",
            expected=_shown(ours[line].strip()) if line < len(ours) else "(the end)",
            found=_shown(theirs[line].strip()) if line < len(theirs) else "(the end)",
        )
    ]


def _lines(text: str) -> Sequence[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _word(text: str) -> str:
    return text.replace(" ", "").lower()


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return iso8601(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        text = masked(value)
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "nothing"
    return shown(value)
