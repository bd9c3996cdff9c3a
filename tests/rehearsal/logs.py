"""Logs for the tests: rows, how they stand in files of each shape, and what a log then holds of them."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from acrwatch.kql.engine import SQL_TYPES, connect
from acrwatch.kql.tables import TABLES, TIME, ColumnType
from acrwatch.rehearsal.log import EventLog

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
REPOSITORY, LOGIN, ACTIVITY = TABLES
Row = Mapping[str, Any]


def row(table: str = REPOSITORY, **columns: Any) -> dict[str, Any]:
    """A row as an export has it."""
    return {TIME: NOON.isoformat(), "Type": table, **columns}


def write_lines(file: Path, rows: Sequence[Row]) -> Path:
    file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    return file


def write_array(file: Path, rows: Sequence[Row]) -> Path:
    file.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return file


def write_packed(file: Path, rows: Sequence[Row]) -> Path:
    packed = file.with_name(file.name + ".gz")
    packed.write_bytes(gzip.compress(write_lines(file, rows).read_bytes()))
    file.unlink()
    return packed


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(column for each in rows for column in each))


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def write_api(file: Path, rows: Sequence[Row]) -> Path:
    columns = _columns(rows)
    answer = {
        "name": "PrimaryResult",
        "columns": [{"name": column, "type": "string"} for column in columns],
        "rows": [[_cell(each.get(column)) for column in columns] for each in rows],
    }
    file.write_text(json.dumps({"tables": [answer]}), encoding="utf-8")
    return file


def write_csv(file: Path, rows: Sequence[Row]) -> Path:
    columns = _columns(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(each.get(column, "")) for column in columns] for each in rows)
    file.write_text(text.getvalue(), encoding="utf-8", newline="")
    return file


def write_portal(file: Path, rows: Sequence[Row]) -> Path:
    """As the portal exports it: a byte order mark, the zone behind the name, times as people of the US write them."""
    shown = []
    for each in rows:
        moment = datetime.fromisoformat(each[TIME]).astimezone(UTC)
        hour = f"{moment.hour % 12 or 12}:{moment:%M:%S}.{moment.microsecond // 1000:03} {moment:%p}"
        shown.append({**each, TIME: f"{moment.month}/{moment.day}/{moment.year}, {hour}"})
    text = write_csv(file, shown).read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + text.replace(TIME.encode(), f"{TIME} [UTC]".encode(), 1))
    return file


def write_parquet(file: Path, rows: Sequence[Row]) -> Path:
    columns = _columns(rows)
    kinds = {column: kind for table in TABLES.values() for column, kind in table.items()}
    kinds[TIME] = ColumnType.DATETIME
    with connect() as connection:
        members = ", ".join(f'"{column}" {SQL_TYPES[kinds.get(column, ColumnType.STRING)]}' for column in columns)
        connection.execute(f"CREATE TABLE t ({members})")
        for each in rows:
            values = [_cell(each.get(column)) for column in columns]
            values = [
                datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None) if column == TIME else value
                for column, value in zip(columns, values, strict=True)
            ]
            connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(columns))})", values)
        connection.execute(f"COPY t TO '{file}' (FORMAT parquet)")
    return file


Writer = Callable[[Path, Sequence[Row]], Path]
WRITERS: dict[str, Writer] = {
    "a.jsonl": write_lines,
    "b.jsonl": write_packed,
    "c.json": write_array,
    "d.json": write_api,
    "e.csv": write_csv,
    "f.csv": write_portal,
    "g.parquet": write_parquet,
}


def held(log: EventLog) -> dict[str, list[dict[str, Any]]]:
    """All that a log holds: table -> its rows, without when they arrived, as that follows from their position."""
    found = {}
    for table in log.tables:
        result = log.connection.execute(f'SELECT * EXCLUDE (_arrived) FROM log."{table}" ORDER BY _row')
        names = [column[0] for column in result.description]
        kinds = {"_row": ColumnType.LONG, **log.tables[table]}
        found[table] = [
            {
                column: json.loads(value) if value is not None and kinds[column] is ColumnType.DYNAMIC else value
                for column, value in zip(names, values, strict=True)
            }
            for values in result.fetchall()
        ]
    return found


def expected(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """What a log holds of rows that stand in one file."""
    found: dict[str, list[dict[str, Any]]] = {}
    for position, each in enumerate(rows, start=1):
        members: dict[str, Any] = {"_row": position}
        for column, kind in TABLES[each["Type"]].items():
            value = each.get(column)
            if kind is ColumnType.STRING:
                members[column] = value or ""
            elif kind is ColumnType.DATETIME and value is not None:
                members[column] = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
            else:
                members[column] = value
        found.setdefault(each["Type"], []).append(members)
    return found


# Without NUL, which not every format can hold, lone surrogates, which are no text, and what CSV takes for nothing.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
_JSON = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
VALUES = {
    ColumnType.STRING: TEXTS,
    ColumnType.INT: st.integers(-(2**31), 2**31 - 1),
    ColumnType.REAL: st.floats(allow_nan=False, allow_infinity=False, width=32),
    ColumnType.DYNAMIC: st.dictionaries(TEXTS, _JSON, min_size=1, max_size=3),
}


@st.composite
def rows_of_tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of our tables in any order, with any of their columns, in any zone, to the millisecond."""
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        table = draw(st.sampled_from(list(TABLES)))
        zone = draw(st.sampled_from(["+00:00", "+02:00", "-05:30"]))
        moment = NOON + timedelta(milliseconds=draw(st.integers(0, 86_400_000)))
        kinds = {name: kind for name, kind in TABLES[table].items() if kind in VALUES and name != "Type"}
        chosen = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, max_size=5))
        columns = {column: draw(VALUES[kinds[column]]) for column in chosen}
        rows.append({TIME: f"{moment:%Y-%m-%dT%H:%M:%S.%f}{zone}", "Type": table, **columns})
    return rows
