"""Whole rehearsals: what fires, when, for whom, and what cannot be found out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import PULLS, REPOSITORY_EVENTS, at, pull, stack_with
from tests.rehearsal.watch import deployed, only

HOURLY = f"{PULLS}, bin(TimeGenerated, 1h)"
SUPPRESSION = "azurerm_monitor_alert_processing_rule_suppression"
QUIET = {
    "name": "quiet",
    "resource_group_name": "rg",
    "scopes": ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    "condition": [{"monitor_condition": [{"operator": "Equals", "values": ["Resolved"]}]}],
}


def test_an_alert_fires_when_its_row_has_arrived_and_resolves_when_it_has_left_the_window() -> None:
    """At 00:05 it is not there yet; at 01:05 it is too old, and three evaluations later all is well."""
    (alert,) = rehearse(stack_with(), [pull(1, arrives=6)]).alerts

    assert (alert.fired, alert.resolved) == (at(10), at(75))
    assert alert.dimensions == {"Identity": "ci@example.com"}
    assert alert.value == 1


def test_a_row_that_arrives_after_it_has_left_the_window_is_never_seen() -> None:
    """A look-back is what bears late rows."""
    assert not rehearse(stack_with(), [pull(1, arrives=61)]).alerts


def test_the_time_range_override_is_what_is_read() -> None:
    """Instead of the window."""
    stack = stack_with(query_time_range_override="PT2H")

    assert len(rehearse(stack, [pull(1, arrives=61)]).alerts) == 1


def test_what_is_read_covers_all_evaluation_periods() -> None:
    """Two windows of an hour each; the result's datetime tells them apart."""
    stack = stack_with(
        {
            "query": HOURLY,
            "failing_periods": [{"minimum_failing_periods_to_trigger_alert": 2, "number_of_evaluation_periods": 2}],
        }
    )

    assert not rehearse(stack, [pull(1), pull(10)]).alerts
    assert len(rehearse(stack, [pull(1), pull(61)]).alerts) == 1


def test_who_is_told_is_told_with_the_alert() -> None:
    """By the routing that `acrwatch routes` shows."""
    stack = stack_with(resources={SUPPRESSION: {"quiet": QUIET}})

    (alert,) = rehearse(stack, [pull(1)]).alerts
    fired, resolved = alert.notifications

    assert [told.name for told in fired.route.told] == ["team"]
    assert (resolved.route.told, [rule.name for rule in resolved.route.suppressed_by]) == ((), ["quiet"])


def test_a_stateless_rule_fires_at_each_evaluation_and_its_mute_is_told() -> None:
    """Nobody is told of a muted one."""
    stack = stack_with(auto_mitigation_enabled=False, mute_actions_after_alert_duration="PT30M")

    found = rehearse(stack, [pull(1)], end=at(40)).alerts

    assert [(alert.fired, alert.notifications[0].muted) for alert in found] == [
        (at(minutes), minutes not in (5, 35)) for minutes in range(5, 41, 5)
    ]


def test_a_rule_that_is_not_enabled_is_not_evaluated() -> None:
    """It is in the report all the same."""
    (rule,) = rehearse(stack_with(enabled=False), [pull(1)]).rules

    assert (rule.evaluations, rule.alerts, rule.unknown) == (0, 0, None)


@pytest.mark.parametrize(
    ("criterion", "rule", "says"),
    [
        ({"query": "Nothing | where"}, {}, "cannot be run"),
        ({"query": "Heartbeat | summarize Pulls = count() by Identity"}, {}, "Heartbeat"),
        ({"query": f"{PULLS} | extend Number = row_number()"}, {}, "local engine cannot run"),
        ({"query": "ContainerRegistryRepositoryEvents | where TimeGenerated > ago(2 * 1h)"}, {}, "ago-literal"),
        ({"query": f"{PULLS}, bin(now() - TimeGenerated, 1h)"}, {}, "a length of time"),
        ({"threshold": "${var.limit}"}, {}, "threshold"),
        ({"operator": "Roughly"}, {}, "Roughly"),
        ({"time_aggregation_method": "Median"}, {}, "Median"),
        ({"time_aggregation_method": "Count"}, {}, "Count goes without"),
        ({"metric_measure_column": "Images"}, {}, "no column Images"),
        ({}, {"evaluation_frequency": "${var.often}"}, "evaluation_frequency"),
        ({}, {"window_duration": None}, "window_duration"),
        ({}, {"mute_actions_after_alert_duration": "PT30M"}, "does not mute a rule that resolves itself"),
        ({}, {"criteria": []}, "criteria"),
        ({}, {"window_duration": "PT7H"}, "7h is not a window Azure has"),
        ({}, {"evaluation_frequency": "PT7M"}, "7m is not a frequency Azure has"),
        ({}, {"query_time_range_override": "PT30M"}, "less than its evaluation periods take"),
        ({}, {"evaluation_frequency": "P1D", "window_duration": "P1D"}, "longer than 12h"),
        ({"query": f"union {PULLS}"}, {"evaluation_frequency": "PT1M"}, "Azure would refuse it"),
        (
            {"query": HOURLY, "dimension": [{"name": "TimeGenerated", "operator": "Include", "values": ["*"]}]},
            {},
            "the dimension TimeGenerated is a datetime",
        ),
        (
            {"query": "AzureActivity | summarize Pulls = count() by Identity = now() - TimeGenerated"},
            {},
            "is dynamic or a",
        ),
        (
            {"query": f"{REPOSITORY_EVENTS} | summarize Identity = make_set(Tag), Pulls = count()"},
            {},
            "is dynamic or a",
        ),
        (
            {"query": HOURLY},
            {"query_time_range_override": "PT6H"},
            "does not document",
        ),
    ],
)
def test_a_rule_that_cannot_be_evaluated_faithfully_is_reported_with_the_reason(
    criterion: Mapping[str, Any], rule: Mapping[str, Any], says: str
) -> None:
    """Never skipped in silence, and never fine."""
    found = rehearse(stack_with(criterion, **rule), [pull(1)], end=at(60))

    assert found.rules[0].unknown is not None
    assert says in found.rules[0].unknown
    assert not found.complete


def test_one_rule_that_cannot_be_evaluated_does_not_stop_the_others() -> None:
    """Partial results are kept."""
    stack = stack_with(
        resources={
            "azurerm_monitor_scheduled_query_rules_alert_v2": {
                "broken": {"name": "broken", "criteria": [{"query": "nonsense |"}]},
                "fine": _body(),
            }
        }
    )

    found = rehearse(stack, [pull(1)])

    assert [rule.unknown is None for rule in found.rules] == [False, True]
    assert len(found.alerts) == 1


def _body() -> Mapping[str, Any]:
    return {
        "name": "fine",
        "severity": 1,
        "auto_mitigation_enabled": True,
        "scopes": ["/subscriptions/x"],
        "evaluation_frequency": "PT5M",
        "window_duration": "PT1H",
        "criteria": [
            {
                "query": "ContainerRegistryRepositoryEvents",
                "time_aggregation_method": "Count",
                "operator": "GreaterThan",
                "threshold": 0,
            }
        ],
    }


def test_a_query_of_another_table_is_played_on_the_rows_of_the_log() -> None:
    """A known table without a row is empty, and no reason to refuse."""
    stack = stack_with({"query": "ContainerRegistryLoginEvents | summarize Pulls = count() by Identity"})

    found = rehearse(stack, [pull(1)])

    assert (found.alerts, found.rules[0].unknown) == ((), None)


def test_without_events_the_period_must_be_given() -> None:
    """There is nothing to take it from."""
    with pytest.raises(InputError, match="no events"):
        rehearse(stack_with(), [], end=at(60))

    assert rehearse(stack_with(), [], start=at(0), end=at(60)).rules[0].evaluations == 13


@pytest.mark.parametrize("seed", range(5))
def test_a_period_that_is_not_given_is_long_enough_for_evaluations_that_are_late(seed: int) -> None:
    """Whatever chance does, the alert is resolved in it, and nothing comes after it."""
    found = rehearse(stack_with(evaluation_frequency="PT1M"), [pull(1)], jitter=timedelta(hours=1), skip=0.9, seed=seed)

    ((alert,), end) = found.alerts, found.clock.end
    assert alert.resolved is not None
    assert max(note.time for note in alert.notifications) <= end


def test_a_moment_without_a_zone_is_utc() -> None:
    """As all moments of a log are."""
    start = at(0).replace(tzinfo=None)

    assert rehearse(stack_with(), [pull(1)], start=start).clock.start == at(0)


def test_a_stack_without_rules_is_refused() -> None:
    """It says which file."""
    with pytest.raises(InputError, match=r"cdk\.tf\.json has no scheduled query rule"):
        rehearse(replace(stack_with(), rules=()), [pull(1)])


def test_an_interruption_leaves_what_was_found_until_then() -> None:
    """All rules are played up to the same moment."""

    def interrupt(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    found = rehearse(stack_with(), [pull(1), pull(30, Identity="other@example.com")], progress=interrupt)

    assert len(found.alerts) == 1
    assert found.interrupted is not None
    assert found.interrupted < at(30)
    assert not found.complete


def test_an_interruption_leaves_out_what_only_some_rules_had_come_to() -> None:
    """Or it would say that it is whole up to a moment, and not be."""
    two = stack_with(resources={"azurerm_monitor_scheduled_query_rules_alert_v2": {"fine": _body(), "other": _body()}})

    def interrupt(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    found = rehearse(two, [pull(1)], start=at(0), progress=interrupt)

    assert found.interrupted == at(0)
    assert found.alerts == ()


def test_progress_counts_the_evaluations() -> None:
    """Of all rules together."""
    seen: list[tuple[int, int]] = []
    rehearse(stack_with(), [pull(0)], end=at(20), progress=lambda done, total: seen.append((done, total)))

    assert seen == [(number, 5) for number in range(1, 6)]


def test_a_rehearsal_can_be_repeated() -> None:
    """With the same seed; jitter moves alerts."""
    rows = [pull(minutes, arrives=3, Identity=f"id-{minutes}") for minutes in range(0, 60, 7)]

    first, second, other = (
        rehearse(stack_with(), rows, jitter=timedelta(minutes=2), skip=0.2, seed=seed) for seed in (1, 1, 2)
    )

    assert first == second
    assert [alert.fired for alert in first.alerts] != [alert.fired for alert in other.alerts]


def test_the_rows_behind_an_alert_are_those_that_made_it() -> None:
    """Not those of another identity, and not those of another hour."""
    rows = [
        pull(50, OperationName="Delete", Digest="sha256:1"),
        pull(66, OperationName="Delete", Digest="sha256:2"),
        pull(67, OperationName="Delete", Digest="sha256:3"),
        pull(68, OperationName="Delete", Digest="sha256:4", Identity="other@example.com"),
    ]

    found = rehearse(only("images_deleted_in_repository"), rows).alerts

    behind = {(alert.dimensions["Hour"], alert.dimensions["Identity"]): alert.behind for alert in found}
    digests = {
        key: [row["Digest"] for row in rows_.rows] if rows_ is not None else None for key, rows_ in behind.items()
    }
    assert digests == {
        ("2026-01-15 00:00Z", "ci@example.com"): ["sha256:1"],
        ("2026-01-15 01:00Z", "ci@example.com"): ["sha256:2", "sha256:3"],
        ("2026-01-15 01:00Z", "other@example.com"): ["sha256:4"],
    }
    assert [alert.delay for alert in found] == [timedelta(0), timedelta(minutes=4), timedelta(minutes=2)]


@pytest.mark.parametrize(
    ("column", "dimensions"),
    [
        ("toreal(Size)", {"1": 1, "3": 2, "": 1}),
        ("Size > 2", {"True": 2, "False": 1, "": 1}),
        ("Size", {"1": 1, "3": 2, "": 1}),
        ("toreal(Tag) / 4 * 1e20", {"37500000000000000000": 1, "50000000000000000000": 2, "": 1}),
        ("toreal(Tag)", {"1.5": 1, "2": 2, "": 1}),
    ],
)
def test_the_rows_behind_an_alert_are_found_by_numbers_and_truth_values(
    column: str, dimensions: Mapping[str, int]
) -> None:
    """A dimension is a text, whatever the column is."""
    query = f"let Events = {REPOSITORY_EVENTS} | where OperationName =~ 'pull' | extend Of = {column};"
    stack = stack_with(
        {
            "query": f"{query} Events | summarize Pulls = count() by Of",
            "dimension": [{"name": "Of", "operator": "Include", "values": ["*"]}],
        }
    )
    rows = [pull(1, Size=1, Tag="1.50"), pull(2, Size=3, Tag="2"), pull(3, Size=3, Tag="2"), pull(4, Tag="")]

    found = rehearse(stack, rows, end=at(10)).alerts

    assert {alert.dimensions["Of"]: alert.behind and alert.behind.count for alert in found} == dimensions


def test_every_shipped_rule_can_be_evaluated() -> None:
    """None of ours is beyond the local engine."""
    found = rehearse(deployed(), [pull(1)], end=at(30))

    assert [rule.unknown for rule in found.rules] == [None] * 5
