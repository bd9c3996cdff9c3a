"""From sources to tables: a first scan says what there is, then each table is made in one scan.

Nothing is kept in between: reading a file twice is cheaper than writing its rows twice. What is sorted at a time fits
in memory, so that ten times the rows take ten times as long: a large log is in the order of time by runs of files, in
which a slice of time is still a small part of the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from acrwatch.errors import InputError, shown
from acrwatch.kql.engine import DatabaseError, OutOfMemory
from acrwatch.kql.tables import TABLES, TIME, Columns, ColumnType
from acrwatch.rehearsal.reading.delays import Delay, usual
from acrwatch.rehearsal.reading.opening import Opener
from acrwatch.rehearsal.reading.source import ARRIVAL, Source
from acrwatch.rehearsal.reading.sql import MACROS, literal, name, typed
from acrwatch.rehearsal.reading.surveying import Loaded, Surveyed, Surveyor, is_doubled, judged
from acrwatch.rehearsal.reading.unreadable import Place, Unreadable

SCHEMA = "log"
ARRIVED, ROW = "_arrived", "_row"
# What a row says of its arrival, and whether it lacks a moment that others of its files have: needed for a while, and
# with names that no column has.
_GIVEN, _LACKING = '":given"', '":lacking"'
MOST_TABLES = 200
RUN = 1_000_000
"""Of how many records a run is that is sorted at a time, unless one file has more."""
# When an event of the activity log could be queried, by its own words (Azure Monitor: tables/azureactivity).
_SUBMITTED = "EventSubmissionTimestamp"
# These hold whatever is written.
_ANYTHING = (ColumnType.STRING, ColumnType.DYNAMIC)
_COLUMN = re.compile(r"[A-Za-z_$][\w$ .-]{0,127}", re.ASCII)


class Loader:
    """Fills the schema `log` of a database.

    Args:
        connection: where to.
        opener: makes sources readable that DuckDB stumbles over.
        delay: the model for rows that do not say when they arrived; None for what Azure names for each table.
        seed: of the delays that are drawn.
        progress: is told what is being done.
    """

    def __init__(
        self, connection: Any, opener: Opener, delay: Delay | None, seed: int, progress: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._delay = delay
        self._seed = seed
        self._progress = progress
        self._surveyor = Surveyor(connection, opener, progress)
        self.loaded = self._surveyor.loaded
        for macro in MACROS:
            connection.execute(macro)

    def load(self, sources: Sequence[Source]) -> Loaded:
        """Read all sources.

        Raises:
            InputError: they name more tables than a log can have, or need more memory than there is.
        """
        try:
            return self._load(sources)
        except OutOfMemory as error:
            said = str(error).partition("\n")[0]
            raise InputError(f"the events need more memory than the database may take: {said}") from None

    def _load(self, sources: Sequence[Source]) -> Loaded:
        surveyed = [found for source in sources for found in self._surveyor.survey(source)]
        tables = sorted({table for found in surveyed for table in found.keys})
        if len(tables) > MOST_TABLES:
            raise InputError(f"the events name {len(tables)} tables; a log has at most {MOST_TABLES}")
        for table in tables:
            self._fill(table, [piece for found in surveyed if table in found.keys for piece in found.of(table)])
        self._note_unknown()
        return self.loaded

    def _fill(self, table: str, pieces: Sequence[Surveyed]) -> None:
        self._progress(f"reading {table}")
        try:
            columns = self._create(table, pieces)
        except OutOfMemory:
            raise
        except DatabaseError:
            # Damage may lie in columns that the first scan has not looked at.
            parts = [part for piece in pieces for part in piece.parts(RUN)]
            pieces = [readable for part in parts for readable in self._readable(part, table)]
            if not pieces:
                for about in [about for about in self.loaded.unknown if about[0] == table]:
                    del self.loaded.unknown[about]
                return
            columns = self._create(table, pieces)
        self.loaded.tables[table] = columns
        self._note_values(table, pieces, columns)
        for column in [*columns, *_ABOUT]:
            del self.loaded.unknown[table, column]

    def _create(self, table: str, pieces: Sequence[Surveyed]) -> Columns:
        columns = TABLES.get(table) or self._inferred(table, pieces)
        delayed = f"{name(TIME)} + {(self._delay or usual(table)).sql(ROW, self._seed)}"
        arrived = f"greatest({name(TIME)}, coalesce({_GIVEN}, {delayed})) AS {ARRIVED}"
        made = f"{SCHEMA}.{name(table)}"
        verb = f"CREATE OR REPLACE TABLE {made} AS"
        for run in _runs(part for piece in pieces for part in piece.parts(RUN)):
            self._connection.execute(
                f"""{verb} SELECT * EXCLUDE ({_GIVEN}, {ROW}), {arrived}, {ROW}
                FROM ({" UNION ALL ".join(_selection(part, table, columns) for part in run)})
                ORDER BY {name(TIME)}, {ROW}"""
            )
            verb = f"INSERT INTO {made}"
        return columns

    def _lack_arrival(self, table: str) -> bool:
        """Whether a row lacks a moment of arrival, as it does where that is no moment."""
        made = f"{SCHEMA}.{name(table)}"
        (lacking,) = self._connection.execute(f"SELECT bool_or({_LACKING}) FROM {made}").fetchone()
        self._connection.execute(f"ALTER TABLE {made} DROP COLUMN {_LACKING}")
        return bool(lacking)

    def _readable(self, part: Surveyed, table: str) -> Iterator[Surveyed]:
        """What is left of a part without the files that are damaged."""
        try:
            columns = TABLES.get(table) or self._inferred(table, [part])
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE probe AS {_selection(part, table, columns)}")
            self._connection.execute("DROP TABLE probe")
            yield part
        except DatabaseError as error:
            if len(part.ends) > 1:
                for half in part.parts(part.count // 2):
                    yield from self._readable(half, table)
                return
            (file,) = part.source.files.values()
            said = str(error).partition("\n")[0]
            reason = f"its rows of {table} are left out, as it is damaged: {said}"
            self.loaded.unreadable.add([Unreadable(place=Place(file=file), reason=reason)])

    def _note_values(self, table: str, parts: Sequence[Surveyed], columns: Columns) -> None:
        """Note what a column cannot hold, and moments of arrival that are none."""
        # A look at what became of them spares a look at all of the files.
        arrivals = dict.fromkeys(ARRIVAL if self._lack_arrival(table) else (), ColumnType.DATETIME)
        plain = {column: kind for column, kind in columns.items() if column != TIME and kind not in _ANYTHING}
        if plain:
            counts = ", ".join(f"count(*) > count({name(column)})" for column in plain)
            (found,) = self._connection.execute(f"SELECT {counts} FROM {SCHEMA}.{name(table)}").fetchall()
            plain = {column: kind for (column, kind), empty in zip(plain.items(), found, strict=True) if empty}
        for part in parts:
            asked = {column: kind for column, kind in {**arrivals, **plain}.items() if column in part.keys[table]}
            if not asked:
                continue
            counts = ", ".join(
                f"count_if({name(f'v:{column}')} <> '' AND {typed(name(f'v:{column}'), kind)} IS NULL)"
                for column, kind in asked.items()
            )
            rows = _rows(part, table, dict.fromkeys(asked, ColumnType.STRING))
            (found,) = self._connection.execute(f"SELECT {counts} FROM ({rows})").fetchall()
            for (column, kind), count in zip(asked.items(), found, strict=True):
                if count:
                    said = "is as if it was not there" if column in ARRIVAL else "was left empty"
                    self.loaded.notes.append(f"{_rows_have(count)} a {column} in {table} that is no {kind}; it {said}")

    def _note_unknown(self) -> None:
        for (table, column), count in self.loaded.unknown.most_common():
            self.loaded.notes.append(
                f"{_rows_have(count)} {shown(column)}, a column that {table} does not have; it was left out"
            )

    def _inferred(self, table: str, pieces: Sequence[Surveyed]) -> Columns:
        columns: dict[str, ColumnType | None] = {}
        # DuckDB does not tell names apart that differ in case alone, and these are ours.
        spelled = {column.lower(): column for column in (ARRIVED, ROW, TIME, _SUBMITTED, *ARRIVAL)}
        for piece in pieces:
            keys = [
                key
                for key in piece.keys[table]
                if key not in _ABOUT and _COLUMN.fullmatch(key) and spelled.setdefault(key.lower(), key) == key
            ]
            keys = [key for key in keys if key not in (ARRIVED, ROW)]
            for column, kind in piece.source.types(self._connection, _rows(piece, table), keys).items():
                columns[column] = _agreed(columns.get(column), kind)
        return {
            **{column: ColumnType.STRING if kind is None else kind for column, kind in columns.items()},
            TIME: ColumnType.DATETIME,
        }


# The widest first.
_NUMBERS = (ColumnType.REAL, ColumnType.LONG, ColumnType.INT)


def _agreed(one: ColumnType | None, other: ColumnType | None) -> ColumnType | None:
    """The type of a column that has these in some files and in others; None where it is empty."""
    if one is None or other is None or one is other:
        return one or other
    if one in _NUMBERS and other in _NUMBERS:
        return next(kind for kind in _NUMBERS if kind in (one, other))
    # What files do not agree on is text, which any value can be.
    return ColumnType.STRING


# What a row may say beside its columns.
_ABOUT = (*ARRIVAL, "TableName")


def _runs(parts: Iterable[Surveyed]) -> Iterator[list[Surveyed]]:
    """The parts that are sorted together."""
    run: list[Surveyed] = []
    count = 0
    for part in parts:
        if run and count + part.count > RUN:
            yield run
            run, count = [], 0
        run.append(part)
        count += part.count
    yield run


def _selection(part: Surveyed, table: str, columns: Columns) -> str:
    """The rows of a table in one source, with their columns, what they say of their arrival, and position."""
    # A column that no row has costs nothing if it is not looked for in each of them.
    present = {column: kind for column, kind in columns.items() if column in part.keys[table]}
    arrival = [column for column in (*ARRIVAL, _SUBMITTED) if column in part.keys[table]]
    wanted = {**dict.fromkeys(arrival, ColumnType.DATETIME), **present}
    members = [
        f"{name(f'v:{column}') if column in present else typed('NULL::VARCHAR', kind)} AS {name(column)}"
        for column, kind in columns.items()
    ]
    given = f"coalesce({', '.join(name(f'v:{column}') for column in arrival)})" if arrival else "NULL::TIMESTAMP"
    lacking = " OR ".join(f"{name(f'v:{column}')} IS NULL" for column in arrival if column in ARRIVAL) or "false"
    rows = _rows(part, table, wanted)
    members += [f"{given} AS {_GIVEN}", f"{lacking} AS {_LACKING}", f"position + {part.base} AS {ROW}"]
    return f"SELECT {', '.join(members)} FROM ({rows})"


def _rows(part: Surveyed, table: str, columns: Columns = MappingProxyType({})) -> str:
    doubled = f"AND NOT {is_doubled(part.doubled)}" if part.doubled else ""
    found = judged(part.source, table, columns)
    return f"SELECT * FROM ({found}) WHERE reason IS NULL AND lower(said) = {literal(table.lower())} {doubled}"


def _rows_have(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"
