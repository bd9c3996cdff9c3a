"""The questions to a workspace: the Events part of a deployed query, cut to what the rest of the query uses.

A workspace scans its tables itself, however large, and only what matters travels. What can be melted into one row there
without a difference here is decided in `Asked.melted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from acrwatch.kql.shape import EVENTS
from acrwatch.kql.statements import statements
from acrwatch.kql.tables import TABLES, TIME
from acrwatch.kql.text import blanked
from acrwatch.rehearsal.reading.loading import ARRIVED
from acrwatch.rehearsal.sources import OWN

LAST, LAST_ARRIVED, TIMES = "_last", "_last_arrived", "_times"
_BIN = re.compile(r"\b(\w+)\s*=\s*bin\s*\(\s*TimeGenerated\s*,")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Events that several rules may share.

    Args:
        first: what makes them, as `rehearsal.sources.parts` gives it.
        columns: the columns that are needed, without the time.
        melted: whether rows that differ in time alone may come as one. The rules must then ask for the distinct values
            of columns with a bin of the time among them and never look at the time itself. A row stands for all that
            are alike: seen from the first arrival on, until the last of them has left the look-back. Within a bin,
            which is shorter than any look-back, there is no gap between the two.
        plain: whether a column can be no key, so that each row comes by itself.
    """

    first: str
    columns: tuple[str, ...]
    melted: bool
    plain: bool = False

    def query(self, start: datetime, end: datetime) -> str:
        """The KQL of a slice.

        Args:
            start: from when rows are wanted.
            end: before when.
        """
        listed = ", ".join(map(_name, self.columns))
        asked = f"{_within(self.first, start, end)}\n"
        if self.plain:
            return f"{asked}| project {', '.join((TIME, ARRIVED, listed))}"
        if self.melted:
            return (
                f"{asked}| summarize {ARRIVED} = min({ARRIVED}), {LAST_ARRIVED} = max({ARRIVED}), "
                f"{LAST} = max({TIME}), {TIME} = min({TIME}) by {listed}"
            )
        return f"{asked}| summarize {TIMES} = count() by {', '.join((TIME, ARRIVED, listed))}"


def asked(first: str, rests: Iterable[str], columns: Sequence[str], *, plain: bool) -> Asked:
    """What is asked for, for rules that share their Events.

    Args:
        first: what makes Events.
        rests: what each rule does with them.
        columns: the columns that any of them needs.
        plain: whether a column can be no key.
    """
    needed = tuple(column for column in columns if column not in (TIME, *OWN))
    bins = set(_BIN.findall(blanked(first)))
    melted = not plain and all(_sets(rest, bins) for rest in rests)
    return Asked(first=first, columns=needed, melted=melted, plain=plain)


def table_query(table: str, columns: Sequence[str], start: datetime, end: datetime) -> str:
    """All rows of a table in a slice.

    Args:
        table: its name.
        columns: its columns.
        start: from when.
        end: before when.
    """
    return f"{tolerant(table, leg(table, start, end))}\n| project {', '.join((ARRIVED, *columns))}"


def tolerant(table: str, read: str) -> str:
    """A table of ours that may have no row yet, beside an empty leg with its columns.

    Args:
        table: its name.
        read: what reads it.
    """
    described = ", ".join(f"{column}: {kind}" for column, kind in TABLES[table].items())
    return f"union isfuzzy=true (datatable({described})[]), {read}"


def leg(table: str, start: datetime, end: datetime) -> str:
    """The rows of a table in a slice, and when each arrived.

    Args:
        table: its name.
        start: from when.
        end: before when.
    """
    # Where rows of tables stand next to others, only the table itself can tell when they came.
    bounds = f"{TIME} >= datetime({_moment(start)}) and {TIME} < datetime({_moment(end)})"
    return f"({table} | where {bounds} | extend {ARRIVED} = ingestion_time())"


def _within(first: str, start: datetime, end: datetime) -> str:
    made = statements(blanked(first))
    source = next(one for one in made if one.name == EVENTS and one.tabular).steps[0]
    until = source.offset + len(source.text.rstrip())
    table = re.findall(r"\w+", source.text)[-1]
    read = leg(table, start, end)
    if source.text.strip() == table:
        # It is no leg among others, and needs no parentheses, which not every engine takes there.
        read = read[1:-1]
    return f"{first[: until - len(table)]}{read}{first[until:]}"


def _sets(rest: str, bins: set[str]) -> bool:
    """Whether all that is done with Events is to ask for distinct values with a bin of the time among them."""
    read = False
    for statement in statements(blanked(rest)):
        if EVENTS not in re.findall(r"\w+", statement.body.text):
            continue
        source, *steps = statement.steps
        chosen = [step.text.strip() for step in steps if not step.text.strip().startswith("where ")]
        if source.text.strip() != EVENTS or not chosen or not chosen[0].startswith("distinct "):
            return False
        if EVENTS in re.findall(r"\w+", " ".join(step.text for step in steps)):
            return False
        until = next(number for number, step in enumerate(steps) if step.text.strip() == chosen[0])
        if any(TIME in step.text for step in steps[: until + 1]):
            return False
        if not bins & set(re.findall(r"\w+", chosen[0])):
            return False
        read = True
    return read


def _name(column: str) -> str:
    return column if re.fullmatch(r"[A-Za-z_]\w*", column, re.ASCII) else f"['{column}']"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
