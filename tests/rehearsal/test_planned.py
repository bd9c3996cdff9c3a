"""Over few rows a query is planned once, which must not be seen in what it finds."""

from datetime import datetime, timedelta
from types import MappingProxyType

import pytest

from acrwatch.rehearsal import planned
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import RehearsedQuery
from tests.rehearsal.rules import REPOSITORY_EVENTS, at, pull

HOUR = timedelta(hours=1)
EVENTS = f"let Events = {REPOSITORY_EVENTS} | where OperationName =~ 'pull';"
RECENT = f"{EVENTS} Events | where TimeGenerated >= ago(50m) | summarize Pulls = count() by Identity"


def bounds(since: datetime, now: datetime) -> MappingProxyType[str, datetime]:
    return MappingProxyType({"since": since.replace(tzinfo=None), "kqlnow": now.replace(tzinfo=None)})


@pytest.mark.parametrize(("rows", "once"), [(3, True), (4, False)])
def test_few_rows_are_planned_once_and_many_each_time(rows: int, once: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "MOST_ROWS", 3)

    with EventLog.of([pull(minute) for minute in range(rows)]) as log:
        query = RehearsedQuery(log, RECENT, HOUR)
        ready = planned.planned(query.connection, query.sources, "SELECT 1")

    assert (ready is not None) == once


def test_queries_of_one_log_do_not_disturb_each_other() -> None:
    """What one makes or drops between two runs costs another its plan, and no row."""
    with EventLog.of([pull(minute) for minute in range(3)]) as log:
        first = RehearsedQuery(log, RECENT, HOUR)
        before = first.run(at(10))
        second = RehearsedQuery(log, RECENT, HOUR)
        between = second.run(at(10))
        second.close()
        after = first.run(at(10))

    assert [dict(row) for row in before.rows] == [{"Identity": "ci@example.com", "Pulls": 3}]
    assert before == between == after


def test_a_text_that_looks_like_a_moment_stays_a_text() -> None:
    query = f"{EVENTS} Events | where Tag == '$kqlnow' | summarize Pulls = count() by Identity, Tag"
    with EventLog.of([pull(0, Tag="$kqlnow"), pull(1)]) as log:
        (row,) = RehearsedQuery(log, query, HOUR).run(at(10)).rows

    assert (row["Tag"], row["Pulls"]) == ("$kqlnow", 1)


@pytest.mark.parametrize(
    ("now", "reads"),
    [(-1, False), (0, False), (4, False), (5, True), (60, True), (61, True), (119, True), (120, True), (121, False)],
)
def test_a_row_is_read_from_its_arrival_until_it_is_too_old(now: int, reads: bool) -> None:
    """The first arrives late, the second an hour after it at once."""
    with EventLog.of([pull(0, arrives=5), pull(60)]) as log:
        query = RehearsedQuery(log, RECENT, HOUR)
        ready = planned.planned(query.connection, query.sources, "SELECT 1")

    assert ready is not None
    assert ready.reads_any(bounds(at(now) - HOUR, at(now))) == reads
