"""`acrwatch day`: a made-up day of registry traffic with an attack in it, to rehearse rules on."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from acrwatch.counted import counted
from acrwatch.output.show import show_text
from acrwatch.recorded_day import Form, teams_for, write_day
from acrwatch.recorded_day.happening import FIRST_TEAMS
from acrwatch.recorded_day.writing import DAY, EXPECTED, SEED, STORY

EXAMPLE = "Example: acrwatch day --output recorded-day --seed 7"

# A shorter day shows no progress.
_LONG = 100_000
_DATE = datetime.fromisoformat(DAY.isoformat())


def command(
    output: Annotated[
        Path, typer.Option("--output", help="The folder to write, made if need be; a day in it is replaced.")
    ] = Path("recorded-day"),
    seed: Annotated[int, typer.Option("--seed", help="What chance follows from; the same seed, the same day.")] = SEED,
    date: Annotated[
        datetime,
        typer.Option("--date", formats=["%Y-%m-%d"], show_default=False, help=f"The day. Default: {DAY.isoformat()}."),
    ] = _DATE,
    events: Annotated[
        int | None,
        typer.Option("--events", min=1, help="About how many; more are more teams. Default: those of six teams."),
    ] = None,
    form: Annotated[Form, typer.Option("--form", help="What the events are written as.")] = Form.GZIP,
) -> None:
    """Write a day of registry traffic in which all five detections fire once, and its expected alerts."""
    teams = FIRST_TEAMS if events is None else teams_for(events)
    written = write_day(output, seed=seed, day=date.date(), teams=teams, form=form, progress=_told)
    if sys.stderr.isatty() and written.rows > _LONG:
        sys.stderr.write("\n")
    names = "".join(f"{output / name}\n" for name in (STORY, EXPECTED, *written.files))
    said = f"{counted(written.rows, 'row')} of {counted(written.teams, 'team')}, 5 alerts to expect"
    show_text(f"{names}\n{said}\n", None)


def _told(rows: int) -> None:
    """Say how far it is, on a terminal and for a day that takes long enough."""
    if sys.stderr.isatty() and rows > _LONG:
        sys.stderr.write(f"\r{rows:,} rows")
