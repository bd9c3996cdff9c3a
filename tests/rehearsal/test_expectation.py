"""What fired is held against what a test expects, and each difference is said beside what is nearest to it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.detection.events import Event
from acrwatch.rehearsal.difference import Difference, difference
from acrwatch.rehearsal.expectation_file import START, read_expectations
from acrwatch.rehearsal.expectation_run import run_expectations
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised import SynthesisedStack
from tests.rehearsal.rules import PULLS, at, pull, stack_with

CI = {"rule": "pulls", "dimensions": {"Identity": "ci@example.com"}}
QUIET = {
    "azurerm_monitor_alert_processing_rule_suppression": {
        "quiet": {
            "name": "quiet",
            "resource_group_name": "rg",
            "scopes": ["/subscriptions/00000000-0000-0000-0000-000000000000"],
            "condition": [{"monitor_condition": [{"operator": "Equals", "values": ["Fired"]}]}],
        }
    }
}


@pytest.fixture
def judge(tmp_path: Path) -> Any:
    """Rehearses events and holds the alerts against expected ones."""

    def judged(
        alerts: Iterable[dict[str, Any]],
        *events: Event,
        stack: SynthesisedStack | None = None,
        end: float = 300,
        **test: Any,
    ) -> Difference:
        file = tmp_path / "expected.yaml"
        file.write_text(yaml.safe_dump({"name": "a test", "alerts": list(alerts), **test}))
        stack = stack or stack_with()
        (expectation,) = read_expectations(file, [stack], log=True, log_start=at(0))
        return difference(expectation, rehearse(stack, events, start=at(0), end=at(end)))

    return judged


def test_an_alert_that_is_as_expected_in_all_that_is_said_passes(judge: Any) -> None:
    expected = {**CI, "at": "10m..15m", "to": ["team"], "resolved": "1h..2h"}

    found = judge([expected], pull(10))

    assert (found.failure, found.unknown) == (None, None)
    assert [len(met) for met in found.met] == [1]


@pytest.mark.parametrize(
    ("moment", "passes"), [("10m", True), ("11m", False), ("6m", True), ("5m", False), ("0m", False)]
)
def test_a_moment_is_the_evaluation_at_it_or_the_first_after_it(judge: Any, moment: str, passes: bool) -> None:
    """The alert fires at 10m, and the rule is evaluated every five minutes."""
    found = judge([{**CI, "at": moment}], pull(8))

    assert (found.failure is None) == passes


@pytest.mark.parametrize(
    ("span", "passes"), [("5m..10m", True), ("10m..10m", True), ("0m..9m", False), ("11m..1h", False)]
)
def test_a_range_includes_its_ends(judge: Any, span: str, passes: bool) -> None:
    assert (judge([{**CI, "at": span}], pull(8)).failure is None) == passes


def test_an_absolute_time_is_as_good_as_a_relative_one(judge: Any) -> None:
    assert judge([{**CI, "at": "2026-01-15T00:10:00Z..2026-01-15T00:10:00Z"}], pull(8)).failure is None


def test_an_alert_that_did_not_fire_is_missing(judge: Any) -> None:
    failure = judge([{**CI, "at": "10m..25m"}]).failure

    assert failure.splitlines() == [
        "  - line 2  pulls {Identity: ci@example.com} at 10m..25m",
        "      did not fire",
    ]


def test_a_wrong_time_is_said_beside_the_right_one(judge: Any) -> None:
    failure = judge([{**CI, "at": "20m..25m"}], pull(8)).failure

    assert "  ~ line 2  pulls {Identity: ci@example.com} at 20m..25m" in failure
    assert "fired at 10m (2026-01-15 00:10Z), expected 20m..25m" in failure
    assert "+" not in failure


def test_a_wrong_moment_names_the_evaluation_that_was_meant(judge: Any) -> None:
    failure = judge([{**CI, "at": "21m"}], pull(8)).failure

    assert "expected 21m, which is the evaluation at 25m (2026-01-15 00:25Z)" in failure


def test_a_wrong_resolution_is_said(judge: Any) -> None:
    failure = judge([{**CI, "resolved": "never"}], pull(8)).failure

    assert "is resolved at 1h20m (2026-01-15 01:20Z), expected never" in failure
    assert judge([{**CI, "resolved": "never"}], pull(8), end=30).failure is None
    assert "is not resolved, expected 1h..2h" in judge([{**CI, "resolved": "1h..2h"}], pull(8), end=30).failure


@pytest.mark.parametrize("to", [["team"], ["azurerm_monitor_action_group.team"]])
def test_a_group_or_a_receiver_is_told(judge: Any, to: list[str]) -> None:
    assert judge([{**CI, "to": to}], pull(8)).failure is None


def test_somebody_who_is_told_and_should_not_be_is_named(judge: Any) -> None:
    assert "      team of team is told and should not be" in judge([{**CI, "to": []}], pull(8)).failure


def test_somebody_who_should_be_told_and_is_not_is_named_with_the_reason(judge: Any) -> None:
    failure = judge([{**CI, "to": ["team"]}], pull(8), stack=stack_with(resources=QUIET)).failure

    assert "      team should be told and is not: suppressed by quiet" in failure


def test_nobody_is_told_of_a_suppressed_alert(judge: Any) -> None:
    assert judge([{**CI, "to": []}], pull(8), stack=stack_with(resources=QUIET)).failure is None


def test_who_is_told_of_a_group_elsewhere_cannot_be_known(judge: Any) -> None:
    stack = stack_with(action=[{"action_groups": ["${data.azurerm_monitor_action_group.them.id}"]}])

    found = judge([{**CI, "to": []}], pull(8), stack=stack)

    assert found.failure is None
    assert "who is told of pulls" in found.unknown


def test_a_receiver_of_several_leaves_the_others_unexpected(judge: Any) -> None:
    """Naming one receiver says that the others of its group are not told."""
    group = {
        "name": "both",
        "short_name": "both",
        "resource_group_name": "rg",
        "email_receiver": [{"name": name, "email_address": f"{name}@example.com"} for name in ("one", "two")],
    }
    stack = stack_with(
        resources={"azurerm_monitor_action_group": {"both": group}},
        action=[{"action_groups": ["${azurerm_monitor_action_group.both.id}"]}],
    )

    assert judge([{**CI, "to": ["one", "two"]}], pull(8), stack=stack).failure is None
    assert judge([{**CI, "to": ["both"]}], pull(8), stack=stack).failure is None
    assert "two of both is told and should not be" in judge([{**CI, "to": ["one"]}], pull(8), stack=stack).failure


def test_another_alert_fails_unless_others_are_ignored(judge: Any) -> None:
    events = (pull(8), pull(8, Identity="eve@example.com"))

    failure = judge([CI], *events).failure

    assert "  + pulls {Identity: eve@example.com} fired at 2026-01-15 00:10Z, told: team" in failure
    assert judge([CI], *events, others="ignore").failure is None


def test_one_more_than_expected_fails_even_where_others_are_ignored(judge: Any) -> None:
    failure = judge([CI], pull(8), pull(200), others="ignore").failure

    assert "expects 1 like it" in failure
    assert judge([{**CI, "times": 2}], pull(8), pull(200)).failure is None


def test_times_zero_forbids_an_alert(judge: Any) -> None:
    forbidden = {**CI, "times": 0}

    assert (
        "fired at 10m (2026-01-15 00:10Z) and is not expected" in judge([forbidden], pull(8), others="ignore").failure
    )
    assert judge([forbidden], pull(8, Identity="eve@example.com"), others="ignore").failure is None


def test_fewer_than_expected_says_how_many_are_missing(judge: Any) -> None:
    assert "(2 of 3 are missing)" in judge([{**CI, "times": 3}], pull(8)).failure


def test_the_nearest_alert_of_other_dimensions_is_shown(judge: Any) -> None:
    failure = judge([CI], pull(8, Identity="eve@example.com"), others="ignore").failure

    assert "did not fire; the nearest is" in failure
    assert "where Identity is eve@example.com, expected ci@example.com" in failure


@pytest.mark.parametrize("reverse", [False, True])
def test_a_vague_expectation_leaves_an_alert_to_a_precise_one(judge: Any, reverse: bool) -> None:
    """Whatever the order in the file: as many as can be are met at once."""
    expected = [{"rule": "pulls"}, {**CI, "at": "10m"}]

    found = judge(expected[::-1] if reverse else expected, pull(8), pull(8, Identity="eve@example.com"))

    assert found.failure is None


def test_a_rule_that_cannot_be_evaluated_leaves_its_alert_undecided(judge: Any) -> None:
    found = judge([CI], pull(8), stack=stack_with({"query": "ContainerRegistryRepositoryEvents | nonsense"}))

    assert found.failure is None
    assert "pulls could not be evaluated" in found.unknown


def test_a_rule_that_is_not_named_matters_only_where_others_fail(judge: Any) -> None:
    """Whether a rule that cannot be evaluated would have fired is not known, which is not fine."""
    stack = stack_with({"query": "ContainerRegistryRepositoryEvents | nonsense"})

    assert "could not be evaluated" in judge([], pull(8), stack=stack).unknown
    assert judge([], pull(8), stack=stack, others="ignore").unknown is None


def test_a_rule_that_is_off_says_so(judge: Any) -> None:
    assert "did not fire: the rule is not enabled" in judge([CI], pull(8), stack=stack_with(enabled=False)).failure


def test_a_period_leaves_out_what_fires_outside_of_it(judge: Any) -> None:
    early_and_late = (pull(8), pull(200))

    assert judge([{**CI, "at": "10m"}], *early_and_late, until="1h").failure is None
    assert judge([CI], *early_and_late, start="2026-01-15T02:00:00Z").failure is None


def test_an_interruption_leaves_a_test_undecided(tmp_path: Path) -> None:
    def interrupt(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    stack = stack_with()
    file = tmp_path / "expected.yaml"
    file.write_text(
        yaml.safe_dump([{"name": name, "events": [{"OperationName": "Pull"}], "alerts": [CI]} for name in "ab"])
    )
    tests = read_expectations(file, [stack], log=False)

    (found,) = run_expectations(stack, tests, progress=interrupt)

    assert (found.failure, found.expectation.name) == (None, "a")
    assert "interrupted" in (found.unknown or "")


def test_inline_events_are_played_from_the_start_of_the_test(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(
        """
name: five pulls, the last one late
events:
  - {at: 10m, OperationName: Pull, Tag: "{n}", times: 4, every: 1m}
  - {at: 12m, OperationName: Pull, Tag: late, arrives: 9m}
alerts:
  - {rule: pulls, at: 21m}
"""
    )
    stack = stack_with({"threshold": 5, "query": PULLS})

    (found,) = run_expectations(stack, read_expectations(file, [stack], log=False))

    assert (found.failure, found.unknown) == (None, None)
    assert found.met[0][0].fired == START.replace(minute=25)
