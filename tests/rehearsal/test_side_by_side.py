"""Over a large log, several rules are evaluated at a time; what is found does not depend on it."""

import os
import threading

import pytest

from acrwatch.kql.engine import another, connect
from acrwatch.rehearsal import rehearse as module
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.play import Played
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.random_logs import firing_stack, random_log
from tests.rehearsal.rules import at


@pytest.fixture
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every log is large, and there are processors; the names of the threads that evaluated something."""
    used: set[str] = set()
    evaluate = Played.evaluate

    def noted(one: Played, now: object) -> None:
        used.add(threading.current_thread().name)
        evaluate(one, now)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(Played, "evaluate", noted)
    return used


def found(log: EventLog, **changed: object) -> Rehearsal:
    return rehearse(firing_stack(), log, start=at(60), end=at(110), **changed)  # type: ignore[arg-type]


def test_rules_side_by_side_find_what_they_find_one_by_one(
    side_by_side: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with EventLog.of(random_log(5, 300)) as log:
        together = found(log)
        monkeypatch.setattr(module, "_LARGE", 1_000)
        alone = found(log)

    assert together.alerts == alone.alerts
    assert together.rules == alone.rules
    assert len({alert.rule.id for alert in together.alerts}) == len(firing_stack().rules)
    assert len(side_by_side) > 2
    assert threading.main_thread().name in side_by_side


@pytest.mark.usefixtures("side_by_side")
def test_an_interruption_leaves_what_all_rules_had_come_to() -> None:
    """Also those that went on in their threads."""

    def interrupt(done: int, _total: int) -> None:
        if done == 18:
            raise KeyboardInterrupt

    with EventLog.of(random_log(5, 300)) as log:
        some, whole = found(log, progress=interrupt), found(log)

    assert some.interrupted is not None
    assert some.alerts
    assert {alert.fired for alert in some.alerts} == {
        alert.fired for alert in whole.alerts if alert.fired <= some.interrupted
    }


@pytest.mark.usefixtures("side_by_side")
@pytest.mark.parametrize(("large", "huge", "threads"), [(1_000, 2_000, 1), (0, 1_000, 1), (0, 0, 4)])
def test_a_query_of_a_small_or_large_log_has_one_thread_and_of_a_huge_one_all(
    monkeypatch: pytest.MonkeyPatch, large: int, huge: int, threads: int
) -> None:
    """And afterwards the database has all of them again."""
    asked = "SELECT current_setting('threads')"
    during = set()
    with EventLog.of(random_log(5, 300)) as log:
        log.connection.execute("SET threads = 4")
        monkeypatch.setattr(module, "_LARGE", large)
        monkeypatch.setattr(module, "_HUGE", huge)
        found(log, progress=lambda _done, _total: during.update(log.connection.execute(asked).fetchall()))

        assert during == {(threads,)}
        assert log.connection.execute(asked).fetchall() == [(4,)]


@pytest.mark.usefixtures("side_by_side")
def test_a_mistake_in_a_thread_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_one: Played, _now: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Played, "evaluate", broken)
    with EventLog.of(random_log(5, 300)) as log, pytest.raises(ZeroDivisionError):
        found(log)


def test_a_further_connection_is_in_utc() -> None:
    """Wherever the machine is; another zone would give other hours, and no error."""
    first = connect()
    first.execute("SET GLOBAL TimeZone = 'Asia/Tokyo'")

    assert another(first).execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
