"""The rows behind many alerts of one evaluation: each has its own, however many fire."""

from collections import Counter
from random import Random

import pytest

from acrwatch.rehearsal import behind as module
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import REPOSITORY_EVENTS, at, pull, stack_with

QUERY = f"""let Events = {REPOSITORY_EVENTS} | where OperationName =~ 'pull';
Events | summarize Pulls = count() by Repository, Identity"""
STACK = stack_with(
    {
        "query": QUERY,
        "dimension": [{"name": name, "operator": "Include", "values": ["*"]} for name in ("Repository", "Identity")],
    }
)


def test_a_hundred_alerts_at_once_have_their_own_rows() -> None:
    """Those of the same repository and identity, in the order of time, at most twenty, from what was read."""
    chance = Random(3)
    rows = [
        pull(
            chance.uniform(0, 5),
            Repository=f"team/{chance.randrange(12)}",
            Identity=chance.choice(["", *(f"{number}@example.com" for number in range(9))]),
            Tag=str(number),
        )
        for number in range(3_000)
    ]

    found = rehearse(STACK, rows, start=at(5), end=at(5)).alerts

    made = Counter((row.row["Repository"], row.row["Identity"]) for row in rows)
    assert len(found) == len(made) > 100
    for alert in found:
        series = tuple(value for _, value in alert.series)
        own = sorted(
            (row for row in rows if (row.row["Repository"], row.row["Identity"]) == series), key=lambda row: row.time
        )
        assert alert.behind is not None
        assert alert.behind.count == made[series[0], series[1]]
        assert (alert.behind.first, alert.behind.last) == (own[0].time, own[-1].time)
        assert [row["Tag"] for row in alert.behind.rows] == [row.row["Tag"] for row in own[:20]]


def test_the_log_is_looked_at_once_however_many_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look for each takes more time than all else where a rule fires by the hundred."""
    monkeypatch.setattr(module, "_narrowed", None)
    rows = [pull(1, Repository=f"team/{number}") for number in range(50)]

    with EventLog.of(rows) as log:
        found = rehearse(STACK, log, start=at(5), end=at(5)).alerts

    assert [alert.behind.count for alert in found if alert.behind is not None] == [1] * 50


def test_a_value_that_stands_for_many_does_not_keep_others_from_their_rows() -> None:
    """One combination has a name that no row has; the others go by theirs."""
    query = f"{QUERY} | extend Identity = iff(Pulls > 2, 'several', Identity)"
    stack = stack_with(
        {
            "query": query,
            "dimension": [
                {"name": name, "operator": "Include", "values": ["*"]} for name in ("Repository", "Identity")
            ],
        }
    )
    rows = [pull(number, Repository=name) for name, count in (("a", 1), ("b", 3), ("c", 2)) for number in range(count)]

    found = rehearse(stack, rows, start=at(5), end=at(5)).alerts

    assert [(dict(alert.series), alert.behind and alert.behind.count) for alert in found] == [
        ({"Repository": "a", "Identity": "ci@example.com"}, 1),
        ({"Repository": "b", "Identity": "several"}, 3),
        ({"Repository": "c", "Identity": "ci@example.com"}, 2),
    ]
