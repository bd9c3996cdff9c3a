"""What could not be read of a log: where it stands and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

KEPT = 100


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a record stands.

    Args:
        file: the file as it was named, or "standard input".
        unit: what `number` counts: "line" or "record".
        number: counted from 1; None for the whole file.
    """

    file: str
    unit: str = "line"
    number: int | None = None

    def __str__(self) -> str:
        return self.file if self.number is None else f"{self.file}, {self.unit} {self.number}"


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """One record, or one whole file, that could not be read.

    Args:
        place: where it stands.
        reason: what is the matter, and what was expected.
    """

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass
class Unreadables:
    """All that could not be read: counted in full, kept in detail up to a number.

    Args:
        count: how many there are.
        first: the first of them, at most `KEPT`.
    """

    count: int = 0
    first: list[Unreadable] = field(default_factory=list)

    def add(self, found: Iterable[Unreadable], count: int | None = None) -> None:
        """Add some.

        Args:
            found: those that are known in detail.
            count: how many there are. Default: as many as `found` has.
        """
        found = list(found)
        self.count += len(found) if count is None else count
        self.first += found[: KEPT - len(self.first)]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Unreadable]:
        return iter(self.first)
