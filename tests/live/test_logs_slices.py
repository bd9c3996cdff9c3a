"""A long time asked for in slices: every row once, within the limits of the service, or nothing."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acrwatch.live.logs import AT_ONCE, Answer, Logs
from acrwatch.live.logs_slices import FIRST, FLOOR, Slices
from acrwatch.live.patience import Patience
from acrwatch.live.unknown import CallFailed
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.server import Reply

START = datetime(2026, 1, 15, tzinfo=UTC)
GUID = "00000000-0000-0000-0000-0000000000f0"


@pytest.fixture
def azure() -> Iterator[AzureStandIn]:
    with AzureStandIn() as stand_in:
        yield stand_in


def _minutes(start: datetime, end: datetime) -> str:
    return f"{(start - START).total_seconds():.0f} {(end - START).total_seconds():.0f}"


def _serve(azure: AzureStandIn, moments: list[int], most: int) -> None:
    """A workspace with a row at each of some seconds, which gives at most so many of them."""

    def answer(_workspace: str, body: Mapping[str, Any]) -> Reply:
        start, end = map(int, body["query"].split())
        rows = [[moment] for moment in moments if start <= moment < end]
        table = {"name": "T", "columns": [{"name": "N", "type": "long"}], "rows": rows[:most]}
        error = {"error": {"code": "PartialError", "message": "limit exceeded"}} if len(rows) > most else {}
        return Reply(200, {"tables": [table], **error})

    azure.log_queries = answer


def _slices(azure: AzureStandIn, first: timedelta = FIRST, floor: timedelta = FLOOR) -> Slices:
    return Slices(Logs(azure.azure(), wait=1), GUID, first=first, floor=floor)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.lists(st.integers(0, 86_399), unique=True, max_size=40),
    most=st.integers(1, 20),
    hours=st.integers(1, 30),
)
def test_every_row_comes_exactly_once(azure: AzureStandIn, moments: list[int], most: int, hours: int) -> None:
    """However often slices are halved, and however rows lie."""
    _serve(azure, moments, most)
    found: list[int] = []
    slices = _slices(azure, first=timedelta(hours=hours), floor=timedelta(seconds=1))
    slices.fetch(_minutes, START, START + timedelta(days=1), lambda answer: found.extend(row[0] for row in answer.rows))
    assert sorted(found) == sorted(moments)


def test_a_slice_that_cannot_be_halved_any_more_is_unknown(azure: AzureStandIn) -> None:
    """Never a part of its rows."""
    _serve(azure, [43_200, 43_201], 1)
    with pytest.raises(CallFailed, match="one of its limits, for 2026-01-15"):
        _slices(azure).fetch(_minutes, START, START + timedelta(days=1), lambda _: None)


def test_a_service_that_is_too_slow_is_not_asked_for_every_minute(azure: AzureStandIn) -> None:
    """Each try may cost minutes, and shorter times do not help for ever."""
    azure.log_queries = lambda workspace, body: Reply(504, {"error": {"code": "GatewayTimeout"}})
    azure.record.clear()
    with pytest.raises(CallFailed, match="took too long"):
        _slices(azure).fetch(_minutes, START, START + timedelta(days=1), lambda _: None)
    assert len(azure.record.requests) <= 1 + 2 + 4 + 8 + 16


def test_never_more_questions_are_under_way_than_the_service_runs(azure: AzureStandIn) -> None:
    """More of them would wait in its queue, in the way of others."""
    lock, running, most = Lock(), 0, 0

    def answer(_workspace: str, _body: Mapping[str, Any]) -> Reply:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return Reply(200, {"tables": [{"name": "T", "columns": [], "rows": []}]})

    azure.log_queries = answer
    azure.record.clear()
    _slices(azure, first=timedelta(hours=1)).fetch(_minutes, START, START + timedelta(days=1), lambda _: None)
    assert 1 < most <= AT_ONCE
    assert len(azure.record.requests) == 24


def test_slices_become_shorter_ahead_of_the_limit(azure: AzureStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several answers are in memory at once, so they are to be smaller than the service would give."""
    monkeypatch.setattr("acrwatch.live.logs_slices.ENOUGH", 10)
    _serve(azure, list(range(0, 864_000, 3_600)), 1_000)
    sizes: list[int] = []
    _slices(azure).fetch(_minutes, START, START + timedelta(days=10), lambda answer: sizes.append(len(answer.rows)))
    assert sum(sizes) == 240
    # As many as were under way at once are still long.
    assert sorted(sizes)[-AT_ONCE - 1] < 24


def test_one_slice_without_an_answer_ends_it(azure: AzureStandIn) -> None:
    """What is left is not asked for."""
    _serve(azure, [], 1)
    azure.record.clear()
    azure.answer("POST", "/v1/*", status=403, code="InsufficientAccessError", times=1)
    taken: list[Answer] = []
    with pytest.raises(CallFailed, match="may not be queried"):
        _slices(azure, first=timedelta(minutes=10)).fetch(_minutes, START, START + timedelta(days=1), taken.append)
    assert len(azure.record.requests) < 20


def test_an_answer_that_trickles_in_is_given_up() -> None:
    """Byte by byte, no time-out between two bytes ends it."""
    with AzureStandIn() as azure:
        _serve(azure, [], 1)
        azure.answer("POST", "/v1/*", drip=0.5)
        little = Patience(attempts=1, connect=2, read=2, pause=0.01, waiting=1, longest=2)
        begun = time.monotonic()
        slices = Slices(Logs(azure.azure(patience=little), wait=1), GUID)
        with pytest.raises(CallFailed, match="took over 3 s"):
            slices.fetch(_minutes, START, START + timedelta(days=1), lambda _: None)
        assert time.monotonic() - begun < 10
