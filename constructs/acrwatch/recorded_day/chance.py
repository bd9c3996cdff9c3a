"""Chance that comes out alike on every Python and every machine.

Of the standard generator only `random()` is promised to stay as it is (Python: library/random), so everything
is made from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A source of its own for each actor, so that one more throw of one moves no other.

    Args:
        key: what it follows from: the seed, and whose it is.
    """

    def __init__(self, *key: int | str) -> None:
        told = "/".join(map(str, key)).encode()
        self._next = Random(int.from_bytes(sha256(told).digest()[:8], "big")).random  # noqa: S311  # no secret

    def below(self, end: int) -> int:
        """A whole number from 0 to below `end`."""
        return int(self._next() * end)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to below `high`."""
        return low + int(self._next() * (high - low))

    def happens(self, probability: float) -> bool:
        """True that often."""
        return self._next() < probability

    def pick(self, values: Sequence[T]) -> T:
        """One of them."""
        return values[int(self._next() * len(values))]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """That many different ones, in any order; all of them where there are no more."""
        left = list(values)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]
