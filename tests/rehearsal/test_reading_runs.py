"""A large log is sorted by runs of files; what is found does not depend on it."""

from pathlib import Path

import pytest

from acrwatch.errors import InputError
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading import loading
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.logs import LOGIN, REPOSITORY, WRITERS, Writer, held, row, write_lines
from tests.rehearsal.random_logs import firing_stack, random_log
from tests.rehearsal.rules import at, write_log


def minute(number: int) -> str:
    return f"2026-01-15T12:{number:02}:00+00:00"


def write_files(folder: Path, writer: Writer, name: str) -> list[Path]:
    """Five files of three rows each, whose rows are nowhere in the order of time."""
    kind = name.partition(".")[2]
    return [
        writer(
            folder / f"{file}.{kind}",
            [row(Tag=f"{file}-{place}", TimeGenerated=minute((file * 7 + place * 17) % 60)) for place in range(3)],
        )
        for file in range(5)
    ]


def times(log: EventLog) -> list[str]:
    """In the order in which they are kept."""
    return [
        f"{time:%H:%M}" for (time,) in log.connection.execute(f"SELECT TimeGenerated FROM log.{REPOSITORY}").fetchall()
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_runs_hold_the_same_rows_at_the_same_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """In each shape; two files are a run, and each run is in the order of time."""
    files = write_files(tmp_path, WRITERS[name], name)
    with EventLog.read(files) as log:
        whole, places, arrived = held(log), [log.source(number) for number in range(1, 16)], log.last_arrival
        assert times(log) == sorted(times(log))
    monkeypatch.setattr(loading, "RUN", 7)

    with EventLog.read(files) as log:
        assert held(log) == whole
        assert [log.source(number) for number in range(1, 16)] == places
        assert log.last_arrival == arrived
        kept = times(log)
        assert kept != sorted(kept)
        for begin in (0, 6, 12):
            assert kept[begin : begin + 6] == sorted(kept[begin : begin + 6])


def test_a_file_with_more_rows_than_a_run_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is in the order of time, as it takes the disk to help."""
    monkeypatch.setattr(loading, "RUN", 2)
    files = write_files(tmp_path, WRITERS["a.jsonl"], "a.jsonl")

    with EventLog.read(files) as log:
        kept = times(log)

    assert [kept[begin : begin + 3] for begin in range(0, 15, 3)] == [
        sorted(kept[begin : begin + 3]) for begin in range(0, 15, 3)
    ]


@pytest.mark.parametrize(("damaged", "said"), [("a value", "its rows of"), ("the first column", "it cannot be read")])
def test_a_damaged_file_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str, said: str
) -> None:
    """Of the same run or another, found at first sight or when its rows are read; and no row is there twice."""
    files = write_files(tmp_path, WRITERS["g.parquet"], "g.parquet")
    content = files[3].read_bytes()
    place = content.index(b"3-0") if damaged == "a value" else 60
    files[3].write_bytes(content[: place - 8] + b"\xff" * 8 + content[place:])
    monkeypatch.setattr(loading, "RUN", 7)

    with EventLog.read(files) as log:
        (rows,) = held(log).values()
        assert sorted(each["Tag"] for each in rows) == [f"{file}-{row}" for file in (0, 1, 2, 4) for row in range(3)]
        (lost,) = log.unreadable
        assert lost.place.file == str(files[3])
        assert lost.reason.startswith(said)


def test_a_table_is_read_from_the_files_that_have_it(tmp_path: Path) -> None:
    """Whichever these are, each row is where it stands; many changes from one to the other are read in one go."""
    for count in (7, 60):
        tables = [[REPOSITORY], [LOGIN], [REPOSITORY, LOGIN], [], [LOGIN]]
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            rows = [row(table, CorrelationId=f"{number}-{table}") for table in tables[number % 5]]
            write_lines(folder / f"{number:02}.jsonl", rows or [{"Type": "nothing of ours"}])

        with EventLog.read([folder]) as log:
            for table, found in held(log).items():
                assert [each["CorrelationId"] for each in found] == [
                    f"{number}-{table}" for number in range(count) if table in tables[number % 5]
                ]
                for each in found:
                    place = log.source(each["_row"])
                    assert place is not None
                    assert place.file == str(folder / f"{each['CorrelationId'][:2].rstrip('-'):0>2}.jsonl")
            assert log.unreadable.count == len([number for number in range(count) if number % 5 == 3])


@pytest.mark.parametrize(("table", "memory"), [(REPOSITORY, "110MB"), ("Mine_CL", "200MB")])
def test_a_file_larger_than_memory_is_read(tmp_path: Path, table: str, memory: str) -> None:
    """With little room for what is on its way; with less than that there is a word about it, and no traceback."""
    rows = [row(table, UserAgent="x" * 900, Tag=str(number)) for number in range(1_000)]
    file = write_lines(tmp_path / "a.jsonl", rows)
    file.write_bytes(file.read_bytes() * 60)

    with EventLog.read([file], memory_limit=memory) as log:
        assert log.count() == 60_000
    with pytest.raises(InputError, match="more memory") as refused:
        EventLog.read([file], memory_limit="10MB")
    assert "\n" not in str(refused.value)


def test_a_rehearsal_finds_the_same_alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all shipped rules, with the rows behind them."""
    events = random_log(7, 400)
    files = [write_log(tmp_path / f"{number}.jsonl", *events[number::8]) for number in range(8)]

    def found() -> list[object]:
        with EventLog.read(files) as log:
            played = rehearse(firing_stack(), log, start=at(60), end=at(110))
            return [*played.alerts, *(rule.unknown for rule in played.rules)]

    whole = found()
    monkeypatch.setattr(loading, "RUN", 60)

    assert found() == whole
    assert len(whole) > len(firing_stack().rules)
