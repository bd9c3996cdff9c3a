"""The query API of Log Analytics: one question, and an answer that is whole or none.

A part of an answer is never taken for the whole: the service says so in a body that looks like a good one. How a long
time is cut into questions that it can answer is decided in `logs_slices`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from acrwatch.durations import iso8601
from acrwatch.errors import InputError, MissingExtra
from acrwatch.live.log_source import Timespan
from acrwatch.live.roles import Permission
from acrwatch.live.unknown import NOT_LOGGED_IN, CallFailed, Unknown

if TYPE_CHECKING:
    from acrwatch.live.connection import Azure

MOST_ROWS = 500_000
"""Rows of one answer (Azure Monitor: service-limits, log queries)."""
MOST_BYTES = 104_857_600
"""Bytes of one answer, from the same table. What is longer is not read to its end."""
AT_ONCE = 5
"""Queries of one user that run at once; more of them wait (Azure Monitor: service-limits, user query throttling)."""
WAIT = 180
"""Seconds that the service may think: its own default, of ten minutes at most (Azure Monitor: logs/api/timeouts)."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RESOURCE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.OperationalInsights/workspaces/[^/]+",
    re.IGNORECASE,
)
# The words of the service where an answer would be too large or took too long; its texts are not documented.
_LIMIT = re.compile(r"limit|exceed|truncat|too (?:large|many|long)|memory|time[d ]*-?out|RESULT_SET", re.IGNORECASE)
_NETWORK = re.compile(r"network|private[ -]?link|perimeter|firewall|\bAMPLS\b", re.IGNORECASE)
# What it calls the mistakes of a query.
_MISTAKE = re.compile(r"\b(SYN\d{4}|SEM\d{4}|SyntaxError|SemanticError)\b")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The first table of an answer.

    Args:
        columns: name and type of each column, as the service writes types.
        rows: values as JSON has them, one list for each row.
    """

    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Sequence[Any]]


class TooMuch(CallFailed):
    """The answer passes a limit of the service; a shorter time may not."""


class TooSlow(TooMuch):
    """The service did not answer in time; a much shorter time may help."""


class Logs:
    """Asks the workspaces of one cloud.

    Args:
        azure: the connection.
        wait: seconds that the service may think about a question, up to 600. Default: 180.

    Raises:
        MissingExtra: the Azure SDK is not installed.
    """

    def __init__(self, azure: Azure, *, wait: int = WAIT) -> None:
        try:
            from azure.monitor.query import LogsQueryClient
        except ImportError:
            raise MissingExtra("asking Log Analytics", "azure") from None
        options = azure.client_options
        self._client = LogsQueryClient(azure.credential, endpoint=azure.cloud.logs, **options)
        # A connection that is shared takes these from each call. The service is silent while it thinks, so silence is
        # no sign that it is gone.
        self._given = {
            "connection_verify": options["connection_verify"],
            "connection_timeout": options["connection_timeout"],
            "read_timeout": wait + azure.patience.read,
            # A token goes along, and the service sends nobody elsewhere.
            "permit_redirects": False,
        }
        self._wait = wait
        self.longest = wait + azure.patience.longest
        """Seconds after which a question is given up, whatever it does."""
        self._pauses = tuple(azure.patience.pause * 2**attempt for attempt in range(2))

    def query(self, workspace: str, kql: str, timespan: Timespan) -> Sequence[Mapping[str, Any]]:
        """The rows of a query, as `log_source.Logs` has it; arguments and errors are those of `ask`."""
        answer = self.ask(workspace, kql, timespan)
        names = [name for name, _ in answer.columns]
        return [dict(zip(names, row, strict=True)) for row in answer.rows]

    def ask(self, workspace: str, kql: str, timespan: Timespan) -> Answer:
        """Ask one question.

        Args:
            workspace: guid of the workspace, or its resource id.
            kql: the query.
            timespan: how far back from now, or from and to when; the service leaves out what was not generated then.

        Raises:
            InputError: this is no workspace.
            TooMuch: the answer passes a limit.
            CallFailed: there is no answer, or only a part of it.
        """
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        request = HttpRequest(
            "POST",
            "{endpoint}/{apiVersion}" + _path(workspace),
            json={"query": kql, "timespan": _interval(timespan)},
            headers={"Prefer": f"wait={self._wait}"},
        )
        for pause in (*self._pauses, None):
            try:
                status, body = self._send(request)
            except ClientAuthenticationError:
                raise CallFailed(NOT_LOGGED_IN) from None
            except AzureError as error:
                said = f"Log Analytics gave no answer ({type(error).__name__})"
                raise _failed(said, "see whether its address can be reached from here") from None
            # A question changes nothing, so it may be asked again where the service has a bad moment.
            if status not in (500, 502, 503) or pause is None:
                break
            time.sleep(pause)
        return _whole(status, body) if status == 200 else _refused(status, body, workspace)

    def _send(self, request: Any) -> tuple[int, bytes]:
        """Status and body, read no further than a body may reach and no longer than a call may take."""
        until = time.monotonic() + self.longest
        response = self._client.send_request(request, stream=True, **self._given)
        found = bytearray()
        try:
            for part in response.iter_bytes():
                found += part
                if len(found) > MOST_BYTES:
                    raise TooMuch(_unknown(f"an answer of Log Analytics passes {MOST_BYTES:,} bytes", _SHORTER))
                if time.monotonic() > until:
                    raise TooSlow(_unknown(f"an answer of Log Analytics took over {self.longest:g} s", _SHORTER))
        finally:
            response.close()
        return response.status_code, bytes(found)


_SHORTER = "ask for a shorter time"


def _path(workspace: str) -> str:
    if _GUID.fullmatch(workspace):
        return f"/workspaces/{workspace}/query"
    if _RESOURCE.fullmatch(workspace):
        # Braces would be taken for places to fill in.
        return quote(workspace) + "/query"
    raise InputError(f"{workspace!r} is no workspace; give its id (/subscriptions/...) or its guid")


def _interval(timespan: Timespan) -> str:
    if isinstance(timespan, timedelta):
        return iso8601(timespan)
    return "/".join(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" for moment in timespan)


def _whole(status: int, body: bytes) -> Answer:
    content = _json(body)
    if not isinstance(content, dict):
        _malformed(status)
    if content.get("error"):
        said = json.dumps(content["error"])
        reason = "Log Analytics answered with a part of the rows only"
        if _LIMIT.search(said):
            raise TooMuch(_unknown(f"{reason}, at one of its limits", _SHORTER))
        raise _failed(reason, "try again later")
    tables = content.get("tables")
    table = tables[0] if isinstance(tables, list) and tables else None
    columns, rows = (table.get("columns"), table.get("rows")) if isinstance(table, Mapping) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list):
        _malformed(status)
    named = tuple((str(one.get("name")), str(one.get("type"))) for one in columns if isinstance(one, Mapping))
    width = len(named)
    if width != len(columns) or any(type(row) is not list or len(row) != width for row in rows):
        _malformed(status)
    if len(rows) >= MOST_ROWS:
        raise TooMuch(_unknown(f"an answer of Log Analytics has {MOST_ROWS:,} rows, as many as it gives", _SHORTER))
    return Answer(columns=named, rows=rows)


def _refused(status: int, body: bytes, workspace: str) -> NoReturn:
    said = body[:20_000].decode("utf-8", "replace")
    if status == 400:
        mistake = _MISTAKE.search(said)
        if mistake is None and _LIMIT.search(said):
            raise TooMuch(_unknown("Log Analytics refuses the query at one of its limits (400)", _SHORTER))
        kind = "" if mistake is None else f", {mistake[1]}"
        way_out = "try it in the portal: it may read a table or column that this workspace does not have"
        raise _failed(f"Log Analytics refuses the query (400{kind})", way_out)
    if status == 401:
        raise _failed("Log Analytics does not take the token (401)", "log in to the tenant of the workspace")
    if status == 403 and _NETWORK.search(said):
        way_out = "run this inside its network, or let the workspace answer queries from public networks"
        raise _failed("the workspace refuses queries from this network (403)", way_out)
    if status == 403:
        needed = Permission("Microsoft.OperationalInsights/workspaces/query/read", workspace)
        raise _failed("the workspace may not be queried (403)", str(needed))
    if status == 404:
        raise _failed("there is no such workspace (404)", "see to its id, and to --cloud")
    if status == 413:
        raise TooMuch(_unknown("the answer of Log Analytics would be too large (413)", _SHORTER))
    if status == 504:
        raise TooSlow(_unknown("Log Analytics took too long (504)", _SHORTER))
    if status == 429:
        raise _failed("Log Analytics is asked too much (429)", "try again when other queries of yours have ended")
    raise _failed(f"Log Analytics could not answer ({status})", "try again later")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _malformed(status: int) -> NoReturn:
    raise _failed(f"Log Analytics gave an answer that cannot be read ({status})", "see what is between here and it")


def _failed(reason: str, way_out: str) -> CallFailed:
    return CallFailed(_unknown(reason, way_out))


def _unknown(reason: str, way_out: str) -> Unknown:
    return Unknown(reason=reason, way_out=way_out)
