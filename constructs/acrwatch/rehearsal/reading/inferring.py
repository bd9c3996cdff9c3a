"""The types of columns that only have texts, in tables that are not known: what all of the texts can be read as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.kql.tables import ColumnType

# Each test with `@` for the expression of the text.
_TESTS = {
    ColumnType.DATETIME: r"""regexp_matches(@, '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^\d{1,2}/\d{1,2}/\d{4}, ')
        AND log_moment(@) IS NOT NULL""",
    ColumnType.LONG: "regexp_full_match(@, '-?[0-9]+') AND TRY_CAST(@ AS BIGINT) IS NOT NULL",
    ColumnType.REAL: r"regexp_full_match(@, '-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?')",
    ColumnType.BOOL: "lower(@) IN ('true', 'false')",
    ColumnType.DYNAMIC: r"regexp_matches(@, '^[\[{]') AND json_valid(@)",
}


def types_of_texts(
    connection: Any, rows: str, texts: Mapping[str, str], *, numbers: bool
) -> Mapping[str, ColumnType | None]:
    """The type of each column: a text where its values do not agree on anything else, None where all are empty.

    Args:
        connection: where to ask.
        rows: a query for the rows.
        texts: column -> the expression of its text.
        numbers: whether texts may be anything, as in CSV, or only moments, as in JSON.
    """
    if not texts:
        return {}
    tests = _TESTS if numbers else {ColumnType.DATETIME: _TESTS[ColumnType.DATETIME]}
    asked = ", ".join(
        f"bool_and({test.replace('@', f'({text})')}) FILTER (({text}) <> '')"
        for text in texts.values()
        for test in tests.values()
    )
    answers = iter(connection.execute(f"SELECT {asked} FROM ({rows})").fetchone())
    return {column: _first({kind: next(answers) for kind in tests}) for column in texts}


def _first(fits: Mapping[ColumnType, bool | None]) -> ColumnType | None:
    if None in fits.values():
        return None
    return next((kind for kind, is_one in fits.items() if is_one), ColumnType.STRING)
