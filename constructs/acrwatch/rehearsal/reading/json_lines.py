"""Lines of JSON: rows of a table, records of a diagnostic setting, or envelopes with `records` of them.

The lines are read as texts and parsed by DuckDB's JSON functions, so that a line that is no JSON costs nobody
but itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from acrwatch.kql.records import COLUMNS_OF_RECORDS, Path
from acrwatch.kql.tables import TABLES, TIME, ColumnType
from acrwatch.rehearsal.reading import naming
from acrwatch.rehearsal.reading.inferring import types_of_texts
from acrwatch.rehearsal.reading.source import BLANK, Source
from acrwatch.rehearsal.reading.spool import LONGEST
from acrwatch.rehearsal.reading.sql import literal, name, typed

_HEAD = (TIME, "Type", "TableName", "Category")
_RECORD_HEAD = ("time", "category", "operationName")
# A character that JSON does not allow inside a line, so that each line is one column of a CSV.
_NOWHERE = "\x1f"
# DuckDB keeps several, and would make each 16 times as long as the longest line: most of the memory that it may take.
_BUFFER = 4 * LONGEST


class JsonLines(Source):
    """Files with one JSON object in each line.

    Args:
        files: the file that DuckDB reads -> what people call it.
        unit: what a line is to people: a line of the file, or a record of a document that was taken apart.
        enveloped: whether a line may be an object with a list `records`. It is found out by the first scan, which
            most files then need not pay for again.
        clean: whether those that DuckDB stumbles over are copies already.
    """

    def __init__(
        self, files: Mapping[str, str], *, unit: str = "line", enveloped: bool = False, clean: bool = False
    ) -> None:
        super().__init__(files, "record" if enveloped else unit)
        self.clean = clean
        self.enveloped = enveloped

    def lines(self) -> str:
        """The lines as they are: `file`, `position`, `text`."""
        paths = ", ".join(map(literal, self.files))
        return (
            f"SELECT filename AS file, row_number() OVER () AS position, line AS text FROM read_csv([{paths}], "
            f"columns={{'line': 'VARCHAR'}}, header=false, auto_detect=false, delim='{_NOWHERE}', quote='', "
            f"escape='', filename=true, hive_partitioning=false, max_line_size={LONGEST}, buffer_size={_BUFFER})"
        )

    def opened(self) -> JsonLines:
        """The same files, where each member of a list `records` is a record."""
        return JsonLines(self.files, enveloped=True, clean=self.clean)

    def relation(self, table: str | None, columns: Mapping[str, ColumnType]) -> str:
        """One row for each line, or each member of `records`; see `Source`."""
        records = COLUMNS_OF_RECORDS.get(table or "", {})
        paths = [(part,) for part in _RECORD_HEAD] + [path for column in columns for path in records.get(column, ())]
        # Names that differ in case alone cannot stand in one structure, so those that are not ours get their own.
        foreign = table is not None and table not in TABLES
        wanted = dict.fromkeys([*_HEAD, *(() if foreign else columns)])
        told = naming.by_file(self.files)
        keys = "CASE WHEN broken IS NULL THEN json_keys(text) END"
        said = naming.table_of_row('r."Type"', 'r."TableName"', 'r."Category"', told, f"({keys})")
        values = [
            "".join((", ", self._value(column, kind, records, "x" if foreign else "r"), " AS ", name(f"v:{column}")))
            for column, kind in columns.items()
        ]
        other = f", CASE WHEN broken IS NULL THEN json_transform(text, {literal(_flat(columns))}) END AS x"
        other = other if foreign and columns else ""
        return f"""
            SELECT file, position, broken, text, is_record, {keys} AS keys, time_text, d.category AS category,
                log_moment(time_text) AS moment,
                CASE WHEN is_record THEN {naming.table_of_record("d.category")} ELSE {said} END AS said
                {"".join(values)}
            FROM (
                SELECT *, coalesce(d.time IS NOT NULL AND d.category IS NOT NULL AND d."operationName" IS NOT NULL,
                    false) AS is_record, coalesce(r.{name(TIME)}, d.time) AS time_text
                FROM (
                    SELECT *, CASE WHEN r IS NOT NULL AND r.{name(TIME)} IS NULL
                        THEN json_transform(text, {literal(_struct(paths))}) END AS d
                    FROM (
                        SELECT *, CASE WHEN broken IS NULL
                            THEN json_transform(text, {literal(_flat(wanted))}) END AS r
                            {other}
                        FROM (SELECT *, {_BROKEN} AS broken FROM ({self._items()}))
                    )
                )
            )"""

    def _items(self) -> str:
        if not self.enveloped:
            return self.lines()
        members = "(text::JSON -> '$.records[*]')::VARCHAR[]"
        return f"""SELECT file, row_number() OVER () AS position, text FROM (
            SELECT file, unnest(CASE WHEN {_is_envelope("text")} THEN {members} ELSE [text] END) AS text
            FROM ({self.lines()}))"""

    def _value(self, column: str, kind: ColumnType, records: Mapping[str, Sequence[Path]], of: str) -> str:
        row = f"{of}.{name(column)}"
        if column not in records:
            return typed(row, kind)
        found = ", ".join(f"nullif({_step(path)}, '')" for path in records[column])
        return typed(f"CASE WHEN is_record THEN coalesce({found}) ELSE {row} END", kind)

    def types(self, connection: Any, rows: str, keys: Sequence[str]) -> Mapping[str, ColumnType | None]:
        """The types that the values of all rows agree on."""
        if not keys:
            return {}
        # What DuckDB has for this, json_group_structure, keeps all texts in memory.
        pointers = ", ".join(literal(_pointer(key)) for key in keys)
        found = connection.execute(f"SELECT DISTINCT json_type(text, [{pointers}]) FROM ({rows})").fetchall()
        kinds = {key: _kind({types[place] for (types,) in found}) for place, key in enumerate(keys)}
        texts = {
            key: f"(text ->> {literal(_pointer(key))})" for key, kind in kinds.items() if kind is ColumnType.STRING
        }
        return {**kinds, **types_of_texts(connection, rows, texts, numbers=False)}


# What DuckDB calls the types of values in JSON; of those that fit a column, the first is its own.
_KINDS = (
    ({"BIGINT", "UBIGINT"}, ColumnType.LONG),
    ({"BIGINT", "UBIGINT", "DOUBLE"}, ColumnType.REAL),
    ({"BOOLEAN"}, ColumnType.BOOL),
    ({"VARCHAR"}, ColumnType.STRING),
)
# The first arm is all that an ordinary line pays for: trimming costs more than parsing.
_BROKEN = f"""CASE WHEN starts_with(text, '{{') AND json_valid(text) THEN NULL
    WHEN text IS NULL OR trim(text, E' \\t\\r') = '' THEN '{BLANK}'
    WHEN NOT json_valid(text) THEN 'this is not JSON'
    WHEN NOT starts_with(ltrim(text, E' \\t\\r'), '{{') THEN 'this is JSON, but no object'
    END"""


def _kind(types: set[str | None]) -> ColumnType | None:
    """The type of a column whose values have these types in JSON; None where nothing stands in it."""
    found = types - {None, "NULL"}
    if not found:
        return None
    return next((kind for fits, kind in _KINDS if found <= fits), ColumnType.DYNAMIC)


def _is_envelope(text: str) -> str:
    """Whether a text is an object with a list `records`, and no row that has a column of that name."""
    records, time = f"json_type({text}, '$.records')", f"json_exists({text}, '$.{TIME}')"
    return f"CASE WHEN json_valid({text}) THEN {records} = 'ARRAY' AND NOT {time} ELSE false END"


def _pointer(key: str) -> str:
    """A key as a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _flat(fields: Iterable[str]) -> str:
    return json.dumps(dict.fromkeys(fields, "VARCHAR"))


def _struct(paths: Iterable[Path]) -> str:
    return _flat(dict.fromkeys(path[0] for path in paths))


def _step(path: Path) -> str:
    """The expression of what a path leads to, as text."""
    first, *rest = path
    text = f"d.{name(first)}"
    for key in rest:
        inner = f"json_transform({text}, {literal(_flat([key]))}).{name(key)}"
        text = f"CASE WHEN starts_with({text}, '{{') AND json_valid({text}) THEN {inner} END"
    return text
