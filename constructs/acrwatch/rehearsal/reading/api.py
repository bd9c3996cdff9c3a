"""What the query API of Log Analytics answers: tables of columns with types, and rows that are lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from acrwatch.kql.tables import ColumnType
from acrwatch.rehearsal.reading.columnar import Columnar
from acrwatch.rehearsal.reading.sql import literal

_COLUMNS = '{"tables":[{"name":"VARCHAR","columns":[{"name":"VARCHAR","type":"VARCHAR"}]}]}'
_ROWS = '{"tables":[{"rows":[["VARCHAR"]]}]}'


class ApiTable(Columnar):
    """One table of one answer.

    Args:
        path: the file that DuckDB reads, unpacked.
        shown: what people call it.
        number: which table of the answer, from 1.
        described: its columns, and the types that the API gives them.
    """

    def __init__(self, path: str, shown: str, *, number: int, described: Sequence[tuple[str, str]]) -> None:
        columns = {column: f"c{position}" for position, (column, _) in enumerate(described)}
        super().__init__({path: shown}, columns, dict.fromkeys(columns.values(), "VARCHAR"))
        self._path = path
        self._number = number
        self._described = described

    def scan(self) -> str:
        """See `Columnar`."""
        members = "".join(f", r[{position + 1}] AS c{position}" for position in range(len(self._described)))
        return f"""SELECT {literal(self._path)} AS file, row_number() OVER () AS position, len(r) AS width {members}
            FROM (SELECT unnest(json_transform(json, {literal(_ROWS)}).tables[{self._number}].rows) AS r
                FROM {_document(self._path)})"""

    def broken(self) -> str:
        """See `Columnar`."""
        width = len(self._described)
        return f"""CASE WHEN width IS NULL THEN 'this is no list of values'
            WHEN width <> {width} THEN concat('it should have {width} values, but has ', width) END"""

    def types(
        self,
        connection: Any,  # noqa: ARG002  # other shapes have to ask
        rows: str,  # noqa: ARG002
        keys: Sequence[str],
    ) -> dict[str, ColumnType]:
        """The types that the API gives."""
        described = dict(self._described)
        known = set(ColumnType)
        return {key: ColumnType(described[key]) if described[key] in known else ColumnType.STRING for key in keys}


def tables_of(connection: Any, path: str, shown: str) -> list[ApiTable]:
    """The tables of an answer that have rows.

    Raises:
        DatabaseError: it is no JSON.
    """
    (found,) = connection.execute(
        f"SELECT json_transform(json, {literal(_COLUMNS)}).tables FROM {_document(path)}"
    ).fetchone() or (None,)
    return [
        ApiTable(
            path,
            shown,
            number=number,
            described=[(str(column["name"]), str(column["type"])) for column in table["columns"] or ()],
        )
        for number, table in enumerate(found or (), start=1)
    ]


def _document(path: str) -> str:
    # DuckDB sets aside twice this much ahead of reading; the API answers with at most 100 MB.
    size = Path(path).stat().st_size + 1
    return f"read_json_objects({literal(path)}, format='unstructured', maximum_object_size={size})"
