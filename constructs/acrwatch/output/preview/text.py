"""A picture of a message as text, for a terminal or a page of the documentation."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from acrwatch.output.preview.picture import Facts, Line, Paragraph, Part, Picture, Run, Style
from acrwatch.output.visible import visible

WIDTH = 100
"""Characters of a line at most."""

_BAR = "▌ "
# A name that is longer has its value below.
_NAME_MAX = 34
_STYLES = {
    Style.BOLD: "bold",
    Style.CODE: "cyan",
    Style.ITALIC: "italic",
    Style.STRUCK: "strike",
    Style.SUBTLE: "dim",
}


def as_text(picture: Picture, *, terminal: bool) -> str:
    """The message in lines, with a bar in its colour.

    Args:
        picture: the message.
        terminal: whether it goes to a terminal, which may have colours and can be narrow.
    """
    buffer = io.StringIO()
    measured = Console(file=buffer).width if terminal else WIDTH
    width = max(min(measured, WIDTH), _NAME_MAX + 20)
    console = Console(
        file=buffer, force_terminal=terminal, no_color=not terminal or None, width=width, highlight=False, emoji=False
    )
    for line in Text(visible(picture.heading), style="bold").wrap(console, width):
        console.print(line)
    for number, part in enumerate(picture.parts):
        for line in ([Text()] if number else []) + list(_drawn(part, console, width - len(_BAR))):
            console.print(Text(_BAR, style=picture.colour) + line)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _drawn(part: Part, console: Console, width: int) -> Iterator[Text]:
    if isinstance(part, Paragraph):
        for line in part.lines:
            yield from _inline(line, quoted=True).wrap(console, width)
    elif isinstance(part, Facts):
        yield from _facts(part, console, width)
    else:
        words = [Text(f"[ {visible(text)} ]", style="underline") for text, _ in part.links]
        yield from Text("  ").join(words).wrap(console, width)


def _facts(part: Facts, console: Console, width: int) -> Iterator[Text]:
    names = [visible(name) for name, _ in part.facts]
    column = max((len(name) for name in names if len(name) <= _NAME_MAX), default=_NAME_MAX) + 2
    for name, (_, value) in zip(names, part.facts, strict=True):
        lines = _inline(value, quoted=False).wrap(console, width - column)
        if len(name) > _NAME_MAX:
            yield from Text(name, style="bold").wrap(console, width)
        else:
            yield Text(name.ljust(column), style="bold") + (lines.pop(0) if lines else Text())
        yield from (Text(" " * column) + line for line in lines)


def _inline(line: Line, *, quoted: bool) -> Text:
    return Text.assemble(*(_run(run, quoted=quoted) for run in line))


def _run(run: Run, *, quoted: bool) -> Text:
    text = visible(run.text)
    style = " ".join(_STYLES[one] for one in Style if one in run.styles)
    # Without colours only the marks tell code from words.
    return Text(f"`{text}`" if quoted and Style.CODE in run.styles else text, style=style)
