"""Writes a day to a folder: its events, its story and the alerts to expect."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from acrwatch.errors import InputError
from acrwatch.recorded_day.clock import Stamps
from acrwatch.recorded_day.expected import expected
from acrwatch.recorded_day.happening import FIRST_TEAMS, attack, blocks
from acrwatch.recorded_day.rows import ACTIVITY, LOGIN, REPOSITORY
from acrwatch.recorded_day.sinks import STREAMS, Form, sink
from acrwatch.recorded_day.story import expected_text, story_text

DAY = date(2026, 11, 3)
SEED = 1
EVENTS, STORY, EXPECTED = "events", "README.md", "expected.yaml"
# Measured, for `teams_for`: what one team writes in a day, and what all share.
_TEAM_ROWS, _SHARED_ROWS = 760, 2_020


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written.

    Args:
        folder: where to.
        files: names of the files or folders with events, below it.
        rows: how many rows they hold.
        teams: how many teams there are.
    """

    folder: Path
    files: tuple[str, ...]
    rows: int
    teams: int


def teams_for(events: int) -> int:
    """How many teams make about that many rows, at least one. What all teams share is there in any case."""
    return max(1, round((events - _SHARED_ROWS) / _TEAM_ROWS))


def write_day(
    folder: Path,
    *,
    seed: int = SEED,
    day: date = DAY,
    teams: int = FIRST_TEAMS,
    form: Form = Form.GZIP,
    progress: Callable[[int], None] = lambda rows: None,
) -> Written:
    """Write a day; the same arguments write the same.

    Args:
        folder: where to, made if need be. A day that is there already is replaced.
        seed: what chance follows from. Default: 1.
        day: its date. Default: 3 November 2026.
        teams: how many teams there are; about 760 rows each. Default: 6.
        form: JSON lines, plain or packed, or a folder of Parquet files for each table. In Parquet all rows have
            the columns of Log Analytics and `_TimeReceived`. Default: packed JSON lines.
        progress: told after each part how many rows there are so far.

    Raises:
        InputError: the folder cannot be written, its events are something else, or the calendar has no next day.
        MissingExtra: Parquet needs the extra `rehearse`.
    """
    if day == date.max:
        raise InputError(f"the day is {day}, but its last rows arrive on the next one, which the calendar lacks")
    stamps = Stamps(day)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_others(folder / EVENTS)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".events.") as work:
            made = Path(work) / EVENTS
            made.mkdir()
            rows = 0
            with sink(form, made, stamps) as write, _no_collector():
                for block in blocks(seed, teams):
                    write(block)
                    rows += len(block.registry) + len(block.activity)
                    progress(rows)
            files = tuple(f"{EVENTS}/{path.name}" for path in sorted(made.iterdir()))
            alerts = expected(attack(seed), stamps)
            story = story_text(alerts, stamps, day=day, seed=seed, teams=teams, rows=rows, files=files)
            if (folder / EVENTS).exists():
                (folder / EVENTS).rename(Path(work) / "before")
            made.rename(folder / EVENTS)
            for name, text in ((STORY, story), (EXPECTED, expected_text(alerts, stamps))):
                (Path(work) / name).write_text(text, encoding="utf-8")
                (Path(work) / name).replace(folder / name)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None
    return Written(folder=folder, files=files, rows=rows, teams=teams)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing made here refers to itself, and walking the rows of a block again and again took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_others(events: Path) -> None:
    """A folder that holds anything but events of a day is not ours to replace."""
    ours = {REPOSITORY, LOGIN, ACTIVITY, *(f"{name}.{form}" for name in STREAMS for form in Form)}
    if not events.exists() and not events.is_symlink():
        return
    others = sorted({path.name for path in events.iterdir()} - ours)
    if events.is_symlink() or others:
        what = others[0] if others else "a link"
        raise InputError(f"{events} holds {what}, which is no part of a recorded day; choose another folder")
