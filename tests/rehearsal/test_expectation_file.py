"""A file of expectations is read strictly: all that is wrong comes at once, with lines and the way out."""

from pathlib import Path

import pytest

from acrwatch.detection.events import DEFAULT_TIME
from acrwatch.errors import SettingsError
from acrwatch.rehearsal.expectation import Expectation, Never
from acrwatch.rehearsal.expectation_file import START, read_expectations
from tests.rehearsal.rules import at, stack_with

STACK = stack_with()


def read(folder: Path, text: str, *, log: bool = True) -> tuple[Expectation, ...]:
    file = folder / "expected.yaml"
    file.write_text(text, encoding="utf-8")
    return read_expectations(file, [STACK], log=log, log_start=at(600))


@pytest.mark.parametrize("text", ["name: one\nalerts: []\n", "- name: one\n  alerts: []\n"])
def test_a_file_is_one_test_or_a_list(tmp_path: Path, text: str) -> None:
    (found,) = read(tmp_path, text)

    assert (found.name, found.alerts, found.line) == ("one", (), 1)


def test_times_are_relative_to_the_start(tmp_path: Path) -> None:
    """That is the one given, else that of the log, else a midnight."""
    with_events, given, of_log = read(
        tmp_path,
        """
- {name: a, events: [{at: 10m, OperationName: Pull}], alerts: [{rule: pulls, at: 10m}]}
- {name: b, start: "2026-02-01T01:00+01:00", alerts: [{rule: pulls, at: 10m}]}
- {name: c, alerts: [{rule: pulls, at: 10m}]}
""",
    )

    starts = [one.alerts[0].at.since for one in (with_events, given, of_log) if one.alerts[0].at is not None]
    assert [f"{start:%m-%d %H:%M}" for start in starts] == ["01-15 00:10", "02-01 00:10", "01-15 10:10"]
    assert with_events.events is not None
    assert with_events.events[0].time == START.replace(minute=10)


def test_an_event_says_its_table_or_is_of_the_first_that_has_its_columns(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        """
name: tables
events:
  - {OperationName: Pull, Repository: a}
  - {OperationNameValue: MICROSOFT.SECURITY/PRICINGS/WRITE}
  - {table: ContainerRegistryLoginEvents, OperationName: Login}
alerts: []
""",
    )

    assert [event.table for event in found.events or ()] == [
        "ContainerRegistryRepositoryEvents",
        "AzureActivity",
        "ContainerRegistryLoginEvents",
    ]
    assert {event.time for event in found.events or ()} == {START}, f"not {DEFAULT_TIME}, as in a case"


def test_never_is_a_resolution(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "{name: a, alerts: [{rule: pulls, resolved: never}]}")

    assert found.alerts[0].resolved is Never.NEVER


@pytest.mark.parametrize("name", ["pulls", "azurerm_monitor_scheduled_query_rules_alert_v2.pulls"])
def test_a_rule_is_named_by_name_or_address(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path, f"{{name: a, alerts: [{{rule: {name}}}]}}")

    assert found.alerts[0].is_of(STACK.rules[0])


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ("{rule: pull}", "there is no rule 'pull'; did you mean pulls?"),
        ("{at: 10m}", "alerts[0].rule\n           it is required and missing"),
        ("{rule: pulls, att: 10m}", "there is no such key; did you mean at?"),
        ("{rule: pulls, at: soon}", "'soon' is no time"),
        ("{rule: pulls, at: 20m..10m}", "'20m..10m' ends before it begins"),
        ("{rule: pulls, at: 10}", "10 is not text"),
        ("{rule: pulls, dimensions: {Repository: a}}", "no such dimension; allowed are Identity"),
        ("{rule: pulls, to: [teams]}", "no action group and no receiver 'teams'; did you mean team?"),
        ("{rule: pulls, to: team}", "'team' is not a list"),
        ("{rule: pulls, resolved: sometimes}", "'sometimes' is no time"),
        ("{rule: pulls, times: -1}", "-1 is not a number from 0"),
        ("{rule: pulls, times: many}", "'many' is not a whole number"),
    ],
)
def test_what_is_wrong_with_an_alert_is_said(tmp_path: Path, alert: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, f"name: a\nalerts:\n  - {alert}\n")

    assert said in str(caught.value)
    assert "line 3" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "neither a test nor a list of tests"),
        ("text", "neither a test nor a list of tests"),
        ("[text]", "'text' is not a mapping"),
        ("{alerts: []}", "name\n           it is required and missing"),
        ("{name: a}", "alerts\n           it is required and missing"),
        ("{name: a, alerts: [], others: some}", "'some' is not known; allowed are fail, ignore"),
        ("{name: a, alerts: [], start: 10m}", "'10m' is not a moment"),
        ("{name: a, alerts: [], start: '2026-01-15T00:00'}", "has no offset from UTC"),
        ("{name: a, alerts: [], until: 2026-01-01}", "2026-01-01 is before the start"),
        ("{name: a, alerts: [], events: []}", "without an event the period has no end"),
        ("{name: a, alerts: [], events: [{Colour: red}]}", "has no column Colour"),
        ("{name: a, alerts: [], events: [{at: 1m, TimeGenerated: 2m}]}", "says when it happened twice"),
        ("{name: a, alerts: [], events: [{at: soon}]}", "events[0].at\n           'soon' is no time"),
        ("{name: a, alerts: [], events: [{table: Nothing}]}", "there is no table 'Nothing'"),
        ("[{name: a, alerts: []}, {name: a, alerts: []}]", "'a' is the name of two tests"),
    ],
)
def test_what_is_wrong_with_a_test_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)

    assert said in str(caught.value)
    assert "nothing was rehearsed" in str(caught.value)


def test_a_test_without_events_needs_a_log(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no log is given"):
        read(tmp_path, "{name: a, alerts: []}", log=False)


def test_all_problems_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, "- name: a\n  alerts:\n    - rule: x\n- name: b\n  others: y\n  alerts: []\n")

    assert [problem.line for problem in caught.value.problems] == [3, 5]
