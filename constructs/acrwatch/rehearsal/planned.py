"""The part of a query that is run at each evaluation, over few rows: planned once, and not run where it reads none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from acrwatch.kql.prepared import Prepared
from acrwatch.rehearsal.reading.loading import ARRIVED
from acrwatch.rehearsal.sources import HAPPENED, Sources

MOST_ROWS = 10_000
"""Rows of Events up to which it is worth it."""


class Planned:
    """A query over few rows; made by `planned`.

    Args:
        connection: one that nobody else uses.
        sql: the query, with the parameters `since` and `kqlnow`.
        times: when each row happened and arrived, in their order.
    """

    def __init__(self, connection: Any, sql: str, times: Sequence[tuple[datetime, datetime]]) -> None:
        self._connection = connection
        self._sql = sql
        self._times = times
        self._prepared: Prepared | None = None

    def run(self, bounds: Mapping[str, datetime]) -> Any:
        """Run it.

        Args:
            bounds: the values of `since` and `kqlnow`.

        Returns:
            The connection, with what was found.
        """
        if self._prepared is None:
            # Not sooner: a table that is made for another rule would cost it its plan.
            self._prepared = Prepared(self._connection, self._sql)
        return self._prepared.run(bounds)

    def reads_any(self, bounds: Mapping[str, datetime]) -> bool:
        """Whether there is a row to read.

        Args:
            bounds: the values of `since` and `kqlnow`.
        """
        now = bounds["kqlnow"]
        for place in range(bisect_left(self._times, (bounds["since"],)), len(self._times)):
            happened, arrived = self._times[place]
            if happened > now:
                return False
            if arrived <= now:
                return True
        return False


def planned(connection: Any, sources: Sources, sql: str) -> Planned | None:
    """A query that is planned once.

    Args:
        connection: one that nobody else uses; its optimizer will be off.
        sources: what it reads.
        sql: the query, with the parameters `since` and `kqlnow`.

    Returns:
        None where it had better be planned at each run.
    """
    if sources.events is None:
        return None
    read = f"SELECT {HAPPENED}, {ARRIVED} FROM {sources.events} WHERE {HAPPENED} IS NOT NULL"
    times = connection.execute(f"{read} LIMIT {MOST_ROWS + 1}").fetchall()
    return None if len(times) > MOST_ROWS else Planned(connection, sql, sorted(times))
