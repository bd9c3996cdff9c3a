"""From sources to tables: a first scan says what there is, then each table is made in one scan and one sort.

Nothing is kept in between: reading a file twice is cheaper than writing its rows twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from acrwatch.errors import InputError, shown
from acrwatch.kql.engine import DatabaseError, OutOfMemory
from acrwatch.kql.records import COLUMNS_OF_RECORDS
from acrwatch.kql.tables import TABLES, TIME, Columns, ColumnType
from acrwatch.rehearsal.reading.delays import Delay, usual
from acrwatch.rehearsal.reading.json_lines import JsonLines
from acrwatch.rehearsal.reading.naming import IDENTIFIER
from acrwatch.rehearsal.reading.opening import Opener
from acrwatch.rehearsal.reading.source import ARRIVAL, BLANK, Source
from acrwatch.rehearsal.reading.sql import MACROS, literal, name, typed
from acrwatch.rehearsal.reading.unreadable import KEPT, Place, Unreadable, Unreadables

SCHEMA = "log"
ARRIVED, ROW = "_arrived", "_row"
MOST_TABLES = 200
# When an event of the activity log could be queried, by its own words (Azure Monitor: tables/azureactivity).
_SUBMITTED = "EventSubmissionTimestamp"
# These hold whatever is written.
_ANYTHING = (ColumnType.STRING, ColumnType.DYNAMIC)
# Why a line that is an envelope cannot be read as it is.
_ENVELOPE = ("table", "no time")
_COLUMN = re.compile(r"[A-Za-z_$][\w$ .-]{0,127}", re.ASCII)


@dataclass
class Loaded:
    """What the log holds, and what it does not.

    Args:
        tables: table -> its columns.
        unreadable: what could not be read.
        unknown: (table, column) -> rows with a column that the table does not have.
        notes: what else people should know.
        partial: files that could only be read up to some place.
        files: (first position, what its file is called, its unit), in order.
    """

    tables: dict[str, Columns] = field(default_factory=dict)
    unreadable: Unreadables = field(default_factory=Unreadables)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    files: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class _Surveyed:
    """One source, and what the first scan found in it."""

    source: Source
    base: int
    keys: dict[str, dict[str, None]] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)


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
        self._opener = opener
        self._delay = delay
        self._seed = seed
        self._progress = progress
        self._names = {table.lower(): table for table in TABLES}
        self._base = 0
        self.loaded = Loaded(unreadable=opener.unreadable, notes=opener.notes, partial=opener.partial)
        for macro in MACROS:
            connection.execute(macro)

    def load(self, sources: Sequence[Source]) -> Loaded:
        """Read all sources.

        Raises:
            InputError: they name more tables than a log can have.
        """
        surveyed = [found for source in sources for found in self._readable(source)]
        tables = sorted({table for found in surveyed for table in found.keys})
        if len(tables) > MOST_TABLES:
            raise InputError(f"the events name {len(tables)} tables; a log has at most {MOST_TABLES}")
        for table in tables:
            self._fill(table, [found for found in surveyed if table in found.keys])
        self._note_unknown()
        return self.loaded

    def _readable(self, source: Source) -> list[_Surveyed]:
        """A source, or what it takes to read it, after the first scan."""
        self._progress(f"looking at {_files(source)}")
        try:
            return [self._survey(source)]
        except OutOfMemory as error:
            raise InputError(f"the events need more memory than the database may take: {error}") from None
        except DatabaseError as error:
            return [found for mended in self._opener.mended(source, error) for found in self._readable(mended)]

    def _survey(self, source: Source) -> _Surveyed:
        groups = self._connection.execute(
            f"""SELECT file, said, reason, is_record, hash(keys) AS shape,
                any_value(keys), count(*), min(position), max(position)
            FROM ({_judged(source)}) GROUP BY file, said, reason, is_record, shape"""
        ).fetchall()
        enveloped = any(reason in _ENVELOPE and "records" in keys for _, _, reason, _, _, keys, *_ in groups)
        if enveloped and isinstance(source, JsonLines) and not source.enveloped:
            return self._survey(source.opened())
        found = _Surveyed(source, self._base)
        first: dict[str, int] = {}
        counted: Counter[tuple[str, str]] = Counter()
        unreadable = last = 0
        for file, said, reason, is_record, shape, keys, count, lowest, highest in groups:
            first[file] = min(lowest, first.get(file, lowest))
            last = max(last, highest)
            if reason == BLANK:
                continue
            if reason is not None:
                unreadable += count
                continue
            if len(set(keys)) < len(keys):
                found.doubled.append(shape)
                unreadable += count
                continue
            table = self._names.setdefault(said.lower(), said)
            there = COLUMNS_OF_RECORDS[table] if is_record else keys
            found.keys.setdefault(table, {}).update(dict.fromkeys(there))
            for column in there:
                counted[table, column] += count
        files = sorted((position, file) for file, position in first.items())
        self.loaded.files += [(self._base + position, source.files[file], source.unit) for position, file in files]
        self._base += last
        elsewhere = {column for table in found.keys for column in TABLES.get(table, ())}
        for (table, column), count in counted.items():
            # A file with columns has those of all its tables in each row.
            if isinstance(source, JsonLines) or column in TABLES.get(table, ()) or column not in elsewhere:
                self.loaded.unknown[table, column] += count
        if unreadable:
            self._keep_unreadable(found, unreadable, first)
        return found

    def _keep_unreadable(self, found: _Surveyed, count: int, first: Mapping[str, int]) -> None:
        wrong = f"reason <> '{BLANK}'" + (f" OR {_is_doubled(found.doubled)}" if found.doubled else "")
        details = self._connection.execute(
            f"""SELECT file, position, reason, keys, left(said, 200), left(time_text, 200), left(category, 200)
            FROM ({_judged(found.source)}) WHERE {wrong} ORDER BY position LIMIT {KEPT}"""
        ).fetchall()
        self.loaded.unreadable.add(
            (
                Unreadable(
                    place=Place(
                        file=found.source.files[file], unit=found.source.unit, number=position - first[file] + 1
                    ),
                    reason=_reason(reason, keys or [], said, time, category),
                )
                for file, position, reason, keys, said, time, category in details
            ),
            count,
        )

    def _fill(self, table: str, parts: Sequence[_Surveyed]) -> None:
        self._progress(f"reading {table}")
        columns = TABLES.get(table) or self._inferred(table, parts)
        try:
            self._create(table, parts, columns)
        except OutOfMemory as error:
            raise InputError(f"the events need more memory than the database may take: {error}") from None
        except DatabaseError:
            # Damage may lie in columns that the first scan has not looked at.
            parts = [part for part in parts if self._can_be_read(part, table, columns)]
            if not parts:
                return
            self._create(table, parts, columns)
        self.loaded.tables[table] = columns
        self._note_values(table, parts, columns)
        for column in [*columns, *_ABOUT]:
            del self.loaded.unknown[table, column]

    def _create(self, table: str, parts: Sequence[_Surveyed], columns: Columns) -> None:
        delayed = f"{name(TIME)} + {(self._delay or usual(table)).sql(ROW, self._seed)}"
        self._connection.execute(
            f"""CREATE TABLE {SCHEMA}.{name(table)} AS
            SELECT * EXCLUDE (given, {ROW}), greatest({name(TIME)}, coalesce(given, {delayed})) AS {ARRIVED}, {ROW}
            FROM ({" UNION ALL ".join(_selection(part, table, columns) for part in parts)})
            ORDER BY {name(TIME)}, {ROW}"""
        )

    def _can_be_read(self, part: _Surveyed, table: str, columns: Columns) -> bool:
        try:
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE probe AS {_selection(part, table, columns)}")
            self._connection.execute("DROP TABLE probe")
        except DatabaseError as error:
            said = str(error).partition("\n")[0]
            places = [Place(file=file) for file in part.source.files.values()]
            reason = f"its rows of {table} are left out, as it is damaged: {said}"
            self.loaded.unreadable.add(Unreadable(place=place, reason=reason) for place in places)
            return False
        return True

    def _note_values(self, table: str, parts: Sequence[_Surveyed], columns: Columns) -> None:
        """Note what a column cannot hold, and moments of arrival that are none."""
        arrivals = dict.fromkeys(ARRIVAL, ColumnType.DATETIME)
        plain = {column: kind for column, kind in columns.items() if column != TIME and kind not in _ANYTHING}
        if plain:
            # A look at what became of them spares a look at all of the files.
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

    def _inferred(self, table: str, parts: Sequence[_Surveyed]) -> Columns:
        columns: dict[str, ColumnType] = {}
        # DuckDB does not tell names apart that differ in case alone, and our own two are taken.
        spelled = {ARRIVED: ARRIVED, ROW: ROW, TIME.lower(): TIME}
        for part in parts:
            keys = [
                key
                for key in part.keys[table]
                if key not in _ABOUT and _COLUMN.fullmatch(key) and spelled.setdefault(key.lower(), key) == key
            ]
            keys = [key for key in keys if key not in (ARRIVED, ROW)]
            for column, kind in part.source.types(self._connection, _rows(part, table), keys).items():
                # What files do not agree on is text, which any value can be.
                columns[column] = kind if columns.get(column, kind) is kind else ColumnType.STRING
        return {**columns, TIME: ColumnType.DATETIME}


# What a row may say beside its columns.
_ABOUT = (*ARRIVAL, "TableName")


def _selection(part: _Surveyed, table: str, columns: Columns) -> str:
    """The rows of a table in one source, with their columns, `given` (when they arrived) and position."""
    # A column that no row has costs nothing if it is not looked for in each of them.
    present = {column: kind for column, kind in columns.items() if column in part.keys[table]}
    arrival = [column for column in (*ARRIVAL, _SUBMITTED) if column in part.keys[table]]
    wanted = {**dict.fromkeys(arrival, ColumnType.DATETIME), **present}
    members = [
        f"{name(f'v:{column}') if column in present else typed('NULL::VARCHAR', kind)} AS {name(column)}"
        for column, kind in columns.items()
    ]
    given = f"coalesce({', '.join(name(f'v:{column}') for column in arrival)})" if arrival else "NULL::TIMESTAMP"
    rows = _rows(part, table, wanted)
    return f"SELECT {', '.join(members)}, {given} AS given, position + {part.base} AS {ROW} FROM ({rows})"


def _rows(part: _Surveyed, table: str, columns: Columns = MappingProxyType({})) -> str:
    doubled = f"AND NOT {_is_doubled(part.doubled)}" if part.doubled else ""
    judged = _judged(part.source, table, columns)
    return f"SELECT * FROM ({judged}) WHERE reason IS NULL AND lower(said) = {literal(table.lower())} {doubled}"


def _judged(source: Source, table: str | None = None, columns: Columns = MappingProxyType({})) -> str:
    """The relation of a source with `reason`, why a record is not read, or NULL."""
    return f"""SELECT *, CASE
        WHEN broken IS NOT NULL THEN broken
        WHEN said IS NULL AND is_record THEN 'category'
        WHEN said IS NULL THEN 'table'
        WHEN NOT regexp_full_match(said, '{IDENTIFIER}') THEN 'name'
        WHEN time_text IS NULL OR time_text = '' THEN 'no time'
        WHEN moment IS NULL THEN 'time'
        END AS reason FROM ({source.relation(table, columns)})"""


def _is_doubled(shapes: Sequence[int]) -> str:
    return f"coalesce(reason IS NULL AND hash(keys) IN ({', '.join(map(str, shapes))}), false)"


def _reason(reason: str | None, keys: Sequence[str], said: str | None, time: str | None, category: str | None) -> str:
    """Why a record is not read, for a person."""
    if reason is None:
        twice = [key for key, count in Counter(keys).items() if count > 1]
        return f"{' and '.join(twice)} stands there twice"
    return {
        "category": f"{shown(category)} is not the category of a log that is known here",
        "table": "it does not say of which table it is; a Type, a TableName, or a file of the table's name tells that",
        "name": f"{shown(said)} is no name of a table",
        "no time": f"it has no {TIME}",
        "time": f"{shown(time)} is no time; one such as 2026-01-15T11:50:00Z is",
    }.get(reason, reason)


def _rows_have(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def _files(source: Source) -> str:
    first = next(iter(source.files.values()))
    return first if len(source.files) == 1 else f"{len(source.files)} files"
