"""One question to Log Analytics, over TLS with the SDK's own client: whole answers, and everything that is none."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.live.logs import Logs, TooMuch, TooSlow
from acrwatch.live.unknown import CallFailed
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.server import Reply
from acrwatch.testing.azure.stand_in import SECRET, TOKEN
from tests.synthesis import WORKSPACE_ID

GUID = "00000000-0000-0000-0000-0000000000f0"
SPAN = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 1, 16, tzinfo=UTC))
GOOD = {"tables": [{"name": "PrimaryResult", "columns": [{"name": "N", "type": "long"}], "rows": [[1], [2]]}]}
CANARY = "canary-in-a-body"


@pytest.fixture
def azure() -> Iterator[AzureStandIn]:
    with AzureStandIn() as stand_in:
        stand_in.log_queries = lambda workspace, body: Reply(200, GOOD)
        yield stand_in


def _ask(azure: AzureStandIn, workspace: str = GUID, wait: int = 1) -> Any:
    return Logs(azure.azure(), wait=wait).ask(workspace, "T | count", SPAN)


@pytest.mark.parametrize(
    ("workspace", "path"),
    [(GUID, f"/v1/workspaces/{GUID}/query"), (WORKSPACE_ID, f"/v1{WORKSPACE_ID}/query")],
)
def test_a_workspace_is_asked_by_guid_or_resource_id(azure: AzureStandIn, workspace: str, path: str) -> None:
    """Both ways of the service, with the time, how long it may think, and the token."""
    answer = _ask(azure, workspace)
    assert (answer.columns, answer.rows) == ((("N", "long"),), [[1], [2]])
    (request,) = azure.record.requests
    assert request.path == path
    assert request.body["timespan"] == "2026-01-15T00:00:00.000000Z/2026-01-16T00:00:00.000000Z"
    assert request.headers["prefer"] == "wait=1"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_rows_come_as_mappings_for_those_who_want_them(azure: AzureStandIn) -> None:
    """`query` is what verify uses, with a length of time as well."""
    assert Logs(azure.azure()).query(GUID, "T", timedelta(hours=2)) == [{"N": 1}, {"N": 2}]
    assert azure.record.requests[0].body["timespan"] == "PT2H"


@pytest.mark.parametrize("workspace", ["log-security", "", "/subscriptions/x", f"{GUID}/../x", WORKSPACE_ID + "/y"])
def test_what_is_no_workspace_is_refused_before_anything_is_sent(azure: AzureStandIn, workspace: str) -> None:
    """It would become a part of the address."""
    with pytest.raises(InputError, match="is no workspace"):
        _ask(azure, workspace)
    assert not azure.record.requests


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "mistake": ({"status": 400, "code": "SemanticError"}, "refuses the query \\(400, SemanticError\\)"),
    "bad": ({"status": 400}, "refuses the query \\(400\\)"),
    "token": ({"status": 401}, "does not take the token \\(401\\)"),
    "permission": ({"status": 403, "code": "InsufficientAccessError"}, "role Log Analytics Reader there has it"),
    "network": ({"status": 403, "code": "PublicNetworkAccessDisabled"}, "refuses queries from this network"),
    "absent": ({"status": 404}, "no such workspace"),
    "asked too much": ({"status": 429, "headers": {"Retry-After": "86400"}}, "asked too much"),
    "down": ({"status": 503}, "could not answer \\(503\\)"),
    "elsewhere": ({"status": 307, "headers": {"Location": "https://127.0.0.1:9/v1/x"}}, "could not answer \\(307\\)"),
    "odd": ({"status": 418}, "could not answer \\(418\\)"),
    "cut": ({"cut_after": 20}, "gave no answer"),
    "slow": ({"delay": 4.0}, "gave no answer"),
    "no JSON": ({"status": 200, "body": f"<html>{CANARY}</html>".encode()}, "cannot be read"),
    "empty": ({"status": 200, "body": b""}, "cannot be read"),
    "deep": ({"status": 200, "body": b"[" * 200_000}, "cannot be read"),
    "a list": ({"status": 200, "body": b"[]"}, "cannot be read"),
    "no tables": ({"status": 200, "body": b'{"tables": []}'}, "cannot be read"),
    "no columns": ({"status": 200, "body": b'{"tables": [{"rows": []}]}'}, "cannot be read"),
    "odd columns": ({"status": 200, "body": b'{"tables": [{"columns": ["N"], "rows": []}]}'}, "cannot be read"),
    "short rows": (
        {"status": 200, "body": b'{"tables": [{"columns": [{"name": "N", "type": "long"}], "rows": [[]]}]}'},
        "cannot be read",
    ),
    "a part": (
        {"status": 200, "body": json.dumps({**GOOD, "error": {"code": "PartialError", "message": CANARY}}).encode()},
        "a part of the rows only",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_whatever_is_no_whole_answer_is_unknown(azure: AzureStandIn, case: str) -> None:
    """With a reason and a way out, soon, and with no word of the server's and no secret in it."""
    fault, said = REFUSED[case]
    azure.answer("POST", "/v1/*", **fault)
    begun = time.monotonic()
    with pytest.raises(CallFailed, match=said) as caught:
        _ask(azure)
    assert time.monotonic() - begun < 30
    for secret in (TOKEN, SECRET, CANARY):
        assert secret not in str(caught.value)
    assert caught.value.unknown.way_out


LIMITS: dict[str, dict[str, Any]] = {
    "rows": {"status": 200, "body": json.dumps({**GOOD, "error": {"message": "exceed the set limit of 5"}}).encode()},
    "refused": {"status": 400, "code": "QueryExceededMemoryLimit"},
    "size": {"status": 413},
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_is_told_from_other_trouble(azure: AzureStandIn, case: str) -> None:
    """A shorter time may help then, and only then."""
    azure.answer("POST", "/v1/*", **LIMITS[case])
    with pytest.raises(TooMuch):
        _ask(azure)


def test_what_took_too_long_is_told_from_other_limits(azure: AzureStandIn) -> None:
    """Each try costs minutes."""
    azure.answer("POST", "/v1/*", status=504)
    with pytest.raises(TooSlow):
        _ask(azure)


def test_as_many_rows_as_the_service_gives_are_taken_for_a_part(
    azure: AzureStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is cut at the limit may come without an error."""
    monkeypatch.setattr("acrwatch.live.logs.MOST_ROWS", 2)
    with pytest.raises(TooMuch, match="as many as it gives"):
        _ask(azure)


def test_an_answer_is_read_no_further_than_an_answer_can_reach(
    azure: AzureStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that memory does not grow with what somebody sends."""
    monkeypatch.setattr("acrwatch.live.logs.MOST_BYTES", 10)
    with pytest.raises(TooMuch, match="passes 10 bytes"):
        _ask(azure)


@pytest.mark.parametrize(
    "fault",
    [{"status": 429, "headers": {"Retry-After": "0"}}, {"status": 503}, {"status": 500}],
    ids=["429", "503", "500"],
)
def test_a_bad_moment_is_waited_out(azure: AzureStandIn, fault: dict[str, Any]) -> None:
    """A question changes nothing, so it may be asked again."""
    azure.answer("POST", "/v1/*", times=2, **fault)
    assert _ask(azure).rows == [[1], [2]]
    assert len(azure.record.requests) == 3


def test_no_log_of_any_level_has_the_token_or_the_query(azure: AzureStandIn, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever turns logging on does not pass the token on with it."""
    caplog.set_level("DEBUG")
    _ask(azure)
    azure.answer("POST", "/v1/*", status=403)
    with pytest.raises(CallFailed):
        _ask(azure)
    assert caplog.text
    for secret in (TOKEN, SECRET, "T | count"):
        assert secret not in caplog.text
