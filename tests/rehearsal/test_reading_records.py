"""Records of diagnostic settings become the same rows in DuckDB as in Python, in every shape they are sent in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch.kql.records import ACTIVITY, ACTIVITY_CATEGORIES, COLUMNS_OF_RECORDS, table_and_row
from acrwatch.kql.tables import TABLES, TIME, ColumnType
from acrwatch.rehearsal.log import EventLog
from tests.rehearsal.logs import LOGIN, NOON, REPOSITORY, TEXTS, held, row, write_lines

PUSH: dict[str, Any] = {
    "time": NOON.isoformat(),
    "category": REPOSITORY,
    "operationName": "Push",
    "identity": "ci@example.com",
    "properties": {"repository": "team/api", "tag": "1.4", "size": 7, "tenantId": "t"},
    "RegionStamp": "weu-3",
}
# Control characters are written in several ways in JSON that stands in a text.
_WORDS = TEXTS.map(lambda text: "".join(character for character in text if character.isprintable()))
CHANGE: dict[str, Any] = {
    "time": NOON.isoformat(),
    "category": "Administrative",
    "operationName": "MICROSOFT.SECURITY/PRICINGS/WRITE",
    "identity": {"claims": {"appid": "me"}},
    "properties": {"requestbody": '{"properties":{"pricingTier":"Free"}}'},
}


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Records with any of what is looked at, also where it is of another kind than usual."""
    table = draw(st.sampled_from([REPOSITORY, LOGIN, ACTIVITY]))
    category = draw(st.sampled_from(ACTIVITY_CATEGORIES)) if table == ACTIVITY else table
    record: dict[str, Any] = {"time": NOON.isoformat(), "category": category, "operationName": draw(_WORDS)}
    for column, paths in COLUMNS_OF_RECORDS[table].items():
        for path in paths:
            # Claims as a text are refused of a case, and read in a log.
            if (path[0] in record and len(path) == 1) or path == ("identity", "claims") or not draw(st.booleans()):
                continue
            value = draw(st.integers(0, 9) if TABLES[table][column] is ColumnType.INT else _WORDS)
            inner = record
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
                if not isinstance(inner, dict):
                    break
            else:
                inner.setdefault(path[-1], value)
    if draw(st.booleans()) and isinstance(record.get("properties"), dict):
        record["properties"] = json.dumps(record["properties"], ensure_ascii=False, separators=(",", ":"))
    return record


@settings(max_examples=25)
@given(several=st.lists(records(), min_size=1, max_size=4))
def test_python_and_duckdb_agree_on_the_row_of_a_record(several: list[dict[str, Any]]) -> None:
    """The mapping is stated once, and both read it."""
    with TemporaryDirectory() as folder, EventLog.read([write_lines(Path(folder) / "a.jsonl", several)]) as log:
        found = sorted((each["_row"], table, each) for table, rows in held(log).items() for each in rows)

        assert len(found) == len(several)
        for record, (_, table, each) in zip(several, found, strict=True):
            expected_table, expected = table_and_row(record)
            assert table == expected_table
            for column, kind in TABLES[table].items():
                value = expected.get(column)
                if column == TIME:
                    value = NOON.replace(tzinfo=None)
                elif kind is ColumnType.STRING:
                    value = value or ""
                elif kind is ColumnType.DYNAMIC and isinstance(value, str):
                    value = json.loads(value) if _is_json(value) else value or None
                assert each[column] == value, column


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(map(json.dumps, [PUSH, CHANGE])),
        json.dumps({"records": [PUSH, CHANGE]}),
        json.dumps({"records": [PUSH]}) + "\n" + json.dumps({"records": [CHANGE]}),
        json.dumps({"records": [PUSH, CHANGE], "more": {"x": [1]}}, indent=2),
        json.dumps({"records": [PUSH]}, indent=2) + "\n" + json.dumps({"records": [CHANGE]}, indent=2),
        json.dumps([PUSH, CHANGE], indent=2),
        json.dumps([{"records": [PUSH, CHANGE]}]),
    ],
)
def test_records_are_found_in_every_shape_they_are_sent_in(tmp_path: Path, content: str) -> None:
    """Lines of records, lines and documents with lists of them, and lists."""
    file = tmp_path / "a.json"
    file.write_text(content)

    with EventLog.read([file]) as log:
        rows = held(log)
        assert (list(log.unreadable), list(log.partial)) == ([], [])

    assert [(each["Repository"], each["Size"], each["UserTenantId"]) for each in rows[REPOSITORY]] == [
        ("team/api", 7, "t")
    ]
    assert [(each["Caller"], "pricingTier" in each["Properties"]) for each in rows[ACTIVITY]] == [("me", True)]


def test_rows_and_records_may_stand_in_one_file(tmp_path: Path) -> None:
    with EventLog.read([write_lines(tmp_path / "a.jsonl", [row(Tag="a"), PUSH, row(Tag="b")])]) as log:
        assert [each["Tag"] for each in held(log)[REPOSITORY]] == ["a", "1.4", "b"]


def test_what_is_no_record_in_a_list_of_records_is_counted(tmp_path: Path) -> None:
    """With its place in the file and the reason; the others are read."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"records": [PUSH, 3, "x", None, [], {**CHANGE, "category": "kube-audit"}]}))

    with EventLog.read([file]) as log:
        assert log.count() == 1
        assert [str(each) for each in log.unreadable] == [
            f"{file}, record 2: this is JSON, but no object",
            f"{file}, record 3: this is JSON, but no object",
            f"{file}, record 4: this is JSON, but no object",
            f"{file}, record 5: this is JSON, but no object",
            f"{file}, record 6: 'kube-audit' is not the category of a log that is known here",
        ]


def test_a_row_may_have_a_column_that_is_called_records(tmp_path: Path) -> None:
    """It has a time, which an envelope has not."""
    rows = [{TIME: PUSH["time"], "Type": "Mine_CL", "records": [1, 2]}, {"records": [PUSH]}]

    for several in (rows, rows[::-1]):
        with EventLog.read([write_lines(tmp_path / "a.jsonl", several)]) as log:
            assert [each["records"] for each in held(log)["Mine_CL"]] == [[1, 2]]
            assert (log.count(REPOSITORY), list(log.unreadable)) == (1, [])
