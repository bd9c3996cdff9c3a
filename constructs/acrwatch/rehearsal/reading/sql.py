"""The words of DuckDB that reading needs: names, texts, and macros for moments and values."""

from __future__ import annotations

from collections.abc import Iterable

from acrwatch.kql.tables import ColumnType

# How the portal writes times to CSV, in UTC, beside what DuckDB reads by itself.
_PORTAL = ("%m/%d/%Y, %I:%M:%S.%g %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p")
_FORMATS = ", ".join(f"'{form}'" for form in _PORTAL)

# DuckDB also reads words such as 'epoch' as times, hence the first character. What has no zone is UTC, the zone of
# the session. Moments that Python has no room for would break whoever fetches them.
MACROS = (
    """CREATE OR REPLACE TEMP MACRO log_sane(t) AS
        CASE WHEN t >= TIMESTAMP '1900-01-01' AND t < TIMESTAMP '9999-01-01' THEN t END""",
    f"""CREATE OR REPLACE TEMP MACRO log_moment(v) AS CASE WHEN v >= '0' AND v < ':' THEN
        coalesce(log_sane(TRY_CAST(v AS TIMESTAMPTZ)::TIMESTAMP), log_sane(try_strptime(v, [{_FORMATS}]))) END""",
    """CREATE OR REPLACE TEMP MACRO log_dynamic(v) AS CASE WHEN v IS NULL OR v = '' THEN NULL
        WHEN json_valid(v) THEN v::JSON ELSE to_json(v) END""",
)

_TYPED = {
    ColumnType.STRING: "coalesce({}, '')",
    ColumnType.DATETIME: "log_moment({})",
    ColumnType.BOOL: "TRY_CAST({} AS BOOLEAN)",
    ColumnType.INT: "TRY_CAST({} AS INTEGER)",
    ColumnType.LONG: "TRY_CAST({} AS BIGINT)",
    ColumnType.REAL: "TRY_CAST({} AS DOUBLE)",
    ColumnType.DYNAMIC: "log_dynamic({})",
}
SQL_KINDS = {
    "BOOLEAN": ColumnType.BOOL,
    "TINYINT": ColumnType.INT,
    "SMALLINT": ColumnType.INT,
    "INTEGER": ColumnType.INT,
    "UTINYINT": ColumnType.INT,
    "USMALLINT": ColumnType.INT,
    "UINTEGER": ColumnType.LONG,
    "BIGINT": ColumnType.LONG,
    "UBIGINT": ColumnType.LONG,
    "FLOAT": ColumnType.REAL,
    "DOUBLE": ColumnType.REAL,
    "JSON": ColumnType.DYNAMIC,
}
"""Types of DuckDB as types of Kusto; what is in neither list is a text."""


def typed(text: str, kind: ColumnType) -> str:
    """An expression of a column's type, from one that is a text or NULL."""
    return _TYPED[kind].format(text)


def name(text: str) -> str:
    """A quoted name."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a list."""
    return "[" + ", ".join(map(literal, texts)) + "]::VARCHAR[]"
