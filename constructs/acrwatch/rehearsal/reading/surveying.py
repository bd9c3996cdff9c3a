"""What there is in a source, by one scan: its tables, their columns, and what cannot be read.

`loading` makes the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

from acrwatch.errors import shown
from acrwatch.kql.engine import DatabaseError, OutOfMemory
from acrwatch.kql.records import COLUMNS_OF_RECORDS
from acrwatch.kql.tables import TABLES, TIME, Columns
from acrwatch.rehearsal.reading.json_lines import JsonLines
from acrwatch.rehearsal.reading.naming import IDENTIFIER
from acrwatch.rehearsal.reading.opening import Opener
from acrwatch.rehearsal.reading.source import BLANK, Source
from acrwatch.rehearsal.reading.unreadable import KEPT, Place, Unreadable, Unreadables

# Why a line that is an envelope cannot be read as it is.
_ENVELOPE = ("table", "no time")
# A scan of some more files costs less than a query of very many parts.
_MOST_PIECES = 20


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
class Surveyed:
    """One source, and what the first scan found in it.

    Args:
        source: the source.
        base: how many records stand ahead of it.
        keys: table -> the columns that any of its rows has.
        files: table -> the files that have a row of it.
        doubled: the shapes of rows that have a key twice.
        ends: file -> how many records there are up to its end, in their order.
    """

    source: Source
    base: int
    keys: dict[str, dict[str, None]] = field(default_factory=dict)
    files: dict[str, set[str]] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many records there are."""
        return max(self.ends.values(), default=0)

    def of(self, table: str) -> Iterator[Self]:
        """The same without the files that have no row of a table: some parts, of files that stand together.

        Args:
            table: one that it has rows of.
        """
        end = 0
        pieces: list[tuple[list[str], int]] = []
        files: list[str] = []
        for file, next_end in self.ends.items():
            if file in self.files[table]:
                if not files:
                    pieces.append((files, end))
                files.append(file)
            else:
                files = []
            end = next_end
        if len(pieces) > _MOST_PIECES:
            yield self
        else:
            yield from (self._part(*piece) for piece in pieces)

    def parts(self, most: int) -> Iterator[Self]:
        """The same in parts that are each some of its files.

        Args:
            most: of how many records a part is, unless that is one file.
        """
        begin = end = 0
        files: list[str] = []
        for file, next_end in self.ends.items():
            if files and next_end - begin > most:
                yield self._part(files, begin)
                begin, files = end, []
            files.append(file)
            end = next_end
        if files:
            yield self._part(files, begin)

    def _part(self, files: Sequence[str], begin: int) -> Self:
        ends = {file: self.ends[file] - begin for file in files}
        return replace(self, source=self.source.part(files), base=self.base + begin, ends=ends)


class Surveyor:
    """Looks through sources.

    Args:
        connection: where they are asked.
        opener: makes those readable that DuckDB stumbles over.
        progress: is told what is being done.
    """

    def __init__(self, connection: Any, opener: Opener, progress: Callable[[str], None]) -> None:
        self._connection = connection
        self._opener = opener
        self._progress = progress
        self._names = {table.lower(): table for table in TABLES}
        self._base = 0
        self.loaded = Loaded(unreadable=opener.unreadable, notes=opener.notes, partial=opener.partial)

    def survey(self, source: Source) -> list[Surveyed]:
        """A source, or what it takes to read it.

        Args:
            source: one that comes after all that have been surveyed.

        Raises:
            OutOfMemory: it needs more memory than there is.
        """
        self._progress(f"looking at {_files(source)}")
        try:
            return [self._survey(source)]
        except OutOfMemory:
            raise
        except DatabaseError as error:
            return [found for mended in self._opener.mended(source, error) for found in self.survey(mended)]

    def _survey(self, source: Source) -> Surveyed:
        groups = self._connection.execute(
            f"""SELECT file, said, reason, is_record, hash(keys) AS shape,
                any_value(keys), count(*), min(position), max(position)
            FROM ({judged(source)}) GROUP BY file, said, reason, is_record, shape ORDER BY min(position)"""
        ).fetchall()
        enveloped = any(reason in _ENVELOPE and "records" in keys for _, _, reason, _, _, keys, *_ in groups)
        if enveloped and isinstance(source, JsonLines) and not source.enveloped:
            return self._survey(source.opened())
        found = Surveyed(source, self._base)
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
            found.files.setdefault(table, set()).add(file)
            for column in there:
                counted[table, column] += count
        files = sorted((position, file) for file, position in first.items())
        self.loaded.files += [(self._base + position, source.files[file], source.unit) for position, file in files]
        nexts = (*(position for position, _ in files), last + 1)[1:]
        found.ends = {file: after - 1 for (_, file), after in zip(files, nexts, strict=True)}
        self._base += last
        elsewhere = {column for table in found.keys for column in TABLES.get(table, ())}
        for (table, column), count in counted.items():
            # A file with columns has those of all its tables in each row.
            if isinstance(source, JsonLines) or column in TABLES.get(table, ()) or column not in elsewhere:
                self.loaded.unknown[table, column] += count
        if unreadable:
            self._keep_unreadable(found, unreadable, first)
        return found

    def _keep_unreadable(self, found: Surveyed, count: int, first: Mapping[str, int]) -> None:
        wrong = f"reason <> '{BLANK}'" + (f" OR {is_doubled(found.doubled)}" if found.doubled else "")
        details = self._connection.execute(
            f"""SELECT file, position, reason, keys, left(said, 200), left(time_text, 200), left(category, 200)
            FROM ({judged(found.source)}) WHERE {wrong} ORDER BY position LIMIT {KEPT}"""
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


def judged(source: Source, table: str | None = None, columns: Columns = MappingProxyType({})) -> str:
    """The relation of a source with `reason`, why a record is not read, or NULL."""
    return f"""SELECT *, CASE
        WHEN broken IS NOT NULL THEN broken
        WHEN said IS NULL AND is_record THEN 'category'
        WHEN said IS NULL THEN 'table'
        WHEN NOT regexp_full_match(said, '{IDENTIFIER}') THEN 'name'
        WHEN time_text IS NULL OR time_text = '' THEN 'no time'
        WHEN moment IS NULL THEN 'time'
        END AS reason FROM ({source.relation(table, columns)})"""


def is_doubled(shapes: Sequence[int]) -> str:
    """Whether a row that could be read has one of the shapes with a key twice."""
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


def _files(source: Source) -> str:
    first = next(iter(source.files.values()))
    return first if len(source.files) == 1 else f"{len(source.files)} files"
