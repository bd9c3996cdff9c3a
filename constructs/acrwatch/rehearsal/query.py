"""A rule's query over a log: translated once, then run for as many moments as are wanted.

An evaluation sees the rows of its time range that had arrived by then. What of a query can be done once for all
evaluations is decided in `sources`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from acrwatch.errors import UnknownError
from acrwatch.kql.engine import Statement, another, engine_errors, naive, translate
from acrwatch.kql.finding import without_allowed
from acrwatch.kql.lint import ENGINE_CHECKS, LOG_ALERT_CHECKS, lint
from acrwatch.kql.text import blanked
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.planned import planned
from acrwatch.rehearsal.reading.loading import ARRIVED
from acrwatch.rehearsal.sources import BIN, HAPPENED, done_once, quoted, whole, with_tables

Row = Mapping[str, Any]

VISIBLE = f'"{HAPPENED}" BETWEEN $since AND $kqlnow AND "{ARRIVED}" <= $kqlnow'
# What makes rows of none; a query without it returns nothing where it reads nothing, whatever the time.
_FROM_NOTHING = re.compile(
    r"\b(?:print|range|datatable|evaluate|toscalar)\b|\|\s*count\b|\bsummarize\b(?![^|;]*\bby\b)|\bfull|\bright|\bgetschema\b"
)


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """What a query returned at one moment.

    Args:
        columns: names of the columns.
        times: those of them that are datetimes.
        rows: the rows.
        compound: those of them that are dynamic, or lengths of time. Default: none.
    """

    columns: tuple[str, ...]
    times: tuple[str, ...]
    rows: tuple[Row, ...]
    compound: tuple[str, ...] = ()


class RehearsedQuery:
    """One query, ready to be run for many moments.

    Args:
        log: the events.
        query: the KQL.
        reads: what an evaluation reads, back from its moment.
        wanted: columns that the caller needs beside those the query names, such as dimensions.
        shortcuts: whether Events is done once for the whole log, and evaluations that read no row are left out.
            Default: yes.

    Raises:
        QueryError: the text is not KQL, or names what is not there.
        UnknownError: it cannot be evaluated faithfully on this machine, with the reason.
    """

    def __init__(
        self, log: EventLog, query: str, reads: timedelta, *, wanted: Sequence[str] = (), shortcuts: bool = True
    ) -> None:
        _refuse_what_is_done_wrong(query)
        once = done_once(log, query, wanted) if shortcuts else None
        self.sources = whole(log, query) if once is None else once
        # Of its own, since the queries of several rules run at the same time.
        self.connection = another(log.connection)
        self._reads = reads
        self._parsed: dict[bool, Statement] = {}
        try:
            columns = {name: columns for name, (columns, _) in self.sources.tables.items()}
            # A workspace may have the table that a fuzzy union could leave out, with rows.
            self._sql = str(translate(self.sources.query, columns, tolerant=False))
            self._planned = planned(self.connection, self.sources, self._text(one_bin=False))
        except BaseException:
            self.close()
            raise
        self._skips = shortcuts and _FROM_NOTHING.search(blanked(self.sources.query)) is None
        self._nothing: QueryResult | None = None
        # The hours in which something happened: over an idle stretch the log need not be asked.
        self._hours = sorted(self._busy_hours()) if self._skips else []

    def run(self, now: datetime) -> QueryResult:
        """Run it for one moment.

        Args:
            now: what `now()` and `ago()` go by.

        Raises:
            QueryError: it fails on these rows.
        """
        if self._skips and self._nothing is not None and not self._reads_any(now):
            return self._nothing
        result = self._run(now)
        if self._nothing is None:
            self._nothing = replace(result, rows=())
        return result

    def idle_until(self, now: datetime) -> datetime:
        """The moment before which it returns nothing, as at this one; this one where it may return something sooner."""
        if not self._skips or self._nothing is None:
            return now
        bounds = self.bounds(now)
        hour = self._hour(bounds)
        if hour is not None and hour <= bounds["kqlnow"]:
            return now
        return datetime.max.replace(tzinfo=UTC) if hour is None else hour.replace(tzinfo=UTC)

    def run_on(self, now: datetime, bin_: datetime) -> QueryResult:
        """Run it for one moment on the rows of one bin alone; only where Events is done once."""
        return self._run(now, bin_)

    def bounds(self, now: datetime) -> Mapping[str, datetime]:
        """The values of `VISIBLE` at a moment."""
        return {"since": naive(now - self._reads), "kqlnow": naive(now)}

    def close(self) -> None:
        """Give back what was kept for it."""
        if self.sources.events is not None:
            self.connection.execute(f"DROP TABLE {self.sources.events}")
        self.connection.close()

    def _run(self, now: datetime, bin_: datetime | None = None) -> QueryResult:
        bounds = self.bounds(now)
        with engine_errors():
            if self._planned is not None and bin_ is None:
                found = self._planned.run(bounds)
            else:
                statement = self._statement(bin_ is not None)
                values = {**bounds, **({} if bin_ is None else {"bin": bin_})}
                # A query that reads no table has no parameters.
                known = {name: value for name, value in values.items() if name in statement.named_parameters}
                found = self.connection.execute(statement, known)
            kinds = {column[0]: str(column[1]) for column in found.description}
            rows = tuple(dict(zip(kinds, values, strict=True)) for values in found.fetchall())
        times = tuple(name for name, kind in kinds.items() if kind.startswith("TIMESTAMP"))
        compound = tuple(name for name, kind in kinds.items() if kind in ("JSON", "INTERVAL") or kind.endswith("[]"))
        return QueryResult(columns=tuple(kinds), times=times, rows=rows, compound=compound)

    def _statement(self, one_bin: bool) -> Statement:
        """The query, parsed: that costs as much as running it on a small slice."""
        if one_bin not in self._parsed:
            (self._parsed[one_bin],) = self.connection.extract_statements(self._text(one_bin))
        return self._parsed[one_bin]

    def _text(self, one_bin: bool) -> str:
        condition = f' AND "{BIN}" = $bin' if one_bin else ""
        slices = {
            name: f"SELECT {', '.join(map(quoted, columns))} FROM {relation} WHERE {VISIBLE}{condition}"
            for name, (columns, relation) in self.sources.tables.items()
        }
        return with_tables(self._sql, slices)

    def _busy_hours(self) -> set[datetime]:
        hours = f"SELECT DISTINCT date_trunc('hour', {HAPPENED})::TIMESTAMP FROM"
        return {
            hour
            for _, relation in self.sources.tables.values()
            for (hour,) in self.connection.execute(f"{hours} {relation} WHERE {HAPPENED} IS NOT NULL").fetchall()
        }

    def _reads_any(self, now: datetime) -> bool:
        """Whether there is a row to read."""
        bounds = self.bounds(now)
        hour = self._hour(bounds)
        if hour is None or hour > bounds["kqlnow"]:
            return False
        if self._planned is not None:
            return self._planned.reads_any(bounds)
        return any(
            self.connection.execute(f"SELECT 1 FROM {relation} WHERE {VISIBLE} LIMIT 1", bounds).fetchone() is not None
            for _, relation in self.sources.tables.values()
        )

    def _hour(self, bounds: Mapping[str, datetime]) -> datetime | None:
        """The first hour with a row that ends after what is read begins."""
        place = bisect_left(self._hours, bounds["since"].replace(minute=0, second=0, microsecond=0))
        return self._hours[place] if place < len(self._hours) else None


def _refuse_what_is_done_wrong(query: str) -> None:
    found = without_allowed(query, lint(query, (*LOG_ALERT_CHECKS, *ENGINE_CHECKS)))
    if found:
        raise UnknownError("; ".join(str(finding) for finding in found))
