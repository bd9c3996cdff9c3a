"""A day follows from its arguments alone, is written whole, and replaces nothing but a day."""

import gzip
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from acrwatch.errors import InputError
from acrwatch.kql.tables import TABLES
from acrwatch.recorded_day import Form, teams_for, write_day
from tests.recorded_day.days import COMMITTED, lines, records, rows, written


def _content(folder: Path) -> dict[str, bytes]:
    """Name and content of all files, packed ones as what is in them, since zlib differs from machine to machine."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    }


def test_the_committed_day_is_what_is_written_now() -> None:
    """On each Python that is supported: chance must come out alike on all."""
    assert _content(COMMITTED) == _content(written()), "run: acrwatch day --output examples/recorded-day"


def test_the_committed_day_is_small() -> None:
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 600_000


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    write_day(tmp_path)

    names = [f"events/{path.name}" for path in (tmp_path / "events").iterdir()]
    assert len(names) == 3
    assert all((tmp_path / name).read_bytes() == (written() / name).read_bytes() for name in names)


def test_another_seed_is_another_day_with_the_same_attack() -> None:
    first, other = (yaml.safe_load((written(seed) / "expected.yaml").read_text())["alerts"] for seed in (1, 2))

    assert [alert["rule"] for alert in first] == [alert["rule"] for alert in other]
    assert list(lines(written(1), "contosoprod")) != list(lines(written(2), "contosoprod"))


def test_the_date_is_that_of_all_events(tmp_path: Path) -> None:
    write_day(tmp_path, day=date(2027, 2, 28), teams=1)

    assert {row["TimeGenerated"][:10] for row in rows(tmp_path)} == {"2027-02-28"}
    assert {row["_TimeReceived"][:10] for row in rows(tmp_path)} <= {"2027-02-28", "2027-03-01"}
    assert {record["time"][:10] for record in records(tmp_path)} == {"2027-02-28"}


def test_plain_lines_are_the_packed_ones() -> None:
    """So that a benchmark need not unpack."""
    plain = (written(form=Form.JSONL) / "events" / "contosoprod.jsonl").read_bytes()

    assert plain == gzip.decompress((written() / "events" / "contosoprod.jsonl.gz").read_bytes())


@pytest.mark.parametrize("table", TABLES)
def test_parquet_has_the_columns_and_all_rows_of_a_table(table: str) -> None:
    source = f"'{written(form=Form.PARQUET) / 'events' / table}/*.parquet'"
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE FROM {source}").fetchall()
        count = len(connection.execute(f"SELECT 1 FROM {source}").fetchall())  # our own folder

    expected = [row for row in rows(written()) if row["Type"] == table]
    expected += [record for record in records(written()) if record["category"] == table]
    assert [column[0] for column in described] == [*TABLES[table], "_TimeReceived"]
    assert count == len(expected)


def test_a_day_replaces_a_day_of_another_form(tmp_path: Path) -> None:
    """Or its events would stand there twice."""
    write_day(tmp_path, teams=1, form=Form.PARQUET)
    write_day(tmp_path, teams=1)

    assert [path.suffix for path in (tmp_path / "events").iterdir()] == [".gz"] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "events", "expected.yaml"]


def test_events_of_others_stay(tmp_path: Path) -> None:
    mine = tmp_path / "events" / "mine.jsonl"
    mine.parent.mkdir()
    mine.write_text("kept")

    with pytest.raises(InputError, match=r"holds mine.jsonl, which is no part of a recorded day"):
        write_day(tmp_path, teams=1)

    assert [path.name for path in tmp_path.iterdir()] == ["events"]
    assert mine.read_text() == "kept"


def test_a_file_is_no_folder_to_write_to(tmp_path: Path) -> None:
    (tmp_path / "day").write_text("kept")

    with pytest.raises(InputError, match="cannot be written: File exists"):
        write_day(tmp_path / "day", teams=1)


@pytest.mark.parametrize("events", [10_000, 30_000])
def test_about_as_many_events_are_written_as_are_asked_for(tmp_path: Path, events: int) -> None:
    """Growth is linear, so what holds here holds for a million."""
    done = write_day(tmp_path, teams=teams_for(events), form=Form.JSONL)

    assert done.rows == pytest.approx(events, rel=0.05)


def test_fewer_events_than_all_share_are_a_day_of_one_team() -> None:
    assert teams_for(1) == 1
