"""The local engine runs a query at a moment, over rows as Kusto sees them, or refuses."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from acrwatch.errors import AcrwatchError, ExitCode, InputError, MissingExtra
from acrwatch.kql.engine import EngineRefusal, LocalEngine, QueryError
from acrwatch.kql.tables import TABLES

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with LocalEngine() as opened:
        yield opened


def test_now_and_ago_go_by_the_moment_that_is_given(engine: LocalEngine) -> None:
    """Never by the clock of the machine, in whatever zone the moment comes."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))

    (row,) = engine.run("print Now = now(), Then = ago(90m)", elsewhere, {})

    assert row == {"Now": datetime(2026, 1, 15, 12), "Then": datetime(2026, 1, 15, 10, 30)}  # noqa: DTZ001


def test_one_text_is_run_at_several_moments(engine: LocalEngine) -> None:
    """It is translated once."""
    times = [engine.run("print A = now()", NOW + timedelta(hours=hours), {})[0]["A"].hour for hours in (0, 1, 2)]

    assert times == [12, 13, 14]


def test_what_a_row_leaves_out_is_empty_text_and_no_number(engine: LocalEngine) -> None:
    """Kusto has no null text; a comparison with one would find nothing."""
    row = {"TimeGenerated": NOW, "Caller": "a"}
    kql = "AzureActivity | project A = Level == '', B = isnull(Properties_d), C = isnull(EventSubmissionTimestamp)"

    assert list(engine.run(kql, NOW, {"AzureActivity": [row]})) == [{"A": True, "B": True, "C": True}]


def test_each_type_of_a_column_is_stored_as_itself(engine: LocalEngine) -> None:
    row = {
        "TimeGenerated": NOW.astimezone(timezone(timedelta(hours=2))),
        "Properties_d": {"a": [1, "é"]},
        "_BilledSize": 1.5,
    }
    same_time = "TimeGenerated == datetime(2026-01-15 12:00)"
    kql = f"AzureActivity | project A = {same_time}, B = tostring(Properties_d.a[1]), C = _BilledSize"

    assert list(engine.run(kql, NOW, {"AzureActivity": [row]})) == [{"A": True, "B": "é", "C": 1.5}]


@pytest.mark.parametrize(
    "written",
    ["2026-01-15T14:00:00+02:00", "2026-01-15T12:00:00Z", "2026-01-15T12:00:00", datetime(2026, 1, 15, 12)],  # noqa: DTZ001
)
def test_a_moment_is_stored_in_utc_however_it_is_written(engine: LocalEngine, written: object) -> None:
    """DuckDB drops the zone of a text, and Python takes a moment without one for local."""
    kql = "AzureActivity | project A = EventSubmissionTimestamp == datetime(2026-01-15 12:00)"

    assert engine.run(kql, NOW, {"AzureActivity": [{"EventSubmissionTimestamp": written}]})[0]["A"] is True


def test_rows_of_the_run_before_are_gone(engine: LocalEngine) -> None:
    for rows in ([{"Caller": "a"}, {"Caller": "b"}], [{"Caller": "c"}], [], []):
        found = engine.run("AzureActivity | project Caller", NOW, {"AzureActivity": rows})

        assert [row["Caller"] for row in found] == [row["Caller"] for row in rows]


def test_a_table_that_is_not_named_is_not_there(engine: LocalEngine) -> None:
    """Even when it was a run before."""
    tolerant = "union isfuzzy=true (datatable(Caller: string)[]), AzureActivity | count"
    engine.run("AzureActivity", NOW, {"AzureActivity": [{"Caller": "a"}]})

    with pytest.raises(QueryError, match="AzureActivity"):
        engine.run("AzureActivity", NOW, {})
    assert list(engine.run(tolerant, NOW, {})) == [{"Count": 0}]
    assert list(engine.run(tolerant, NOW, {"AzureActivity": [{"Caller": "a"}]})) == [{"Count": 1}]


@pytest.mark.parametrize("kql", ["T | wher x", "AzureActivity | where Nope == 1", "Nope", "print A = 'x' + 1h"])
def test_a_wrong_query_is_an_error_of_the_query(engine: LocalEngine, kql: str) -> None:
    with pytest.raises(QueryError, match="the query cannot be run"):
        engine.run(kql, NOW, {"AzureActivity": []})


@pytest.mark.parametrize(
    "kql",
    [
        ".show tables",
        " .show tables | count",
        "// AzureActivity\n.set-or-replace Stored <| AzureActivity",
        ".create database x persist ('{folder}/x.duckdb')",
    ],
)
def test_a_command_is_no_query(engine: LocalEngine, tmp_path: Path, kql: str) -> None:
    """Some of those that the translator knows write files."""
    with pytest.raises(QueryError, match="it is a command"):
        engine.run(kql.format(folder=tmp_path), NOW, {"AzureActivity": []})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kql", "said"),
    [
        ("AzureActivity | where Nope == 1", r'"Nope" not found in FROM clause!\nCandidate bindings: .*'),
        ("AzureActivity | where Caller + 1 == 2 + 'x'", r"No function matches .* explicit type casts\."),
        ("AzureActivity | where Caller in ('x',)", r"could not parse KQL at 1:37: mismatched input '\)'"),
    ],
)
def test_an_error_says_what_those_can_use_who_write_kql(engine: LocalEngine, kql: str, said: str) -> None:
    """No SQL, and no list of all that could have stood there."""
    with pytest.raises(AcrwatchError, match=f"{said}$"):
        engine.run(kql, NOW, {"AzureActivity": []})


@pytest.mark.parametrize(
    "kql", ["AzureActivity | extend A = prev(Caller)", "AzureActivity | extend A = ingestion_time()", "search 'x'"]
)
def test_what_the_engine_cannot_do_is_refused_and_never_guessed(engine: LocalEngine, kql: str) -> None:
    with pytest.raises(EngineRefusal, match="the local engine cannot run this query") as caught:
        engine.run(kql, NOW, {"AzureActivity": []})

    assert caught.value.exit_code is ExitCode.UNKNOWN
    assert not isinstance(caught.value, InputError)


@pytest.mark.parametrize(
    ("kql", "says"),
    [
        ("print A = tolwer('x')", "it has no function tolwer; see whether that is spelled right"),
        ("AzureActivity | summarize cont()", "it has no function cont; see whether that is spelled right"),
        ("search 'x'", "it does not do this, near \"search'x'\""),
        ("print A = 'x' matches regex '(?<=x)'", "RE2 cannot execute lookaround"),
        ("declare query_parameters(a: string = 'x'); print a", "it declares parameters, which nobody gives"),
    ],
)
def test_a_refusal_is_for_those_who_write_queries(engine: LocalEngine, kql: str, says: str) -> None:
    """Not for those who write the engine."""
    with pytest.raises(EngineRefusal) as caught:
        engine.run(kql, NOW, {"AzureActivity": []})

    assert says in str(caught.value)
    assert "in this wave" not in str(caught.value)


@pytest.mark.parametrize(
    ("kql", "value"),
    [
        ("print A = bin(datetime(2026-01-15 12:07), 5m)", datetime(2026, 1, 15, 12, 5)),  # noqa: DTZ001
        ("print A = coalesce('', 'b')", "b"),
        ("print A = 'Straße' =~ 'STRASSE'", False),
        ("print A = 'a b' has 'B'", True),
        ("print A = @'c:\\x' matches regex @'(?i)^C:\\\\X\\z'", True),
        (
            "print A = format_datetime(datetime(2026-01-05 06:07:08.9), 'yyyy-MM-dd HH:mm:ss.ffffff')",
            "2026-01-05 06:07:08.900000",
        ),
        ("range A from 1 to 4 step 1 | summarize A = countif(A > 2)", 2),
    ],
)
def test_what_our_queries_stand_on_is_as_in_kusto(engine: LocalEngine, kql: str, value: object) -> None:
    assert engine.run(kql, NOW, {})[0]["A"] == value


def test_all_tables_can_be_there_at_once(engine: LocalEngine) -> None:
    for table, columns in TABLES.items():
        found = engine.run(f"{table} | getschema | project ColumnName", NOW, dict.fromkeys(TABLES, ()))

        assert {row["ColumnName"] for row in found} == set(columns)


def test_without_the_extra_the_error_says_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb_kql", None)
    monkeypatch.delitem(sys.modules, "acrwatch.kql.engine")

    with pytest.raises(MissingExtra, match=r"pip install 'acrwatch\[rehearse\]'") as caught:
        import acrwatch.kql.engine  # noqa: F401

    assert caught.value.exit_code is ExitCode.INPUT
