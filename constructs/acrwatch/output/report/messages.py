"""What became of the messages that Logic Apps of the stack would make of the alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acrwatch.counted import counted
from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.rows import facts
from acrwatch.rehearsal.messages import Messages

_SHOWN_MAX = 100
"""More of a kind than these are counted; JSON has all."""


def messages(found: Messages) -> Markup:
    """How many are as their target takes them, which would not arrive, and of which nothing can be said.

    Args:
        found: what became of them.
    """
    return together(
        facts([(called, f"{counted(count, 'message')} built") for called, count in found.built.items()]),
        *_told("Would not arrive", found.failures),
        *_told("Not known", found.unknown),
    )


def _told(title: str, lines: Sequence[str]) -> Iterator[Markup]:
    if lines:
        yield el("h3", title)
        yield el("ul", (el("li", line) for line in lines[:_SHOWN_MAX]), class_="notice")
    if len(lines) > _SHOWN_MAX:
        yield el(
            "p", f"Shown here: the first {_SHOWN_MAX:,} of {len(lines):,}; the JSON output has all.", class_="quiet"
        )
