"""Parquet files: the columns and their types stand in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.rehearsal.reading.columnar import Columnar
from acrwatch.rehearsal.reading.sql import literal, name


class Parquet(Columnar):
    """Parquet files with the same columns.

    Args:
        files: the file that DuckDB reads -> what people call it.
        kinds: column -> its type in DuckDB.
    """

    def __init__(self, files: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        super().__init__(
            files,
            {column: f"c{number}" for number, column in enumerate(kinds)},
            {f"c{number}": kind for number, kind in enumerate(kinds.values())},
        )

    def scan(self) -> str:
        """See `Columnar`."""
        paths = ", ".join(map(literal, self.files))
        members = ", ".join(f"{name(column)} AS {name(scanned)}" for column, scanned in self.columns.items())
        return f"""SELECT filename AS file, row_number() OVER () AS position, {members}
            FROM read_parquet([{paths}], filename=true, hive_partitioning=false)"""


def kinds_of(connection: Any, path: str) -> Mapping[str, str]:
    """The columns of a file and their types.

    Raises:
        DatabaseError: it is damaged.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet([{literal(path)}])").fetchall()
    return {column: kind for column, kind, *_ in described}
