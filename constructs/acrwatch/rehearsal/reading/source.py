"""What every shape of a log comes down to: a relation of DuckDB with one row for each record.

`loading` asks it what there is, and then for the columns of one table at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Self

from acrwatch.kql.tables import ColumnType

ARRIVAL = ("_TimeReceived", "ingestion_time", "_IngestionTime", "$IngestionTime")
"""Columns in which a row may say when it arrived, in order of preference."""

BLANK = "blank"
"""Stands for the reason of what is no record at all, such as an empty line."""


class Source(ABC):
    """Some files of one shape, read in one scan.

    Args:
        files: the file that DuckDB reads -> what people call it.
        unit: what positions inside a file count, "line" or "record".
    """

    def __init__(self, files: Mapping[str, str], unit: str) -> None:
        self.files = files
        self.unit = unit

    def part(self, files: Sequence[str]) -> Self:
        """The same with some of its files.

        Args:
            files: the files, as DuckDB reads them.
        """
        made = copy(self)
        made.files = {file: self.files[file] for file in files}
        return made

    @abstractmethod
    def relation(self, table: str | None, columns: Mapping[str, ColumnType]) -> str:
        """A query for one row for each record, in reading order.

        Args:
            table: whose columns are wanted; None for what all tables have.
            columns: those that are wanted.

        Returns:
            A query whose columns are `file` and `position` (from 1, over all files), `broken` (why it is no
            record, or NULL), `said` (the table it says, or NULL), `is_record`, `moment`, `time_text`, `keys` (its
            columns), and `v:<column>` for each column, of its type.
        """

    @abstractmethod
    def types(self, connection: Any, rows: str, keys: Sequence[str]) -> Mapping[str, ColumnType | None]:
        """The types of the columns of a table that is not known; None where nothing stands in a column.

        Args:
            connection: where to ask.
            rows: a query for the rows, in the form of `relation`.
            keys: the columns.
        """
