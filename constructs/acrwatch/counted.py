"""Counts with their words, the same in every place that writes one."""

from __future__ import annotations


def counted(count: int, one: str, more: str | None = None) -> str:
    """A count with its word: `1 alert`, `5,000 alerts`.

    Args:
        count: how many.
        one: the word for one.
        more: the word for several. Default: that with an s.
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"
