"""Results as tables, for people."""

from __future__ import annotations

import io
import os

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from acrwatch.output.result import Result, Table
from acrwatch.output.visible import visible

# Wide enough for a table with six columns; what does not fit is wrapped, never cut.
PLAIN_WIDTH = 120


def as_table(result: Result, *, terminal: bool) -> str:
    """The result's tables as text.

    Args:
        result: what is shown.
        terminal: whether it goes to a terminal, which may have colours and knows its width.
    """
    width = None if terminal or "COLUMNS" in os.environ else PLAIN_WIDTH
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
    for column in table.columns:
        drawn.add_column(Text(column), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(visible(cell)) for cell in row))
    return drawn
