"""Functions that compare, choose and reckon. Where null or another kind is compared, the answer is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from acrwatch.workflow.failure import Refused
from acrwatch.workflow.values import kind_of, same

_INT64 = range(-(2**63), 2**63)

Ordered = int | float | str


def coalesce(*values: object) -> object:
    """The first value that is not null."""
    return next((value for value in values if value is not None), None)


def equals(left: object, right: object) -> bool:
    """Whether two Booleans, numbers or texts are equal; casing counts."""
    if kind_of(left) is not kind_of(right):
        raise _unlike("equals", left, right)
    return same(left, right)


def greater(left: Ordered, right: Ordered) -> bool:
    """Whether the first is greater; texts by their UTF-16 units."""
    return _order("greater", left, right) > 0


def greater_or_equals(left: Ordered, right: Ordered) -> bool:
    """Whether the first is not less; texts by their UTF-16 units."""
    return _order("greaterOrEquals", left, right) >= 0


def less(left: Ordered, right: Ordered) -> bool:
    """Whether the first is less; texts by their UTF-16 units."""
    return _order("less", left, right) < 0


def less_or_equals(left: Ordered, right: Ordered) -> bool:
    """Whether the first is not greater; texts by their UTF-16 units."""
    return _order("lessOrEquals", left, right) <= 0


def add(left: float, right: float) -> float:
    """The sum."""
    return _in_range("add", left + right)


def sub(left: float, right: float) -> float:
    """The first less the second."""
    return _in_range("sub", left - right)


def most(*values: object) -> float:
    """The greatest of some numbers, or of one array of them."""
    return max(_numbers("max", values))


def least(*values: object) -> float:
    """The least of some numbers, or of one array of them."""
    return min(_numbers("min", values))


def _unlike(name: str, left: object, right: object) -> Refused:
    return Refused(f"{name}() is given {kind_of(left)} and {kind_of(right)}; the outcome is in doubt")


def _order(name: str, left: Ordered, right: Ordered) -> int:
    if isinstance(left, str) and isinstance(right, str):
        before, after = (text.encode("utf-16-be", "surrogatepass") for text in (left, right))
        return (before > after) - (before < after)
    if isinstance(left, str) or isinstance(right, str):
        raise _unlike(name, left, right)
    return (left > right) - (left < right)


def _in_range(name: str, value: float) -> float:
    if (isinstance(value, int) and value not in _INT64) or not isfinite(value):
        raise Refused(f"the result of {name}() is too large")
    return value


def _numbers(name: str, values: Sequence[object]) -> list[float]:
    items: Sequence[object] = values
    if isinstance(values[0], list | tuple):
        if len(values) > 1:
            raise Refused(f"{name}() takes numbers, or one array of them")
        items = values[0]
    numbers = [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]
    if not numbers or len(numbers) < len(items):
        raise Refused(f"{name}() takes numbers, at least one")
    return numbers
