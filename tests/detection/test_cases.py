"""Cases are read strictly: what a case leaves out is ordinary, and what it misspells is refused with its line."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.detection.cases import Case, read_cases
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.events import NOW, visible
from acrwatch.errors import SettingsError
from acrwatch.kql.tables import TABLES

DETECTION = catalogue()["forced_repository_deleted"]
VOLUME = catalogue()["excessive_images_pulled"]
CASE: dict[str, Any] = {"name": "n", "why": "w", "events": [{"OperationName": "Delete"}], "expect": []}
RECORD = {
    "time": "2026-01-15T11:00:00Z",
    "category": "ContainerRegistryRepositoryEvents",
    "operationName": "Delete",
    "properties": {"repository": "a"},
}

Reader = Callable[..., tuple[Case, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """The cases of a file with these."""

    def reader(*cases: Any, detection: Any = DETECTION) -> tuple[Case, ...]:
        (tmp_path / "cases.yaml").write_text(yaml.safe_dump(list(cases), sort_keys=False), encoding="utf-8")
        return read_cases(tmp_path, detection)

    return reader


def test_what_an_event_leaves_out_is_that_of_an_ordinary_request(read: Reader) -> None:
    ((event,),) = [case.events for case in read(CASE)]

    assert event.row.keys() == TABLES[event.table].keys()
    assert event.row["OperationName"] == "Delete"
    assert event.row["ResultDescription"] == "200"
    assert (event.time, event.arrived) == (NOW - timedelta(minutes=10), NOW - timedelta(minutes=10))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("-10m", -10), ("-5h30m", -330), ("2m", 2), ("+1d", 1440), ("0m", 0), ("-90s", -1.5), ("-0.5s", -1 / 120)],
)
def test_a_time_is_relative_to_now(read: Reader, text: str, minutes: float) -> None:
    (case,) = read({**CASE, "events": [{"TimeGenerated": text, "arrives": "3m"}]})

    assert case.events[0].time == NOW + timedelta(minutes=minutes)
    assert case.events[0].arrived == case.events[0].time + timedelta(minutes=3)


@pytest.mark.parametrize("text", ["2026-01-15T11:00:00Z", "2026-01-15T11:00:00", "2026-01-15T13:00:00+02:00"])
def test_a_time_may_be_absolute(read: Reader, text: str) -> None:
    (case,) = read({**CASE, "events": [{"TimeGenerated": text}]})

    assert case.events[0].time == NOW - timedelta(hours=1)


def test_a_time_in_another_column_keeps_its_zone(read: Reader) -> None:
    """DuckDB would drop it from a text."""
    event = {"table": "AzureActivity", "EventSubmissionTimestamp": "2026-01-15T13:00:00+02:00"}
    (case,) = read({**CASE, "events": [event, {**event, "EventSubmissionTimestamp": None}]})

    assert case.events[0].row["EventSubmissionTimestamp"] == NOW - timedelta(hours=1)
    assert case.events[1].row["EventSubmissionTimestamp"] is None


def test_one_event_can_stand_for_several(read: Reader) -> None:
    (case,) = read({**CASE, "events": [{"TimeGenerated": "-10m", "Repository": "r{n}", "times": 3, "every": "30s"}]})

    assert [event.row["Repository"] for event in case.events] == ["r1", "r2", "r3"]
    assert case.events[2].time - case.events[0].time == timedelta(minutes=1)
    assert len({event.row["CorrelationId"] for event in case.events}) == 3


def test_a_record_of_a_diagnostic_setting_is_an_event_too(read: Reader) -> None:
    (case,) = read({**CASE, "events": [RECORD]})

    assert (case.events[0].row["OperationName"], case.events[0].row["Repository"]) == ("Delete", "a")
    assert case.events[0].time == NOW - timedelta(hours=1)


def test_expectations_at_several_moments_come_in_order_of_time(read: Reader) -> None:
    (case,) = read({"name": "n", "why": "w", "events": [], "at": {"5m": [{"Deletions": 1}], "-5m": []}})

    assert [moment.time - NOW for moment in case.moments] == [timedelta(minutes=-5), timedelta(minutes=5)]
    assert case.fires


def test_tuning_reaches_the_case(read: Reader) -> None:
    (case,) = read(
        {
            **CASE,
            "parameters": {"fold_over": 3},
            "only": [{"registry": "contoso"}],
            "except": [{"identity": "ci@*", "client": "x"}],
        }
    )

    assert case.settings.parameters == {"fold_over": 3}
    assert case.settings.only[0].registry == "contoso"
    assert case.settings.except_[0].client == "x"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events": [{"OperatonName": "x"}]}, "has no column OperatonName; did you mean OperationName?"),
        ({"events": [{"table": "Nope"}]}, "there is no table 'Nope'"),
        ({"events": [{"TimeGenerated": "soon"}]}, "'soon' is no time"),
        ({"events": [{"TimeGenerated": "10"}]}, "'10' is no time"),
        ({"events": [{"arrives": "late"}]}, "'late' is no length of time"),
        ({"events": [{"TimeGenerated": "-999999999d"}]}, "is more than 366 days from now"),
        ({"events": [{"TimeGenerated": "-99999999999999999999d"}]}, "is no time"),
        ({"events": [{"TimeGenerated": "2025-01-01"}]}, "is more than 366 days from now"),
        ({"events": [{"TimeGenerated": "0001-01-01T00:00:00+14:00"}]}, "is no time"),
        ({"events": [{"TimeGenerated": 5}]}, "5 is no time"),
        ({"events": [{"arrives": "-5m"}]}, "'-5m' is no length of time"),
        ({"events": [{"arrives": 5}]}, "5 is no length of time"),
        ({"events": [{"every": "900000000d"}]}, "is no length of time up to 366 days"),
        ({"events": [{"every": "300d", "times": 2}]}, "2 events that far apart take more than 366 days"),
        ({"events": [{"times": True}]}, "True is not a whole number from 1"),
        ({"events": [{"times": 10_001}]}, "10001 is not a whole number from 1 to 10000"),
        ({"events": [{"ResultDescription": 200}]}, "200 is not text; put it in quotes"),
        ({"events": [{"Repository": ["a"]}]}, "is not text"),
        ({"events": [{"Size": "1"}]}, "'1' is not a whole number of 32 bits"),
        ({"events": [{"Size": 2**31}]}, "2147483648 is not a whole number of 32 bits"),
        ({"events": [{"_BilledSize": True}]}, "True is not a number"),
        ({"events": [{"table": "AzureActivity", "Properties_d": "{"}]}, "'{' is not a value of JSON, or its text"),
        ({"events": [{"table": "AzureActivity", "EventSubmissionTimestamp": "-5m"}]}, "'-5m' is not a time such as"),
        ({"events": [{**RECORD, "propertis": {}}]}, "there is no such key in a record"),
        ({"events": [{**RECORD, "properties": {"repositry": "a"}}]}, "there is no such key in a record"),
        ({"events": [{**RECORD, "properties": ["a"]}]}, "properties of a record is a mapping, not ['a']"),
        ({"missing_tables": True}, "a table that is missing has no rows"),
        ({"events": [{"times": 0}]}, "0 is not a whole number from 1"),
        ({"events": [{"times": "x"}]}, "'x' is not a whole number from 1"),
        ({"events": [{**RECORD, "category": "kube-audit"}]}, "is not the category of a log"),
        ({"expect": [{"Nope": 1}]}, "there is no output column Nope"),
        ({"at": {"0m": []}}, "it needs either expect"),
        ({"expect": None}, "it needs either expect"),
        ({"parameters": {"nope": 1}}, "has no such parameter"),
        ({"except": [{"client": "x"}]}, "client"),
        ({"name": 3}, "3 is not text"),
        ({"wy": "x"}, "there is no such key; did you mean why?"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_misspelt_is_refused(read: Reader, change: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({**CASE, **change})

    assert said in str(caught.value)


def test_all_problems_come_at_once_with_their_lines(read: Reader) -> None:
    with pytest.raises(SettingsError) as caught:
        read(CASE, {**CASE, "events": [{"A": 1}, {"B": 1}]}, {"name": "x"})

    assert [problem.line for problem in caught.value.problems] == [6, 9, 10, 12, 12]


def test_two_cases_may_not_have_one_name(read: Reader) -> None:
    with pytest.raises(SettingsError, match="'n' is the name of two cases"):
        read(CASE, CASE)


@pytest.mark.parametrize("content", ["", "a: 1", "[]", "- 3"])
def test_a_file_without_cases_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "cases.yaml").write_text(content)

    with pytest.raises(SettingsError):
        read_cases(tmp_path, DETECTION)


def test_an_evaluation_sees_what_has_arrived_and_lies_in_its_window(read: Reader) -> None:
    (case,) = read(
        {
            **CASE,
            "events": [
                {"Repository": "seen"},
                {"Repository": "old", "TimeGenerated": "-61m"},
                {"Repository": "edge", "TimeGenerated": "-60m"},
                {"Repository": "late", "arrives": "11m"},
                {"Repository": "future", "TimeGenerated": "1m"},
            ],
        }
    )

    seen = visible(case.events, NOW, timedelta(hours=1))

    assert [row["Repository"] for row in seen["ContainerRegistryRepositoryEvents"]] == ["seen", "edge"]


def test_a_limit_of_an_identity_reaches_the_case(read: Reader) -> None:
    limit = {"identity": "a", "parameters": {"images_limit": 3}}

    (case,) = read({**CASE, "limits": [limit]}, detection=VOLUME)

    assert case.settings.limits[0].parameters == {"images_limit": 3}
