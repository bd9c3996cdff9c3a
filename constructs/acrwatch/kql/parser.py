"""Microsoft's own parser of KQL, in a node process: what is wrong with a query, which columns it gives, and its layout.

It knows the tables of `tables`, and no more. It has no mode for Log Analytics: what only Azure Data Explorer can do it
lets through, and `lint` refuses that.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acrwatch.errors import UnknownError
from acrwatch.kql.tables import TABLES, Columns

PACKAGE = "@kusto/language-service-next"
VERSION = "12.4.1"
DRIVER = Path(__file__).with_name("parser.cjs")
# A dozen queries take two seconds, on a busy machine ten.
TIMEOUT_SECONDS = 120


class ParserAbsent(UnknownError):
    """Node or the package is not there, so nothing is known about a query.

    Args:
        why: what is missing.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"Microsoft's parser cannot be run: {why}; npm install {PACKAGE}@{VERSION} brings it")


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One thing the parser says about a query.

    Args:
        code: its code, such as KS142.
        severity: Error, Warning, Suggestion or Information.
        message: what is the matter.
        line: where, counted from 1.
        column: where in the line, counted from 1.
        analyzer: whether it is the advice of an analyzer about a query that would run.
    """

    code: str
    severity: str
    message: str
    line: int
    column: int
    analyzer: bool


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What the parser knows about a query.

    Args:
        diagnostics: what it says, in the order in which it does.
        columns: output column -> its type, in their order.
        formatted: the text as Microsoft's formatter writes it; None when that was not asked for.
    """

    diagnostics: tuple[Diagnostic, ...]
    columns: Mapping[str, str]
    formatted: str | None = None


def parse(
    queries: Mapping[str, str], tables: Mapping[str, Columns] = TABLES, *, formatted: Collection[str] = ()
) -> Mapping[str, Parsed]:
    """Parse queries, all in one process.

    Args:
        queries: name -> text.
        tables: the tables there are. Default: all that are known.
        formatted: names of those that are formatted, too. Default: none.

    Raises:
        ParserAbsent: node or the package is not there.
        UnknownError: it failed.
    """
    asked = {
        "version": VERSION,
        "folders": [str(Path.cwd()), str(DRIVER.parent)],
        "tables": {name: dict(columns) for name, columns in tables.items()},
        "queries": [{"name": name, "kql": kql, "format": name in formatted} for name, kql in queries.items()],
    }
    answer = _answer(json.dumps(asked))
    if "queries" not in answer:
        raise ParserAbsent(f"{PACKAGE} {VERSION} is needed, and {answer.get('absent')}")
    return {item["name"]: _parsed(item) for item in answer["queries"]}


def _answer(asked: str) -> Any:
    node = os.environ.get("JSII_NODE") or "node"
    try:
        done = subprocess.run(  # noqa: S603  # node, on a program of ours
            [node, str(DRIVER)],
            input=asked,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except OSError as error:
        raise ParserAbsent(f"{node} cannot be started ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        raise UnknownError(f"Microsoft's parser gave no answer within {TIMEOUT_SECONDS} seconds") from None
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if "Error" in line]
        raise UnknownError(f"Microsoft's parser failed: {said[0] if said else f'node ended with {done.returncode}'}")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise UnknownError(f"Microsoft's parser gave no answer that can be read: {done.stdout[:80]!r}") from None


def _parsed(item: Mapping[str, Any]) -> Parsed:
    return Parsed(
        diagnostics=tuple(Diagnostic(**diagnostic) for diagnostic in item["diagnostics"]),
        columns={column["name"]: column["type"] for column in item["columns"]},
        formatted=item["formatted"],
    )
