"""From the rows of a result to combinations of dimensions that violate a condition, or do not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from acrwatch.errors import UnknownError
from acrwatch.rehearsal.query import QueryResult
from acrwatch.rehearsal.series import Observation, as_text, observe
from tests.rehearsal.rules import at, stack_with

HOUR = timedelta(hours=1)
IDENTITY = {"name": "Identity", "operator": "Include", "values": ["*"]}


def observed(rows: list[Mapping[str, Any]], times: tuple[str, ...] = (), **criterion: Any) -> list[Observation]:
    """What an evaluation at 01:00 finds in some rows."""
    ((condition,),) = [rule.criteria for rule in stack_with(criterion).rules]
    columns = tuple(dict.fromkeys(name for row in rows for name in row)) or ("Identity", "Pulls")
    return observe(condition, HOUR, at(60), QueryResult(columns=columns, times=times, rows=tuple(rows)))


def row(identity: str, pulls: float | None = 1, **more: Any) -> Mapping[str, Any]:
    """A row of a result."""
    return {"Identity": identity, "Pulls": pulls, **more}


def naive(minutes: float) -> datetime:
    """A moment as the engine returns it."""
    return at(minutes).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("aggregation", "value"), [("Average", 2.0), ("Minimum", 1.0), ("Maximum", 3.0), ("Total", 4.0)]
)
def test_the_measure_is_aggregated_over_the_rows_of_a_combination(aggregation: str, value: float) -> None:
    """Each of azurerm's aggregations of a column."""
    (found,) = observed([row("a", 1), row("a", 3)], time_aggregation_method=aggregation)

    assert found.value == value


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("Equal", [False, True, False]),
        ("GreaterThan", [False, False, True]),
        ("GreaterThanOrEqual", [False, True, True]),
        ("LessThan", [True, False, False]),
        ("LessThanOrEqual", [True, True, False]),
    ],
)
def test_the_measure_is_compared_below_at_and_above_the_threshold(operator: str, values: list[bool]) -> None:
    """Each of azurerm's operators."""
    found = observed([row("a", 1), row("b", 2), row("c", 3)], operator=operator, threshold=2)

    assert [one.violates for one in found] == values


def test_rows_are_counted_where_nothing_is_measured() -> None:
    """Count has no measured column."""
    (found,) = observed([row("a"), row("a")], time_aggregation_method="Count", metric_measure_column=None)

    assert found.value == 2


def test_no_rows_at_all_are_counted_as_none_when_nothing_tells_alerts_apart() -> None:
    """A rule on missing rows can fire."""
    (found,) = observed(
        [],
        time_aggregation_method="Count",
        metric_measure_column=None,
        dimension=None,
        operator="LessThan",
    )

    assert (found.series, found.value, found.violates) == ((), 0, True)


def test_a_combination_without_a_row_is_not_there() -> None:
    """Azure knows the values of dimensions from rows only."""
    assert observed([], operator="LessThan") == []


@pytest.mark.parametrize(
    ("operator", "values", "taken"),
    [("Include", ["*"], "abc"), ("Include", ["a", "b"], "ab"), ("Exclude", ["a"], "bc")],
)
def test_a_dimension_takes_the_values_it_names(operator: str, values: list[str], taken: str) -> None:
    """All, some, or all but some."""
    found = observed(
        [row("a"), row("b"), row("c")], dimension=[{"name": "Identity", "operator": operator, "values": values}]
    )

    assert "".join(one.series[0][1] for one in found) == taken


def test_combinations_come_in_their_order_whatever_the_order_of_rows() -> None:
    """So that a rehearsal can be repeated."""
    rows = [row("c"), row("a"), row("b")]

    assert observed(rows) == observed(rows[::-1])


def test_nothing_measured_is_no_violation() -> None:
    """A measure that is null everywhere has no value."""
    (found,) = observed([row("a", None)], operator="LessThan", threshold=5)

    assert (found.value, found.violates) == (None, False)


@pytest.mark.parametrize(("minimum", "violates"), [(2, True), (3, False)])
def test_violations_are_counted_over_periods_by_the_datetime_of_the_result(minimum: int, violates: bool) -> None:
    """Two of three hours are over the threshold, the newest is not."""
    rows = [row("a", pulls, Hour=naive(minutes)) for pulls, minutes in [(1, 30), (9, -30), (9, -90)]]

    (found,) = observed(
        rows,
        ("Hour",),
        threshold=5,
        failing_periods={"minimum_failing_periods_to_trigger_alert": minimum, "number_of_evaluation_periods": 3},
    )

    assert (found.violates, found.value) == (violates, 9)


@pytest.mark.parametrize(
    ("bins", "violates"),
    [
        ([0, -60, -120], True),
        ([60, 0, -60], False),
        ([0, -60], False),
        ([15, -45, -105], True),
        ([0, -60, -240], False),
    ],
)
def test_each_bin_of_the_length_of_a_period_is_a_period(bins: list[float], violates: bool) -> None:
    """Those that begin at 00:00, 23:00 and 22:00 are the three hours before 01:00, when the rule is evaluated."""
    rows = [row("a", 9, Hour=naive(minutes)) for minutes in bins]
    periods = {"minimum_failing_periods_to_trigger_alert": 3, "number_of_evaluation_periods": 3}

    (found,) = observed(rows, ("Hour",), threshold=5, failing_periods=periods)

    assert found.violates == violates


def test_a_bin_that_begins_before_what_is_read_is_a_period_of_its_own() -> None:
    """Its rows have been read; they are not lost, and not added to those of another bin."""
    rows = [row("a", 3, Hour=naive(minutes)) for minutes in (-75, -45)]

    (found,) = observed(
        rows,
        ("Hour",),
        threshold=3,
        time_aggregation_method="Total",
        failing_periods={"minimum_failing_periods_to_trigger_alert": 2, "number_of_evaluation_periods": 2},
    )

    assert (found.violates, found.value) == (True, 3)


def test_periods_without_a_datetime_cannot_be_told() -> None:
    """Azure wants one as well."""
    periods = {"minimum_failing_periods_to_trigger_alert": 1, "number_of_evaluation_periods": 2}
    with pytest.raises(UnknownError, match="no datetime"):
        observed([row("a")], failing_periods=periods)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"metric_measure_column": "Images"}, "no column Images.*it has Identity, Pulls"),
        ({"dimension": [{**IDENTITY, "name": "Who"}]}, "no column Who"),
        ({"resource_id_column": "_ResourceId"}, "no column _ResourceId"),
    ],
)
def test_a_result_without_a_column_of_the_rule_cannot_be_judged(changed: dict[str, Any], says: str) -> None:
    """With what the result has."""
    with pytest.raises(UnknownError, match=says):
        observed([row("a")], **changed)


@pytest.mark.parametrize("measure", ["many", True, timedelta(1), float("inf")])
def test_a_measure_that_is_no_number_cannot_be_judged(measure: object) -> None:
    """A text is no measure, and no JSON holds what is endless."""
    with pytest.raises(UnknownError, match="which is no number"):
        observed([{"Identity": "a", "Pulls": measure}])


@pytest.mark.parametrize("rows", [[float("nan"), 1.0, 3.0], [3.0, float("nan"), 1.0], [1.0, 3.0, float("nan")]])
@pytest.mark.parametrize(("aggregation", "value"), [("Minimum", 1), ("Maximum", 3), ("Average", 2), ("Total", 4)])
def test_an_average_of_nothing_measures_nothing(rows: list[float], aggregation: str, value: float) -> None:
    """Wherever it stands among the others."""
    (found,) = observed([row("a", pulls) for pulls in rows], time_aggregation_method=aggregation)

    assert found.value == value


def test_an_average_of_nothing_alone_violates_nothing() -> None:
    """As Kusto compares what is not a number."""
    (found,) = observed([row("a", float("nan"))], operator="LessThan", threshold=5)

    assert (found.value, found.violates) == (None, False)


def test_the_resource_of_a_row_is_what_the_alert_fires_on() -> None:
    """Where the rule takes it from a column."""
    found = observed([row("a", Where="/r/1"), row("a", Where="/r/2")], resource_id_column="Where")

    assert [one.target for one in found] == ["/r/1", "/r/2"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("x", "x"), (3, "3"), (3.0, "3"), (2.5, "2.5"), (True, "True")]
)
def test_values_become_the_names_of_dimension_members(value: object, text: str) -> None:
    """Numbers may be dimensions too."""
    assert as_text(value) == text
