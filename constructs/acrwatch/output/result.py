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


class ReportFormat(StrEnum):
    """The formats of a command that tests something."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"


class RehearsalFormat(StrEnum):
    """The formats of a rehearsal."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"


class CompareFormat(StrEnum):
    """The formats of a command that compares."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


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


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One test, as pipelines count them.

    Args:
        name: what it is about.
        failure: what is wrong; None when nothing is.
        unknown: why it could not be found out; None when it could.
    """

    name: str
    failure: str | None = None
    unknown: str | None = None


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Tests that belong together.

    Args:
        name: what they are about.
        cases: the tests.
    """

    name: str
    cases: Sequence[Outcome]


class Result(Protocol):
    """What a command found out."""

    def table(self) -> Sequence[Part]:
        """Tables and paragraphs for people; the last one sums up."""

    def data(self) -> Any:
        """The same as plain values for machines."""


class SuiteResult(Result, Protocol):
    """What a command that tests something found out."""

    def tests(self) -> Sequence[Suite]:
        """The same as tests that passed, failed or could not be run."""
