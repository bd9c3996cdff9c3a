"""When a row could be queried: what it says itself, else a delay that can be drawn again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.delays import Delay
from tests.rehearsal.logs import ACTIVITY, NOON, REPOSITORY, row, write_csv, write_lines, write_parquet

MINUTE = timedelta(minutes=1)


def delays(log: EventLog, table: str = REPOSITORY) -> list[timedelta]:
    found = log.connection.execute(f"SELECT _arrived - TimeGenerated FROM log.{table} ORDER BY _row").fetchall()
    return [delay for (delay,) in found]


def read(folder: Path, *rows: Mapping[str, Any], **options: Any) -> EventLog:
    return EventLog.read([write_lines(folder / "a.jsonl", rows)], **options)


@pytest.mark.parametrize("column", ["_TimeReceived", "ingestion_time", "_IngestionTime", "$IngestionTime"])
@pytest.mark.parametrize("write", [write_lines, write_csv])
def test_what_a_row_says_of_its_arrival_is_taken(tmp_path: Path, column: str, write: Any) -> None:
    """In any zone; a row that says nothing gets the delay of the model."""
    rows = [row(**{column: (NOON + 7 * MINUTE).isoformat()}), row(**{column: ""})]

    with EventLog.read([write(tmp_path / "a.txt", rows)], delay=Delay.parse("4m")) as log:
        assert delays(log) == [7 * MINUTE, 4 * MINUTE]
        assert list(log.notes) == []


def test_nothing_arrives_before_it_happened(tmp_path: Path) -> None:
    with read(tmp_path, row(_TimeReceived=(NOON - MINUTE).isoformat())) as log:
        assert delays(log) == [timedelta()]


def test_an_event_of_the_activity_log_says_when_it_could_be_queried(tmp_path: Path) -> None:
    with read(tmp_path, row(ACTIVITY, EventSubmissionTimestamp=(NOON + 2 * MINUTE).isoformat())) as log:
        assert delays(log, ACTIVITY) == [2 * MINUTE]


def test_an_arrival_that_is_no_time_is_noted(tmp_path: Path) -> None:
    with read(tmp_path, row(_TimeReceived="later"), delay=Delay.parse("4m")) as log:
        assert delays(log) == [4 * MINUTE]
        assert list(log.notes) == [
            f"1 row has a _TimeReceived in {REPOSITORY} that is no datetime; it is as if it was not there"
        ]


@pytest.mark.parametrize(("table", "most"), [(REPOSITORY, 10), (ACTIVITY, 20)])
def test_delays_lie_between_the_bounds_that_azure_names(tmp_path: Path, table: str, most: int) -> None:
    """And reach over most of what is between them."""
    with read(tmp_path, *[row(table)] * 500) as log:
        found = delays(log, table)

    assert 3 * MINUTE <= min(found) < 3.5 * MINUTE
    assert (most - 0.5) * MINUTE < max(found) <= most * MINUTE


def test_a_seed_gives_the_same_delays_again_and_another_one_others(tmp_path: Path) -> None:
    found = []
    for seed in (1, 1, 2):
        with read(tmp_path, *[row()] * 20, seed=seed, delay=Delay.parse("3m..20m")) as log:
            found.append(delays(log))

    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("text", ["0", "5m", "3m..20m", "1h30m"[:2], "0m..1d"])
def test_a_delay_is_written_as_it_is_read(text: str) -> None:
    assert str(Delay.parse(text)) == {"0": "0m"}.get(text, text)


@pytest.mark.parametrize("text", ["", "5", "5s", "..5m", "3m..", "3m...5m", "-5m"])
def test_what_is_no_delay_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"is no delay; write one length such as 5m, or bounds: 3m..20m"):
        Delay.parse(text)


def test_bounds_of_a_delay_stand_in_order() -> None:
    with pytest.raises(InputError, match=r"between 0m and its upper bound, not between 20m..3m"):
        Delay.parse("20m..3m")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-01-15T12:00:00Z", 12),
        ("2026-01-15T12:00:00", 12),
        ("2026-01-15 12:00:00", 12),
        ("2026-01-15T12:00:00.1234567Z", 12),
        ("2026-01-15T12:00:00+02:00", 10),
        ("2026-01-15T12:00:00-0530", 17),
        ("1/15/2026, 12:00:00.000 AM", 0),
        ("1/15/2026, 1:00:00.000 PM", 13),
    ],
)
def test_times_of_all_zones_become_utc(tmp_path: Path, written: str, hour: int) -> None:
    """One without a zone is in UTC already."""
    with read(tmp_path, {**row(), "TimeGenerated": written}) as log:
        assert log.first is not None
        assert log.first.replace(minute=0, microsecond=0) == datetime(2026, 1, 15, hour)  # noqa: DTZ001


@pytest.mark.parametrize("written", ["epoch", "infinity", "now", "20260115", "15.01.2026", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_not_taken_for_one(tmp_path: Path, written: str) -> None:
    with read(tmp_path, {**row(), "TimeGenerated": written}) as log:
        assert (log.count(), len(log.unreadable)) == (0, 1)


def test_first_and_last_are_those_of_all_tables(tmp_path: Path) -> None:
    early = {**row(ACTIVITY), "TimeGenerated": (NOON - 60 * MINUTE).isoformat()}

    with read(tmp_path, row(), early, delay=Delay.parse("4m")) as log:
        noon = NOON.replace(tzinfo=None)
        assert (log.first, log.last, log.last_arrival) == (noon - 60 * MINUTE, noon, noon + 4 * MINUTE)
        assert (log.count(), log.count(ACTIVITY)) == (2, 1)


def test_parquet_says_when_rows_arrived(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", [row(_TimeReceived=(NOON + MINUTE).isoformat())])

    with EventLog.read([file]) as log:
        assert delays(log) == [MINUTE]
