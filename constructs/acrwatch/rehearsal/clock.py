"""When each rule is evaluated.

Azure does not document where in an interval it evaluates a rule, so evaluations lie on multiples of the frequency,
counted from the year 1, as bins are. What an evaluation sees is decided in `query`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from acrwatch.durations import short
from acrwatch.errors import InputError

_ORIGIN = datetime(1, 1, 1, tzinfo=UTC)
_NONE = timedelta(0)
JITTER_MAX = timedelta(hours=1)
"""Far more than an evaluation is ever late; a longer one would only hide that nothing was evaluated."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A period, and how punctual evaluations are in it.

    Args:
        start: the first moment at which a rule may be evaluated.
        end: the last one; an evaluation that is so late that it comes after it is left out.
        jitter: how late an evaluation is at most; each is late by chance. Default: none is late.
        skip: share of the evaluations that do not take place, from 0 to 1. Never two of a rule in a row, since one
            is what the detections promise to bear. Default: all take place.
        seed: what chance goes by. Default: 0.

    Raises:
        InputError: the period ends before it begins, or a number is out of its range.
    """

    start: datetime
    end: datetime
    jitter: timedelta = _NONE
    skip: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(f"the period ends at {self.end:%Y-%m-%d %H:%M}Z, before its start")
        if not 0 <= self.skip <= 1:
            raise InputError(f"skip is {self.skip:g}; it is a share from 0 to 1")
        if not _NONE <= self.jitter <= JITTER_MAX:
            raise InputError(f"jitter is a length of time from 0m to {short(JITTER_MAX)}, not {self.jitter}")

    def evaluations(self, rule: str, frequency: timedelta) -> Iterator[datetime]:
        """The moments at which a rule is evaluated.

        Args:
            rule: its address; each rule has its own chance.
            frequency: time between evaluations.
        """
        return iter(sorted(self._moments(rule, frequency)))

    def _moments(self, rule: str, frequency: timedelta) -> Iterator[datetime]:
        """The same, in the order in which they are due; one that is very late comes after the next."""
        chance = Random(f"{self.seed} {rule}")  # noqa: S311  # it can be repeated, and hides nothing
        due = self.start + (_ORIGIN - self.start) % frequency
        skipped = False
        while due <= self.end:
            late = self.jitter * chance.random()
            skipped = chance.random() < self.skip and not skipped
            if not skipped and due + late <= self.end:
                yield due + late
            due += frequency
