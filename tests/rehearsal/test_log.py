"""A log holds each row once, as Kusto would show it, in the order in which things happened."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from acrwatch.detection.events import Event
from acrwatch.kql.engine import connect
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal import log as module
from acrwatch.rehearsal.log import EventLog
from tests.rehearsal.logs import held, rows_of_tables, write_lines

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
TABLE = "ContainerRegistryRepositoryEvents"


def test_events_at_hand_become_a_log() -> None:
    """Ordered by when they happened, with all columns, and with the arrival that was given."""
    events = [
        Event(table=TABLE, row={"Tag": "b"}, time=NOW, arrived=NOW + timedelta(minutes=5)),
        Event(table=TABLE, row={"Tag": "a"}, time=NOW - timedelta(hours=1), arrived=NOW),
    ]

    with EventLog.of(events) as log:
        found = log.connection.execute(f"SELECT Tag, Digest, Size, _arrived, _row FROM log.{TABLE}").fetchall()

    naive = NOW.replace(tzinfo=None)
    assert found == [("a", "", None, naive, 2), ("b", "", None, naive + timedelta(minutes=5), 1)]


def test_lines_of_json_become_a_log(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    rows = [
        {"TimeGenerated": "2026-01-15T12:00:00Z", "Type": TABLE, "Tag": "b", "Size": 7},
        {"TimeGenerated": "2026-01-15T12:00:00+02:00", "Type": TABLE, "Tag": "a"},
    ]
    file.write_text("\n".join(map(json.dumps, rows)))

    with EventLog.read([file]) as log:
        found = log.connection.execute(f"SELECT Tag, Size, _row FROM log.{TABLE}").fetchall()
        assert log.count() == 2

    assert found == [("a", None, 2), ("b", 7, 1)]


@settings(max_examples=25)
@given(rows=rows_of_tables())
def test_events_at_hand_and_events_in_a_file_give_the_same_log(rows: list[dict[str, Any]]) -> None:
    events = [
        Event(table=row["Type"], row=row, time=datetime.fromisoformat(row[TIME]), arrived=NOW + timedelta(days=2))
        for row in rows
    ]
    with TemporaryDirectory() as folder, EventLog.of(events) as one:
        with EventLog.read([write_lines(Path(folder) / "a.jsonl", rows)]) as other:
            assert held(one) == held(other)
            assert (one.first, one.last, one.count()) == (other.first, other.last, other.count())
        assert one.last_arrival == (NOW + timedelta(days=2)).replace(tzinfo=None)


def test_memory_is_not_spent_on_more_threads_where_there_are_many_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a log that this machine can read could not be read on a larger one."""
    monkeypatch.setattr(module, "connect", partial(connect, threads=16))
    with EventLog.of([]) as log:
        assert log.connection.execute("SELECT current_setting('threads')").fetchall() == [(4,)]
    monkeypatch.setattr(module, "connect", partial(connect, threads=1))
    with EventLog.of([]) as log:
        assert log.connection.execute("SELECT current_setting('threads')").fetchall() == [(1,)]
