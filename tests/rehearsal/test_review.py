"""Queries of others that a rehearsal once judged wrongly, or could have judged and did not."""

from datetime import timedelta
from pathlib import Path

import pytest

from acrwatch.errors import UnknownError
from acrwatch.kql.engine import QueryError
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import RehearsedQuery
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.logs import row, write_lines
from tests.rehearsal.rules import REPOSITORY_EVENTS, at, pull, stack_with

HOUR = timedelta(hours=1)
EVENTS = f"let Events = {REPOSITORY_EVENTS} | where OperationName =~ 'pull';"


@pytest.mark.parametrize(
    ("query", "once"),
    [
        (f"let cut = ago(30m); let Events = {REPOSITORY_EVENTS} | where TimeGenerated > cut; Events | count", False),
        (
            f"let new = (t:datetime) {{ t > ago(30m) }}; let Events = {REPOSITORY_EVENTS} | where new(TimeGenerated);"
            "Events | count",
            False,
        ),
        (
            f"let deleted = 'pull'; let Events = {REPOSITORY_EVENTS} | where OperationName =~ deleted; Events | count",
            True,
        ),
        (f"{EVENTS} Events | summarize Pulls = count() by ['Tag']", True),
        (f"let Events = {REPOSITORY_EVENTS} | extend _happened = datetime(2000-01-01); Events | count", False),
        (f"let Events = {REPOSITORY_EVENTS} | extend _row = 7; Events | summarize Pulls = sum(_row)", False),
        (f"{EVENTS} Events | join kind=inner (Events) on Identity | summarize Pulls = count() by Tag1", True),
        (f"{EVENTS} Events | getschema | summarize Columns = count() by DataType", True),
    ],
)
def test_a_query_gives_the_same_rows_with_and_without_shortcuts(query: str, once: bool) -> None:
    """And takes the way that is expected."""
    rows = [pull(minutes, Tag=f"v{minutes % 4}", Identity=f"id-{minutes % 2}") for minutes in range(0, 60, 3)]
    with EventLog.of(rows) as log:
        quick, plain = (RehearsedQuery(log, query, HOUR, shortcuts=shortcuts) for shortcuts in (True, False))
        found = [(quick.run(at(minutes)), plain.run(at(minutes))) for minutes in (0, 45, 300)]

    assert (quick.sources.events is not None) == once
    for one, other in found:
        assert sorted(map(str, one.rows)) == sorted(map(str, other.rows))


def test_the_measure_is_kept_where_the_result_names_no_columns() -> None:
    """A `distinct` in a subquery names none of the result's."""
    stack = stack_with(
        {
            "query": f"{EVENTS} Events | where Identity in ((Events | where Tag == 'v3' | distinct Identity))",
            "metric_measure_column": "Size",
        }
    )

    (alert,) = rehearse(stack, [pull(1, Tag="v3", Size=5)], end=at(10)).alerts

    assert alert.value == 5


def test_a_leg_of_a_fuzzy_union_that_is_not_known_is_not_left_out_in_silence() -> None:
    """Its rows could make the rule fire."""
    known = f"let Rows = {REPOSITORY_EVENTS}; union isfuzzy=true Rows, {REPOSITORY_EVENTS}, (datatable(Tag:string)[])"
    with EventLog.of([pull(1)]) as log:
        RehearsedQuery(log, f"{known} | count", HOUR)
        with pytest.raises(UnknownError, match="Heartbeat"):
            RehearsedQuery(log, f"{known}, Heartbeat | count", HOUR)


@pytest.mark.parametrize("shaped", [True, False])
def test_a_rule_with_a_column_in_another_casing_is_not_evaluated(shaped: bool) -> None:
    """Azure would refuse it, and the engine would not."""
    rows = "let Events = ContainerRegistryRepositoryEvents | where OperationName =~ 'pull'; Events"
    query = f"{rows if shaped else REPOSITORY_EVENTS} | summarize Pulls = count() by identity"

    found = rehearse(stack_with({"query": query}), [pull(1)], end=at(10))

    assert (found.complete, found.alerts) == (False, ())
    assert "there is no column identity; Kusto tells capital letters apart, and it is called Identity" in str(
        found.rules[0].unknown
    )


def test_a_table_of_the_log_in_another_casing_is_called_as_it_is_called(tmp_path: Path) -> None:
    """Also one that nobody knows but the log."""
    file = write_lines(tmp_path / "a.jsonl", [row("App_CL", user_s="a")])

    with EventLog.read([file]) as log, pytest.raises(QueryError, match=r"no table app_cl; .* called App_CL"):
        RehearsedQuery(log, "app_cl | count", HOUR)


def test_a_text_that_a_leg_of_a_union_lacks_is_empty() -> None:
    """As it is in Kusto, so that rules count it."""
    query = (
        f"union ({REPOSITORY_EVENTS} | project TimeGenerated, Identity),"
        f" ({REPOSITORY_EVENTS} | project TimeGenerated, Tag) | where Tag == '' | summarize Pulls = count() by Identity"
    )

    (alert,) = rehearse(stack_with({"query": query}), [pull(1, Identity="a", Tag="v1")], end=at(10)).alerts

    assert (alert.series, alert.value) == ((("Identity", "a"),), 1)


def test_alerts_on_two_resources_are_two_alerts() -> None:
    """Each with its own id, and its own rows behind it."""
    stack = stack_with(
        {
            "query": f"{EVENTS} Events | summarize Pulls = count() by Identity, _ResourceId",
            "resource_id_column": "_ResourceId",
        }
    )

    found = rehearse(stack, [pull(1, _ResourceId="/a"), pull(2, _ResourceId="/b"), pull(3, _ResourceId="/b")]).alerts

    assert len({alert.notifications[0].payload["data"]["essentials"]["alertId"] for alert in found}) == 2
    assert [alert.behind.count for alert in found if alert.behind is not None] == [1, 2]


def test_a_bin_that_is_no_time_does_no_harm() -> None:
    """The name is anybody's."""
    stack = stack_with(
        {
            "query": f"let Events = {REPOSITORY_EVENTS} | extend Bin = strcat('b', Tag);"
            "Events | summarize Pulls = count() by Who = strcat(Identity, '!')",
            "dimension": [{"name": "Who", "operator": "Include", "values": ["*"]}],
        }
    )

    assert len(rehearse(stack, [pull(1, Tag="1"), pull(2, Tag="2")]).alerts) == 1


def test_a_query_that_reads_no_table_is_played() -> None:
    """It has nothing that a moment could be bound to."""
    query = "datatable(Identity: string, Pulls: long)['a', 3]"

    assert [alert.value for alert in rehearse(stack_with({"query": query}), [pull(1)], end=at(10)).alerts] == [3]


def test_a_query_beyond_the_translator_is_unknown_and_stops_no_other_rule() -> None:
    """It recurses for each operand."""
    conditions = " and ".join(["Tag != 'a'"] * 1500)

    (rule,) = rehearse(stack_with({"query": f"{REPOSITORY_EVENTS} | where {conditions}"}), [pull(1)], end=at(10)).rules

    assert "nested too deeply" in str(rule.unknown)


def test_a_large_threshold_is_written_in_full() -> None:
    """Azure rounds none."""
    query = f"{REPOSITORY_EVENTS} | summarize Pulls = 2000000 * count() by Identity"

    (alert,) = rehearse(stack_with({"query": query, "threshold": 1234567}), [pull(1)]).alerts

    (condition,) = alert.notifications[0].payload["data"]["alertContext"]["condition"]["allOf"]
    assert condition["threshold"] == "1234567"


def test_evaluations_come_in_order_however_late_they_are() -> None:
    """A rule's memory goes forward only."""
    clock = Clock(start=at(0), end=at(60), jitter=timedelta(minutes=20), seed=1)

    moments = list(clock.evaluations("rule", timedelta(minutes=5)))

    assert moments == sorted(moments)
