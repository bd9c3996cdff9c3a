"""Ctrl-C ends a rehearsal wherever it falls, and what was found until then is kept."""

import os
import signal
import threading
from typing import Any

import pytest

from acrwatch.kql.engine import connect, interruptions
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull, stack_with


def test_alerts_that_fired_before_are_kept() -> None:
    """The signal comes between two evaluations, as most do."""

    def interrupt(done: int, _: int) -> None:
        if done == 10:
            os.kill(os.getpid(), signal.SIGINT)

    found = rehearse(stack_with(), [pull(0), pull(600)], start=at(0), end=at(700), progress=interrupt)

    assert found.interrupted == at(40)
    assert [alert.fired for alert in found.alerts] == [at(0)]
    assert not found.complete


def test_a_signal_inside_a_query_is_ctrl_c_and_no_error() -> None:
    """DuckDB raises a RuntimeError, which is of no class of its own; a signal is sent while it counts."""
    connection: Any = connect()
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt), interruptions():
        connection.execute("SELECT sum(hash(range)) FROM range(100000000000)")


def test_another_error_at_run_time_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="something else"), interruptions():
        raise RuntimeError("something else")
