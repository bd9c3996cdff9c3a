"""CSV: as the portal exports it, or plain. All values are texts, and the header names the columns."""

from __future__ import annotations

import csv as reader
import re
from collections.abc import Mapping
from typing import Any

from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.reading.columnar import Columnar
from acrwatch.rehearsal.reading.sql import literal, name

# The portal writes the zone behind the name of a column with times.
_ZONE = re.compile(r"\s*\[([^\]]*)\]$")


class Header:
    """The first line of a CSV.

    Args:
        line: the line.
    """

    def __init__(self, line: str) -> None:
        self.line = line
        self.separator = max(",;\t", key=line.count)
        self.written = tuple(next(reader.reader([line], delimiter=self.separator), ()))
        self.columns = {_ZONE.sub("", written).strip(): f"c{number}" for number, written in enumerate(self.written)}

    @property
    def trouble(self) -> str | None:
        """Why the file cannot be read, or None."""
        if len(self.columns) < len(self.written):
            return "its first line names a column twice"
        if TIME not in self.columns:
            return f"its first line names no column {TIME}"
        for written in self.written:
            zone = _ZONE.search(written)
            if zone is not None and zone[1].upper() != "UTC":
                return f"{written} is not in UTC; export it with the time zone of the portal set to UTC"
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self.line == other.line

    def __hash__(self) -> int:
        return hash(self.line)


class Csv(Columnar):
    """CSV files with one header.

    Args:
        files: the file that DuckDB reads -> what people call it.
        header: their first line.
        tolerant: whether lines that do not fit the header are left out; `rejected` then tells them.
    """

    def __init__(self, files: Mapping[str, str], header: Header, *, tolerant: bool = False) -> None:
        super().__init__(files, header.columns, dict.fromkeys(header.columns.values(), "VARCHAR"))
        self.header = header
        self.tolerant = tolerant

    def scan(self) -> str:
        """See `Columnar`."""
        return self._scan("ignore_errors=true," if self.tolerant else "")

    def _scan(self, tolerance: str) -> str:
        paths = ", ".join(map(literal, self.files))
        columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in self.kinds)
        return f"""SELECT filename AS file, row_number() OVER () AS position, {", ".join(map(name, self.kinds))}
            FROM read_csv([{paths}], columns={{{columns}}}, header=true, auto_detect=false, {tolerance}
                delim={literal(self.header.separator)}, quote='"', escape='"', filename=true,
                hive_partitioning=false)"""

    def broken(self) -> str:
        """See `Columnar`. DuckDB checks only columns that are asked for, and what is wrong has to come out early."""
        return f"CASE WHEN hash({', '.join(map(name, self.kinds))}) IS NULL THEN '' END"

    def rejected(self, connection: Any) -> list[tuple[int, str]]:
        """Each line of a single file that was left out: its number, and why."""
        scan = self._scan("ignore_errors=true, store_rejects=true, rejects_limit=0,")
        connection.execute(f"SELECT count({self.broken()}) FROM ({scan})").fetchall()
        found = connection.execute(
            """SELECT DISTINCT ON (line) line, error_type::VARCHAR, error_message FROM reject_errors
            ORDER BY line"""
        ).fetchall()
        connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
        return [(line, _said(kind, message)) for line, kind, message in found]


def _said(kind: str, message: str) -> str:
    if "COLUMNS" in kind:
        return (
            message.lower()
            .replace("expected number of columns: ", "it should have this many values: ")
            .replace(" found: ", ", but has ")
        )
    return "this is not text in UTF-8" if "UNICODE" in kind or "ENCODING" in kind else "its quotes do not match"
