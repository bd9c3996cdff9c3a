"""The log of events that rules are rehearsed on: tables in a DuckDB database on disk.

How files become rows is decided in `reading`.
"""

from __future__ import annotations

import json
import shutil
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType, TracebackType
from typing import Any, Self

from acrwatch.detection.events import Event
from acrwatch.errors import InputError
from acrwatch.kql.engine import SQL_TYPES, DatabaseError, connect, stored
from acrwatch.kql.tables import TABLES, TIME, Columns, ColumnType
from acrwatch.rehearsal.reading.delays import Delay
from acrwatch.rehearsal.reading.files import expand
from acrwatch.rehearsal.reading.loading import ARRIVED, ROW, SCHEMA, Loader
from acrwatch.rehearsal.reading.opening import Opener
from acrwatch.rehearsal.reading.sql import literal, name
from acrwatch.rehearsal.reading.surveying import Loaded
from acrwatch.rehearsal.reading.unreadable import Place, Unreadables

MEMORY_LIMIT = "600MB"
# Each thread that reads keeps lines on their way: a gigabyte of JSON takes more than that memory with eight of them.
MOST_THREADS = 4


class EventLog:
    """Rows of Log Analytics tables, each with the moment at which it could be queried.

    The schema `log` of `connection` has one table for each in `tables`: all its columns, `_arrived` (a moment), and
    `_row` (its position in reading order). Texts are never NULL, moments are naive UTC, and rows are ordered by
    `TimeGenerated`, a log of millions by runs of its files. Use it as a context manager, or call `close`: the database
    is a temporary file.

    Args:
        memory_limit: how much memory DuckDB may take, as DuckDB writes sizes. Default: 600MB.
        folder: where the temporary file is made. Default: that of the system.
    """

    def __init__(self, *, memory_limit: str = MEMORY_LIMIT, folder: Path | None = None) -> None:
        self._folder = Path(mkdtemp(prefix="acrwatch-", dir=folder))
        try:
            spilled = str(self._folder / "spilled")
            self.connection = connect(
                str(self._folder / "events.duckdb"), memory_limit=memory_limit, temp_directory=spilled
            )
        except DatabaseError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise InputError(f"the database of the events cannot be opened: {error}") from None
        threads = min(self._one("SELECT current_setting('threads')"), MOST_THREADS)
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute(f"CREATE SCHEMA {SCHEMA}")
        self._loaded = Loaded()
        self.paths: tuple[str, ...] = ()
        """What was to be read, as it was given; empty for events that were at hand."""
        self.made: dict[str, str] = {}
        """Events that were made elsewhere: the first of the `parts` of a query (`sources`) -> their relation."""

    @classmethod
    def of(cls, events: Iterable[Event], *, memory_limit: str = MEMORY_LIMIT) -> Self:
        """A log of events that are at hand, such as those of a test.

        Args:
            events: the events, of tables in `kql.tables`; columns that a row leaves out are empty.
            memory_limit: as for the class.
        """
        log = cls(memory_limit=memory_limit)
        by_table: dict[str, list[tuple[int, Event]]] = {}
        for position, event in enumerate(events, start=1):
            by_table.setdefault(event.table, []).append((position, event))
        for table, members in by_table.items():
            log._insert(table, sorted(members, key=lambda member: (member[1].time, member[0])))
        return log

    @classmethod
    def read(
        cls,
        paths: Sequence[str | Path],
        *,
        delay: Delay | None = None,
        seed: int = 0,
        progress: Callable[[str], None] = lambda _: None,
        memory_limit: str = MEMORY_LIMIT,
    ) -> Self:
        """A log that stands in files.

        Args:
            paths: files, folders (read recursively), globs, or `-` for standard input. They hold lines of JSON, JSON
                documents, results of the query API, CSV or Parquet, packed with gzip or not: rows of tables, or
                records of diagnostic settings.
            delay: how long rows take to arrive that do not say when they did. Default: what Azure names for each table.
            seed: of the delays that are drawn.
            progress: is told what is being done.
            memory_limit: as for the class.

        Raises:
            SettingsError: a path is not there, or is a folder without a file to read.
        """
        files = expand(paths)
        log = cls(memory_limit=memory_limit)
        log.paths = tuple(map(str, paths))
        try:
            opener = Opener(log.connection, log._folder, progress)
            log._loaded = Loader(log.connection, opener, delay, seed, progress).load(opener.open(files))
        except BaseException:
            log.close()
            raise
        return log

    @property
    def tables(self) -> Mapping[str, Columns]:
        """The tables that have a row, and their columns."""
        return MappingProxyType(self._loaded.tables)

    @property
    def unreadable(self) -> Unreadables:
        """What could not be read: counted in full, the first of it in detail."""
        return self._loaded.unreadable

    @property
    def notes(self) -> Sequence[str]:
        """What people should know beside that, such as columns that no table has."""
        return tuple(self._loaded.notes)

    @property
    def partial(self) -> Sequence[str]:
        """The files that could only be read up to some place, and why."""
        return tuple(self._loaded.partial)

    def source(self, row: int) -> Place | None:
        """Where a row stands.

        Args:
            row: its `_row`.

        Returns:
            Its file and line, or which record of the file it is; None for events that were at hand.
        """
        files = self._loaded.files
        index = bisect_right(files, row, key=lambda file: file[0]) - 1
        if index < 0:
            return None
        first, file, unit = files[index]
        return Place(file=file, unit=unit, number=row - first + 1)

    def count(self, table: str | None = None) -> int:
        """The number of rows of a table, or of all."""
        return sum(self._one(f"SELECT count(*) FROM {each}") for each in self._named(table))

    @property
    def first(self) -> datetime | None:
        """When the first event happened, in naive UTC; None when there is none."""
        return min((self._one(f"SELECT min({TIME}) FROM {table}") for table in self._named()), default=None)

    @property
    def last(self) -> datetime | None:
        """When the last event happened, in naive UTC."""
        return max((self._one(f"SELECT max({TIME}) FROM {table}") for table in self._named()), default=None)

    @property
    def last_arrival(self) -> datetime | None:
        """When the last event could be queried, in naive UTC."""
        return max((self._one(f"SELECT max({ARRIVED}) FROM {table}") for table in self._named()), default=None)

    def close(self) -> None:
        """Close the database and delete its file."""
        self.connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _named(self, table: str | None = None) -> list[str]:
        return [f"{SCHEMA}.{name(each)}" for each in ([table] if table is not None else self.tables)]

    def _one(self, query: str) -> Any:
        ((value,),) = self.connection.execute(query).fetchall()
        return value

    def _insert(self, table: str, members: Sequence[tuple[int, Event]]) -> None:
        columns = {**TABLES[table], ARRIVED: ColumnType.DATETIME, ROW: ColumnType.LONG}
        written = self._folder / "events.jsonl"
        with written.open("w", encoding="utf-8") as opened:
            # A file that DuckDB reads takes a twentieth of the time of values that it is given one by one.
            for position, event in members:
                row = {**event.row, TIME: event.time, ARRIVED: max(event.arrived, event.time), ROW: position}
                values = {column: stored(row.get(column), kind) for column, kind in columns.items()}
                opened.write(json.dumps(values, default=str) + "\n")
        kinds = ", ".join(
            f"{literal(column)}: {literal(_WRITTEN.get(kind, SQL_TYPES[kind]))}" for column, kind in columns.items()
        )
        read = ", ".join(f"{name(column)}::{SQL_TYPES[kind]} AS {name(column)}" for column, kind in columns.items())
        self.connection.execute(
            f"""CREATE TABLE {SCHEMA}.{name(table)} AS SELECT {read} FROM
            read_json({literal(str(written))}, format='newline_delimited', columns={{{kinds}}})"""
        )
        written.unlink()
        self._loaded.tables[table] = TABLES[table]


# What stands as text in the file, and becomes what it is only then.
_WRITTEN = {ColumnType.DATETIME: "VARCHAR", ColumnType.DYNAMIC: "VARCHAR"}
