"""A row goes to the table it belongs to, and to none when that cannot be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from acrwatch.kql.engine import connect
from acrwatch.kql.tables import TABLES, TIME, ColumnType
from acrwatch.rehearsal.log import EventLog
from tests.rehearsal.logs import ACTIVITY, LOGIN, NOON, REPOSITORY, held, row, write_api, write_csv, write_lines

BARE = {TIME: NOON.isoformat()}


@pytest.mark.parametrize(
    ("name", "columns", "table"),
    [
        ("a.jsonl", {"Type": LOGIN}, LOGIN),
        ("a.jsonl", {"Type": LOGIN.lower()}, LOGIN),
        ("a.jsonl", {"TableName": LOGIN}, LOGIN),
        ("a.jsonl", {"TableName": "PrimaryResult", "Category": LOGIN}, LOGIN),
        ("a.jsonl", {"Category": LOGIN}, LOGIN),
        ("a.jsonl", {"JwtId": "x"}, LOGIN),
        ("a.jsonl", {"Repository": "x", "OperationName": "Pull"}, REPOSITORY),
        ("a.jsonl", {"OperationNameValue": "x"}, ACTIVITY),
        (f"{LOGIN}.jsonl", {"OperationName": "Login"}, LOGIN),
        (f"{ACTIVITY.lower()}-2026.01.jsonl", {"OperationName": "x"}, ACTIVITY),
        (f"am-{LOGIN.lower()}/PT05M.json", {"OperationName": "x"}, LOGIN),
        ("Mine_CL.jsonl", {"X": "x"}, "Mine_CL"),
        ("a.jsonl", {"Type": "Other"}, "Other"),
    ],
)
@pytest.mark.parametrize("write", [write_lines, write_csv])
def test_a_rows_table_is_what_it_says_else_what_its_file_or_its_columns_tell(
    tmp_path: Path, name: str, columns: dict[str, Any], table: str, write: Any
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)

    with EventLog.read([write(file, [{**BARE, **columns}])]) as log:
        assert list(log.tables) == [table]
        assert list(log.unreadable) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"OperationName": "Pull"},
        {"Repository": "x", "OperationNameValue": "y"},
        {"Nope": "x"},
        {"TableName": "PrimaryResult"},
    ],
)
def test_a_row_whose_table_cannot_be_told_is_not_guessed_at(tmp_path: Path, columns: dict[str, Any]) -> None:
    with EventLog.read([write_lines(tmp_path / "a.jsonl", [{**BARE, **columns}])]) as log:
        assert (list(log.tables), len(log.unreadable)) == ([], 1)


def test_columns_of_a_table_that_is_not_known_have_the_types_of_their_values(tmp_path: Path) -> None:
    """Rules of others read such tables."""
    values = {
        "Whole": 1, "Real": 1.5, "Yes": True, "Text": "a", "Moment": "2026-01-15T12:00:00Z", "Bag": {"a": [1]},
        "Nothing": None, "Mixed": 1, "type": "b", "_row": 7,
    }  # fmt: skip
    rows = [{**row("Mine_CL"), **values}, {**row("Mine_CL"), **values, "Mixed": "x", "whole": 3}]

    with EventLog.read([write_lines(tmp_path / "a.jsonl", rows)]) as log:
        assert dict(log.tables["Mine_CL"]) == {
            TIME: ColumnType.DATETIME, "Type": ColumnType.STRING, "Whole": ColumnType.LONG, "Real": ColumnType.REAL,
            "Yes": ColumnType.BOOL, "Text": ColumnType.STRING, "Moment": ColumnType.DATETIME,
            "Bag": ColumnType.DYNAMIC, "Nothing": ColumnType.STRING, "Mixed": ColumnType.DYNAMIC,
        }  # fmt: skip
        first = held(log)["Mine_CL"][0]
        assert (first["Whole"], first["Real"], first["Yes"], first["Text"]) == (1, 1.5, True, "a")
        assert (first["Moment"], first["Bag"], first["Nothing"]) == (NOON.replace(tzinfo=None), {"a": [1]}, "")
        assert sorted(note.partition(",")[0] for note in log.notes) == [
            "1 row has 'whole'", "2 rows have '_row'", "2 rows have 'type'",
        ]  # fmt: skip


def test_csv_and_the_api_tell_the_types_of_such_a_table(tmp_path: Path) -> None:
    rows = [{**row("Mine_CL"), "Whole": 1, "Real": 1.5, "Yes": True, "Text": "a"}]
    api = write_api(tmp_path / "a.json", rows)
    answer = json.loads(api.read_text())
    for column in answer["tables"][0]["columns"]:
        column["type"] = {TIME: "datetime", "Whole": "int", "Real": "real", "Yes": "bool"}.get(column["name"], "string")
    api.write_text(json.dumps(answer))

    for file, whole in ((api, ColumnType.INT), (write_csv(tmp_path / "a.csv", rows), ColumnType.LONG)):
        with EventLog.read([file]) as log:
            kinds = log.tables["Mine_CL"]
            assert [kinds[column] for column in ("Whole", "Real", "Yes", "Text")] == [
                whole, ColumnType.REAL, ColumnType.BOOL, ColumnType.STRING,
            ]  # fmt: skip


def test_parquet_tells_the_types_of_such_a_table(tmp_path: Path) -> None:
    """Nested values are dynamic, and moments of any precision and zone are moments."""
    with connect() as connection:
        connection.execute(
            f"""COPY (SELECT TIMESTAMPTZ '2026-01-15 14:00:00+02' AS "{TIME}", 'Mine_CL' AS "Type", 1::SMALLINT AS I,
            1::BIGINT AS L, 1.5 AS D, true AS B, {{'a': [1]}} AS S, [1] AS A, TIMESTAMP_NS '2026-01-15 12:00:00' AS T,
            uuid() AS U, NULL::VARCHAR AS N) TO '{tmp_path}/a.parquet' (FORMAT parquet)"""
        )

    with EventLog.read([tmp_path]) as log:
        kinds = log.tables["Mine_CL"]
        assert [str(kinds[column]) for column in "ILBSATUN"] == [
            "int", "long", "bool", "dynamic", "dynamic", "datetime", "string", "string",
        ]  # fmt: skip
        (found,) = held(log)["Mine_CL"]
        assert (found[TIME], found["T"]) == (NOON.replace(tzinfo=None),) * 2
        assert (found["S"], found["A"], found["N"]) == ({"a": [1]}, [1], "")


def test_a_value_that_its_column_cannot_hold_is_noted(tmp_path: Path) -> None:
    with EventLog.read([write_lines(tmp_path / "a.jsonl", [row(Size="big"), row(Size=7), row(Size="8")])]) as log:
        assert [each["Size"] for each in held(log)[REPOSITORY]] == [None, 7, 8]
        assert list(log.notes) == [f"1 row has a Size in {REPOSITORY} that is no int; it was left empty"]


def test_rows_of_several_files_are_ordered_by_when_they_happened(tmp_path: Path) -> None:
    """So that a slice of time is found without looking at all rows."""
    for number, hours in enumerate(([3, 1], [2, 0])):
        rows = [{**row(Tag=str(hour)), TIME: f"2026-01-15T{hour:02}:00:00Z"} for hour in hours]
        (write_csv if number else write_lines)(tmp_path / f"{number}.txt", rows)

    with EventLog.read([tmp_path / "0.txt", tmp_path / "1.txt"]) as log:
        found = log.connection.execute(f"SELECT Tag, _row FROM log.{REPOSITORY} ORDER BY rowid").fetchall()

    assert found == [("0", 4), ("1", 2), ("2", 3), ("3", 1)]


def test_all_columns_of_a_known_table_are_there_in_the_order_of_the_reference(tmp_path: Path) -> None:
    with EventLog.read([write_lines(tmp_path / "a.jsonl", [row(table) for table in TABLES])]) as log:
        for table, columns in TABLES.items():
            described = log.connection.execute(f"DESCRIBE log.{table}").fetchall()
            assert [name for name, *_ in described] == [*columns, "_arrived", "_row"]


def test_files_tell_tables_by_their_names(tmp_path: Path) -> None:
    """Each its own, beside those that tell none."""
    names = [LOGIN, ACTIVITY, f"{LOGIN}-2", "rest", "Mine_CL"]
    files = [
        write_lines(tmp_path / f"{name}.jsonl", [{**BARE, "CorrelationId": name, "OperationName": "x"}])
        for name in names
    ]

    with EventLog.read(files) as log:
        found = {table: [each["CorrelationId"] for each in rows] for table, rows in held(log).items()}
        assert found == {LOGIN: [LOGIN, f"{LOGIN}-2"], ACTIVITY: [ACTIVITY], "Mine_CL": ["Mine_CL"]}
        assert [each.place.file for each in log.unreadable] == [str(files[3])]


@pytest.mark.parametrize("write", [write_lines, write_csv])
def test_files_agree_on_the_types_of_a_table_that_is_not_known(tmp_path: Path, write: Any) -> None:
    """A column that is empty in some agrees with all others, and whole numbers with others."""
    first = row("Mine_CL", Number=1, Moment=None, Late="2026-01-15T12:00:00Z", Never=None, Mixed="x")
    second = row("Mine_CL", Number=1.5, Moment="2026-01-15T12:00:00Z", Never=None, Mixed="2026-01-15T12:00:00Z")
    files = [write(tmp_path / "a.txt", [first]), write(tmp_path / "b.txt", [second])]
    lines = write_lines(tmp_path / "c.txt", [row("Mine_CL", Number=2, Late="2026-01-15T13:00:00Z")])

    with EventLog.read([*files, lines]) as log:
        kinds = log.tables["Mine_CL"]
        assert [kinds[column] for column in ("Number", "Moment", "Late", "Never", "Mixed")] == [
            ColumnType.REAL, ColumnType.DATETIME, ColumnType.DATETIME, ColumnType.STRING, ColumnType.STRING,
        ]  # fmt: skip
        assert sorted(each["Number"] for each in held(log)["Mine_CL"]) == [1, 1.5, 2]


def test_a_table_that_is_not_known_is_called_as_its_first_row_calls_it(tmp_path: Path) -> None:
    rows = [row("mine_CL", A=1), *(row("Mine_CL", **{f"C{number}": 1}) for number in range(20))]

    with EventLog.read([write_lines(tmp_path / "a.jsonl", rows)]) as log:
        assert list(log.tables) == ["mine_CL"]
        assert list(log.tables["mine_CL"])[2:] == ["A", *(f"C{number}" for number in range(20))]


@pytest.mark.parametrize("column", ["ingestion_time", "_TimeReceived", "EventSubmissionTimestamp"])
def test_another_casing_of_a_column_that_says_when_a_row_arrived_is_left_out(tmp_path: Path, column: str) -> None:
    """DuckDB cannot hold both."""
    rows = [{**row("Mine_CL"), column.upper(): "x"}, {**row("Mine_CL"), column: "2026-01-15T12:01:00Z"}]

    with EventLog.read([write_lines(tmp_path / "a.jsonl", rows)]) as log:
        assert (log.count("Mine_CL"), list(log.unreadable)) == (2, [])
        assert [note.partition(",")[0] for note in log.notes] == [f"1 row has '{column.upper()}'"]
