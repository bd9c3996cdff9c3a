"""What a command returns, so that each format can be made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Format(StrEnum):
    """The formats every command has."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table for people.

    Args:
        title: its heading.
        columns: headings of the columns.
        rows: the cells.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


Part = Table | str


class Result(Protocol):
    """What a command found out."""

    def table(self) -> Sequence[Part]:
        """Tables and paragraphs for people; the last one sums up."""

    def data(self) -> Any:
        """The same as plain values for machines."""
