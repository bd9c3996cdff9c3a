"""What the translator alone would do in silence, and Kusto does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from acrwatch.kql.engine import EngineRefusal, LocalEngine, QueryError, translate

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ROWS = {"AzureActivity": [{"Caller": "a", "Level": "Error", "TimeGenerated": NOW}]}
COLUMNS = {"AzureActivity": ["Caller", "Level"]}


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with LocalEngine() as opened:
        yield opened


@pytest.mark.parametrize(
    ("step", "right"),
    [
        ("where caller == 'a'", "caller; .* called Caller"),
        ("where ['caller'] == 'a'", "caller; .* called Caller"),
        ("extend A = strcat(Level, iff(caller == '', 'x', 'y'))", "caller; .* called Caller"),
        ("project-away caller", "caller; .* called Caller"),
        ("project-rename Who = caller", "caller; .* called Caller"),
        ("distinct caller", "caller; .* called Caller"),
        ("sort by caller", "caller; .* called Caller"),
        ("parse caller with 'a' Rest", "caller; .* called Caller"),
        ("summarize count() by caller", "caller; .* called Caller"),
        ("summarize take_any(caller) by Level", "caller; .* called Caller"),
        ("mv-expand properties_d", "properties_d; .* called Properties_d"),
        ("join kind=inner (AzureActivity) on caller", "caller; .* called Caller"),
        ("join kind=inner (AzureActivity | project Who = Caller) on $left.Caller == $right.who", "who; .* called Who"),
        ("lookup kind=inner (AzureActivity | project Caller, A = 1) on caller", "caller; .* called Caller"),
        ("where Caller in ((AzureActivity | project caller))", "caller; .* called Caller"),
        ("where toscalar(AzureActivity | project caller) == 'a'", "caller; .* called Caller"),
        ("extend Who = Caller | where who == 'a'", "who; .* called Who"),
        ("project Who = Caller | where who == 'a'", "who; .* called Who"),
        ("summarize N = count() by Caller | where n > 1", "n; .* called N"),
        ("summarize N = Count()", "function Count; .* called count"),
        ("where TimeGenerated > Ago(1h)", "function Ago; .* called ago"),
    ],
)
def test_a_name_in_another_casing_is_an_error_that_names_the_right_one(
    engine: LocalEngine, step: str, right: str
) -> None:
    """DuckDB would find it."""
    with pytest.raises(QueryError, match=right):
        engine.run(f"AzureActivity | {step}", NOW, ROWS)


@pytest.mark.parametrize(
    ("kql", "right"),
    [
        ("azureactivity | count", "called AzureActivity"),
        ("let Events = AzureActivity; events | count", "called Events"),
        ("let Events = AzureActivity; union events, Events | count", "called Events"),
    ],
)
def test_a_table_in_another_casing_is_an_error_that_names_the_right_one(
    engine: LocalEngine, kql: str, right: str
) -> None:
    """Those that a query makes, too."""
    with pytest.raises(QueryError, match=right):
        engine.run(kql, NOW, ROWS)


def test_columns_that_go_and_come_back_in_another_casing_are_names_of_their_own(engine: LocalEngine) -> None:
    """What counts is which columns there are at that step."""
    kql = "AzureActivity | project caller = Caller | where caller == 'a' | project Caller = caller | distinct Caller"

    assert list(engine.run(kql, NOW, ROWS)) == [{"Caller": "a"}]


@pytest.mark.parametrize(
    "kql",
    [
        "union (AzureActivity | project A = Caller), (AzureActivity | project a = Caller)",
        "AzureActivity | project A = Caller, B = 1 | join kind=inner (AzureActivity | project a = Caller, B = 1) on B",
    ],
)
def test_columns_that_differ_in_casing_alone_are_refused(engine: LocalEngine, kql: str) -> None:
    """Kusto has both, and DuckDB one of them."""
    with pytest.raises(QueryError, match="differ only in case"):
        engine.run(kql, NOW, ROWS)


OTHER_LEG = "(AzureActivity | project Level, At = TimeGenerated, N = 1)"


@pytest.mark.parametrize(
    "union",
    [f"union (AzureActivity | project Caller), {OTHER_LEG}", f"AzureActivity | project Caller | union {OTHER_LEG}"],
)
def test_a_text_that_a_leg_of_a_union_lacks_is_empty(engine: LocalEngine, union: str) -> None:
    """Kusto has no null text; other values are null."""
    found = engine.run(f"{union} | where Caller == '' or Level == ''", NOW, ROWS)

    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                {"Caller": "a", "Level": "", "At": None, "N": None},
                {"Caller": "", "Level": "Error", "At": NOW.replace(tzinfo=None), "N": 1},
            ],
        )
    )


def test_the_source_of_a_row_of_a_union_is_told(engine: LocalEngine) -> None:
    """By the name of its table, or the number of its leg."""
    kql = "union withsource=Source AzureActivity, (AzureActivity | project Level) | project Source"

    assert {row["Source"] for row in engine.run(kql, NOW, ROWS)} == {"AzureActivity", "union_arg1"}


@pytest.mark.parametrize(
    "union",
    [
        "union (AzureActivity | project A = Caller), (AzureActivity | project A = strlen(Caller))",
        "union isfuzzy=true (datatable(Caller: long)[]), AzureActivity",
    ],
)
def test_a_union_of_one_column_in_two_types_is_refused(engine: LocalEngine, union: str) -> None:
    """Kusto makes two columns with other names."""
    with pytest.raises(QueryError, match=r"different types for a column.*: (A|Caller)$"):
        engine.run(union, NOW, ROWS)


@pytest.mark.parametrize(
    "kql",
    [
        "Heartbeat | count",
        "union isfuzzy=true AzureActivity, Heartbeat",
        "union isfuzzy=true Heartbeat, AzureActivity",
        "union isfuzzy=true AzureActivity, (Heartbeat | project Caller = 'x')",
    ],
)
def test_a_table_of_which_nothing_is_known_is_not_taken_for_absent_unless_that_is_tolerated(kql: str) -> None:
    """Its rows could change the result."""
    with pytest.raises(EngineRefusal, match="the table Heartbeat is neither in the log nor known"):
        translate(kql, COLUMNS, tolerant=False)


@pytest.mark.parametrize("length", ["7d", "30d", "7h", "time(7h)", "timespan(7.00:00:00)", "7m", "1h", "1d", "300ms"])
@pytest.mark.parametrize("let", ["", "let step = {}; ", "let other = {}; let step = other; "])
def test_bins_of_time_are_counted_from_the_year_1(engine: LocalEngine, length: str, let: str) -> None:
    """As Kusto does, whose weeks begin on Mondays; it matters where the length does not divide a day."""
    begin = datetime(1, 1, 1)  # noqa: DTZ001  # as the engine has them
    of = {"7d": 7 * DAY, "30d": 30 * DAY, "timespan(7.00:00:00)": 7 * DAY, "1d": DAY, "7m": DAY / 24 / 60 * 7}
    step = of.get(length) or {"7h": 7 * HOUR, "time(7h)": 7 * HOUR, "1h": HOUR, "300ms": HOUR / 12000}[length]
    for moment in ("2026-01-15 23:59:59.999999", "2026-01-12", "1969-12-31 23:00:01"):
        kql = f"{let.format(length)}print A = bin(datetime({moment}), {'step' if let else length})"

        (row,) = engine.run(kql, NOW, {})

        exact = datetime.fromisoformat(moment)
        assert row["A"] == exact - (exact - begin) % step


@pytest.mark.parametrize(
    ("step", "empty"),
    [
        ("join kind=leftouter (Other) on Caller", ["Caller1", "Text"]),
        ("join kind=leftouter (Other) on $left.Caller == $right.Caller", ["Caller1", "Text"]),
        ("join kind=rightouter (Other) on Caller", ["Caller", "Level"]),
        ("join kind=fullouter (Other) on Caller | where Level == ''", ["Caller", "Level"]),
        ("join kind=fullouter (Other) on Caller | where Text == ''", ["Caller1", "Text"]),
        ("lookup (Other) on Caller", ["Text"]),
        ("lookup kind=leftouter (Other) on Caller", ["Text"]),
    ],
)
def test_texts_of_a_row_without_a_partner_are_empty(engine: LocalEngine, step: str, empty: list[str]) -> None:
    """Kusto has no null text; a number is null."""
    other = "let Other = datatable(Caller: string, Text: string, Number: long)['b', 'x', 1];"
    tests = " and ".join(f"{name} == ''" for name in empty)

    (row,) = engine.run(f"{other} AzureActivity | project Caller, Level | {step} | where {tests}", NOW, ROWS)

    assert all(row[name] == "" for name in empty)
    assert row["Number"] == (None if "Text" in empty else 1)


def test_the_partners_of_a_row_are_left_as_they_are(engine: LocalEngine) -> None:
    """Also where a column of one side is called as one of the other."""
    other = "let Other = datatable(Caller: string, Level: string)['a', 'x'];"
    kql = f"{other} AzureActivity | project Caller, Level | join kind=leftouter (Other) on Caller"

    assert list(engine.run(kql, NOW, ROWS)) == [{"Caller": "a", "Level": "Error", "Caller1": "a", "Level1": "x"}]


def test_texts_that_are_summarized_from_no_row_are_empty(engine: LocalEngine) -> None:
    """The one row that there is without `by` has no null text."""
    last = "arg_max(TimeGenerated, Caller)"
    kql = f"AzureActivity | summarize A = max(Caller), B = take_any(Level), {last}, N = max(_BilledSize)"

    assert list(engine.run(kql, NOW, {"AzureActivity": []})) == [
        {"A": "", "B": "", "TimeGenerated": None, "Caller": "", "N": None}
    ]


def test_the_translator_is_left_as_it_was() -> None:
    """Others in the same process may use it."""
    import duckdb_kql

    with pytest.raises(QueryError):
        translate("AzureActivity | where caller == ''", COLUMNS)

    assert "caller" in duckdb_kql.to_sql("AzureActivity | where caller == ''", schema=COLUMNS)
