"""Results as tables, for people."""

from __future__ import annotations

import io
import os
import re
from itertools import compress
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.table import Table as RichTable
from rich.text import Text

from acrwatch.output.result import Result, Table
from acrwatch.output.visible import visible

# Wide enough for a table with six columns; what does not fit is wrapped, never cut.
PLAIN_WIDTH = 120
# Ids, addresses and names are read on where one of these ends a line.
_PIECE = re.compile(r"[^/_.,:=&?-]*[/_.,:=&?-]+|[^/_.,:=&?-]+")


def as_table(result: Result, *, terminal: bool) -> str:
    """The result's tables as text.

    Args:
        result: what is shown.
        terminal: whether it goes to a terminal, which may have colours and knows its width.
    """
    # A width of 0, which means that it is not known, is no width.
    width = PLAIN_WIDTH if os.environ.get("COLUMNS", "" if terminal else "0") == "0" else None
    buffer = io.StringIO()
    console = Console(file=buffer, force_terminal=terminal, no_color=not terminal or None, width=width, highlight=False)
    for position, part in enumerate(result.table()):
        if position:
            console.print()
        # A paragraph holds what people paste, such as an id; only a terminal may break its lines.
        console.print(
            _drawn(part) if isinstance(part, Table) else Text(visible(part)), soft_wrap=not isinstance(part, Table)
        )
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _drawn(table: Table) -> RichTable:
    drawn = RichTable(
        title=Text(visible(table.title), style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    # A column in which nothing stands would only make the others narrower.
    shown = [any(row[place] for row in table.rows) or not table.rows for place in range(len(table.columns))]
    for column in compress(table.columns, shown):
        drawn.add_column(Text(column), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(_Cell(visible(cell)) for cell in compress(row, shown)))
    return drawn


class _Cell(Text):
    """A text whose long words break after a separator where there is one, and elsewhere only if there is none."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """Its lines in a column of a width, which is known only here."""
        return Text(re.sub(r"\S+", lambda word: _broken(word[0], width), self.plain)).wrap(console, width, **options)


def _broken(word: str, width: int) -> str:
    if cell_len(word) <= width:
        return word
    lines = [""]
    for piece in _PIECE.findall(word):
        if lines[-1] and cell_len(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
