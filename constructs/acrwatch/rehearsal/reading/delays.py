"""When a row could be queried, where the row does not say so: a model of the delay of ingestion.

Log Analytics needs 3 to 10 minutes for resource logs and 3 to 20 for the activity log, as a rule (Azure Monitor:
logs/data-ingestion-time).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from acrwatch.durations import parse_duration, short
from acrwatch.errors import InputError, shown
from acrwatch.kql.records import ACTIVITY

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Delay:
    """How long a row takes to arrive: the same for all, or anything between two bounds.

    Args:
        least: the shortest delay, from 0.
        most: the longest, at least `least`.

    Raises:
        InputError: the bounds are no such lengths.
    """

    least: timedelta
    most: timedelta

    def __post_init__(self) -> None:
        if not timedelta() <= self.least <= self.most:
            raise InputError(f"a delay lies between 0m and its upper bound, not between {self}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `5m`, or `3m..20m` for anything between two bounds.

        Raises:
            InputError: it is neither.
        """
        least, dots, most = text.partition("..")
        try:
            lower = _length(least)
            return cls(least=lower, most=_length(most) if dots else lower)
        except ValueError:
            raise InputError(f"{shown(text)} is no delay; write one length such as 5m, or bounds: 3m..20m") from None

    def sql(self, position: str, seed: int) -> str:
        """The delay of a row as an interval, which follows from its position and the seed alone.

        Args:
            position: the expression of its position in reading order.
            seed: any number; another one gives other delays.
        """
        lower, span = self.least // _MICROSECOND, (self.most - self.least) // _MICROSECOND
        if not span:
            return f"to_microseconds({lower})"
        draw = f"(md5_number_lower(concat('{seed}:', {position})) % {span + 1})::BIGINT"
        return f"to_microseconds({lower} + {draw})"

    def __str__(self) -> str:
        return short(self.least) if self.least == self.most else f"{short(self.least)}..{short(self.most)}"


def _length(text: str) -> timedelta:
    text = text.strip()
    return timedelta() if text == "0" else parse_duration(text)


_RESOURCE_LOG = Delay(least=timedelta(minutes=3), most=timedelta(minutes=10))
_ACTIVITY_LOG = Delay(least=timedelta(minutes=3), most=timedelta(minutes=20))


def usual(table: str) -> Delay:
    """The delay that Azure names for a table."""
    return _ACTIVITY_LOG if table == ACTIVITY else _RESOURCE_LOG
