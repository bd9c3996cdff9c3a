"""Whole tables of a workspace: files for a rehearsal, and rules that read tables whole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from acrwatch.detection.events import Event
from acrwatch.errors import InputError, UnknownError
from acrwatch.live.backtest.export import export_tables
from acrwatch.live.backtest.run import backtest
from acrwatch.live.logs import Logs
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed
from acrwatch.rehearsal.log import EventLog
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.logs import LogAnalytics
from tests.rehearsal.logs import held
from tests.rehearsal.rules import PULLS, stack_with

GUID = "00000000-0000-0000-0000-0000000000f0"
START = datetime(2026, 1, 15, tzinfo=UTC)
END = START + timedelta(days=1)
REPOSITORY, ACTIVITY = "ContainerRegistryRepositoryEvents", "AzureActivity"
EVENTS = [
    Event(
        table=REPOSITORY,
        time=START + timedelta(hours=hour, microseconds=7),
        arrived=START + timedelta(hours=hour, minutes=9),
        row={
            "OperationName": "Pull",
            "ResultDescription": "200",
            "Identity": "a",
            "Repository": "ümlaut\n'x'",
            "Size": hour,
            "_BilledSize": 0.5,
        },
    )
    for hour in range(6)
] + [
    Event(
        table=ACTIVITY,
        time=START,
        arrived=START + timedelta(minutes=4),
        row={"OperationNameValue": "x", "Properties_d": {"a": [1, None, "<nil>"]}},
    )
]
BOTH = f"union {REPOSITORY}, {ACTIVITY} | summarize Pulls = count() by Identity"


@pytest.fixture
def azure() -> Iterator[AzureStandIn]:
    with AzureStandIn() as stand_in, EventLog.of(EVENTS) as log, LogAnalytics(log) as logs:
        stand_in.log_queries = logs
        yield stand_in


def _slices(azure: AzureStandIn) -> Slices:
    return Slices(Logs(azure.azure()), GUID, first=timedelta(hours=5))


def test_an_export_is_the_log(azure: AzureStandIn, tmp_path: Path) -> None:
    """Read by the rehearsal, it holds the same rows that arrived at the same moments."""
    folder = tmp_path / "new" / "export"
    rules = stack_with({"query": BOTH}).rules
    assert export_tables(_slices(azure), rules, START, END, folder) == len(EVENTS)
    with EventLog.read([folder]) as read, EventLog.of(EVENTS) as wanted:
        assert not read.unreadable.count
        assert not read.notes
        for log in (read, wanted):
            for table in log.tables:
                log.connection.execute(f'UPDATE log."{table}" SET _row = 0, "Type" = \'\'')
        sort = {table: sorted(map(str, rows)) for table, rows in held(read).items()}
        assert sort == {table: sorted(map(str, rows)) for table, rows in held(wanted).items()}
        arrived = f'SELECT list(_arrived ORDER BY _arrived) FROM log."{REPOSITORY}"'
        assert read.connection.execute(arrived).fetchall() == wanted.connection.execute(arrived).fetchall()
    assert [path.name for path in folder.parent.iterdir()] == ["export"]


def test_an_export_that_fails_leaves_nothing(azure: AzureStandIn, tmp_path: Path) -> None:
    """No half of a day is taken for a day."""
    azure.answer("POST", "/v1/*", status=403, code="InsufficientAccessError", times=1)
    with pytest.raises(CallFailed):
        export_tables(_slices(azure), stack_with().rules, START, END, tmp_path / "export")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(azure: AzureStandIn, tmp_path: Path) -> None:
    """It is refused before anything is asked."""
    (tmp_path / "mine").touch()
    with pytest.raises(InputError, match="not empty"):
        export_tables(_slices(azure), stack_with().rules, START, END, tmp_path)
    assert not azure.record.requests


def test_a_rule_of_others_is_played_on_whole_tables(azure: AzureStandIn) -> None:
    """It has no part that a workspace could do for it."""
    found = backtest(stack_with({"query": PULLS}), _slices(azure), start=START, end=END)
    (rule,) = found.rules
    assert rule.unknown is None
    # Six pulls, an hour apart, each of which has left the hour that is read before the next.
    assert [alert.series for alert in rule.alerts] == [(("Identity", "a"),)] * len(rule.alerts)
    assert rule.needed is not None
    assert rule.needed.name == "threshold"
    assert rule.needed.lowest == 2
    assert found.habits is not None
    assert found.habits[0].identity == "a"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("Heartbeat | summarize Pulls = count() by Identity = Computer", "whose columns are known"),
        (f"{REPOSITORY} | summarize Pulls = dcount(Tag) by Identity = bag_unpack(x)", "bag_unpack|cannot be run"),
    ],
)
def test_a_rule_that_cannot_be_played_says_why(azure: AzureStandIn, query: str, reason: str) -> None:
    """Unknown, and never without alerts."""
    (rule,) = backtest(stack_with({"query": query}), _slices(azure), start=START, end=END).rules
    assert rule.unknown is not None
    assert any(part in rule.unknown for part in reason.split("|"))


def test_a_rule_whose_tables_are_too_large_is_unknown(azure: AzureStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    monkeypatch.setattr("acrwatch.live.backtest.export.MOST_ROWS", 3)
    (rule,) = backtest(stack_with({"query": PULLS}), _slices(azure), start=START, end=END).rules
    assert rule.unknown is not None
    assert "ask for fewer days" in rule.unknown


def test_an_interruption_ends_it(azure: AzureStandIn) -> None:
    """A part of the time would look like a quiet one."""

    def told(what: str) -> None:
        if what.startswith("playing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backtest(stack_with({"query": PULLS}), _slices(azure), start=START, end=END, progress=told)


def test_what_cannot_be_searched_is_unknown_and_the_alerts_are_told(
    azure: AzureStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit that is not found is not the same as none that is needed."""

    def refuses(*_: object) -> None:
        raise UnknownError("not today")

    monkeypatch.setattr("acrwatch.live.backtest.run.lowest", refuses)
    found = backtest(stack_with({"query": PULLS}), _slices(azure), start=START, end=END)
    assert found.rules[0].alerts
    (said,) = found.unknown
    assert said.startswith("how to tune")
    assert said.endswith("pulls: not today")
