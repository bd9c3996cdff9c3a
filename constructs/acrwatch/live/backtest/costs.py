"""What the tables of a workspace hold of each registry.

What a gigabyte costs is the user's to know: it depends on plan, region and contract.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from acrwatch.live.backtest.asking import leg, tolerant
from acrwatch.live.logs import Answer
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed, Unknown

TABLES = ("ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents")
"""What is billed by its size. The activity log is not (Azure Monitor: cost-usage)."""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Rows of one registry in one table.

    Args:
        registry: its name.
        table: the table.
        rows: how many.
        billed: bytes that are billed for them (`_BilledSize`).
    """

    registry: str
    table: str
    rows: int
    billed: float

    def monthly_gigabytes(self, days: float) -> float:
        """Billed gigabytes (10^9 bytes) in 30 days at this rate.

        Args:
            days: length of the period.
        """
        return self.billed / 1e9 / days * 30


def fetch_volumes(slices: Slices, start: datetime, end: datetime) -> tuple[Volume, ...]:
    """Ask for the sizes, the largest first.

    Args:
        slices: whom to ask.
        start: from when.
        end: to when.

    Raises:
        CallFailed: the answer is not whole.
    """
    rows: Counter[tuple[str, str]] = Counter()
    billed: dict[tuple[str, str], float] = defaultdict(float)

    def take(answer: Answer) -> None:
        names = [name for name, _ in answer.columns]
        for row in answer.rows:
            found = dict(zip(names, row, strict=True))
            key = (str(found["Registry"]), str(found["Table"]))
            rows[key] += int(found["Rows"])
            size = float(found["Bytes"] or 0)
            if not math.isfinite(size):
                raise ValueError(size)
            billed[key] += size

    try:
        for table in TABLES:
            slices.fetch(partial(question, table), start, end, take)
    except (KeyError, TypeError, ValueError, OverflowError):
        said = "an answer of Log Analytics lacks what was asked for"
        raise CallFailed(Unknown(reason=said, way_out="see what is between here and it")) from None
    found = [Volume(registry=key[0], table=key[1], rows=rows[key], billed=billed[key]) for key in rows]
    return tuple(sorted(found, key=lambda one: (-one.billed, -one.rows, one.registry, one.table)))


def question(table: str, start: datetime, end: datetime) -> str:
    """The KQL of what a table holds of each registry in a slice.

    Args:
        table: its name.
        start: from when.
        end: before when.
    """
    return f"""{tolerant(table, leg(table, start, end))}
| extend Registry = coalesce(tolower(extract(@"(?i)/registries/([^/]+)", 1, _ResourceId)),
    tolower(extract(@"^[A-Za-z0-9]+", 0, LoginServer)), "(unknown)")
| summarize Rows = count(), Bytes = sumif(_BilledSize, tolower(_IsBillable) != "false") by Registry
| extend Table = '{table}'"""
