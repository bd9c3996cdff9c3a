"""Runs the cases of a detection: the very text that is deployed, on the local engine."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import mean
from typing import TYPE_CHECKING, Any

from acrwatch.alert_rule import Aggregation, Operator
from acrwatch.detection.cases import Case, Moment
from acrwatch.detection.events import NOW, visible
from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query, threshold
from acrwatch.errors import UnknownError
from acrwatch.kql.tables import TABLES

if TYPE_CHECKING:
    from acrwatch.kql.engine import LocalEngine

Row = Mapping[str, Any]

_OPERATORS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.GREATER_THAN: operator.gt,
    Operator.GREATER_THAN_OR_EQUAL: operator.ge,
    Operator.LESS_THAN: operator.lt,
    Operator.LESS_THAN_OR_EQUAL: operator.le,
}
_AGGREGATIONS: Mapping[Aggregation, Callable[[Sequence[Any]], Any]] = {
    Aggregation.COUNT: len,
    Aggregation.AVERAGE: mean,
    Aggregation.MINIMUM: min,
    Aggregation.MAXIMUM: max,
    Aggregation.TOTAL: sum,
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What was expected at a moment and what came.

    Args:
        time: the moment.
        missing: expected rows that did not come.
        unexpected: rows that came and were not expected.
    """

    time: datetime
    missing: tuple[Row, ...]
    unexpected: tuple[Row, ...]

    def __str__(self) -> str:
        lines = [f"at {_relative(self.time)}"]
        lines += [f"  missing     {_shown(row)}" for row in self.missing]
        lines += [f"  unexpected  {_shown(row)}" for row in self.unexpected]
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """How a case went.

    Args:
        detection: id of the detection.
        case: the case.
        differences: moments at which something else came than was expected.
        refused: why the engine could not run it; it says nothing about the query in Azure.
        failed: why the query could not be run at all.
    """

    detection: str
    case: Case
    differences: tuple[Difference, ...] = ()
    refused: str | None = None
    failed: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences and self.refused is None and self.failed is None

    @property
    def said(self) -> str:
        """What is the matter, for people; empty when nothing is."""
        return "\n".join(filter(None, [self.failed, self.refused, *map(str, self.differences)]))


def run_cases(detection: Detection, cases: Sequence[Case], engine: LocalEngine) -> Iterator[CaseResult]:
    """Run cases, one after the other.

    Args:
        detection: what is tested.
        cases: its cases.
        engine: an engine with all known tables; it is left with no rows.
    """
    for case in cases:
        yield run_case(detection, case, engine)


def run_case(detection: Detection, case: Case, engine: LocalEngine) -> CaseResult:
    """Run one case.

    Args:
        detection: what is tested.
        case: one of its cases.
        engine: an engine with all known tables.
    """
    from acrwatch.kql.engine import QueryError

    query = deployed_query(detection, case.settings)
    least = threshold(detection, case.settings)
    differences = []
    try:
        for moment in case.moments:
            seen = visible(case.events, moment.time, detection.rule.window)
            rows = engine.run(query, moment.time, {} if case.missing_tables else {**dict.fromkeys(TABLES, ()), **seen})
            if (difference := _difference(moment, _firing(rows, detection, least))) is not None:
                differences.append(difference)
    except UnknownError as error:
        return CaseResult(detection=detection.id, case=case, refused=str(error))
    except QueryError as error:
        return CaseResult(detection=detection.id, case=case, failed=str(error))
    return CaseResult(detection=detection.id, case=case, differences=tuple(differences))


def _firing(rows: Sequence[Row], detection: Detection, least: float) -> list[Row]:
    """The rows of the series for which Azure would fire: the rule's own threshold comes after the query."""
    from acrwatch.kql.engine import QueryError

    numbers = detection.rule
    wanted = [*detection.dimensions, *([numbers.measure] if numbers.measure is not None else [])]
    if rows and (lacking := [name for name in wanted if name not in rows[0]]):
        raise QueryError(f"the result has no column {' and no '.join(lacking)}, by which the rule tells alerts apart")
    series: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        series.setdefault(tuple(map(str, (row[name] for name in detection.dimensions))), []).append(row)
    compare = _OPERATORS[numbers.operator]
    found = []
    for members in series.values():
        values = [row[numbers.measure] for row in members] if numbers.measure is not None else members
        if any(not isinstance(value, int | float | Decimal) for value in values if numbers.measure is not None):
            raise QueryError(f"the measure {numbers.measure} is not a number in every row")
        if compare(_AGGREGATIONS[numbers.aggregation](values), least):
            found += members
    return found


def _difference(moment: Moment, rows: Sequence[Row]) -> Difference | None:
    """Pair expected rows with those that came, the most demanding expectations first."""
    left = list(rows)
    missing = []
    for expected in sorted(moment.rows, key=len, reverse=True):
        found = next((row for row in left if expected.items() <= row.items()), None)
        if found is None:
            missing.append(expected)
        else:
            left.remove(found)
    if not missing and not left:
        return None
    return Difference(time=moment.time, missing=tuple(missing), unexpected=tuple(left))


def _relative(time: datetime) -> str:
    minutes = (time - NOW).total_seconds() / 60
    return f"{minutes:+g}m"


def _shown(row: Row) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in row.items()) or "(a row)"


def _value(value: Any) -> str:
    """A text stands in quotes where it would be taken for a number, or for nothing."""
    return f'"{value}"' if isinstance(value, str) and re.fullmatch(r"[-+.\d]*", value) else f"{value}"
