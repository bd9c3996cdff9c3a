"""Blocks of events as Parquet, by DuckDB: a folder for each table, in parts of some hundred thousand rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from acrwatch.errors import MissingExtra
from acrwatch.kql.tables import TABLES, ColumnType
from acrwatch.recorded_day.clock import Stamps
from acrwatch.recorded_day.happening import Block
from acrwatch.recorded_day.rows import ACTIVITY, LOGIN, REPOSITORY, activity_row, row, table_of

try:
    import duckdb
except ImportError as error:
    raise MissingExtra("writing Parquet", "rehearse") from error

_PART_ROWS = 100_000
_SQL_TYPES = {
    ColumnType.STRING: "VARCHAR",
    ColumnType.DATETIME: "TIMESTAMP",
    ColumnType.INT: "INTEGER",
    ColumnType.REAL: "DOUBLE",
    ColumnType.DYNAMIC: "JSON",
}


@contextmanager
def parquet_sink(folder: Path, stamps: Stamps) -> Iterator[Callable[[Block], None]]:
    """What takes the blocks of a day.

    Args:
        folder: where to; it is there and empty.
        stamps: of the day.
    """
    with duckdb.connect() as connection, tempfile.TemporaryDirectory(dir=folder.parent, prefix=".lines.") as work:
        parts = [_Parts(connection, table, folder / table, Path(work)) for table in (REPOSITORY, LOGIN, ACTIVITY)]

        def write(block: Block) -> None:
            repository, login, activity = parts
            repository.add([row(one, stamps) for one in block.registry if table_of(one.event) == REPOSITORY])
            login.add([row(one, stamps) for one in block.registry if table_of(one.event) == LOGIN])
            activity.add([activity_row(one, stamps) for one in block.activity])

        yield write
        for one in parts:
            one.flush()


class _Parts:
    """The parts of one table. Lines wait in a file, so that memory stays level."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, folder: Path, work: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._lines = work / f"{table}.jsonl"
        self._columns = {name: _SQL_TYPES[kind] for name, kind in TABLES[table].items()} | {
            "_TimeReceived": "TIMESTAMP"
        }
        self._waiting = self._parts = 0
        folder.mkdir()

    def add(self, lines: Sequence[str]) -> None:
        with self._lines.open("a", encoding="utf-8") as opened:
            opened.write("".join(lines))
        self._waiting += len(lines)
        if self._waiting >= _PART_ROWS:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        source = self._connection.read_json(str(self._lines), columns=self._columns, format="newline_delimited")
        part = self._folder / f"part-{self._parts:05}.parquet"
        source.project(", ".join(map(self._value, self._columns))).write_parquet(str(part), compression="zstd")
        self._lines.unlink()
        self._waiting = 0
        self._parts += 1

    def _value(self, name: str) -> str:
        """A text that a row does not have is empty, as in the workspace."""
        return f'coalesce("{name}", \'\') AS "{name}"' if self._columns[name] == "VARCHAR" else f'"{name}"'
