"""Where blocks of events go: JSON lines, packed or not, one file for each stream; or Parquet, by `parquet`."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

from acrwatch.recorded_day.clock import Stamps
from acrwatch.recorded_day.estate import DEV, PROD
from acrwatch.recorded_day.happening import Block
from acrwatch.recorded_day.records import messages
from acrwatch.recorded_day.rows import activity_row, row

ACTIVITY_LOG = "activity-log"
STREAMS = (PROD, DEV, ACTIVITY_LOG)


class Form(StrEnum):
    """What the events are written as."""

    GZIP = "jsonl.gz"
    JSONL = "jsonl"
    PARQUET = "parquet"


Sink = Callable[[Block], None]


@contextmanager
def sink(form: Form, folder: Path, stamps: Stamps) -> Iterator[Sink]:
    """What takes the blocks of a day, and closes its files at the end.

    Args:
        form: what is written.
        folder: where to; it is there and empty.
        stamps: of the day.

    Raises:
        MissingExtra: Parquet needs the extra `rehearse`.
    """
    with ExitStack() as opened:
        if form is Form.PARQUET:
            from acrwatch.recorded_day.parquet import parquet_sink

            yield opened.enter_context(parquet_sink(folder, stamps))
        else:
            files = {name: _opened(folder / f"{name}.{form.value}", form, opened) for name in STREAMS}
            yield lambda block: _lines(block, files, stamps)


def _opened(file: Path, form: Form, opened: ExitStack) -> BinaryIO:
    raw = opened.enter_context(file.open("wb"))
    if form is Form.JSONL:
        return raw
    # Without a name and a time in it, equal days are equal files.
    return opened.enter_context(cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)))


def _lines(block: Block, files: dict[str, BinaryIO], stamps: Stamps) -> None:
    files[PROD].write("".join(row(one, stamps) for one in block.registry if one.event.registry == PROD).encode())
    dev = (one for one in block.registry if one.event.registry == DEV)
    files[DEV].write("".join(messages(dev, stamps)).encode())
    files[ACTIVITY_LOG].write("".join(activity_row(one, stamps) for one in block.activity).encode())
