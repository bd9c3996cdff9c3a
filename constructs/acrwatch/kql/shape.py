"""The one shape of a detection's query, ours or a user's.

First `let Events = ...`: the tables, then only row-wise `where` and `extend` without a clock. Then everything that has
a clock or an aggregate, from `Events`. So a reader sees first what counts, and the first part can be done once for a
whole log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from acrwatch.kql.lint import Found, LintCheck, Source, matches
from acrwatch.kql.statements import Piece, Statement
from acrwatch.kql.tables import TABLES

EVENTS = "Events"
_FORM = "let Events = union isfuzzy=true (datatable(...)[]), Table | where ... | extend ...;"
_TOLERANT = re.compile(r"\s*union\s+isfuzzy\s*=\s*true\s+\(\s*datatable\s*\(([^)]*)\)\s*\[\s*\]\s*\)\s*,\s*(\w+)\s*")
CLOCK = re.compile(r"\b(ago|now|ingestion_time|rand|new_guid|toscalar|prev|next|row_\w+)\s*\(")
_READS = re.compile(rf"\b({'|'.join(TABLES)}|datatable|table)\b")


def _split(source: Source) -> tuple[Statement | None, list[Statement]]:
    """The first tabular statement, and the others."""
    tabular = [statement for statement in source.statements if statement.tabular]
    first = tabular[0] if tabular else None
    return first, [statement for statement in source.statements if statement is not first]


def _events(source: Source) -> Statement | None:
    """The statement that makes the events, where it comes first; else only `_first` has something to say."""
    first, _ = _split(source)
    return first if first is not None and first.name == EVENTS else None


def _first(source: Source) -> Iterator[Found]:
    first, _ = _split(source)
    if _events(source) is None:
        yield first.body.start if first else 0, f"the first rows a query makes are called {EVENTS}"


def _row_wise(source: Source) -> Iterator[Found]:
    events = _events(source)
    for step in events.steps[1:] if events is not None else ():
        word = (re.match(r"\s*([\w-]+)", step.text) or ["", ""])[1]
        if word not in ("where", "extend"):
            yield step.start, f"{EVENTS} has only where and extend, which look at one row, not {word}"
        elif "|" in step.text:
            yield step.start, f"a query inside {EVENTS} looks at more than one row"
        for found in CLOCK.finditer(step.text):
            yield step.offset + found.start(), f"{EVENTS} has no clock and looks at one row, so no {found[1]}()"


def _tolerant(source: Source) -> Iterator[Found]:
    events = _events(source)
    if events is None:
        return
    head = events.steps[0]
    found = _TOLERANT.fullmatch(head.text)
    if found is None:
        yield head.start, "without an empty typed leg the rule fails until its table has a row"
        return
    known = TABLES.get(found[2], {})
    for column in Piece(offset=head.offset + found.start(1), text=found[1]).split(","):
        name, _, kind = (part.strip() for part in column.text.partition(":"))
        if name not in known and known:
            yield column.start, f"{found[2]} has no column {name}"
        elif known and known[name] != kind:
            yield column.start, f"{name} is {known[name]} in {found[2]}, not {kind}"


def _rest(source: Source) -> Iterator[Found]:
    if _events(source) is None:
        return
    _, others = _split(source)
    names = {statement.name for statement in source.statements}
    for statement in others:
        for found in _READS.finditer(statement.body.text):
            said = f"all rows come from {EVENTS}; this reads {found[1]} past it"
            yield statement.body.offset + found.start(), said
        head = statement.steps[0]
        if statement.tabular and head.text.strip() not in names and not head.text.lstrip().startswith("union"):
            yield head.start, f"it starts neither from {EVENTS} nor from what was made of it"


def _one_clock(source: Source) -> Iterator[Found]:
    calls = list(source.calls("ago"))
    if not calls:
        yield 0, "the query has no ago(), so nobody can tell how far it looks back"
    for found, _ in calls[1:]:
        yield found.start(), "the query has a second ago(); one look-back is cut once"


SHAPE_CHECKS: tuple[LintCheck, ...] = (
    LintCheck(id="events-first", find=_first, way_out=f"begin with {_FORM}"),
    LintCheck(id="row-wise", find=_row_wise, way_out=f"do it after {EVENTS}"),
    LintCheck(id="tolerant-table", find=_tolerant, way_out=f"write {_FORM}, with the columns that are read"),
    LintCheck(
        id="only-events", find=_rest, way_out=f"let {EVENTS} keep all the rows you need, and read them from there"
    ),
    LintCheck(id="one-clock", find=_one_clock, way_out="keep whole bins once, with where Bin >= ago(...)"),
    LintCheck(
        id="arrival-clock",
        find=matches(r"\b(ingestion_time)\s*\(", "{0}() loses what arrives between evaluations that run late"),
        way_out="go by TimeGenerated, and leave the look-back to the one ago()",
    ),
    LintCheck(
        id="join-kind",
        find=matches(r"\|\s*(join)\b(?!\s*(?:hint\.\w+\s*=\s*\w+\s*)*kind\s*=)", "a {0} without kind drops rows"),
        way_out="write join kind=inner, or the one you mean",
    ),
    LintCheck(
        id="estimate",
        find=matches(r"\b(dcount\w*|hll\w*)\s*\(", "{0}() is an estimate in Azure, and could flip around a limit"),
        way_out="write distinct, then count()",
    ),
)
