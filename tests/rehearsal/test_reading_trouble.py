"""What cannot be read is told with its place and the reason, and costs nothing but itself."""

import gzip
import json
import os
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from acrwatch.errors import SettingsError
from acrwatch.kql.engine import connect
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.files import expand
from acrwatch.rehearsal.reading.unreadable import KEPT
from tests.rehearsal.logs import REPOSITORY, held, row, write_csv, write_lines, write_parquet

GOOD = json.dumps(row(Tag="a")).encode()


def tags(log: EventLog) -> list[str]:
    return [each["Tag"] for each in held(log).get(REPOSITORY, [])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{nope", "this is not JSON"),
        (b"[1]", "this is JSON, but no object"),
        (b'"text"', "this is JSON, but no object"),
        (b"{}", "it does not say of which table it is"),
        (b'{"Type": "no table"}', "'no table' is no name of a table"),
        (b'{"Type": "AzureActivity"}', "it has no TimeGenerated"),
        (b'{"Type": "AzureActivity", "TimeGenerated": "yesterday"}', "'yesterday' is no time"),
        (b'{"Type": "AzureActivity", "TimeGenerated": 1768478400}', "'1768478400' is no time"),
        (GOOD[:-1] + b', "Tag": "b"}', "Tag stands there twice"),
        (b'{"a": "\xff\xfe"}', "this is not text in UTF-8"),
        (b'{"a": "\x1f"}', "this is not JSON"),
        (b'{"a": "\x00"}', "this is not JSON"),
        (b'{"a": "' + b"x" * (5 << 20) + b'"}', "the line is longer than 4 MB"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_read(
    tmp_path: Path, line: bytes, reason: str, end: bytes
) -> None:
    """Its number is that of an editor, also after empty lines and behind a byte order mark."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + end.join([GOOD, b"", line, GOOD]))

    with EventLog.read([file]) as log:
        assert tags(log) == ["a", "a"]
        (told,) = log.unreadable
        assert (told.place.number, str(told.place)) == (3, f"{file}, line 3")
        assert reason in told.reason
        assert [str(log.source(each["_row"])) for each in held(log)[REPOSITORY]] == [
            f"{file}, line 1",
            f"{file}, line 4",
        ]


def test_lines_may_end_in_different_ways(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(GOOD + b"\r\n" + GOOD + b"\n\r\n" + GOOD + b"\r" + b"{nope")

    with EventLog.read([file]) as log:
        assert tags(log) == ["a", "a", "a"]
        assert [each.place.number for each in log.unreadable] == [5]


def test_what_cannot_be_read_is_counted_in_full_and_kept_in_part(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join([b"{nope"] * (KEPT + 50) + [GOOD]))

    with EventLog.read([file]) as log:
        assert (len(log.unreadable), len(list(log.unreadable))) == (KEPT + 50, KEPT)
        assert log.count() == 1


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_of_a_packed_file_that_ends_in_the_middle_the_beginning_is_read(tmp_path: Path, suffix: str) -> None:
    """And the log says that it is partial."""
    rows = [row(Tag=f"{number} {number * 7919 % 10007}") for number in range(5000)]
    plain = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        write_csv(plain, rows)
    elif suffix == "json":
        plain.write_text(json.dumps(rows))
    else:
        write_lines(plain, rows)
    packed = tmp_path / f"a.{suffix}.gz"
    whole = gzip.compress(plain.read_bytes())
    packed.write_bytes(whole[: len(whole) // 2])

    with EventLog.read([packed]) as log:
        found = tags(log)
        assert found
        assert found == [each["Tag"] for each in rows[: len(found)]]
        assert list(log.partial) == [f"{packed}: it ends in the middle; what stands before that was read"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(range(256)) * 40, "it is neither text nor Parquet"),
        (b"PK\x03\x04 and more", "it is a zip; unpack it first"),
        (b"Obj\x01 and more", "it is Avro, as Event Hubs Capture writes it; have it written as JSON or Parquet"),
        ("Tag\n".encode("utf-16"), "it is text in UTF-16; save it as UTF-8"),
        (b"hello\n", "it is neither JSON, CSV with a column TimeGenerated, nor Parquet"),
        (b"PAR1 but no more", "it looks like Parquet, but cannot be read"),
        (b"\x1f\x8b but no more", "it begins like a gzip file, but is none"),
        (b"TimeGenerated [Local Time],Tag\n", "TimeGenerated [Local Time] is not in UTC"),
        (b"TimeGenerated,Tag,Tag\n", "its first line names a column twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    """Whatever its name says, and the others are read."""
    bad = tmp_path / "a.jsonl"
    bad.write_bytes(content)
    write_lines(tmp_path / "b.jsonl", [row(Tag="a")])

    with EventLog.read([tmp_path]) as log:
        assert tags(log) == ["a"]
        (told,) = log.unreadable
        assert str(told).startswith(f"{bad}: {reason}")


def test_lines_of_a_csv_that_do_not_fit_its_header_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    moment = row()["TimeGenerated"]
    file.write_text(f"TimeGenerated,Type,Tag\n{moment},{REPOSITORY},a\n{moment},{REPOSITORY}\n{moment},x,y,z\n")

    with EventLog.read([file]) as log:
        assert tags(log) == ["a"]
        assert [str(each) for each in log.unreadable] == [
            f"{file}, line 3: it should have this many values: 3, but has 2",
            f"{file}, line 4: it should have this many values: 3, but has 4",
        ]


def test_lines_of_several_csvs_that_do_not_fit_are_each_told_once(tmp_path: Path) -> None:
    """Whatever their headers are."""
    moment = row()["TimeGenerated"]
    good, bad = f"{moment},{REPOSITORY},a\n", f"{moment},{REPOSITORY},a,b\n"
    (tmp_path / "a.csv").write_text(f"TimeGenerated,Type,Tag\n{good}{bad}")
    (tmp_path / "b.csv").write_text(f"TimeGenerated,Type,UserAgent\n{good}{good}{bad}")

    with EventLog.read([tmp_path]) as log:
        assert log.count() == 3
        assert [str(each.place) for each in log.unreadable] == [
            f"{tmp_path}/a.csv, line 3",
            f"{tmp_path}/b.csv, line 4",
        ]


def test_a_csv_that_does_not_fit_leaves_the_others_together(tmp_path: Path) -> None:
    """Each scan takes its time, so of hundreds of files there are not as many scans."""
    for number in range(64):
        write_csv(tmp_path / f"{number:02}.csv", [row(Tag=str(number))])
    bad = tmp_path / "07.csv"
    bad.write_text(bad.read_text() + "x\n")
    told: list[str] = []

    with EventLog.read([tmp_path], progress=told.append) as log:
        assert sorted(map(int, tags(log))) == list(range(64))
        assert [str(each.place) for each in log.unreadable] == [f"{bad}, line 3"]
    assert len(told) < 20


def test_a_file_is_read_as_what_it_is_and_not_as_what_it_is_called(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.parquet", [row(Tag="a")])
    packed = tmp_path / "b.jsonl"
    packed.write_bytes(gzip.compress(GOOD))
    plain = tmp_path / "c.jsonl.gz"
    plain.write_bytes(GOOD)

    with EventLog.read([file, packed, plain]) as log:
        assert tags(log) == ["a", "a", "a"]
        assert list(log.notes) == [f"{file} holds lines of JSON, whatever its name says, and was read as that"]


def test_paths_that_cannot_be_read_are_told_all_at_once(tmp_path: Path) -> None:
    """Before anything is read."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(SettingsError) as caught:
        EventLog.read([tmp_path / "no.jsonl", tmp_path / "empty", tmp_path / "*.csv"])

    assert [problem.message for problem in caught.value.problems] == [
        f"{tmp_path}/no.jsonl: there is no such file or folder",
        f"{tmp_path}/empty: the folder holds no file that ends with .jsonl, .ndjson, .json, .csv, .parquet, .log",
        f"{tmp_path}/*.csv: no file fits this",
    ]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file_is_noted(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)

    with EventLog.read([tmp_path]) as log:
        assert (log.count(), log.first, log.last, log.last_arrival) == (0, None, None, None)
        assert list(log.notes) == [f"{tmp_path}/a.jsonl is empty"]


def test_a_column_that_the_table_does_not_have_is_noted(tmp_path: Path) -> None:
    with EventLog.read([write_lines(tmp_path / "a.jsonl", [row(Nope=1), row(Nope=2), row(Tag="a")])]) as log:
        assert list(log.notes) == [f"2 rows have 'Nope', a column that {REPOSITORY} does not have; it was left out"]
        assert log.count() == 3


def test_folders_globs_and_standard_input_are_read_each_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in folders that look like patterns or partitions."""
    deep = tmp_path / "y=2026" / "m=[01]"
    deep.mkdir(parents=True)
    write_lines(deep / "a.jsonl", [row(Tag="a")])
    write_csv(deep / "b.csv", [row(Tag="b")])
    write_parquet(tmp_path / "c.parquet", [row(Tag="c")])
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(json.dumps(row(Tag="d")).encode())))

    (tmp_path / "d.parquet").symlink_to(tmp_path / "c.parquet")

    with EventLog.read([tmp_path, tmp_path / "*.parquet", tmp_path / "c.parquet", "-"]) as log:
        assert sorted(tags(log)) == ["a", "b", "c", "d"]
        places = {each["Tag"]: str(log.source(each["_row"])) for each in held(log)[REPOSITORY]}

    assert places["a"] == f"{deep}/a.jsonl, line 1"
    assert places["d"] == "standard input, line 1"


def test_a_pipe_is_read_as_standard_input_is() -> None:
    """What a shell makes of `<(zcat log.gz)`, which can be read only once."""
    reader, writer = os.pipe()
    os.write(writer, GOOD + b"\n" + GOOD)
    os.close(writer)

    with EventLog.read([f"/dev/fd/{reader}"]) as log:
        assert tags(log) == ["a", "a"]
        assert str(log.source(2)) == f"/dev/fd/{reader}, line 2"
    os.close(reader)


def test_each_of_many_files_that_are_named_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell makes thousands of names of a `*`, and looking all of them up for each would take minutes."""
    files = [tmp_path / f"{number}.jsonl" for number in range(50)]
    for file in files:
        file.touch()
    looked_up: list[Path] = []

    def absolute(path: Path) -> Path:
        looked_up.append(path)
        return path.absolute()

    monkeypatch.setattr(Path, "resolve", absolute)

    assert expand(files) == files
    assert looked_up == files


def test_the_file_of_the_database_goes_with_the_log(tmp_path: Path) -> None:
    with EventLog(folder=tmp_path):
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_a_column_that_is_damaged_is_found_wherever_it_is(tmp_path: Path) -> None:
    """Also one that nothing is decided by; rows are left out with a word, and those of other files are read."""
    csv = tmp_path / "a.csv"
    write_csv(csv, [row(UserAgent="b", Tag="x"), row(UserAgent="BROKEN", Tag="y")])
    csv.write_bytes(csv.read_bytes().replace(b"BROKEN", b"\xff\xfe"))
    parquet = write_parquet(tmp_path / "b.parquet", [row(Tag="MARK" + "z" * 40)])
    content = parquet.read_bytes()
    parquet.write_bytes(content[:4] + b"\xff" * 400 + content[404:])
    write_lines(tmp_path / "c.jsonl", [row(Tag="a")])

    with EventLog.read([tmp_path]) as log:
        assert set(tags(log)) == {"a", "x"}
        assert {each.place.file for each in log.unreadable} == {str(csv), str(parquet)}


@pytest.mark.parametrize("kept", [11, 12, 20, 30, 40])
def test_a_packed_file_that_ends_before_its_first_line_is_not_called_empty(tmp_path: Path, kept: int) -> None:
    """Something is missing, and an exit code has to say so."""
    packed = gzip.compress(b'{"TimeGenerated": "2026-01-15T00:00:00Z"}')
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:kept])
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b""))

    with EventLog.read([tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"]) as log:
        assert len(log.partial) == 1
        assert log.partial[0].startswith(f"{tmp_path}/a.jsonl.gz: it ends in the middle")
        assert list(log.notes) == [f"{tmp_path}/b.jsonl.gz is empty"]


def test_a_packed_file_may_have_several_members(tmp_path: Path) -> None:
    """As when files are put one behind the other, of which the first may hold nothing, or less than a line."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"") + gzip.compress(GOOD))
    header, rest = b"TimeGenerated,Type,Tag\n", f"{row()['TimeGenerated']},{REPOSITORY},b\n".encode()
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(header[:4]) + gzip.compress(header[4:] + rest))

    with EventLog.read([tmp_path]) as log:
        assert sorted(tags(log)) == ["a", "b"]
        assert (list(log.unreadable), list(log.notes)) == ([], [])


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_a_file_that_begins_within_a_line_costs_only_that(tmp_path: Path, end: bytes) -> None:
    """As the end of a log does that was cut off by its size."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(end.join([b'"x", "TimeGenerated": "2026-01-15T12:00:00Z"}', GOOD]))

    with EventLog.read([file]) as log:
        assert tags(log) == ["a"]
        assert [str(each) for each in log.unreadable] == [f"{file}, line 1: this is not JSON"]


def test_damage_in_a_table_that_is_not_known_costs_only_its_file(tmp_path: Path) -> None:
    """Also where the types of its columns are found out; of a table without a row nothing more is said."""
    with connect() as connection:
        for number in range(3):
            connection.execute(
                f"""COPY (
                    SELECT TIMESTAMP '2026-01-15' AS "TimeGenerated", 'Mine_CL' AS "Type", '{number}-' || i AS "Note"
                    FROM range(3) AS places(i)
                ) TO '{tmp_path}/{number}.parquet' (FORMAT parquet, COMPRESSION uncompressed)"""
            )
    damaged = tmp_path / "1.parquet"
    content = damaged.read_bytes()
    # Ahead of a text stands how long it is.
    place = content.index(b"1-0")
    damaged.write_bytes(content[: place - 4] + b"\xff\xff\xff\x7f" + content[place:])

    with EventLog.read([tmp_path]) as log:
        assert [each["Note"][0] for each in held(log)["Mine_CL"]] == ["0"] * 3 + ["2"] * 3
        assert [each.place.file for each in log.unreadable] == [str(damaged)]
        assert list(log.notes) == []
    with EventLog.read([damaged]) as log:
        assert (dict(log.tables), len(log.unreadable), list(log.notes)) == ({}, 1, [])
