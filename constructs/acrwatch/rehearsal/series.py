"""From the rows of a query to the combinations of dimensions, and which of them violate a rule's condition.

When a violation becomes an alert is decided in `state`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isinf, isnan
from statistics import mean
from typing import Any

from acrwatch.alert_rule import Aggregation, Operator
from acrwatch.errors import UnknownError
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.query import QueryResult, Row
from acrwatch.synthesised import Criterion, Dimension

Series = tuple[tuple[str, str], ...]
"""A combination of dimensions: name and value of each, in the order of the rule."""

OPERATORS: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.GREATER_THAN: operator.gt,
    Operator.GREATER_THAN_OR_EQUAL: operator.ge,
    Operator.LESS_THAN: operator.lt,
    Operator.LESS_THAN_OR_EQUAL: operator.le,
}
_AGGREGATIONS: Mapping[Aggregation, Callable[[Sequence[float]], float]] = {
    Aggregation.AVERAGE: mean,
    Aggregation.MINIMUM: min,
    Aggregation.MAXIMUM: max,
    Aggregation.TOTAL: sum,
}


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One combination of dimensions at one evaluation.

    Args:
        series: the combination.
        value: the measure of the newest period that violates, else of the newest; None where there was nothing to
            measure.
        violates: whether it violates the condition often enough.
        rows: the rows of the result that belong to it.
        target: the resource the alert fires on, where the rule takes it from a column.
    """

    series: Series
    value: float | None
    violates: bool
    rows: tuple[Row, ...]
    target: str | None = None


def observe(criterion: Criterion, window: timedelta, now: datetime, result: QueryResult) -> list[Observation]:
    """Tell what an evaluation found, one entry for each combination of dimensions, in their order.

    Args:
        criterion: the rule's condition.
        window: length of one evaluation period.
        now: moment of the evaluation.
        result: what the query returned.

    Raises:
        UnknownError: the result lacks a column that the rule needs, or the measure is no number.
    """
    _refuse_lacking(criterion, result)
    _refuse_times(criterion, result)
    periods = criterion.evaluation_periods or 1
    time = _time_column(result) if periods > 1 else None
    members: dict[tuple[Series, str | None], list[Row]] = {}
    for row in result.rows:
        if all(_taken(dimension, as_text(row[dimension.name])) for dimension in criterion.dimensions):
            series = tuple((dimension.name, as_text(row[dimension.name])) for dimension in criterion.dimensions)
            target = as_text(row[criterion.resource_id_column]) if criterion.resource_id_column is not None else None
            members.setdefault((series, target), []).append(row)
    # Rows are counted even where there are none, as long as nothing tells alerts apart.
    if not members and not criterion.dimensions and criterion.resource_id_column is None:
        members[(), None] = []
    return [
        _observation(criterion, series, target, rows, _periods(rows, time, now, window, periods))
        for (series, target), rows in sorted(members.items(), key=lambda member: (member[0][0], member[0][1] or ""))
    ]


def as_text(value: object) -> str:
    """A value as the name of a dimension's member."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _refuse_lacking(criterion: Criterion, result: QueryResult) -> None:
    if lacking := [name for name in criterion.columns if name not in result.columns]:
        raise UnknownError(
            f"the query's result has no column {' and no '.join(lacking)}, which the rule needs; it has "
            f"{', '.join(result.columns)}"
        )


def _refuse_times(criterion: Criterion, result: QueryResult) -> None:
    for dimension in criterion.dimensions:
        if dimension.name in (*result.times, *result.compound):
            kind = "a datetime" if dimension.name in result.times else "dynamic or a length of time"
            raise UnknownError(
                f"the dimension {dimension.name} is {kind}, and Azure tells alerts apart by texts and numbers"
            )


def _time_column(result: QueryResult) -> str:
    if not result.times:
        raise UnknownError(
            "violations are counted over several periods, and the result has no datetime to tell them by"
        )
    return TIME if TIME in result.times else result.times[0]


def _taken(dimension: Dimension, value: str) -> bool:
    within = "*" in dimension.values or value in dimension.values
    return within if dimension.operator == "Include" else not within


def _periods(rows: Sequence[Row], time: str | None, now: datetime, window: timedelta, periods: int) -> list[list[Row]]:
    """The rows of each period, the newest first.

    A period holds its beginning and not its end, as bins do, so that bins of its length fall into one each. A bin that
    begins before what is read has rows that were read, and is a period of its own.
    """
    if time is None:
        return [list(rows)]
    found: list[list[Row]] = [[] for _ in range(periods + 1)]
    for row in rows:
        if row[time] is not None:
            # Rounded up: now itself is within the newest.
            age = max(-((row[time].replace(tzinfo=UTC) - now) // window), 1) - 1
            if row[time].replace(tzinfo=UTC) <= now and age <= periods:
                found[age].append(row)
    return found


def _observation(
    criterion: Criterion, series: Series, target: str | None, rows: Sequence[Row], periods: Iterable[Sequence[Row]]
) -> Observation:
    values = [_measure(criterion, members) for members in periods]
    compare = OPERATORS[Operator(criterion.operator)]
    violated = [value is not None and compare(value, criterion.threshold or 0.0) for value in values]
    return Observation(
        series=series,
        value=next((value for value, bad in zip(values, violated, strict=True) if bad), values[0]),
        violates=sum(violated) >= (criterion.minimum_failing_periods or 1),
        rows=tuple(rows),
        target=target,
    )


def _measure(criterion: Criterion, rows: Sequence[Row]) -> float | None:
    if criterion.metric_measure_column is None:
        return float(len(rows))
    values = [_number(row[criterion.metric_measure_column], criterion.metric_measure_column) for row in rows]
    known = [value for value in values if value is not None]
    return float(_AGGREGATIONS[Aggregation(criterion.aggregation)](known)) if known else None


def _number(value: Any, column: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or isinf(value):
        raise UnknownError(f"the measure {column} is {value!r}, which is no number")
    # An average of nothing is not a number, and measures nothing.
    return None if isnan(value) else float(value)
