"""Moments as people write them."""

from __future__ import annotations

from datetime import datetime

from acrwatch.errors import InputError, shown


def parse_moment(text: str) -> datetime:
    """Read a moment in ISO 8601, with its offset from UTC.

    Args:
        text: such as `2026-01-31T22:00Z` or `2026-01-31 23:00+01:00`.

    Raises:
        InputError: it is no such moment, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{shown(text)} is not a moment; write it like 2026-01-31T22:00Z") from None
    if moment.tzinfo is None:
        raise InputError(f"{shown(text)} has no offset from UTC; write it like 2026-01-31T22:00Z or +01:00")
    return moment
