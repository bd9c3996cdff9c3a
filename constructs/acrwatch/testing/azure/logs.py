"""The Log Analytics part of the stand-in: its queries run on the rehearsal's engine, over a log of events.

It goes wrong as the service does where that is about queries: mistakes in them, and limits, at which it answers with a
part of the rows and an error beside them. All other faults are those of `faults`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

from acrwatch.durations import parse_duration
from acrwatch.errors import AcrwatchError
from acrwatch.kql.engine import engine_errors, naive, translate
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.loading import ARRIVED, ROW, SCHEMA
from acrwatch.rehearsal.sources import quoted, with_tables
from acrwatch.testing.azure.server import Reply

_INGESTED = "_ingested"
_TYPES = {
    "VARCHAR": "string",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "bool",
    "INTEGER": "int",
    "BIGINT": "long",
    "HUGEINT": "long",
    "DOUBLE": "real",
    "JSON": "dynamic",
}


class LogAnalytics:
    """Answers queries; set it as `AzureStandIn.log_queries`, for as long as a `with` block in that of its log lasts.

    Args:
        log: the rows of the workspace. A table without a row is not there, as in a new workspace.
        workspaces: guids and resource ids that it answers for. Default: all.
        now: what `now()` goes by, and when rows that arrive later are not there yet. Default: the clock, and all rows.
        most_rows: rows of an answer from which it is a part only. Default: 500,000, as the service has it.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        workspaces: Collection[str] | None = None,
        now: datetime | None = None,
        most_rows: int = 500_000,
    ) -> None:
        self.most_rows = most_rows
        self.asked: list[str] = []
        """The queries, in order."""
        self._log = log
        self._workspaces = None if workspaces is None else {one.lower() for one in workspaces}
        self._now = now
        self._lock = Lock()
        self._closed = False

    def close(self) -> None:
        """Answer no more, and wait for the query under way: whoever asked may have gone, and the log may close next."""
        with self._lock:
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, workspace: str, body: Mapping[str, Any]) -> Reply:
        """Answer a query of a workspace."""
        if self._workspaces is not None and workspace.lower() not in self._workspaces:
            return _error(404, "WorkspaceNotFoundError")
        kql, timespan = body.get("query"), body.get("timespan")
        if not isinstance(kql, str):
            return _error(400, "BadArgumentError", "MissingQuery")
        with self._lock:
            if self._closed:
                return _error(503, "ServiceUnavailable")
            self.asked.append(kql)
            try:
                columns, rows = self._run(kql, timespan)
            except AcrwatchError:
                return _error(400, "BadArgumentError", "SemanticError")
        whole = len(rows) <= self.most_rows
        table = {"name": "PrimaryResult", "columns": columns, "rows": rows[: self.most_rows]}
        return Reply(200, {"tables": [table]} if whole else {"tables": [table], "error": _partial(self.most_rows)})

    def _run(self, kql: str, timespan: str | None) -> tuple[list[dict[str, str]], list[list[Any]]]:
        now = self._now or datetime.now(UTC)
        begin, end = _bounds(timespan, now)
        kql = re.sub(r"\bingestion_time\s*\(\s*\)", _INGESTED, kql)
        translated = translate(kql, {name: [*columns, _INGESTED] for name, columns in self._log.tables.items()})
        values = {
            "begin": naive(begin),
            "end": naive(end),
            "seen": naive(self._now or datetime.max.replace(tzinfo=UTC)),
        }
        here = f"{TIME} >= $begin AND {TIME} <= $end AND {ARRIVED} <= $seen"
        slices = {
            name: f"SELECT * EXCLUDE ({ROW}), {ARRIVED} AS {_INGESTED} FROM {SCHEMA}.{quoted(name)} WHERE {here}"  # noqa: S608
            for name in self._log.tables
        }
        sql = with_tables(str(translated), slices)
        bound = {**translated.parameters, **values, "kqlnow": naive(now)}
        known = {name: one for name, one in bound.items() if f"${name}" in sql}
        with engine_errors():
            found = self._log.connection.execute(sql, known)
            described = found.description
            columns = [{"name": column[0], "type": _TYPES.get(str(column[1]), "string")} for column in described]
            return columns, [[_cell(value) for value in row] for row in found.fetchall()]


def _bounds(timespan: str | None, now: datetime) -> tuple[datetime, datetime]:
    if timespan is None:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    begin, _, end = timespan.partition("/")
    if not end:
        return now - parse_duration(begin), now
    return datetime.fromisoformat(begin), datetime.fromisoformat(end)


def _cell(value: Any) -> Any:
    """A value as the service writes it: times to the tenth of a microsecond."""
    return f"{value:%Y-%m-%dT%H:%M:%S.%f}0Z" if isinstance(value, datetime) else value


def _partial(most: int) -> Mapping[str, Any]:
    """The error beside a part of an answer, in the form that the service's clients are tested with."""
    said = f"The results of this query exceed the set limit of {most} records."
    inner = {"code": "-2133196797", "message": said, "severity": 2, "severityName": "Error"}
    details: Sequence[Any] = [{"code": "EngineError", "message": "The engine failed.", "innererror": inner}]
    return {"code": "PartialError", "message": "The query had errors.", "details": details}


def _error(status: int, code: str, inner: str = "") -> Reply:
    error: dict[str, Any] = {"code": code, "message": f"{code} from the stand-in"}
    if inner:
        error["innererror"] = {"code": inner, "message": f"{inner} from the stand-in"}
    return Reply(status, {"error": error})
