"""Files whose records have columns: CSV, Parquet, and what the query API answers.

Only how a column is read differs between them; which table a row belongs to does not.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from acrwatch.kql.tables import TIME, ColumnType
from acrwatch.rehearsal.reading import naming
from acrwatch.rehearsal.reading.inferring import types_of_texts
from acrwatch.rehearsal.reading.source import Source
from acrwatch.rehearsal.reading.sql import SQL_KINDS, literals, name, typed

_MOMENTS = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "DATE")
_NESTED = ("STRUCT", "MAP", "[]")


class Columnar(Source):
    """Files with the same columns.

    Args:
        files: the file that DuckDB reads -> what people call it.
        columns: column, as Log Analytics calls it -> how the scan calls it.
        kinds: column, as the scan calls it -> its type in DuckDB.
    """

    def __init__(self, files: Mapping[str, str], columns: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        super().__init__(files, "record")
        self.columns = columns
        self.kinds = kinds

    @abstractmethod
    def scan(self) -> str:
        """A query for the records: `file`, `position`, and the columns."""

    def broken(self) -> str:
        """The expression of why a record is none, or NULL."""
        return "NULL::VARCHAR"

    def relation(
        self,
        table: str | None,  # noqa: ARG002  # a column has one name, whatever the table
        columns: Mapping[str, ColumnType],
    ) -> str:
        """One row for each record; see `Source`."""
        keys = literals(self.columns)
        said = naming.table_of_row(
            self._text("Type"), self._text("TableName"), self._text("Category"), naming.by_file(self.files), "keys"
        )
        values = "".join(f", {self._value(column, kind)} AS {name(f'v:{column}')}" for column, kind in columns.items())
        return f"""SELECT *, {said} AS said, {self._time_text()} AS time_text FROM (
            SELECT *, {self._value(TIME, ColumnType.DATETIME)} AS moment {values} FROM (
                SELECT *, {self.broken()} AS broken, false AS is_record, NULL::VARCHAR AS category, {keys} AS keys
                FROM ({self.scan()})))"""

    def types(self, connection: Any, rows: str, keys: Sequence[str]) -> Mapping[str, ColumnType | None]:
        """The types the file has, and for texts what all of them can be read as."""
        known = {key: SQL_KINDS.get(self.kinds[self.columns[key]], ColumnType.STRING) for key in keys}
        nested = {key for key in keys if self._is(key, _NESTED)}
        texts = {key: self._text(key) for key in keys if self.kinds[self.columns[key]] == "VARCHAR"}
        moments = {key: ColumnType.DATETIME for key in keys if self._is(key, _MOMENTS)}
        guessed = types_of_texts(connection, rows, texts, numbers=True)
        return {**known, **dict.fromkeys(nested, ColumnType.DYNAMIC), **moments, **guessed}

    def _is(self, column: str, kinds: Sequence[str]) -> bool:
        kind = self.kinds[self.columns[column]]
        return (
            kind in kinds
            or (kind.startswith(("STRUCT", "MAP")) and "STRUCT" in kinds)
            or (kind.endswith("[]") and "[]" in kinds)
        )

    def _text(self, column: str) -> str:
        """A column as text, or NULL where there is none."""
        if column not in self.columns:
            return "NULL::VARCHAR"
        return f"{name(self.columns[column])}::VARCHAR"

    def _value(self, column: str, kind: ColumnType) -> str:
        if column not in self.columns:
            return typed("NULL::VARCHAR", kind)
        scanned = name(self.columns[column])
        if kind is ColumnType.DATETIME and self._is(column, _MOMENTS):
            return f"log_sane({scanned}::TIMESTAMP)"
        if self._is(column, _NESTED):
            text = f"to_json({scanned})"
            return text if kind is ColumnType.DYNAMIC else typed(f"{text}::VARCHAR", kind)
        return typed(f"{scanned}::VARCHAR", kind)

    def _time_text(self) -> str:
        """The time as it is written, where it is no moment."""
        if TIME not in self.columns:
            return "NULL::VARCHAR"
        scanned = name(self.columns[TIME])
        return f"CASE WHEN moment IS NOT NULL THEN 'read' ELSE {scanned}::VARCHAR END"
