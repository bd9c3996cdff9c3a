"""One thing that a deploy needs, whether it is so, and what to do where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from acrwatch.errors import ExitCode
from acrwatch.live.unknown import Unknown
from acrwatch.output.result import Part, Table


class Need(StrEnum):
    """What a deploy needs."""

    PERMISSION = "permission"
    FREE_NAME = "free name"
    DIAGNOSTICS = "diagnostic setting"
    PROVIDER = "resource provider"
    WORKSPACE = "workspace"
    QUOTA = "quota"


class Holds(StrEnum):
    """Whether it is so, the worst first."""

    FAILS = "fails"
    UNKNOWN = "unknown"
    FINE = "fine"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One thing that was looked at.

    Args:
        need: what is needed.
        of: what needs it, or where.
        holds: whether it is so.
        says: what was found.
        way_out: what to do where it is not so.
    """

    need: Need
    of: str
    holds: Holds
    says: str
    way_out: str = ""


def fine(need: Need, of: str, says: str) -> Answer:
    """Something that is as it has to be."""
    return Answer(need=need, of=of, holds=Holds.FINE, says=says)


def fails(need: Need, of: str, says: str, way_out: str) -> Answer:
    """Something that makes the deploy fail."""
    return Answer(need=need, of=of, holds=Holds.FAILS, says=says, way_out=way_out)


def not_known(need: Need, of: str, unknown: Unknown) -> Answer:
    """Something that could not be found out."""
    return Answer(need=need, of=of, holds=Holds.UNKNOWN, says=unknown.reason, way_out=unknown.way_out)


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """What a deploy of a stack would run into.

    Args:
        file: the file of the stack.
        answers: everything that was looked at, in a fixed order.
    """

    file: Path
    answers: tuple[Answer, ...]

    @property
    def exit_code(self) -> ExitCode:
        """What will fail, else what could not be found out, else fine."""
        found = {answer.holds for answer in self.answers}
        if Holds.FAILS in found:
            return ExitCode.FINDINGS
        return ExitCode.UNKNOWN if Holds.UNKNOWN in found or not found else ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """What will fail and how to mend it, what could not be found out, and counts."""
        return [
            *self._of(Holds.FAILS, "Will fail"),
            *self._of(Holds.UNKNOWN, "Could not be found out"),
            self._summary(),
        ]

    def _of(self, holds: Holds, title: str) -> Iterator[Part]:
        # One thing often holds for many registries, and sometimes for all that is needed.
        alike: dict[tuple[str, str], list[Answer]] = {}
        for one in self.answers:
            if one.holds is holds:
                alike.setdefault((one.says, one.way_out), []).append(one)
        rows = [
            (_some([one.need.value for one in answers]), _some([one.of for one in answers]), says, way_out)
            for (says, way_out), answers in alike.items()
        ]
        if rows:
            yield Table(title=title, columns=("what", "of", "found", "way out"), rows=rows)

    def _summary(self) -> str:
        counts = Counter(answer.holds for answer in self.answers)
        parts = [f"{counts[holds]} {holds}" for holds in reversed(Holds) if counts[holds]]
        return f"{len(self.answers)} looked at: {', '.join(parts) or 'nothing'}"

    def data(self) -> Any:
        """Everything that was looked at."""
        counts = Counter(answer.holds.value for answer in self.answers)
        return {
            "file": str(self.file),
            "counts": {holds.value: counts[holds.value] for holds in Holds},
            "answers": [asdict(answer) for answer in self.answers],
        }


def _some(names: Sequence[str], most: int = 8) -> str:
    once = list(dict.fromkeys(names))
    shown = ", ".join(once[:most])
    return shown if len(once) <= most else f"{shown} and {len(once) - most} more"
