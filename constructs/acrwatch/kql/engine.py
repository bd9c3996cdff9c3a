"""Runs KQL on this machine: DuckDB, with duckdb-kql as its translator.

It is a re-implementation and no authority: what it cannot do is refused with a reason, never approximated,
and what it is known to do wrong is refused by `lint`. The versions are pinned exactly for that reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from types import TracebackType
from typing import Any, Self

from acrwatch.errors import InputError, MissingExtra, UnknownError
from acrwatch.kql.tables import TABLES, Columns, ColumnType
from acrwatch.kql.text import blanked

try:
    import duckdb
    import duckdb_kql

    from acrwatch.kql.mending import TableUnknown, mended
    from acrwatch.kql.prepared import Prepared
except ImportError as error:
    raise MissingExtra("running KQL on this machine", "rehearse") from error

Row = Mapping[str, Any]

SQL_TYPES = {
    ColumnType.STRING: "VARCHAR",
    ColumnType.DATETIME: "TIMESTAMP",
    ColumnType.BOOL: "BOOLEAN",
    ColumnType.INT: "INTEGER",
    ColumnType.LONG: "BIGINT",
    ColumnType.REAL: "DOUBLE",
    ColumnType.DYNAMIC: "JSON",
}
"""How each type is stored in DuckDB."""


# Nothing says that the translator may be used by two threads at once.
_TRANSLATING = Lock()


_ROWS_AT_ONCE = 200
# What DuckDB says when it is interrupted by a signal; the class of the error is no more than RuntimeError.
_INTERRUPTED = "Query interrupted"


Statement = duckdb.Statement
"""What it has parsed, to be run any number of times."""

DatabaseError = duckdb.Error
"""What DuckDB raises."""

OutOfMemory = duckdb.OutOfMemoryException
"""What it raises when the memory that it may take is not enough."""


def connect(database: str = ":memory:", **options: str | int) -> duckdb.DuckDBPyConnection:
    """A database in which KQL can be run, in UTC.

    Args:
        database: its file. Default: none, it lives in memory.
        options: settings of DuckDB.

    Raises:
        DatabaseError: the file cannot be opened, or DuckDB does not take an option.
    """
    return duckdb_kql.connect(database, config=options)


def another(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A further connection to the same database, in UTC as well, for another thread.

    Args:
        connection: the one there is.
    """
    made = connection.cursor()
    # A setting of the session, which a new one begins without.
    made.execute("SET TimeZone='UTC'")
    return made


class EngineRefusal(UnknownError):
    """The local engine cannot run a query, which says nothing about the query in Azure."""


class QueryError(InputError):
    """The query itself is wrong."""


def translate(kql: str, tables: Mapping[str, Sequence[str]], *, tolerant: bool = True) -> Any:
    """The SQL of a query: a text that also names its `parameters`, of which `kqlnow` is what `now()` goes by.

    Args:
        kql: the query.
        tables: name -> columns of the tables that are there.
        tolerant: whether a table that is not there does not exist, so that `union isfuzzy=true` leaves it out.
            Default: yes; else nothing is known about it.

    Raises:
        QueryError: the text is not KQL, or names what is not there.
        EngineRefusal: the engine cannot do it, or nothing is known about a table.
    """
    if blanked(kql).lstrip().startswith("."):
        # The translator knows some, of which some write files.
        raise QueryError("the query cannot be run: it is a command, as it begins with a dot")
    return _translated(kql, tuple((name, tuple(columns)) for name, columns in tables.items()), tolerant)


# Translating takes 50 to 300 ms, and tests and comparisons meet the same query again and again.
@lru_cache(maxsize=256)
def _translated(kql: str, tables: tuple[tuple[str, tuple[str, ...]], ...], tolerant: bool) -> Any:
    moment = datetime(2000, 1, 1)  # noqa: DTZ001  # replaced at each run; the engine takes naive UTC
    with _TRANSLATING, mended(tolerant=tolerant), engine_errors():
        translated = duckdb_kql.to_sql(
            kql, schema={name: list(columns) for name, columns in tables}, query_now=moment, allow_write=False
        )
    if translated.udfs:
        raise EngineRefusal("the local engine cannot run this query: it needs functions in Python")
    if translated.declarations:
        raise EngineRefusal("the local engine cannot run this query: it declares parameters, which nobody gives")
    return translated


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turns what the translator and DuckDB raise into our errors."""
    try:
        yield
    except duckdb_kql.KqlUnsupportedError as error:
        raise EngineRefusal(f"the local engine cannot run this query: {_lacking(error)}") from None
    except TableUnknown as error:
        raise EngineRefusal(str(error)) from None
    except RecursionError:
        raise EngineRefusal("the local engine cannot run this query: it is nested too deeply") from None
    except (duckdb_kql.KqlError, duckdb.Error, AssertionError) as error:
        raise QueryError(f"the query cannot be run: {_for_people(error)}") from None


# The SQL, its functions, and all words that could stand at a place.
_FOR_NOBODY = re.compile(r"\n\nLINE .*|\n\tCandidate functions:.*| expecting \{[^}]{40,}.*", re.DOTALL)


def _for_people(error: Exception) -> str:
    """What an error says to those who write KQL."""
    return _FOR_NOBODY.sub("", str(error)) or type(error).__name__


def _lacking(error: Any) -> str:
    """What the translator lacks; where it just does not have something, its hint is for those who write it."""
    reason, _, near = (error.hint or "").partition("; ")
    if not reason.endswith("in this wave"):
        return str(error)
    kind, _, name = error.construct.rpartition(":")
    if kind in ("function", "aggregate"):
        return f"it has no function {name}; see whether that is spelled right"
    return f"it does not do this, {near}"


@contextmanager
def interruptions() -> Iterator[None]:
    """Turns the error that DuckDB raises when Ctrl-C falls into a query of it into what Python raises otherwise."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != _INTERRUPTED:
            raise
        raise KeyboardInterrupt from None


class LocalEngine:
    """A workspace in memory: tables that are filled with rows for one query at a time.

    Args:
        tables: name -> columns of the tables that can be there. Default: all that are known.
    """

    def __init__(self, tables: Mapping[str, Columns] = TABLES) -> None:
        self._tables = tables
        # A database for each choice of tables that are there, since plans are lost where tables come and go.
        self._databases: dict[frozenset[str], _Database] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for database in self._databases.values():
            database.connection.close()

    def run(self, kql: str, now: datetime, rows: Mapping[str, Iterable[Row]]) -> Sequence[Row]:
        """Run a query.

        Args:
            kql: its text.
            now: what `now()` and `ago()` go by.
            rows: table -> its rows; a table that is not named does not exist. Texts that a row leaves out
                are empty, as Kusto has no null text.

        Raises:
            QueryError: the text is not KQL, or names what is not there.
            EngineRefusal: the engine cannot do it.
        """
        present = frozenset(rows)
        if present not in self._databases:
            self._databases[present] = _Database({table: self._tables[table] for table in rows})
        return self._databases[present].run(kql, now, rows)


class _Database:
    """Tables in memory, all of which are there."""

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        # A few rows are no work for several threads, and detections are tested side by side.
        self.connection = connect(threads=1)
        self._tables = tables
        self._filled: set[str] = set()
        # Translating takes 50 to 300 ms, planning 20; the cases of a detection share few texts.
        self._prepared: dict[str, Prepared] = {}
        for table, columns in tables.items():
            members = ", ".join(f'"{column}" {SQL_TYPES[kind]}' for column, kind in columns.items())
            self.connection.execute(f'CREATE TABLE "{table}" ({members})')

    def run(self, kql: str, now: datetime, rows: Mapping[str, Iterable[Row]]) -> Sequence[Row]:
        for table, members in rows.items():
            self._fill(table, members)
        if kql not in self._prepared:
            translated = translate(kql, {name: list(columns) for name, columns in self._tables.items()})
            with engine_errors():
                self._prepared[kql] = Prepared(self.connection, str(translated))
        with engine_errors():
            found = self._prepared[kql].run({"kqlnow": naive(now)})
            names = [column[0] for column in found.description]
            return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    def _fill(self, table: str, rows: Iterable[Row]) -> None:
        columns = self._tables[table]
        if table in self._filled:
            self.connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  # our names
            self._filled.discard(table)
        values = [[stored(row.get(name), kind) for name, kind in columns.items()] for row in rows]
        # One statement for many rows takes a tenth of the time of one for each.
        for begin in range(0, len(values), _ROWS_AT_ONCE):
            part = values[begin : begin + _ROWS_AT_ONCE]
            self._filled.add(table)
            marks = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * len(part))
            flat = [value for row in part for value in row]
            self.connection.execute(f'INSERT INTO "{table}" VALUES {marks}', flat)  # noqa: S608  # our names


def naive(moment: datetime) -> datetime:
    """A moment as the engine takes it: UTC without saying so; one without a zone is UTC."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)


def stored(value: Any, kind: ColumnType) -> Any:
    """A value as it is stored: texts that are missing are empty, moments are naive UTC, dynamic values JSON text."""
    if kind is ColumnType.DYNAMIC:
        return None if value in (None, "") else value if isinstance(value, str) else json.dumps(value)
    if value is None:
        return "" if kind is ColumnType.STRING else None
    if kind is ColumnType.DATETIME and isinstance(value, str):
        # DuckDB would drop the zone of a text.
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return naive(value)
    return value
