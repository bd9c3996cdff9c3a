"""A detection is read strictly; what cannot work is refused with its path, before anything is deployed."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.alert_rule import Aggregation, Kind, Operator
from acrwatch.detection.catalogue import read_detection
from acrwatch.detection.model import Status
from acrwatch.errors import SettingsError
from tests.detection.content import EVENT, EVENT_QUERY, GONE, VOLUME, VOLUME_QUERY, event, spoilt, volume, written

# What is changed in the event detection -> the path and words of the problem.
BAD_EVENT: list[tuple[Mapping[str, Any], str, str]] = [
    ({"id": "other"}, "id", "other is not the name of its folder, mine"),
    ({"id": GONE}, "id", "it is required and missing"),
    ({"id": 7}, "id", "7 is not text"),
    ({"ID": "x"}, "ID", "there is no such key; allowed are attack"),
    ({"titel": "x"}, "titel", "there is no such key; did you mean title?"),
    ({"query": "Logs"}, "query", "there is no such key"),
    ({"version": "1.0"}, "version", "1.0 is not major.minor.patch"),
    ({"version": 1.0}, "version", "1.0 is not text"),
    ({"status": "done"}, "status", "'done' is not known; allowed are experimental, stable"),
    ({"title": " "}, "title", "it is empty"),
    ({"description": ""}, "description", "it is empty"),
    ({"impact": ""}, "impact", "it is empty"),
    ({"mitigation": []}, "mitigation", "at least one is needed"),
    ({"mitigation": "Ask."}, "mitigation", "'Ask.' is not a list"),
    ({"mitigation": ["Ask.", 3]}, "mitigation[1]", "3 is not text"),
    ({"references": []}, "references", "at least one is needed"),
    ({"attack": []}, "attack", "at least one is needed"),
    ({"attack.0.version": 18}, "attack[0].version", "18 is not text"),
    ({"attack.0.tactic": GONE}, "attack[0].tactic", "it is required and missing"),
    ({"data.tables": []}, "data.tables", "at least one is needed"),
    ({"data.categories": []}, "data.categories", "at least one is needed"),
    ({"data.tables": ["Logs", "Log"]}, "data.tables", "the query does not read Log"),
    ({"data.tables": ["logs"]}, "data.tables", "the query does not read logs"),
    ({"data": []}, "data", "[] is not a mapping"),
    ({"kind": "Event"}, "kind", "'Event' is not known; allowed are event, volume"),
    ({"severity": 5}, "severity", "5 is not a severity Azure has"),
    ({"severity": "2"}, "severity", "'2' is not a whole number"),
    ({"severity": True}, "severity", "True is not a whole number"),
    ({"rule": GONE}, "rule", "it is required and missing"),
    ({"rule.frequency": "5"}, "rule.frequency", "'5' is not a duration"),
    ({"rule.frequency": 5}, "rule.frequency", "5 is not text"),
    ({"rule.frequency": "7m"}, "rule.frequency", "7m is not a frequency Azure has"),
    ({"rule.frequency": "6h"}, "rule.frequency", "6h leaves log rows only 0m to arrive"),
    ({"rule.window": "5h"}, "rule.look_back", "the query looks back 5h50m, but the rule reads only 5h"),
    ({"rule.bin": GONE}, "rule.bin", "a rule of kind event needs bin"),
    ({"rule.interval": "15m"}, "rule.interval", "a rule of kind event has no interval"),
    ({"rule.bin": "50m"}, "rule.bin", "50m does not divide a day"),
    ({"rule.bin": "15m"}, "query", "says 30m, but rule.bin is 15m"),
    ({"rule.look_back": "340m"}, "query", "ago() says 350m, but rule.look_back is 5h40m"),
    ({"rule.measure": "Row"}, "rule.measure", "Row is not an output column; did you mean Rows?"),
    ({"rule.measure": GONE}, "rule.measure", "aggregation Maximum needs a measured column"),
    ({"rule.threshold": ["nope"]}, "rule.threshold", "nope is not the name of a number among the parameters"),
    ({"rule.threshold": ["word"]}, "rule.threshold", "word is not the name of a number among the parameters"),
    ({"rule.threshold": True}, "rule.threshold", "True is not a whole number"),
    ({"rule.threshold": []}, "rule.threshold", "it names no parameter, so the rule would never fire"),
    ({"rule.threshold": float("inf")}, "rule.threshold", "inf is not a finite number"),
    ({"rule.threshold": float("nan")}, "rule.threshold", "nan is not a finite number"),
    *(
        ({f"rule.{name}": length}, f"rule.{name}", "it is no time at all")
        for name in ("frequency", "window", "look_back", "bin", "interval", "hop", "mute")
        for length in ("0m", "PT0H")
    ),
    ({"rule.aggregation": "Max"}, "rule.aggregation", "'Max' is not known; allowed are Count"),
    ({"rule.operator": ">="}, "rule.operator", "'>=' is not known"),
    ({"rule.mute": "10m"}, "rule.mute", "mute is 10m, but Azure does not mute a rule that resolves itself"),
    ({"dimensions": ["Nam"]}, "dimensions[0]", "Nam is not an output column; did you mean Name?"),
    ({"dimensions": []}, "dimensions", "there are no dimensions"),
    ({"dimensions": ["Name", "Name"]}, "dimensions", "a dimension is named twice"),
    ({"dimensions": ["Rows"]}, "rule.measure", "Rows is measured and a dimension"),
    ({"columns": ["Name"]}, "columns", "['Name'] is not a mapping"),
    ({"tuning": ["repo"]}, "tuning[0]", "'repo' is not known; allowed are registry, repository, identity, client"),
    ({"parameters.whole.type": "int"}, "parameters.whole.type", "'int' is not known; allowed are integer"),
    ({"parameters.whole.default": GONE}, "parameters.whole.default", "it is required and missing"),
    ({"parameters.whole.default": 11}, "parameters.whole.default", "11 is out of range; allowed is 1 to 10"),
    ({"parameters.whole.default": None}, "parameters.whole.default", "null is not allowed; allowed is 1 to 10"),
    ({"parameters.whole.default": "5"}, "parameters.whole.default", "'5' is not a whole number"),
    ({"parameters.whole.default": 5.0}, "parameters.whole.default", "5.0 is not a whole number"),
    ({"parameters.whole.default": True}, "parameters.whole.default", "True is not a whole number"),
    ({"parameters.switch.default": 1}, "parameters.switch.default", "1 is not true or false"),
    ({"parameters.word.default": 1}, "parameters.word.default", "1 is not text"),
    ({"parameters.word.default": "a\nb"}, "parameters.word.default", "holds a line break"),
    ({"parameters.words.default": "a"}, "parameters.words.default", "'a' is not a list of texts"),
    ({"parameters.words.default": ["a", 1]}, "parameters.words.default[1]", "1 is not text"),
    ({"parameters.words.default": ["a", "b\nc"]}, "parameters.words.default", "holds a line break"),
    ({"parameters.broken.default": float("inf")}, "parameters.broken.default", "inf is not a finite number"),
    ({"parameters.broken.default": float("nan")}, "parameters.broken.default", "nan is not a finite number"),
    ({"parameters.word.per_identity": True}, "parameters.word", "are for integers, not for string"),
    ({"parameters.switch.optional": True}, "parameters.switch", "are for integers, not for boolean"),
    ({"parameters.unused": EVENT["parameters"]["word"]}, "parameters.unused", "the query does not use it"),
    ({"parameters.a-b": EVENT["parameters"]["word"]}, "parameters.a-b", "letters, digits and _"),
    *(
        ({f"parameters.{name}": EVENT["parameters"]["word"]}, f"parameters.{name}", f"the name {name} means something")
        for name in ("Logs", "Name", "Rows", "in_scope", "where", "ago", "union", "true")
    ),
    ({"tuning": ["repository", "repository"]}, "tuning", "a field stands here twice: repository, repository"),
    ({"tuning": []}, "tuning", "calls in_scope with 2 arguments, but tuning has 0 fields"),
    ({"tuning": ["repository"]}, "tuning", "calls in_scope with 2 arguments, but tuning has 1 fields"),
    (
        {"tuning": ["registry", "repository", "identity"]},
        "tuning",
        "calls in_scope with 2 arguments, but tuning has 3 fields",
    ),
    (
        {"parameters.whole.per_identity": True},
        "parameters.whole",
        "it differs by identity, so the query has to call it: whole(Identity)",
    ),
    ({"description": "x" * 4097}, "description", "it has 4,097 characters"),
]

BAD_VOLUME: list[tuple[Mapping[str, Any], str, str]] = [
    ({"rule.interval": GONE}, "rule.interval", "a rule of kind volume needs interval"),
    ({"rule.hop": GONE}, "rule.hop", "a rule of kind volume needs hop"),
    ({"rule.bin": "30m"}, "rule.bin", "a rule of kind volume has no bin"),
    ({"rule.hop": "15m"}, "rule.hop", "15m is not several hops of 15m"),
    ({"rule.interval": "16m"}, "rule.hop", "16m is not several hops of 5m"),
    ({"rule.hop": "3m"}, "query", "says 5m, but rule.hop is 3m"),
    ({"rule.frequency": "10m"}, "rule.frequency", "10m leaves log rows only 18m to arrive, and they need up to 20m"),
    ({"rule.frequency": "1m"}, "rule.frequency", "1m is refused for a query with union"),
]

BAD_QUERY: list[tuple[str, str, str]] = [
    ("ago(350m)", "ago(350)", "says 350, but rule.look_back is 5h50m"),
    ("ago(350m)", "ago(look_back)", "says look_back"),
    ("ago(350m)", "now()", "it has 0 times the one literal ago()"),
    ("ago(350m)", "ago(350m) and Bin < ago(5m)", "it has 2 times the one literal ago()"),
    ("bin(TimeGenerated, 30m)", "TimeGenerated", "it has 0 times bin(TimeGenerated, ...)"),
    ("in_scope(Repository, Name)", "true", "the query does not call in_scope"),
    ("in_scope(Repository, Name)", "true // in_scope", "the query does not call in_scope"),
    ("in_scope(Repository, Name)", "in_scope == 1", "the query does not call in_scope"),
    ("in_scope(Repository, Name)", "in_scope()", "calls in_scope with 0 arguments, but tuning has 2 fields"),
    ("in_scope(Repository, Name)", "in_scope(strcat(Name, x))", "calls in_scope with 1 arguments"),
    ("in_scope(Repository, Name)", "in_scope(Repository, Name) or in_scope(Name)", "calls in_scope with 1 arguments"),
    (", Logs\n", "\n", "the query does not read Logs"),
    (", Logs\n", '\n    | where "Logs" != ""\n', "the query does not read Logs"),
    (", Logs\n", ", MoreLogs\n", "the query does not read Logs"),
    ("Size > whole", "Size > 1 // whole", "the query does not use it"),
    ("Size > whole", 'Text == "whole"', "the query does not use it"),
    ("count() by Name", "count() by Name | evaluate bag_unpack(x)", "log alerts refuse bag_unpack"),
    ("count() by Name", "AggregatedValue = count() by Name", "the name AggregatedValue is reserved"),
]


def refusal(folder: Path, content: Any, query: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_detection(written(folder, content, query))
    return caught.value


@pytest.mark.parametrize(
    ("changes", "place", "words"), BAD_EVENT, ids=[f"{place}: {words}" for _, place, words in BAD_EVENT]
)
def test_a_bad_event_detection_is_refused_with_the_place(
    tmp_path: Path, changes: Mapping[str, Any], place: str, words: str
) -> None:
    error = refusal(tmp_path, spoilt(EVENT, changes), EVENT_QUERY)

    assert [problem for problem in error.problems if problem.place == place and words in problem.message], str(error)


@pytest.mark.parametrize(
    ("changes", "place", "words"), BAD_VOLUME, ids=[f"{place}: {words}" for _, place, words in BAD_VOLUME]
)
def test_a_bad_volume_detection_is_refused_with_the_place(
    tmp_path: Path, changes: Mapping[str, Any], place: str, words: str
) -> None:
    error = refusal(tmp_path, spoilt(VOLUME, changes), VOLUME_QUERY)

    assert [problem for problem in error.problems if problem.place == place and words in problem.message], str(error)


@pytest.mark.parametrize(("part", "instead", "words"), BAD_QUERY, ids=[words for _, _, words in BAD_QUERY])
def test_a_query_that_does_not_fit_its_detection_is_refused(
    tmp_path: Path, part: str, instead: str, words: str
) -> None:
    """Numbers in the query are the rule's, and everything that can be set is used."""
    query = EVENT_QUERY.replace(part, instead.replace(" //", "\n    //") + "\n" if "//" in instead else instead)
    assert query != EVENT_QUERY

    assert words in str(refusal(tmp_path, EVENT, query))


def test_a_limit_by_identity_that_is_not_called_is_refused(tmp_path: Path) -> None:
    """The query would compare with a function, which Azure finds out at the apply."""
    error = refusal(tmp_path, VOLUME, VOLUME_QUERY.replace("high(Name)", "high"))

    assert [problem.place for problem in error.problems] == ["parameters.high"]
    assert "the query has to call it: high(Identity)" in error.problems[0].message


# Changes of the event detection, and of its query, that a check might take for one of those above.
GOOD: list[tuple[str, Mapping[str, Any], tuple[str, str]]] = [
    ("a literal threshold with a fraction", {"rule.threshold": 0.5}, ("", "")),
    ("a threshold that names a number", {"rule.threshold": ["whole", "broken"]}, ("", "")),
    ("an empty list of texts", {"parameters.words.default": []}, ("", "")),
    (
        "a call within the call",
        {},
        ("in_scope(Repository, Name)", "in_scope(tolower(Repository), coalesce(Name, x[0]))"),
    ),
    ("a call over several lines", {}, ("in_scope(Repository, Name)", "in_scope (\n  Repository,\n  Name,\n)")),
    ("a comma in a text", {}, ("in_scope(Repository, Name)", 'in_scope(Repository, strcat(Name, ",)"))')),
    ("two calls", {}, ("in_scope(Repository, Name)", "(in_scope(Repository, Name) or in_scope(Repository, x))")),
    ("a second table", {"data.tables": ["Logs", "More"]}, ("isfuzzy=true ", "isfuzzy=true More, ")),
    ("a name like a table", {"parameters.logs": EVENT["parameters"]["word"]}, ("Word == word", "Word in (word, logs)")),
    ("no tuning", {"tuning": []}, ("in_scope(Repository, Name)", "true")),
]


@pytest.mark.parametrize(("changes", "exchanged"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_what_only_looks_wrong_is_read(tmp_path: Path, changes: Mapping[str, Any], exchanged: tuple[str, str]) -> None:
    query = EVENT_QUERY.replace(*exchanged) if exchanged[0] else EVENT_QUERY

    assert read_detection(written(tmp_path, spoilt(EVENT, changes), query)).id == "mine"


@pytest.mark.parametrize("content", [None, [], "text", 7])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: object) -> None:
    assert "is not a mapping" in str(refusal(tmp_path, content, EVENT_QUERY))


def test_all_problems_of_a_detection_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    error = refusal(tmp_path, spoilt(EVENT, {"severity": "x", "attack.0.tactic": 5, "titel": "x"}), EVENT_QUERY)
    lines = (tmp_path / "mine" / "detection.yaml").read_text().splitlines()

    assert [problem.place for problem in error.problems] == ["severity", "attack[0].tactic", "titel"]
    assert [lines[(problem.line or 0) - 1].strip() for problem in error.problems] == [
        "severity: x",
        "tactic: 5",
        "titel: x",
    ]


def test_a_detection_is_read_as_it_stands(tmp_path: Path) -> None:
    read = volume(tmp_path, **{"rule.operator": "GreaterThan", "rule.aggregation": "Total", "status": "stable"})

    assert (read.id, read.kind, read.status, read.query) == ("mine", Kind.VOLUME, Status.STABLE, VOLUME_QUERY)
    assert read.rule.interval == timedelta(minutes=15)
    assert read.rule.threshold == ("high", "low")
    assert (read.rule.operator, read.rule.aggregation) == (Operator.GREATER_THAN, Aggregation.TOTAL)
    assert read.per_identity == ("high", "low")


def test_a_detection_cannot_be_changed_after_it_was_read(tmp_path: Path) -> None:
    """The catalogue is shared by all watches of a process."""
    with pytest.raises(AttributeError):
        event(tmp_path).title = "x"  # type: ignore[misc]


def test_the_small_detections_have_nothing_but_what_is_needed(tmp_path: Path) -> None:
    """A required key more than these would break the detections of users."""
    needed = yaml.safe_load((written(tmp_path, EVENT, EVENT_QUERY) / "detection.yaml").read_text())
    for optional in ("parameters", "tuning"):
        needed.pop(optional)
    query = "Logs | extend Bin = bin(TimeGenerated, 30m) | where Bin >= ago(350m) | summarize Rows = count() by Name"

    assert read_detection(written(tmp_path, needed, query)).parameters == {}
