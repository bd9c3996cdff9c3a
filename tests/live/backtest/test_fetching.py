"""Events that a workspace made: played, they give what the whole log gives."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from acrwatch.detection.events import Event
from acrwatch.live.backtest.asking import Asked
from acrwatch.live.backtest.fetching import events_of, fetch_events
from acrwatch.live.logs import Logs
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.logs import LogAnalytics
from acrwatch.testing.azure.server import Reply
from tests.rehearsal.rules import stack_with
from tests.rehearsal.watch import only

GUID = "00000000-0000-0000-0000-0000000000f0"
START = datetime(2026, 1, 15, 8, tzinfo=UTC)
END = START + timedelta(hours=3)
SCAN = "image_vulnerability_scan_disabled"


@pytest.fixture
def azure() -> Iterator[AzureStandIn]:
    with AzureStandIn() as stand_in:
        yield stand_in


def _asked(log: EventLog, stack: SynthesisedStack) -> Asked:
    (criterion,) = stack.rules[0].criteria
    (asked,) = events_of(log, [criterion.query], [[one.name for one in criterion.dimensions]]).values()
    return asked


def _fetched(azure: AzureStandIn, stack: SynthesisedStack, source: EventLog, most: int) -> Rehearsal:
    with EventLog() as log, LogAnalytics(source, most_rows=most) as logs:
        azure.log_queries = logs
        slices = Slices(Logs(azure.azure()), GUID, first=timedelta(hours=2))
        fetch_events(log, slices, _asked(log, stack), START - timedelta(hours=6), END, lambda _: None)
        return rehearse(stack, log, start=START, end=END)


def _noise(seed: int, operation: str) -> Iterator[Event]:
    """Bursts with late rows, rows that come twice, casing and `<nil>`."""
    chance = Random(seed)
    for burst in range(6):
        begin = START + timedelta(minutes=chance.randrange(-120, 150))
        for number in range(chance.randrange(10, 60)):
            time = begin + timedelta(seconds=chance.randrange(900))
            arrived = time + timedelta(minutes=chance.choice([3, 5, 10, 40]))
            row = {
                "OperationName": chance.choice([operation, operation.lower()]),
                "ResultDescription": chance.choice(["200", "200", "200", "404"]),
                "Repository": f"shop/{chance.randrange(9)}",
                "Digest": chance.choice(["<nil>", f"sha256:{number}"]),
                "Tag": f"v{number}",
                "Identity": f"Someone{burst % 2}",
                "UserAgent": chance.choice(["docker/1", "<nil>"]),
                "LoginServer": "contosoprod.azurecr.io",
            }
            for late in range(1 + (chance.random() < 0.1)):
                yield Event(
                    table="ContainerRegistryRepositoryEvents",
                    time=time,
                    arrived=arrived + timedelta(minutes=7 * late),
                    row=row,
                )


@pytest.mark.parametrize(("seed", "most"), [(1, 500_000), (2, 60)])
@pytest.mark.parametrize(
    ("detection", "operation"), [("excessive_images_pulled", "Pull"), ("images_deleted_in_repository", "Delete")]
)
def test_what_a_workspace_makes_is_played_as_the_log_itself(
    azure: AzureStandIn, detection: str, operation: str, seed: int, most: int
) -> None:
    """In whatever slices it comes, and melted into fewer rows: the same alerts at the same moments."""
    stack = only(detection)
    with EventLog.of(_noise(seed, operation)) as source:
        wanted = rehearse(stack, source, start=START, end=END)
        found = _fetched(azure, stack, source, most)
    assert wanted.alerts
    assert [(one.fired, one.resolved, one.series, one.value) for one in found.alerts] == [
        (one.fired, one.resolved, one.series, one.value) for one in wanted.alerts
    ]


def test_rows_are_melted_only_where_it_makes_no_difference() -> None:
    """Where a rest counts rows, every row counts, and comes as often as it is there."""
    with EventLog() as log:
        pulled, scan = _asked(log, only("excessive_images_pulled")), _asked(log, only(SCAN))
    assert pulled.melted
    assert not scan.melted
    assert "by Repository, Identity, Client, Registry, Image, Hop" in pulled.query(START, END)
    assert "summarize _times = count() by TimeGenerated, _arrived" in scan.query(START, END)
    # Nothing but what Events needs travels to the workspace.
    assert "images_limit" not in pulled.query(START, END)


COUNTS = """let Events = ContainerRegistryRepositoryEvents
    | where OperationName =~ "pull"
    | extend Bin = bin(TimeGenerated, 1h);
Events | where Bin >= ago(55m) | summarize Pulls = count() by Identity"""


def test_a_rule_that_counts_rows_counts_them_all(azure: AzureStandIn) -> None:
    """Equal rows are rows, too."""
    stack = stack_with({"query": COUNTS, "threshold": 3}, window_duration="PT2H")
    row = {"OperationName": "Pull", "Identity": "a"}
    events = [
        Event(table="ContainerRegistryRepositoryEvents", time=START, arrived=START + timedelta(minutes=5), row=row)
        for _ in range(4)
    ]
    with EventLog.of(events) as source:
        found = _fetched(azure, stack, source, 500_000)
    assert [alert.value for alert in found.alerts] == [4.0]


@pytest.mark.parametrize(
    "body",
    [
        {"tables": [{"name": "T", "columns": [{"name": "Identity", "type": "string"}], "rows": [["a"]]}]},
        {"tables": [{"name": "T", "columns": [], "rows": []}]},
    ],
)
def test_an_answer_to_another_question_is_unknown(azure: AzureStandIn, body: Any) -> None:
    """And nothing of it is played."""
    azure.log_queries = lambda workspace, asked: Reply(200, body)
    stack = only("excessive_images_pulled")
    with EventLog() as log:
        asked = _asked(log, stack)
        with pytest.raises(CallFailed, match="lacks"):
            fetch_events(log, Slices(Logs(azure.azure()), GUID), asked, START, END, lambda _: None)
        assert not log.made
