"""Days that are written once for all tests of a process, and their rows as they are in the files."""

import gzip
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from acrwatch.recorded_day import Form, write_day

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "examples" / "recorded-day"
_FOLDER = tempfile.TemporaryDirectory(prefix="acrwatch-day-")

Row = dict[str, Any]


@cache
def written(seed: int = 1, teams: int = 6, form: Form = Form.GZIP) -> Path:
    """The folder of such a day."""
    folder = Path(_FOLDER.name) / f"{seed}-{teams}-{form}"
    write_day(folder, seed=seed, teams=teams, form=form)
    return folder


def lines(folder: Path, stream: str) -> Iterator[Row]:
    """What the lines of a packed file hold."""
    with gzip.open(folder / "events" / f"{stream}.jsonl.gz", "rt", encoding="utf-8") as opened:
        for line in opened:
            yield json.loads(line)


def rows(folder: Path) -> list[Row]:
    """The rows of Log Analytics."""
    return [*lines(folder, "contosoprod"), *lines(folder, "activity-log")]


def records(folder: Path) -> list[Row]:
    """The records of the event hub."""
    return [record for message in lines(folder, "contosodev") for record in message["records"]]
