"""An answer of three: yes, no, or not to be known, with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether something holds.

    Args:
        holds: yes or no; None where it cannot be known.
        because: the reason, for a person.
    """

    holds: bool | None
    because: str

    def negated(self) -> Verdict:
        """The opposite; what cannot be known stays so."""
        return Verdict(None if self.holds is None else not self.holds, self.because)


def any_of(verdicts: Iterable[Verdict], none: str) -> Verdict:
    """Whether one of several holds.

    Args:
        verdicts: the several.
        none: the reason where none holds.
    """
    unknown = None
    for verdict in verdicts:
        if verdict.holds:
            return verdict
        if verdict.holds is None:
            unknown = unknown or verdict
    return unknown or Verdict(False, none)


def all_of(verdicts: Iterable[Verdict], all_: str) -> Verdict:
    """Whether all of several hold; the first that does not decides.

    Args:
        verdicts: the several.
        all_: the reason where all hold.
    """
    unknown = None
    for verdict in verdicts:
        if verdict.holds is False:
            return verdict
        if verdict.holds is None:
            unknown = unknown or verdict
    return unknown or Verdict(True, all_)
