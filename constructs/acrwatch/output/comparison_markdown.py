"""A comparison as Markdown, for a pull request.

What comes from a log was chosen by whoever made the request, so it stands in code spans: there it is no link, no
mention and no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from acrwatch.output.comparison import Compared
from acrwatch.output.visible import visible
from acrwatch.rehearsal.rule_changes import RuleChange

ROWS_SHOWN = 50
"""More alerts of a kind than these are counted, since a comment has its limits (GitHub: 65,536 characters)."""


def as_markdown(found: Compared) -> str:
    """The comparison as text.

    Args:
        found: what was found.
    """
    return visible("\n".join([*_lines(found), ""]))


def _lines(found: Compared) -> Iterator[str]:
    yield "## Rehearsed: what changes in the alerts"
    yield ""
    yield f"{found.summary()}."
    yield ""
    yield f"BASE is {code(found.base)}, HEAD is {code(found.head)}. {found.said_of_cost()}."
    for title, members in found.remarks():
        if members:
            yield from ("", f"### {title}", "")
            yield from (f"- {code(member)}" for member in members)
    for title, columns, rows in found.lists():
        if rows:
            yield from ("", f"### {title}", "")
            yield from table(columns, rows[:ROWS_SHOWN])
            if len(rows) > ROWS_SHOWN:
                yield from ("", f"and {len(rows) - ROWS_SHOWN} more")
    if found.comparison.rules:
        yield from ("", "### Rules")
        for change in found.comparison.rules:
            yield from _rule(change)


def _rule(change: RuleChange) -> Iterator[str]:
    state = "is new" if change.base is None else "is gone" if change.head is None else "changed"
    yield from ("", f"{code(change.name)} {state}")
    if change.members:
        yield ""
        yield from table(("", "BASE", "HEAD"), change.members)
    if change.query:
        yield from ("", *fenced(change.query, "diff"))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table, whose cells are code.

    Args:
        columns: headings.
        rows: the cells.
    """
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        # A table takes a bar for the end of a cell, even inside code.
        yield f"| {' | '.join(code(cell).replace('|', chr(92) + '|') for cell in row)} |"


def code(text: str) -> str:
    """A text that means nothing to Markdown, on one line.

    Args:
        text: anything.
    """
    line = " ".join(text.split())
    if not line:
        return ""
    ticks = "`" * (_longest_ticks(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fenced(text: str, language: str) -> Iterator[str]:
    """A block of code that its content cannot end.

    Args:
        text: the content.
        language: what it is.
    """
    ticks = "`" * max(3, _longest_ticks(text) + 1)
    yield f"{ticks}{language}"
    yield text
    yield ticks


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
