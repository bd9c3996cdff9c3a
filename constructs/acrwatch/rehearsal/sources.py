"""What a query reads, as SQL over a log: whole tables, or its `Events` done once.

A query of the one shape (`kql.shape`) begins with a part that looks at one row at a time and has no clock, so it makes
no difference whether rows are left out before or after it. That part is done once for the whole log, and only the
columns that the rest uses are kept. Queries of another shape read the tables, at each evaluation anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from acrwatch.kql.engine import SQL_TYPES, engine_errors, translate
from acrwatch.kql.lint import lint
from acrwatch.kql.shape import CLOCK, EVENTS, SHAPE_CHECKS
from acrwatch.kql.statements import Statement, statements
from acrwatch.kql.tables import TABLES, TIME, Columns
from acrwatch.kql.text import blanked, literals
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.loading import ARRIVED, ROW, SCHEMA

# When a row happened; a query may give TimeGenerated another value.
HAPPENED = "_happened"
BIN = "Bin"
OWN = (HAPPENED, ARRIVED, ROW)
"""What a row of Events has beside its columns."""

# What of the one shape makes it right to do Events ahead of time.
_ROW_WISE = [check for check in SHAPE_CHECKS if check.id in ("events-first", "row-wise", "only-events")]
_TOLERANT = [check for check in SHAPE_CHECKS if check.id == "tolerant-table"]
# A result that names its columns; another one returns all that Events has.
_NAMING = re.compile(r"\|\s*(?:summarize|distinct|project)\b")
_ALL_COLUMNS = re.compile(r"\*\s*(?:[,)|]|\Z)|\bproject-\w+|\b(?:getschema|pack_all)\b")
_NUMBERS = count()


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What is read by the part of a query that is run at each evaluation.

    Args:
        query: that part.
        tables: name -> columns and the relation, which also has `HAPPENED` and `ARRIVED`.
        events: name of the table that was made; None where the query is run whole.
    """

    query: str
    tables: Mapping[str, tuple[Sequence[str], str]]
    events: str | None = None


def whole(log: EventLog, query: str) -> Sources:
    """The tables that a query names.

    Raises:
        UnknownError: one of them is neither in the log nor known.
    """
    return Sources(query=query, tables={name: _table(log, name) for name in _named(log, query)})


def done_once(log: EventLog, query: str, wanted: Sequence[str]) -> Sources | None:
    """The table of a query's Events, made once for the whole log.

    Args:
        log: the events.
        query: the whole query.
        wanted: columns that the caller needs beside those the rest of the query names.

    Returns:
        None where the query has another shape.

    Raises:
        QueryError: the text is not KQL, or names what is not there.
        EngineRefusal: the local engine cannot do it.
    """
    found = parts(query, log.tables)
    if found is None:
        return None
    first, rest = found
    made = log.made.get(first)
    select = events_sql(log, first) if made is None else f"SELECT * FROM {made}"
    with engine_errors():
        nothing = log.connection.execute(f"SELECT * FROM ({select}) LIMIT 0")
        columns = kept(rest, [column[0] for column in nothing.description], wanted)
        name = f'main."events_{next(_NUMBERS)}"'
        listed = ", ".join(map(quoted, columns))
        log.connection.execute(f"CREATE TABLE {name} AS SELECT {listed} FROM ({select})")
    seen = [column for column in columns if column not in OWN]
    return Sources(query=rest, tables={EVENTS: (seen, name)}, events=name)


def events_sql(log: EventLog, first: str) -> str:
    """What makes Events, as SQL over a log; its columns, `HAPPENED`, `ARRIVED` and `ROW`.

    Args:
        log: the events.
        first: the first of the `parts` of a query.

    Raises:
        QueryError: the text is not KQL, or names what is not there.
        EngineRefusal: the local engine cannot do it.
    """
    tables = whole(log, first).tables
    translated = translate(first, {name: [*columns, *OWN] for name, (columns, _) in tables.items()}, tolerant=False)
    return with_tables(str(translated), {name: f"SELECT * FROM {relation}" for name, (_, relation) in tables.items()})


def with_tables(sql: str, tables: Mapping[str, str]) -> str:
    """A translated query in front of which its tables are defined.

    Args:
        sql: the translation.
        tables: name -> the SELECT it stands for.
    """
    if not tables:
        return sql
    defined = ", ".join(f"{quoted(name)} AS ({select})" for name, select in tables.items())
    return f"WITH {defined}, {sql[5:]}" if sql.startswith("WITH ") else f"WITH {defined} {sql}"


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def parts(query: str, tables: Collection[str] = ()) -> tuple[str, str] | None:
    """What makes Events, and the rest, each with the parameters above them that it needs.

    Args:
        query: the whole query.
        tables: tables that are there beside the known ones.

    Returns:
        None where the query has another shape.
    """
    if lint(query, _ROW_WISE):
        return None
    code = blanked(query)
    made = statements(code)
    first = next(statement for statement in made if statement.tabular)
    bare = first.steps[0].text.strip() in {*TABLES, *tables}
    if lint(query, _TOLERANT) and not bare:
        return None
    # A query may call a column as one of ours, which would be lost.
    if {*OWN} & {*re.findall(r"\w+", code)}:
        return None
    end = first.body.offset + len(first.body.text)
    begin = _begin(code, first)
    above = _above(query, code, made[: made.index(first)], first.body.text)
    rest = query[:begin] + query[end + 1 :]
    read = blanked(rest) + "".join(step.text for step in first.steps[1:])
    # A clock, or rows of another table, make it matter when Events is done.
    if CLOCK.search(blanked(above)) or {*re.findall(r"\w+", read)} & {*TABLES, *tables}:
        return None
    return f"{above}{query[begin:end]};\n{EVENTS}", rest


def _begin(code: str, statement: Statement) -> int:
    """Where the `let` of a statement is; its name may hold those letters too."""
    found = re.search(r"\blet\s+\w+\s*=\Z", code[: statement.body.offset])
    assert found is not None  # noqa: S101  # it has a name
    return found.start()


def _above(query: str, blank: str, made: Sequence[Statement], code: str) -> str:
    """The statements that a code needs, and those that these need; so another limit makes no other Events."""
    text = ""
    for statement in reversed(made):
        if statement.name in re.findall(r"\w+", code):
            end = statement.body.offset + len(statement.body.text)
            text = f"{query[_begin(blank, statement) : end]};\n{text}"
            code += statement.body.text
    return text


def kept(rest: str, there: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The columns of Events that are needed.

    Args:
        rest: what reads Events.
        there: its columns.
        wanted: columns that are needed beside those the rest names.
    """
    code = blanked(rest)
    if _ALL_COLUMNS.search(code) or _NAMING.search(code.rpartition(";")[2]) is None:
        return list(there)
    words = re.findall(r"\w+", code)
    # A join calls the second Tag Tag1, and a name may stand in brackets, as ['Tag'].
    joined = (re.sub(r"\d+\Z", "", word) for word in words)
    used = {*words, *joined, *(text[1:-1] for _, text in literals(rest)), *wanted, *OWN, BIN, TIME}
    # One in another casing is an error that names the right one.
    found = {name.casefold() for name in used}
    return [column for column in there if column.casefold() in found]


def _named(log: EventLog, query: str) -> list[str]:
    """The tables that a query names; a name of its own hides a table, and one in another casing is to be an error."""
    code = blanked(query)
    own = {statement.name for statement in statements(code)}
    words = {word.casefold() for word in re.findall(r"\w+", code)}
    return sorted(name for name in {*TABLES, *log.tables} - own if name.casefold() in words)


def _table(log: EventLog, name: str) -> tuple[Sequence[str], str]:
    """A table's columns and relation; a known table without a row is there and empty."""
    if name in log.tables:
        return list(log.tables[name]), f"(SELECT *, {quoted(TIME)} AS {HAPPENED} FROM {SCHEMA}.{quoted(name)})"
    columns: Columns = TABLES[name]
    types = [*((column, SQL_TYPES[kind]) for column, kind in columns.items())]
    types += [(ROW, "BIGINT"), (ARRIVED, "TIMESTAMP"), (HAPPENED, "TIMESTAMP")]
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(column)}" for column, kind in types)
    return list(columns), f"(SELECT {empty} WHERE FALSE)"
