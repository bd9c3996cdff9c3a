"""The same rows give the same log, whatever the shape of the file they stand in."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from acrwatch.rehearsal.log import EventLog
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
