"""What the translator does in silence and Kusto does not: names in another casing, texts that are null, missing tables.

It works on functions inside of duckdb_kql, whose version is pinned exactly.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import chain
from types import ModuleType
from typing import Any

import duckdb_kql
from duckdb_kql import ir, translate
from duckdb_kql.schema import (
    _no_case_collision,
    join_output_columns,
    lookup_output_columns,
    output_columns,
    surviving_branches,
    union_output_columns,
)
from duckdb_kql.translate import functions

from acrwatch.kql.tables import TABLES

Schema = dict[str, list[str]]
_FUNCTIONS = {*functions.SCALAR_FUNCTIONS, *functions.AGGREGATE_FUNCTIONS, *translate._SPECIAL_FORMS}

# Microseconds.
_YEAR_1_TO_1970 = (date(1970, 1, 1) - date(1, 1, 1)) // timedelta(microseconds=1)


class TableUnknown(duckdb_kql.KqlError):
    """A table that a workspace may have is not there."""


@contextmanager
def mended(*, tolerant: bool) -> Iterator[None]:
    """Within it the translator refuses what Kusto refuses; for one thread at a time.

    Args:
        tolerant: whether a table that is not there does not exist, so that `union isfuzzy=true` leaves it out.

    Raises:
        TableUnknown: a table is not there, and that is not tolerated.
    """
    with (
        _instead(translate, "_refuse_forward_reference", _names_checked),
        _instead(translate, "_known_source_cols", partial(_table_checked, tolerant=tolerant)),
        _instead(translate, "render_join", _join),
        _instead(translate, "render_lookup", _join),
        _instead(translate, "render_operator", _summarize),
        _instead(translate, "render_bin", _bin),
        _instead(translate, "render_union", _union),
        _instead(translate, "_promote_fuzzy_source", _as_it_is if tolerant else _not_fuzzy),
    ):
        yield


@contextmanager
def _instead(module: ModuleType, name: str, replacement: Callable[..., Any]) -> Iterator[None]:
    """Within it a function of a module is another one, which gets the original as its first argument."""
    original = getattr(module, name)
    setattr(module, name, partial(replacement, original))
    try:
        yield
    finally:
        setattr(module, name, original)


def _table_checked(original: Callable[..., Any], source: ir.Source, schema: Schema, *, tolerant: bool) -> Any:
    """DuckDB finds a table in any casing."""
    if isinstance(source, ir.TableRef) and source.qualified not in schema and translate._let_cte(source.name) is None:
        if not (known := _spelled(source.qualified, {*TABLES, *schema})) and not tolerant:
            raise TableUnknown(f"the table {source.qualified} is neither in the log nor known")
        raise duckdb_kql.KqlError(f"there is no table {source.qualified}{known}")
    return original(source, schema)


def _names_checked(original: Callable[..., Any], op: ir.Operator, columns: list[str]) -> None:
    """DuckDB finds a column in any casing, and the translator a function."""
    used = translate._referenced_columns(op)
    if isinstance(op, ir.ProjectAway):
        used |= {*op.columns}
    elif isinstance(op, ir.ProjectRename):
        used |= {old for old, _ in op.renames}
    elif isinstance(op, ir.MvExpand):
        used |= {target.column for target in op.targets}
    _refuse_casing(used, columns)
    for name in sorted(_functions(op)):
        if name not in _FUNCTIONS and name.lower() in _FUNCTIONS:
            raise duckdb_kql.KqlError(
                f"there is no function {name}; Kusto tells capital letters apart, and it is called {name.lower()}"
            )
    original(op, columns)


def _refuse_casing(used: Collection[str], columns: Collection[str]) -> None:
    """A name that is not there at all is an error of DuckDB."""
    for name in sorted({*used} - {*columns}):
        if known := _spelled(name, columns):
            raise duckdb_kql.KqlError(f"there is no column {name}{known}")


def _spelled(name: str, known: Collection[str]) -> str:
    """How a name is spelled right, as the end of a sentence; nothing where only its casing is not what is wrong."""
    right = next((one for one in known if one.casefold() == name.casefold()), None)
    return "" if right is None else f"; Kusto tells capital letters apart, and it is called {right}"


def _functions(node: object) -> set[str]:
    """The functions that are called; those of a subquery are looked at when it is translated."""
    found: set[str] = set()
    left, seen = [node], set[int]()
    while left:
        current = left.pop()
        # A scalar that is read twice is one node, so a walk along each path could take forever.
        if isinstance(current, ir.Query) or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, ir.FunctionCall):
            found.add(current.name)
        if isinstance(current, list | tuple):
            left.extend(current)
        elif dataclasses.is_dataclass(current) and not isinstance(current, type):
            left.extend(getattr(current, field.name) for field in dataclasses.fields(current))
    return found


def _as_it_is(original: Callable[..., ir.Query], query: ir.Query, schema: Schema) -> ir.Query:
    return original(query, schema)


def _not_fuzzy(original: Callable[..., ir.Query], query: ir.Query, schema: Schema) -> ir.Query:  # noqa: ARG001
    """A table that is left out could have rows."""
    operators = [dataclasses.replace(op, isfuzzy=False) if isinstance(op, ir.Union) else op for op in query.operators]
    return dataclasses.replace(query, operators=operators)


def _join(
    original: Callable[..., str], op: ir.Join | ir.Lookup, before: str, left: list[str], sql: str, right: list[str]
) -> str:
    """A row without a partner has nulls in DuckDB; in Kusto, texts of it are empty."""
    _refuse_casing({key.left for key in op.keys}, left)
    _refuse_casing({key.right for key in op.keys}, right)
    if op.kind.endswith(("semi", "anti")):
        return original(op, before, left, sql, right)
    if isinstance(op, ir.Join):
        columns = join_output_columns(left, right, op.kind)
    else:
        columns = lookup_output_columns(left, right, [key.right for key in op.keys])
    _no_case_collision(columns, "join")
    ours = {"leftouter": columns[len(left) :], "rightouter": columns[: len(left)], "fullouter": columns}
    return _with_texts(original(op, before, left, sql, right), ours.get(op.kind, []))


def _summarize(original: Callable[..., str], op: ir.Operator, before: str, columns: list[str]) -> str:
    """Without `by` there is a row even where nothing is read, with nulls in DuckDB."""
    sql = original(op, before, columns)
    if not isinstance(op, ir.Summarize) or op.by:
        return sql
    return _with_texts(sql, [name for names in translate.summarize_names(op, columns)[1] for name in names])


def _bin(original: Callable[..., str], node: ir.FunctionCall, name: str) -> str:
    """Kusto counts bins of time from the year 1, the translator from 1970."""
    value, length = node.args if len(node.args) == 2 else (None, None)
    timed = isinstance(length, ir.Literal) and length.kind == "timespan"
    if value is None or length is None or not timed or translate._is_timespan_expr(value):
        return original(node, name)
    binned = translate.render_expr(value)
    size = f"CAST(epoch({translate.render_expr(length)}) * 1000000 AS BIGINT)"
    bins = f"make_timestamp(epoch_us({binned}) - (epoch_us({binned}) + {_YEAR_1_TO_1970}) % {size})"
    said = translate.quote_string(f"what {name}() rounds is a length of time, and would be taken for a moment")
    return f"CASE WHEN typeof({binned}) = 'INTERVAL' THEN error({said}) ELSE {bins} END"


def _union(
    original: Callable[..., str],  # noqa: ARG001  # all of it is done here
    op: ir.Union,
    before: str,
    columns: list[str],
    query: ir.Query,
    schema: Schema,
    leading: bool,
) -> str:
    """A column that a leg lacks is null in DuckDB; Kusto has no null text."""
    lets = frozenset(name for name, _ in query.lets)
    qualify = translate._union_qualifies(query, op, leading)
    arms = translate._left_arms(op, before, query, schema, leading, lets, qualify)
    # What a table without rows lacks does not show.
    legs = [] if leading and _never_has_rows(query.source) else [{*columns}]
    for number, branch in enumerate(surviving_branches(op, schema), start=1):
        arms += translate._branch_arms(branch, number, schema, lets, qualify)
        if branch.operators or not _never_has_rows(branch.source):
            legs.append({*output_columns(branch, schema)})
    lacking = {*chain(*legs)} - legs[0].intersection(*legs) if legs else set()
    listed = ", ".join(
        _filled(name) if name in lacking else translate.quote_ident(name)
        for name in _no_case_collision(union_output_columns(op, columns, schema), "union")
    )
    rows = "\nUNION ALL BY NAME ".join(f"{_selection(op, label)} FROM ({sql})" for sql, label in arms)
    return f"SELECT {listed} FROM ({rows}) WHERE {_one_type([sql for sql, _ in arms])}"  # noqa: S608  # all quoted


def _never_has_rows(source: ir.Source) -> bool:
    return isinstance(source, ir.DataTable) and not source.values


def _with_texts(sql: str, columns: Sequence[str]) -> str:
    """A query with empty texts in place of nulls in some columns."""
    return f"SELECT * REPLACE ({', '.join(map(_filled, columns))}) FROM ({sql})" if columns else sql  # noqa: S608


def _filled(name: str) -> str:
    """Empty text where a column is null, if it is one of texts."""
    column = translate.quote_ident(name)
    return f"coalesce({column}, TRY(cast_to_type('', {column}))) AS {column}"


def _selection(op: ir.Union, label: str) -> str:
    """The rows of a leg, and where they come from, if that was asked for."""
    if op.with_source is None:
        return "SELECT *"
    return f"SELECT {translate.quote_string(label)} AS {translate.quote_ident(op.with_source)}, *"


def _one_type(arms: Sequence[str]) -> str:
    """A condition that fails where legs have one column in several types: DuckDB casts them, Kusto makes several."""
    types = " UNION ALL ".join(f"FROM (DESCRIBE {sql})" for sql in arms)
    # The translator's integers and lists have types of their own.
    kind = """CASE WHEN column_type LIKE '%[]' OR column_type LIKE 'STRUCT%' THEN 'JSON'
        WHEN column_type = 'HUGEINT' THEN 'BIGINT' ELSE column_type END"""
    several = f"(FROM ({types}) SELECT min(column_name) GROUP BY column_name HAVING count(DISTINCT {kind}) > 1 LIMIT 1)"
    said = "the legs of a union have different types for a column, of which Kusto makes several: "
    return f"CASE WHEN {several} IS NULL THEN TRUE ELSE error({translate.quote_string(said)} || {several}) END"
