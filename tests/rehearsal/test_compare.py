"""Two stacks over the same log: what comes, goes and changes."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.detection.events import Event
from acrwatch.rehearsal.compare import Comparison, NamedLoss, compare, named_losses
from acrwatch.rehearsal.expectation_file import read_expectations
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.rule_changes import monthly_cost, rule_changes
from acrwatch.synthesised import SynthesisedStack
from tests.rehearsal.rules import PULLS, RULE, at, content_with, pull, stack_with

EVE: dict[str, Any] = {"Identity": "eve@example.com"}


def compared(head: SynthesisedStack, *events: Event, base: SynthesisedStack | None = None) -> Comparison:
    with EventLog.of(events) as log:
        return compare(base or stack_with(), head, log, start=at(0), end=at(400))


def test_the_same_stack_changes_nothing() -> None:
    found = compared(stack_with(), pull(8), pull(8, **EVE))

    assert (found.gained, found.lost, found.moved, found.resolved_differently, found.told_differently) == ((),) * 5
    assert len(found.pairs) == 2
    assert found.rules == ()


def test_a_higher_threshold_loses_an_alert_and_a_lower_one_gains_it() -> None:
    events = (pull(8), pull(9), pull(8, **EVE))
    higher = stack_with({"threshold": 2})

    lost = compared(higher, *events)
    gained = compared(stack_with(), *events, base=higher)

    assert [alert.dimensions["Identity"] for alert in lost.lost] == ["eve@example.com"]
    assert [alert.dimensions["Identity"] for alert in gained.gained] == ["eve@example.com"]
    assert lost.gained == gained.lost == ()


def test_an_alert_that_fires_later_has_moved() -> None:
    found = compared(stack_with(evaluation_frequency="PT15M"), pull(8))

    assert [(pair.base.fired, pair.head.fired) for pair in found.moved] == [(at(10), at(15))]
    assert found.lost == found.gained == ()


def test_alerts_further_apart_than_a_rule_looks_back_are_two() -> None:
    """No event can be behind both, so one is lost and the other gained."""
    early, late = (
        "| where TimeGenerated < datetime(2026-01-15 01:00)",
        "| where TimeGenerated > datetime(2026-01-15 01:00)",
    )
    base, head = (stack_with({"query": PULLS.replace("| summarize", f"{half} | summarize")}) for half in (early, late))

    found = compared(head, pull(8), pull(200), base=base)

    assert [alert.fired for alert in found.lost] == [at(10)]
    assert [alert.fired for alert in found.gained] == [at(200)]


def test_each_alert_is_paired_with_the_nearest() -> None:
    """The second of three is lost, and neither of its neighbours is taken for it."""
    base = stack_with(window_duration="PT10M", auto_mitigation_enabled=False, evaluation_frequency="PT10M")
    query = PULLS.replace(
        "| summarize", "| where not(TimeGenerated between(datetime(2026-01-15 00:14) .. 2m)) | summarize"
    )
    head = stack_with(
        {"query": query}, window_duration="PT10M", auto_mitigation_enabled=False, evaluation_frequency="PT10M"
    )

    found = compared(head, pull(5), pull(15), pull(25), base=base)

    assert [alert.fired for alert in found.lost] == [at(20)]
    assert [(pair.base.fired, pair.head.fired) for pair in found.pairs] == [(at(10), at(10)), (at(30), at(30))]


def test_an_alert_without_resolution_is_resolved_differently() -> None:
    base, head = (stack_with(auto_mitigation_enabled=flag, window_duration="PT5M") for flag in (True, False))

    found = compared(head, pull(8), base=base)

    (pair,) = found.resolved_differently
    assert (pair.base.resolved, pair.head.resolved) == (at(25), None)


def test_another_receiver_of_the_same_group_is_somebody_else() -> None:
    content = content_with()
    group = content["resource"]["azurerm_monitor_action_group"]["team"]
    group = {**group, "email_receiver": [{**group["email_receiver"][0], "name": "other"}]}
    head = stack_with(resources={"azurerm_monitor_action_group": {"team": group}})

    (pair,) = compared(head, pull(8)).told_differently

    assert pair.head.rule.action_groups == pair.base.rule.action_groups


def test_a_rule_that_cannot_be_evaluated_is_not_compared_and_nothing_of_it_is_lost() -> None:
    found = compared(stack_with({"query": "ContainerRegistryRepositoryEvents | nonsense"}), pull(8))

    assert found.lost == ()
    assert list(found.not_compared) == [f"{RULE}.pulls"]
    assert next(iter(found.not_compared.values())).startswith("HEAD: ")
    assert not found.complete


def test_both_are_played_as_long_as_the_longer_needs() -> None:
    """Else an alert of the longer one would look unresolved."""
    head = stack_with(window_duration="PT6H")
    with EventLog.of([pull(8)]) as log:
        found = compare(stack_with(), head, log)

    assert found.base.clock == found.head.clock
    assert all(pair.head.resolved is not None for pair in found.pairs)


def test_members_of_a_rule_are_named_as_people_call_them() -> None:
    head = stack_with({"threshold": 2}, severity=0, evaluation_frequency="PT10M", action=[{"action_groups": []}])

    (change,) = rule_changes(stack_with(), head)

    assert set(change.members) == {
        ("severity", "Sev2", "Sev0"),
        ("every", "5m", "10m"),
        ("tells", "team", "nobody"),
        ("fires when", "Pulls >= 1", "Pulls >= 2"),
    }
    assert change.query == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"enabled": False},
        {"window_duration": "PT2H"},
        {"query_time_range_override": "P1D"},
        {"auto_mitigation_enabled": False},
        {"description": "other"},
        {"display_name": "other"},
        {"scopes": ["/subscriptions/x"]},
        {"mute_actions_after_alert_duration": "PT10M"},
        {"action": [{"action_groups": ["${azurerm_monitor_action_group.team.id}"], "custom_properties": {"a": "b"}}]},
    ],
)
def test_no_change_of_a_rule_is_left_out(changed: dict[str, Any]) -> None:
    assert len(list(rule_changes(stack_with(), stack_with(**changed)))) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"operator": "GreaterThan"},
        {"time_aggregation_method": "Total"},
        {"dimension": [{"name": "Identity", "operator": "Exclude", "values": ["ci@example.com"]}]},
        {"failing_periods": [{"minimum_failing_periods_to_trigger_alert": 1, "number_of_evaluation_periods": 2}]},
        {"resource_id_column": "_ResourceId"},
    ],
)
def test_no_change_of_a_condition_is_left_out(changed: dict[str, Any]) -> None:
    assert len(list(rule_changes(stack_with(), stack_with(changed)))) == 1


@pytest.mark.parametrize("location", ["northeurope", "${data.azurerm_log_analytics_workspace.log.location}"])
def test_where_a_rule_lies_is_not_compared(location: str) -> None:
    """Nor whether it is known: a region that is looked up alerts nobody otherwise."""
    assert list(rule_changes(stack_with(), stack_with(location=location))) == []


def test_the_query_is_compared_line_by_line() -> None:
    base, head = (stack_with({"query": f"A\n| where B\n| take {number}"}) for number in (1, 2))

    (change,) = rule_changes(base, head)

    assert change.query.splitlines()[-2:] == ["-| take 1", "+| take 2"]


def test_rules_that_are_new_or_gone_are_named() -> None:
    body = content_with()["resource"][RULE]["pulls"]
    two = stack_with(resources={RULE: {"pulls": body, "more": {**body, "name": "more"}}})

    (new,) = rule_changes(stack_with(), two)
    (gone,) = rule_changes(two, stack_with())

    assert (new.base, gone.head) == (None, None)
    assert new.name == gone.name == f"{RULE}.more"


def test_a_rule_that_is_off_costs_nothing() -> None:
    assert monthly_cost(stack_with()) == 1.5
    assert monthly_cost(stack_with(enabled=False)) == 0


@pytest.fixture
def losses(tmp_path: Path) -> Any:
    """What is lost of the alerts that a test names."""

    def lost(head: SynthesisedStack, test: dict[str, Any], *events: Event) -> NamedLoss:
        file = tmp_path / "expected.yaml"
        file.write_text(yaml.safe_dump({"name": "a test", **test}))
        base = stack_with()
        tests = read_expectations(file, [base, head], log=True, log_start=at(0))
        (found,) = named_losses(base, head, compared(head, *events), tests)
        return found

    return lost


def test_an_alert_that_a_test_names_is_lost(losses: Any) -> None:
    test = {"alerts": [{"rule": "pulls", "dimensions": EVE}]}

    assert losses(stack_with({"threshold": 2}), test, pull(8, **EVE)).lost == ("pulls {Identity: eve@example.com}",)
    assert losses(stack_with(), test, pull(8, **EVE)).lost == ()


def test_an_alert_that_fires_too_late_or_tells_nobody_is_lost(losses: Any) -> None:
    assert losses(
        stack_with(evaluation_frequency="PT15M"), {"alerts": [{"rule": "pulls", "at": "5m..10m"}]}, pull(8)
    ).lost
    assert losses(stack_with(action=None), {"alerts": [{"rule": "pulls", "to": ["team"]}]}, pull(8)).lost


def test_what_no_test_names_may_go(losses: Any) -> None:
    test = {"alerts": [{"rule": "pulls", "dimensions": {"Identity": "ci@example.com"}}]}

    assert losses(stack_with({"threshold": 2}), test, pull(7), pull(8), pull(8, **EVE)).lost == ()


def test_what_the_first_stack_lacks_already_is_not_lost(losses: Any) -> None:
    assert losses(stack_with(), {"alerts": [{"rule": "pulls"}]}).lost == ()


def test_events_of_a_test_are_played_on_both(losses: Any) -> None:
    test = {"events": [{"at": "1m", "OperationName": "Pull"}], "alerts": [{"rule": "pulls"}]}

    assert losses(stack_with({"threshold": 2}), test).lost == ("pulls",)


def test_whether_an_alert_of_a_broken_rule_is_lost_is_not_known(losses: Any) -> None:
    found = losses(stack_with({"query": "Nonsense"}), {"alerts": [{"rule": "pulls"}]}, pull(8))

    assert found.lost == ()
    assert "could not be evaluated" in found.unknown
