"""What the commands that play rules over a log have in common: their options, and how the log is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from acrwatch.cli.progress import ProgressBar
from acrwatch.durations import parse_duration
from acrwatch.errors import InputError
from acrwatch.routing.moments import parse_moment

if TYPE_CHECKING:
    from acrwatch.rehearsal.log import EventLog

_UNREADABLE_SHOWN = 10

MoreEvents = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Further paths after that of --events, as a shell makes them of *."),
]
EventsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--events", metavar="PATH...", help="The log: files, folders, globs, or - for standard input. Repeatable."
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="MOMENT", help="When evaluations begin: 2026-01-31T22:00Z. Default: at the first event."
    ),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="MOMENT", help="When they end. Default: when the log can change nothing any more."),
]
DelayOption = Annotated[
    str | None,
    typer.Option(
        metavar="LENGTH",
        help="How long rows take to arrive that do not say: 5m, or 3m..20m for anything between. Default: what Azure "
        "names for each table.",
    ),
]
JitterOption = Annotated[
    str, typer.Option(metavar="LENGTH", help="How late an evaluation is at most, such as 2m; each by chance.")
]
SkipOption = Annotated[
    float, typer.Option(metavar="SHARE", help="Share of the evaluations that are skipped, from 0 to 1.")
]
SeedOption = Annotated[int, typer.Option(help="What chance goes by, of delays, jitter and skipped evaluations.")]


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How punctual evaluations are.

    Args:
        jitter: how late one is at most.
        skip: share of those that are skipped.
        seed: what chance goes by.
    """

    jitter: timedelta
    skip: float
    seed: int


def chance_of(jitter: str, skip: float, seed: int) -> Chance:
    """What `--jitter`, `--skip` and `--seed` say.

    Raises:
        InputError: the jitter is no length of time, or the share is none.
    """
    if not 0 <= skip <= 1:
        raise InputError(f"--skip is {skip:g}; it is a share from 0 to 1")
    try:
        return Chance(jitter=parse_duration(jitter), skip=skip, seed=seed)
    except ValueError as error:
        raise InputError(f"--jitter: {error}") from None


def period_of(from_: str | None, to: str | None) -> tuple[datetime | None, datetime | None]:
    """What `--from` and `--to` say.

    Raises:
        InputError: one of them is no moment, or the period ends before it begins.
    """
    start = None if from_ is None else _moment("--from", from_)
    end = None if to is None else _moment("--to", to)
    if start is not None and end is not None and end < start:
        raise InputError(f"--to {to} is before --from {from_}")
    return start, end


def refuse_without_log(given: Mapping[str, object]) -> None:
    """Refuse options that are about the log where there is none.

    Args:
        given: option -> what was given.

    Raises:
        InputError: one of them was given.
    """
    useless = [name for name, value in given.items() if value]
    if useless:
        raise InputError(f"{' and '.join(useless)}: that needs a log; give one with --events")


@contextmanager
def read_log(paths: Sequence[str], delay: str | None, seed: int, bar: ProgressBar) -> Iterator[EventLog]:
    """Read the log.

    Args:
        paths: what `--events` says.
        delay: what `--delay` says.
        seed: of the delays that are drawn.
        bar: is told what is being done.

    Raises:
        InputError: a path is not there, the delay is none, or none of the records can be read.
    """
    from acrwatch.kql.engine import interruptions
    from acrwatch.rehearsal.log import EventLog
    from acrwatch.rehearsal.reading.delays import Delay

    delays = None if delay is None else Delay.parse(delay)
    with interruptions():
        read = EventLog.read(paths, delay=delays, seed=seed, progress=bar.doing)
    with read as log:
        if log.first is None and log.unreadable.count:
            shown = [f"  - {one}" for one in log.unreadable.first[:_UNREADABLE_SHOWN]]
            more = log.unreadable.count - len(shown)
            shown += [f"  and {more} more"] if more > 0 else []
            raise InputError("\n".join(["no record of the log could be read", *shown]))
        yield log


def _moment(option: str, text: str) -> datetime:
    try:
        return parse_moment(text).astimezone(UTC)
    except InputError as error:
        raise InputError(f"{option}: {error}") from None
