"""What is done once, or left out, comes to the same as running every query whole at every evaluation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acrwatch.rehearsal import planned
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert
from acrwatch.rehearsal.query import RehearsedQuery
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.random_logs import firing_stack, random_log
from tests.rehearsal.rules import at, pull, stack_with

HOUR = timedelta(hours=1)
odd = settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@odd
@given(seed=st.integers(0, 10_000))
def test_every_shipped_query_gives_the_same_rows_however_it_is_run(seed: int) -> None:
    """On rows of all sorts, at moments before, within and after them; few rows, many, and without shortcuts."""
    moments = [at(minutes) for minutes in (15, 95, 300)]
    with EventLog.of(random_log(seed, 200)) as log:
        for rule in firing_stack().rules:
            (criterion,), reads = rule.criteria, rule.window_duration
            assert reads is not None
            ways = [RehearsedQuery(log, criterion.query, reads)]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(planned, "MOST_ROWS", -1)
                ways.append(RehearsedQuery(log, criterion.query, reads))
            assert [way.sources.events is not None for way in ways] == [True, True]
            plain = RehearsedQuery(log, criterion.query, reads, shortcuts=False)
            for moment in moments:
                other = plain.run(moment)
                for way in ways:
                    one = way.run(moment)
                    assert one.columns == other.columns
                    assert sorted(map(str, one.rows)) == sorted(map(str, other.rows))


def test_the_shortcuts_find_the_same_alerts_as_the_plain_way() -> None:
    """All shipped rules; only the plain way cannot tell the rows behind an alert."""
    log = random_log(5, 300)

    def played(shortcuts: bool) -> list[Alert]:
        found = rehearse(firing_stack(), log, start=at(60), end=at(110), shortcuts=shortcuts)
        return [replace(alert, behind=None) for alert in found.alerts]

    quick = played(True)

    assert quick == played(False)
    assert len({alert.rule.id for alert in quick}) == len(firing_stack().rules)


EVENTS = "let Events = ContainerRegistryRepositoryEvents | where OperationName =~ 'pull';"


@pytest.mark.parametrize(
    ("query", "once"),
    [
        (f"{EVENTS} Events | where TimeGenerated >= ago(50m) | summarize Pulls = count() by Identity", True),
        (f"{EVENTS} Events | where TimeGenerated >= ago(50m)", True),
        (f"{EVENTS} Events | summarize arg_max(TimeGenerated, *) by Identity", True),
        (f"{EVENTS} Events | count", True),
        (f"{EVENTS} Events | summarize Pulls = count()", True),
        (
            "let Events = ContainerRegistryRepositoryEvents | extend TimeGenerated = TimeGenerated + 1h;"
            "Events | summarize Last = max(TimeGenerated) by Identity",
            True,
        ),
        ("let Events = ContainerRegistryRepositoryEvents | where TimeGenerated > ago(30m); Events | count", False),
        ("let Events = ContainerRegistryRepositoryEvents | summarize by Identity; Events | count", False),
        ("ContainerRegistryRepositoryEvents | summarize Pulls = count() by Identity", False),
        (f"{EVENTS} Events | join kind=inner (ContainerRegistryLoginEvents) on Identity", False),
    ],
)
def test_a_query_gives_the_same_rows_however_it_is_run(query: str, once: bool) -> None:
    """At moments before, within and after the events; and each takes the way that is expected."""
    rows = [pull(minutes, arrives=minutes % 7, Identity=f"id-{minutes % 3}") for minutes in range(0, 60, 3)]
    with EventLog.of(rows) as log:
        quick, plain = (RehearsedQuery(log, query, HOUR, shortcuts=shortcuts) for shortcuts in (True, False))
        found = [(quick.run(at(minutes)), plain.run(at(minutes))) for minutes in (-30, 0, 20, 45, 70, 119, 200)]

    assert (quick.sources.events is not None) == once
    for one, other in found:
        assert one.columns == other.columns
        assert sorted(map(str, one.rows)) == sorted(map(str, other.rows))


def test_a_rule_on_missing_rows_is_evaluated_although_it_reads_none() -> None:
    """No row at all is what such a rule is about."""
    stack = stack_with(
        {
            "query": "ContainerRegistryRepositoryEvents",
            "time_aggregation_method": "Count",
            "metric_measure_column": None,
            "operator": "LessThan",
            "dimension": None,
        }
    )

    found = rehearse(stack, [pull(0)], end=at(180))

    assert [alert.fired for alert in found.alerts] == [at(65)]


ALONE: dict[str, Any] = {
    "query": "ContainerRegistryRepositoryEvents",
    "time_aggregation_method": "Count",
    "metric_measure_column": None,
    "dimension": None,
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("criterion", "rule"),
    [
        ({}, {}),
        ({}, {"auto_mitigation_enabled": False, "mute_actions_after_alert_duration": "PT2H"}),
        (ALONE, {}),
        ({**ALONE, "operator": "LessThan"}, {}),
        ({**ALONE, "operator": "LessThan"}, {"auto_mitigation_enabled": False}),
        ({"query": f"{EVENTS} Events | summarize Pulls = count() by Identity"}, {}),
    ],
)
def test_idle_stretches_that_are_passed_over_change_nothing(
    criterion: dict[str, Any], rule: dict[str, Any], seed: int
) -> None:
    """Bursts with hours of quiet between them, some of them before and after all of it."""
    chance = Random(seed)
    rows = [
        pull(begin + chance.uniform(0, 90), arrives=chance.choice([0, chance.uniform(0, 200)]), Identity=identity)
        for begin in (chance.uniform(0, 2000) for _ in range(4))
        for identity in chance.choices("abc", k=3)
    ]
    stack = stack_with(criterion, evaluation_frequency="PT15M", **rule)
    with EventLog.of(rows) as log:
        quick, plain = (
            rehearse(
                stack,
                log,
                start=at(-300),
                end=at(2600),
                jitter=timedelta(minutes=9),
                skip=0.2,
                seed=seed,
                shortcuts=shortcuts,
            )
            for shortcuts in (True, False)
        )

    assert quick.alerts
    assert [replace(alert, behind=None) for alert in quick.alerts] == [
        replace(alert, behind=None) for alert in plain.alerts
    ]
    assert [replace(one, slowest=None) for one in quick.rules] == [replace(one, slowest=None) for one in plain.rules]


def test_a_stretch_is_idle_up_to_the_hour_in_which_something_happens() -> None:
    """And no query is run in it; with a clock in what is counted from nothing it never is."""
    with EventLog.of([pull(1), pull(600)]) as log:
        query = RehearsedQuery(log, f"{EVENTS} Events | summarize Pulls = count() by Identity", HOUR)
        before = query.idle_until(at(200))
        query.run(at(200))
        found = {minutes: query.idle_until(at(minutes)) for minutes in (-90, 30, 119, 120, 599, 600, 719, 720)}
        other = RehearsedQuery(log, "print Pulls = 1, Identity = 'a'", HOUR)
        other.run(at(200))

        assert other.idle_until(at(200)) == before == at(200)
    idle = {-90: at(0), 120: at(600), 599: at(600), 720: datetime.max.replace(tzinfo=UTC)}
    assert found == {**idle, **{minutes: at(minutes) for minutes in (30, 119, 600, 719)}}


def test_an_idle_stretch_is_not_asked_for_row_by_row() -> None:
    """Two rows a year apart fire twice, in the time of a short rehearsal."""
    rows = [pull(1), pull(365 * 24 * 60)]

    found = rehearse(stack_with(evaluation_frequency="PT1H", window_duration="PT2H"), rows)

    assert [alert.fired for alert in found.alerts] == [at(60), at(365 * 24 * 60)]
    assert found.rules[0].evaluations > 365 * 24
