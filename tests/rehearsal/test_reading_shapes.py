"""The same rows give the same log, whatever the shape of the file they stand in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.reading.spool import Spooled
from tests.rehearsal.logs import WRITERS, expected, held, rows_of_tables


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=15)
@given(rows=rows_of_tables())
def test_rows_come_back_as_they_were(name: str, rows: list[dict[str, Any]]) -> None:
    """All columns, in all types, in each shape; what a row leaves out is empty."""
    with TemporaryDirectory() as folder:
        file = WRITERS[name](Path(folder) / name, rows)
        with EventLog.read([file]) as log:
            assert held(log) == expected(rows)
            assert (list(log.unreadable), list(log.notes), list(log.partial)) == ([], [], [])


@pytest.mark.parametrize("name", ["a.jsonl", "e.csv"])
@settings(max_examples=15)
@given(rows=rows_of_tables())
def test_the_slow_way_gives_the_same_rows_as_the_fast_one(name: str, rows: list[dict[str, Any]]) -> None:
    """A line at the end that DuckDB stumbles over sends the whole file there."""
    with TemporaryDirectory() as folder:
        file = WRITERS[name](Path(folder) / name, rows)
        with EventLog.read([file]) as log:
            fast = held(log)
        with file.open("ab") as opened:
            opened.write(b'"\xff\xff\x1f",x,y,z,' + b"x," * 50 + b"\r\n")
        with EventLog.read([file]) as log:
            assert held(log) == fast
            assert len(log.unreadable) == 1


@settings(max_examples=25)
@given(rows=rows_of_tables(), indent=st.sampled_from([None, 0, 3]), after=st.sampled_from(["", "\n", " \r\n\t"]))
def test_a_document_is_taken_apart_wherever_its_pieces_end(rows: list[Any], indent: int | None, after: str) -> None:
    """Pieces of one byte, as of any other length."""
    for document in (rows, {"records": rows, "more": [1]}):
        text = (json.dumps(document, indent=indent, ensure_ascii=False) + after).encode()
        with TemporaryDirectory() as folder:
            for size in (1, 7, 1 << 20):
                spooled = Spooled(Path(folder) / "a")
                spooled.members(text[begin : begin + size] for begin in range(0, len(text), size))

                assert [json.loads(line) for line in spooled.path.read_text("utf-8").split("\n")[:-1]] == rows
                assert (spooled.wrong, spooled.cut) == ([], None)


@settings(max_examples=50)
@given(pieces=st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"bc", b""]), max_size=12))
def test_lines_are_those_of_an_editor_wherever_pieces_end(pieces: list[bytes]) -> None:
    """A piece may end between the two characters of a line's end."""
    with TemporaryDirectory() as folder:
        spooled = Spooled(Path(folder) / "a")
        spooled.lines(pieces)

        assert spooled.path.read_bytes().split(b"\n")[:-1] == b"".join(pieces).splitlines()
