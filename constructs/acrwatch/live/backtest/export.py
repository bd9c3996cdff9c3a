"""Whole tables of a workspace: for rules that read them whole, and as files for `acrwatch rehearse`."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from acrwatch.errors import InputError, UnknownError
from acrwatch.kql.statements import statements
from acrwatch.kql.tables import TABLES
from acrwatch.kql.text import blanked
from acrwatch.live.backtest.asking import table_query
from acrwatch.live.logs import MOST_ROWS, Answer
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.payload import time_range
from acrwatch.rehearsal.reading.loading import ARRIVED
from acrwatch.rehearsal.reading.source import ARRIVAL
from acrwatch.synthesised import ScheduledQueryRule

_WRITTEN_ARRIVAL = ARRIVAL[0]


def tables_of(query: str) -> tuple[str, ...]:
    """The tables of ours that a query names; a name of its own hides one."""
    code = blanked(query)
    own = {statement.name for statement in statements(code)}
    return tuple(sorted({*re.findall(r"\w+", code)} & {*TABLES} - own))


def fetch_tables(slices: Slices, query: str, start: datetime, end: datetime, took: Callable[[int], None]) -> EventLog:
    """The tables that a query reads, as a log.

    Args:
        slices: whom to ask.
        query: the query.
        start: from when.
        end: to when.
        took: is told how many rows came.

    Raises:
        UnknownError: it reads none that is known, or they hold more than can be fetched.
        CallFailed: they did not come whole.
    """
    tables = tables_of(query)
    if not tables:
        raise UnknownError(f"it reads whole tables, and none of {', '.join(TABLES)}, whose columns are known")
    with tempfile.TemporaryDirectory(prefix="acrwatch-") as folder:
        _write(slices, tables, start, end, Path(folder), took, most=MOST_ROWS)
        return EventLog.read([Path(folder)])


def export_tables(
    slices: Slices,
    rules: Sequence[ScheduledQueryRule],
    start: datetime,
    end: datetime,
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write the tables that some rules read to a folder, whole or not at all.

    Args:
        slices: whom to ask.
        rules: the rules.
        start: from when rules are to be evaluated; what they read then begins before it.
        end: to when.
        folder: where to; made by this, and not there before, or empty.
        progress: is told what is being done.

    Returns:
        How many rows were written.

    Raises:
        InputError: the folder cannot be written, or holds something.
        CallFailed: the tables did not come whole, and nothing was written.
    """
    read = [(time_range(rule, one), tables_of(one.query)) for rule in rules for one in rule.criteria]
    tables = sorted({table for _, found in read for table in found})
    since = start - max((reads for reads, _ in read), default=timedelta(0))
    rows = 0

    def took(count: int) -> None:
        nonlocal rows
        rows += count
        progress(f"exporting: {rows:,} rows")

    refuse_full(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None
    try:
        _write(slices, tables, since, end, made, took)
        made.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return rows


def refuse_full(folder: Path) -> None:
    """Refuse a folder that is no place for an export.

    Raises:
        InputError: it holds something, or is no folder.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} is there and not empty; name a folder that is to be made")
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}") from None


def _write(
    slices: Slices,
    tables: Sequence[str],
    start: datetime,
    end: datetime,
    folder: Path,
    took: Callable[[int], None],
    most: int | None = None,
) -> None:
    rows = 0
    for table in tables:
        with gzip.open(folder / f"{table}.jsonl.gz", "wt", encoding="utf-8", compresslevel=3) as opened:

            def take(answer: Answer, table: str = table, write: Callable[[str], Any] = opened.write) -> None:
                nonlocal rows
                rows += len(answer.rows)
                if most is not None and rows > most:
                    raise UnknownError(
                        f"it reads whole tables with more than {most:,} rows in this time; ask for fewer days, or give "
                        "its query the shape that `acrwatch new` begins with"
                    )
                took(len(answer.rows))
                names = [name for name, _ in answer.columns]
                if ARRIVED not in names:
                    said = "an answer of Log Analytics lacks what was asked for"
                    raise CallFailed(Unknown(reason=said, way_out="see what is between here and it"))
                for row in answer.rows:
                    write(json.dumps(_row(table, names, row), ensure_ascii=False) + "\n")

            slices.fetch(partial(table_query, table, list(TABLES[table])), start, end, take)


def _row(table: str, names: Sequence[str], values: Sequence[Any]) -> Mapping[str, Any]:
    """A row as an export has it: without what is empty, and with when it arrived."""
    found = {name: value for name, value in zip(names, values, strict=True) if value not in (None, "")}
    arrived = found.pop(ARRIVED, None)
    return {**found, **({} if arrived is None else {_WRITTEN_ARRIVAL: arrived}), "Type": table}
