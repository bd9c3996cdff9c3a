"""Functions that take arrays and objects, some of them texts as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from acrwatch.workflow.failure import Refused
from acrwatch.workflow.functions_of_text import whole_number
from acrwatch.workflow.values import kind_of, part, same, units


def length(value: str | Sequence[object]) -> int:
    """Characters of a text in UTF-16 units, or items of an array."""
    return units(value) if isinstance(value, str) else len(value)


def take(value: str | Sequence[object], count: float) -> object:
    """The first characters or items; all of them where there are not so many."""
    number = whole_number("take", 2, count)
    if number < 0:
        raise Refused(f"argument 2 of take() is {number}, and must not be negative")
    return part(value, 0, number) if isinstance(value, str) else list(value[:number])


def first(value: str | Sequence[object]) -> object:
    """The first character or item; of an empty text the empty text, of an empty array null."""
    if isinstance(value, str):
        return part(value, 0, 1)
    return value[0] if value else None


def last(value: str | Sequence[object]) -> object:
    """The last character or item; of an empty text the empty text, of an empty array null."""
    if isinstance(value, str):
        return part(value, max(0, units(value) - 1))
    return value[-1] if value else None


def empty(value: str | Sequence[object] | Mapping[str, object] | None) -> bool:
    """Whether there is nothing in it; null is empty."""
    return value is None or len(value) == 0


def contains(collection: str | Sequence[object] | Mapping[str, object], value: object) -> bool:
    """Whether a text has another one in it, an array an item, or an object a key. Casing counts."""
    if isinstance(collection, str):
        if not isinstance(value, str):
            raise Refused(f"contains() looks for {kind_of(value)} in a text")
        return value in collection
    if isinstance(collection, Mapping):
        if not isinstance(value, str):
            raise Refused(f"contains() looks for {kind_of(value)} among the keys of an object")
        return value in collection
    return any(same(value, item) for item in collection)


def union(*collections: Sequence[object] | Mapping[str, object]) -> object:
    """The items of all arrays once each, or the members of all objects, of which the last counts."""
    objects = [collection for collection in collections if isinstance(collection, Mapping)]
    if not objects:
        return _once([item for collection in collections for item in collection])
    if len(objects) < len(collections):
        raise Refused("union() takes only arrays or only objects")
    merged: dict[str, object] = {}
    for members in objects:
        for key, value in members.items():
            _not_merged_deeply(key, merged.get(key), value)
            merged = {**merged, key: value} if key in merged else set_property(merged, key, value)
    return merged


def _once(items: Sequence[object]) -> list[object]:
    kept: list[object] = []
    for item in items:
        if not any(same(item, other) for other in kept):
            kept.append(item)
    return kept


def _not_merged_deeply(key: str, before: object, after: object) -> None:
    if isinstance(before, list | Mapping) and isinstance(after, list | Mapping):
        raise Refused(f"union() of two collections under {key!r}: whether they are merged is in doubt")


def set_property(members: Mapping[str, object], key: str, value: object) -> dict[str, object]:
    """An object in which a member has another value, or that has one more."""
    alike = [other for other in members if other.lower() == key.lower() and other != key]
    if alike:
        raise Refused(f"whether {key!r} is the same member as {alike[0]!r} is in doubt")
    return {**{name: item for name, item in members.items() if name != key}, key: value}
