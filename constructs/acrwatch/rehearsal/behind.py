"""The log rows behind an alert, for the person who asks why it fired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import VISIBLE, RehearsedQuery
from acrwatch.rehearsal.reading.loading import ROW, SCHEMA
from acrwatch.rehearsal.series import as_text
from acrwatch.rehearsal.sources import BIN, HAPPENED, quoted


@dataclass(frozen=True, kw_only=True)
class RowsBehind:
    """The rows behind an alert.

    Args:
        count: how many there are.
        first: when the first of them happened.
        last: when the last of them happened.
        places: where some of them, the first ones, stand in the log.
        rows: these as they stand there (`with_rows`).
    """

    count: int
    first: datetime
    last: datetime
    places: tuple[int, ...]
    rows: tuple[Mapping[str, Any], ...]


def rows_behind(
    query: RehearsedQuery, now: datetime, fired: Sequence[Mapping[str, str]], limit: int
) -> list[RowsBehind | None]:
    """Find the rows that make each of some combinations of the same dimensions.

    They are the rows of Events whose columns have the values of the dimensions. A dimension that is no column of it, or
    whose value stands for many, narrows by bin: those are taken which on their own give the combination.

    Args:
        query: the rule's query.
        now: moment of the evaluation.
        fired: dimension -> value, of each combination.
        limit: of how many rows the places are told.

    Returns:
        One entry for each combination; None where the query has another shape, or no row has these values.
    """
    if query.sources.events is None or not fired:
        return [None] * len(fired)
    found = _by_columns(query, now, fired, limit)
    return [
        found[number] if number in found else _narrowed(query, now, series, limit)
        for number, series in enumerate(fired)
    ]


def _by_columns(
    query: RehearsedQuery, now: datetime, fired: Sequence[Mapping[str, str]], limit: int
) -> Mapping[int, RowsBehind]:
    """Those whose dimensions are columns with texts, by one look at the log for all: some rules fire by the hundred."""
    ((columns, table),) = query.sources.tables.values()
    names = list(fired[0])
    if not names or not {*names} <= {*columns}:
        return {}
    kinds = query.connection.execute(
        f"SELECT {', '.join(f'typeof({quoted(name)})' for name in names)} FROM {table} LIMIT 1"
    ).fetchone()
    if not {*(kinds or ())} <= _TEXTS:
        return {}
    values = {f"values_{number}": [series[name] for series in fired] for number, name in enumerate(names)}
    given = ", ".join(f"unnest(${values}) AS {values}" for values in values)
    same = " AND ".join(f"{_written(quoted(name))} = {values}" for name, values in zip(names, values, strict=True))
    rows = query.connection.execute(
        f"""WITH fired AS (SELECT unnest(range({len(fired)})) AS number, {given})
        SELECT number, count(*), min("{HAPPENED}"), max("{HAPPENED}"),
            list("{ROW}" ORDER BY "{HAPPENED}", "{ROW}")[:{limit:d}]
        FROM {table} JOIN fired ON {same} WHERE {VISIBLE} GROUP BY number""",
        {**query.bounds(now), **values},
    ).fetchall()
    return {number: _found(*found) for number, *found in rows}


def _narrowed(query: RehearsedQuery, now: datetime, series: Mapping[str, str], limit: int) -> RowsBehind | None:
    """Those of one combination, narrowed by one dimension after the other."""
    ((columns, table),) = query.sources.tables.values()
    search = _Search(query, table, query.bounds(now))
    for name, value in series.items():
        if name in columns:
            search.narrow_to(quoted(name), value)
    if len(search.narrowed) < len(series) and BIN in columns:
        bins = [bin_ for (bin_,) in search.select(f'DISTINCT "{BIN}"')]
        # Somebody else's Bin may be no time.
        if len(bins) > 1 and all(isinstance(bin_, datetime) for bin_ in bins):
            search.narrow(f'"{BIN}"', [bin_ for bin_ in bins if _gives(query, now, bin_, series)])
    count, first, last = search.select(f'count(*), min("{HAPPENED}"), max("{HAPPENED}")')[0]
    if not count:
        return None
    places = [place for (place,) in search.select(f'"{ROW}"', f'ORDER BY "{HAPPENED}", "{ROW}" LIMIT {limit:d}')]
    return _found(count, first, last, places)


def _found(count: int, first: datetime, last: datetime, places: Sequence[int]) -> RowsBehind:
    return RowsBehind(
        count=count, first=first.replace(tzinfo=UTC), last=last.replace(tzinfo=UTC), places=tuple(places), rows=()
    )


# What KQL's texts and dynamic values are in DuckDB; it writes other values in a way of its own.
_TEXTS = {"VARCHAR", "JSON"}


def _written(column: str) -> str:
    """A column as the name of a dimension's member, where it holds texts."""
    return f"coalesce(CAST({column} AS VARCHAR), '')"


class _Search:
    """Rows that an evaluation saw, narrowed step by step."""

    def __init__(self, query: RehearsedQuery, table: str, bounds: Mapping[str, datetime]) -> None:
        self._connection = query.connection
        self._table = table
        self._condition = VISIBLE
        self._values: dict[str, Any] = dict(bounds)
        self.narrowed: list[str] = []

    def narrow(self, expression: str, values: Sequence[Any]) -> None:
        """Keep the rows with one of some values, unless that leaves none: then the value stands for many."""
        if not values:
            return
        names = {f"value_{len(self._values) + number}": value for number, value in enumerate(values)}
        condition = f"{self._condition} AND {expression} IN ({', '.join(f'${name}' for name in names)})"
        bound = {**self._values, **names}
        if self._connection.execute(f"SELECT 1 FROM {self._table} WHERE {condition} LIMIT 1", bound).fetchone():
            self._condition, self._values = condition, bound
            self.narrowed.append(expression)

    def narrow_to(self, column: str, text: str) -> None:
        """Keep the rows whose column has a text as the name of a dimension's member (`as_text`, or what KQL wrote)."""
        written = _written(column)
        texts = [text]
        if not {kind for (kind,) in self.select(f"typeof({column})", "LIMIT 1")} <= _TEXTS:
            values = self.select(f"DISTINCT {column}, {written}")
            texts = [other for value, other in values if text in (as_text(value), other)]
        self.narrow(written, texts)

    def select(self, what: str, order: str = "") -> list[tuple[Any, ...]]:
        """Something about the rows that are left."""
        text = f"SELECT {what} FROM {self._table} WHERE {self._condition} {order}"
        found: list[tuple[Any, ...]] = self._connection.execute(text, self._values).fetchall()
        return found


def _gives(query: RehearsedQuery, now: datetime, bin_: datetime, series: Mapping[str, str]) -> bool:
    return any(
        all(as_text(row.get(name)) == value for name, value in series.items()) for row in query.run_on(now, bin_).rows
    )


def with_rows(log: EventLog, found: Sequence[RowsBehind | None]) -> list[RowsBehind | None]:
    """The same with the rows at their places: all at once, since each look into a large log takes its time."""
    places = {place for one in found if one is not None for place in one.places}
    rows = dict(_log_rows(log, sorted(places))) if places else {}
    return [
        None if one is None else replace(one, rows=tuple(rows[place] for place in one.places if place in rows))
        for one in found
    ]


def _log_rows(log: EventLog, places: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The rows at some places of the log as they stand there, without what is empty."""
    for table in log.tables:
        columns = [ROW, *log.tables[table]]
        text = (
            f"SELECT {', '.join(map(quoted, columns))} FROM {SCHEMA}.{quoted(table)} WHERE {ROW} IN (SELECT unnest(?))"
        )
        for place, *values in log.connection.execute(text, [places]).fetchall():
            row = {name: value for name, value in zip(columns[1:], values, strict=True) if value not in (None, "")}
            yield place, {"Type": table, **row}
