"""Brings answers of a workspace into a log, as Events that are made already.

What is asked for is decided in `asking`, in which slices in `logs_slices`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from acrwatch.errors import UnknownError
from acrwatch.kql.engine import DatabaseError, OutOfMemory
from acrwatch.kql.tables import TIME, ColumnType
from acrwatch.live.backtest.asking import LAST, LAST_ARRIVED, TIMES, Asked, asked
from acrwatch.live.logs import Answer
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.loading import ARRIVED
from acrwatch.rehearsal.reading.sql import MACROS, SQL_KINDS, literal, name, typed
from acrwatch.rehearsal.sources import OWN, events_sql, kept, parts

ABOUT = ("Registry", "Repository", "Identity", "Client")
"""Columns that tell what an alert is about and what tuning can name, which come along where Events has them."""

_NUMBERS = count()


def events_of(log: EventLog, queries: Sequence[str], wanted: Sequence[Sequence[str]]) -> dict[str, Asked]:
    """What to ask for so that some queries can be played; those that share their Events share the answer.

    Args:
        log: a log, in which what is asked for gets its empty table.
        queries: the deployed queries, each of the one shape.
        wanted: for each, the columns it needs beside those it names, such as dimensions.

    Returns:
        The first part of a query, as `rehearsal.sources.parts` gives it -> what to ask for.

    Raises:
        QueryError: one is not KQL, or names what is not there.
        EngineRefusal: the local engine cannot do it.
    """
    rests: dict[str, list[str]] = {}
    columns: dict[str, dict[str, None]] = {}
    for query, more in zip(queries, wanted, strict=True):
        found = parts(query)
        assert found is not None  # noqa: S101  # what the caller asked for
        first, rest = found
        there = [column for column, _ in _described(log, first)]
        rests.setdefault(first, []).append(rest)
        columns.setdefault(first, {}).update(dict.fromkeys(kept(rest, there, [*more, *ABOUT])))
    made = {}
    for first, needed in columns.items():
        kinds = dict(_described(log, first))
        plain = any(kinds[column] == "JSON" for column in needed)
        made[first] = asked(first, rests[first], tuple(needed), plain=plain)
    return made


def fetch_events(
    log: EventLog, slices: Slices, wanted: Asked, start: datetime, end: datetime, took: Callable[[int], None]
) -> None:
    """Ask for Events, and have the log use them in place of its own.

    Args:
        log: the log.
        slices: whom to ask.
        wanted: what for.
        start: from when.
        end: to when.
        took: is told how many rows came.

    Raises:
        CallFailed: they did not come whole; the log then has none of them.
    """
    table = f'main."made_{next(_NUMBERS)}"'
    kinds = dict(_described(log, wanted.first))
    columns = [*wanted.columns, TIME, *OWN]
    listed = ", ".join(map(name, columns))
    nothing = f"SELECT {listed} FROM ({events_sql(log, wanted.first)}) LIMIT 0"  # noqa: S608  # names are quoted
    log.connection.execute(f"CREATE TABLE {table} AS {nothing}")
    for macro in MACROS:
        log.connection.execute(macro)

    def take(answer: Answer) -> None:
        _insert(log, table, columns, kinds, answer)
        took(len(answer.rows))

    try:
        slices.fetch(wanted.query, start, end, take)
    except BaseException:
        log.connection.execute(f"DROP TABLE {table}")
        raise
    log.made[wanted.first] = table


def _described(log: EventLog, first: str) -> list[tuple[str, str]]:
    found = log.connection.execute(f"SELECT * FROM ({events_sql(log, first)}) LIMIT 0")  # noqa: S608  # our SQL
    return [(column[0], str(column[1])) for column in found.description]


def _insert(log: EventLog, table: str, columns: Sequence[str], kinds: Mapping[str, str], answer: Answer) -> None:
    """Rows of an answer as rows of Events: one each, one for the first and last of them, or as often as they are."""
    given = [column for column, _ in answer.columns]
    missing = {*columns} - {*given} - {*OWN} | {ARRIVED} - {*given}
    if missing:
        said = f"an answer of Log Analytics lacks {' and '.join(sorted(missing))}"
        raise CallFailed(Unknown(reason=said, way_out="see what is between here and it"))
    if not answer.rows:
        return
    texts = {column: typed(name(f"c{number}"), _kind(kinds.get(column))) for number, column in enumerate(given)}
    moments = {column: f"log_moment({name(f'c{number}')})" for number, column in enumerate(given)}
    number = {column: name(f"c{position}") for position, column in enumerate(given)}
    values = [moments[TIME] if column == TIME else texts[column] for column in columns if column not in OWN]
    arrived = f"greatest({moments[TIME]}, coalesce({moments[ARRIVED]}, {moments[TIME]}))"
    rows = f"SELECT {', '.join(values)}, {moments[TIME]}, {arrived}, 0 FROM rows"  # noqa: S608  # names are numbers
    if TIMES in number:
        rows += f", range(CAST({number[TIMES]} AS BIGINT))"
    if LAST in number:
        later = f"greatest({moments[LAST]}, coalesce({moments[LAST_ARRIVED]}, {moments[LAST]}))"
        last = [moments[LAST] if column == TIME else texts[column] for column in columns if column not in OWN]
        rows += f" UNION ALL SELECT {', '.join(last)}, {moments[LAST]}, {later}, 0 FROM rows"  # noqa: S608  # as above
        rows += f" WHERE {moments[LAST]} > {moments[TIME]}"
    file = _lines(answer)
    try:
        described = ", ".join(f"c{position}: 'VARCHAR'" for position in range(len(given)))
        source = f"read_json({literal(str(file))}, format='newline_delimited', columns={{{described}}})"
        log.connection.execute(f"INSERT INTO {table} WITH rows AS (SELECT * FROM {source}) {rows}")  # noqa: S608
    except OutOfMemory:
        raise UnknownError("the events need more memory than there is; ask for fewer days") from None
    except DatabaseError:
        said = "an answer of Log Analytics has values that are no values of its columns"
        raise CallFailed(Unknown(reason=said, way_out="see what is between here and it")) from None
    finally:
        file.unlink()


def _lines(answer: Answer) -> Path:
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl", prefix="acrwatch-", delete=False) as opened:
        for row in answer.rows:
            opened.write(json.dumps({f"c{position}": _text(value) for position, value in enumerate(row)}) + "\n")
    return Path(opened.name)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _kind(kind: str | None) -> ColumnType:
    if kind is not None and kind.startswith("TIMESTAMP"):
        return ColumnType.DATETIME
    return SQL_KINDS.get(kind or "", ColumnType.STRING)
