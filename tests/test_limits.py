"""Each row of the table of limits bites, and the table has an answer to any rule."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.alert_rule import Aggregation, AlertRule, Kind, Operator
from acrwatch.durations import short
from acrwatch.errors import shown
from acrwatch.limits import (
    FREQUENCIES,
    MUTES,
    RULE_CHECKS,
    WINDOWS,
    Check,
    bound,
    check,
    told_groups_problems,
)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


FINE = AlertRule(
    name="acrwatch-x",
    display_name="X",
    description="What it means.",
    kind=Kind.EVENT,
    severity=2,
    enabled=True,
    frequency=minutes(5),
    window=minutes(360),
    look_back=minutes(350),
    bound=minutes(308),
    query="Logs | where Bin >= ago(350m)",
    aggregation=Aggregation.MAXIMUM,
    measure="Rows",
    operator=Operator.GREATER_THAN_OR_EQUAL,
    threshold=1,
    dimensions=("Name",),
)

# What is changed -> the field it is shown at, and words that only the row's message has.
BITES: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "'' cannot name a rule"),
    ({"severity": 5}, "severity", "5 is not a severity Azure has; allowed are 0, 1, 2, 3, 4"),
    ({"frequency": minutes(7)}, "frequency", "7m is not a frequency Azure has; allowed are 1m, 5m"),
    ({"window": minutes(420)}, "window", "7h is not a window Azure has"),
    ({"frequency": minutes(1440)}, "frequency", "1d is longer than the 6h the rule reads"),
    ({"frequency": minutes(1), "window": minutes(1440)}, "window", "1d is longer than 6h, the most"),
    ({"window": minutes(1)}, "window", "a window of 1m goes only with frequency 1m, and this one is 5m"),
    ({"look_back": minutes(361)}, "look_back", "the query looks back 6h1m, but the rule reads only 6h"),
    ({"bound": minutes(19)}, "frequency", "5m leaves log rows only 19m to arrive"),
    ({"frequency": minutes(1440)}, "frequency", "1d is longer than 12h, the most for a rule that resolves itself"),
    ({"mute": minutes(7), "auto_mitigation": False}, "mute", "7m is not a mute duration Azure has"),
    ({"mute": minutes(30)}, "mute", "mute is 30m, but Azure does not mute a rule that resolves itself"),
    (
        {"mute": minutes(5), "frequency": minutes(10), "auto_mitigation": False},
        "mute",
        "5m is shorter than the frequency, 10m",
    ),
    ({"measure": None}, "measure", "aggregation Maximum needs a measured column"),
    ({"aggregation": Aggregation.COUNT}, "measure", "Rows is measured, but aggregation Count"),
    ({"dimensions": tuple("abcdefg")}, "dimensions", "7 dimensions are too many; Azure takes at most 6"),
    ({"dimensions": ("A", "A")}, "dimensions", "a dimension is named twice: A, A"),
    ({"dimensions": ()}, "dimensions", "there are no dimensions"),
    ({"measure": "Name"}, "measure", "Name is measured and a dimension"),
    ({"query": "Logs //" + "é" * 32_765}, "query", "the query has 65,537 bytes with its tuning; Azure takes 65,536"),
    ({"query": "Logs | evaluate bag_unpack(x)"}, "query", "log alerts refuse bag_unpack"),
    ({"query": "Logs | extend AggregatedValue = 1"}, "query", "the name AggregatedValue is reserved"),
    ({"query": "union A, B", "frequency": minutes(1)}, "frequency", "1m is refused for a query with union"),
    ({"description": "x" * 4097}, "description", "it has 4,097 characters; Azure takes 4,096"),
    ({"custom_properties": {"k": "x" * 262_144}}, "custom_properties", "they pass the 262,144 bytes"),
]


def row_of(rule: AlertRule, field: str, words: str) -> Check[AlertRule] | None:
    """The row of the table that says the words about the rule."""
    found = [row for row in RULE_CHECKS if row.field == field and row.wrong(rule) and words in row.says(rule)]
    return found[0] if len(found) == 1 else None


def test_a_fine_rule_has_no_problem() -> None:
    assert check(RULE_CHECKS, FINE) == []


@pytest.mark.parametrize(("changes", "field", "words"), BITES, ids=[words for _, _, words in BITES])
def test_a_row_of_the_table_bites(changes: dict[str, Any], field: str, words: str) -> None:
    """One change to a fine rule is enough, and the message has the value and what is allowed."""
    problems = check(RULE_CHECKS, replace(FINE, **changes), "here")

    assert [problem for problem in problems if problem.path == ("here", field) and words in problem.message]


@pytest.mark.parametrize("row", RULE_CHECKS, ids=lambda row: f"{row.field}-{RULE_CHECKS.index(row)}")
def test_every_row_is_among_the_tested_ones(row: Check[AlertRule]) -> None:
    assert any(row is row_of(replace(FINE, **changes), field, words) for changes, field, words in BITES)


@pytest.mark.parametrize("row", RULE_CHECKS, ids=lambda row: f"{row.field}-{RULE_CHECKS.index(row)}")
def test_every_row_names_a_field_and_its_source(row: Check[AlertRule]) -> None:
    assert row.field in {field.name for field in fields(AlertRule)}
    assert ": " in row.source


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "x" * 4096},
        {"query": "Logs //" + "é" * 32_764 + "x"},
        {"dimensions": tuple("abcdef")},
        {"bound": minutes(20)},
        {"look_back": minutes(360)},
        {"frequency": minutes(1), "window": minutes(1), "look_back": minutes(1)},
        {"kind": Kind.VOLUME, "dimensions": ()},
        {"name": "${var.prefix}-x"},
        {"query": "Logs // union bag_unpack AggregatedValue"},
        {"query": 'Logs | where A == "union"', "frequency": minutes(1)},
        {"mute": minutes(5), "auto_mitigation": False},
        {"aggregation": Aggregation.COUNT, "measure": None},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_what_is_just_allowed_is_let_through(changes: dict[str, Any]) -> None:
    """Limits are inclusive, words in comments and texts are no code, and references cannot be judged."""
    assert check(RULE_CHECKS, replace(FINE, **changes)) == []


DURATIONS = st.one_of(
    st.sampled_from(sorted({*FREQUENCIES, *WINDOWS, *MUTES})),
    st.integers(min_value=-10, max_value=5000).map(minutes),
)
TEXT = st.text(max_size=30)
RULES = st.builds(
    AlertRule,
    name=TEXT,
    display_name=TEXT,
    description=TEXT,
    kind=st.sampled_from(Kind),
    severity=st.integers(-2, 7),
    enabled=st.booleans(),
    frequency=DURATIONS,
    window=DURATIONS,
    look_back=DURATIONS,
    bound=DURATIONS,
    query=st.one_of(TEXT, st.sampled_from(["union A, B", "search *", "A | evaluate pivot(x)", "AggregatedValue"])),
    aggregation=st.sampled_from(Aggregation),
    measure=st.one_of(st.none(), st.sampled_from(["A", "B"])),
    operator=st.sampled_from(Operator),
    threshold=st.floats(),
    dimensions=st.lists(st.sampled_from("ABCDEFGH"), max_size=8).map(tuple),
    auto_mitigation=st.booleans(),
    mute=st.one_of(st.none(), DURATIONS),
    custom_properties=st.dictionaries(TEXT, TEXT, max_size=3),
)


@given(RULES)
def test_any_rule_gets_an_answer_that_names_its_values(rule: AlertRule) -> None:
    """The table never raises; a problem with a value shows it."""
    wanted = {
        "name": shown(rule.name),
        "severity": str(rule.severity),
        "frequency": short(rule.frequency),
        "window": short(rule.window),
        "look_back": short(rule.look_back),
        "mute": short(rule.mute) if rule.mute is not None else "never",
    }

    for problem in check(RULE_CHECKS, rule):
        assert str(wanted.get(str(problem.path[0]), "")) in problem.message
        assert problem.message


@given(RULES)
def test_a_rule_that_passes_is_one_that_azure_has_the_numbers_for(rule: AlertRule) -> None:
    if not check(RULE_CHECKS, rule):
        assert rule.frequency in FREQUENCIES
        assert rule.look_back <= rule.window
        assert rule.mute is None or rule.frequency <= rule.mute


def test_the_bound_allows_for_one_skipped_and_one_late_evaluation() -> None:
    assert bound(minutes(350), minutes(30), minutes(5)) == minutes(308)


def test_five_action_groups_are_fine_and_six_are_refused() -> None:
    """Azure takes at most five per rule."""
    assert told_groups_problems("abcde", "x") == []

    (problem,) = told_groups_problems("abcdef", "x")

    assert problem.path == ("x",)
    assert "6 action groups are too many; a rule takes at most 5" in problem.message


def test_an_action_group_named_twice_is_refused() -> None:
    assert "named twice: a, a" in told_groups_problems(["a", "a"], "x")[0].message
