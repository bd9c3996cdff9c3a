"""Moments of the day: whole milliseconds after midnight UTC, and how a log writes them."""

from __future__ import annotations

from datetime import date, timedelta

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def at(text: str) -> int:
    """The moment of `HH:MM`."""
    hour, minute = text.split(":")
    return int(hour) * HOUR + int(minute) * MINUTE


class Stamps:
    """Writes moments as timestamps, fast: each second of two days is written once.

    Args:
        day: the day that begins at 0.
    """

    def __init__(self, day: date) -> None:
        clock = [
            f"{hour:02}:{minute:02}:{second:02}" for hour in range(24) for minute in range(60) for second in range(60)
        ]
        # Rows of the last hours arrive on the next day.
        self._seconds = [f"{day + timedelta(days=later)}T{text}" for later in (0, 1) for text in clock]

    def __call__(self, moment: int) -> str:
        """With seven digits behind the point, as Azure writes it."""
        seconds, milliseconds = divmod(moment, SECOND)
        return f"{self._seconds[seconds]}.{milliseconds:03}0000Z"
