"""Which table a record belongs to, and which fields say so, as expressions of DuckDB.

What the columns of the tables are is decided in `kql.tables`, which categories are whose in `kql.records`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from acrwatch.kql.records import ACTIVITY, ACTIVITY_CATEGORIES
from acrwatch.kql.tables import TABLES
from acrwatch.rehearsal.reading.sql import literal, literals

IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]{0,62}"
# What the query API calls every result; it says nothing.
_ANY_RESULT = "PrimaryResult"
_CUSTOM = re.compile(r"[A-Za-z]\w{0,58}_CL", re.ASCII)


def table_of_file(file: str) -> str | None:
    """The table that a file's name tells, or None.

    Tables of ours are recognised at the beginning of the name, and by the container of a data export
    (`am-azureactivity`); tables of others by the ending `_CL`.
    """
    path = PurePath(file)
    stem = path.name.partition(".")[0]
    for table in TABLES:
        if re.match(rf"{table}(?![A-Za-z0-9])", stem, re.IGNORECASE) or f"am-{table.lower()}" in path.parts:
            return table
    return stem if _CUSTOM.fullmatch(stem) else None


def _only(table: str) -> list[str]:
    """The columns that no other table of ours has."""
    others = {column for other, columns in TABLES.items() if other != table for column in columns}
    return sorted(set(TABLES[table]) - others)


def table_of_columns(keys: str) -> str:
    """The table of ours that a list of columns tells, or NULL when it fits none or several."""
    fits = [f"CASE WHEN list_has_any({keys}, {literals(_only(table))}) THEN {literal(table)} END" for table in TABLES]
    found = f"list_distinct([{', '.join(fits)}])"
    return f"(CASE WHEN len({found}) = 1 THEN {found}[1] END)"


def table_of_row(type_: str, table_name: str, category: str, told: str, keys: str) -> str:
    """The table of a row: what it says, else what its file is called, else what its columns tell.

    Args:
        type_: the expression of its `Type`.
        table_name: of its `TableName`.
        category: of its `Category`, which the registries' tables are named after.
        told: of what the name of its file tells.
        keys: of the list of its columns.
    """
    by_category = f"CASE WHEN list_contains({literals(TABLES)}, {category}) THEN {category} END"
    said = f"nullif({type_}, ''), nullif(nullif({table_name}, ''), '{_ANY_RESULT}')"
    return f"coalesce({said}, {by_category}, {told}, {table_of_columns(keys)})"


def table_of_record(category: str) -> str:
    """The table of a record of a diagnostic setting, or NULL when its category is none that is known."""
    ours = f"WHEN list_contains({literals(TABLES)}, {category}) THEN {category}"
    return f"(CASE {ours} WHEN list_contains({literals(ACTIVITY_CATEGORIES)}, {category}) THEN {literal(ACTIVITY)} END)"


def by_file(files: Mapping[str, str]) -> str:
    """The expression of the table that the name of a record's file tells, or NULL.

    Args:
        files: the file that DuckDB reads -> what people call it.
    """
    told: dict[str | None, list[str]] = {}
    for path, shown in files.items():
        told.setdefault(table_of_file(shown), []).append(path)
    if told.keys() == {None}:
        return "NULL::VARCHAR"
    # One list for each table, as a case for each of thousands of files takes the time of that for each row.
    cases = " ".join(
        f"WHEN file IN ({', '.join(map(literal, paths))}) THEN {literal(table)}"
        for table, paths in told.items()
        if table is not None
    )
    return f"(CASE {cases} END)"
