"""The payloads of a rehearsal are alerts as Azure Monitor posts them."""

import gzip
import json
import re
from base64 import b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from acrwatch.alert_schema import problems
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import RehearsedQuery
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull, stack_with


def payloads(*minutes: float, **columns: Any) -> list[dict[str, Any]]:
    """What is posted for one alert, fired and resolved."""
    (alert,) = rehearse(stack_with(), [pull(minute, **columns) for minute in minutes]).alerts
    return [json.loads(json.dumps(note.payload)) for note in alert.notifications]


@pytest.mark.parametrize("identity", ["ci@example.com", "", 'a "quoted" \\ text', "\u202e\x00\n", "x" * 5000, "日本"])
def test_a_fired_and_a_resolved_alert_have_the_common_schema(identity: str) -> None:
    """Whatever a log row holds."""
    for body in payloads(1, Identity=identity):
        assert problems(body) == []


def test_a_resolution_belongs_to_the_alert_that_fired() -> None:
    """By its id; and it says when."""
    fired, resolved = (body["data"]["essentials"] for body in payloads(1))

    assert (fired["monitorCondition"], resolved["monitorCondition"]) == ("Fired", "Resolved")
    assert fired["alertId"] == resolved["alertId"]
    assert fired["firedDateTime"] == resolved["firedDateTime"] == f"{at(5):%Y-%m-%dT%H:%M:%S.%f}Z"
    assert resolved["resolvedDateTime"] == f"{at(75):%Y-%m-%dT%H:%M:%S.%f}Z"


def test_two_alerts_have_two_ids_and_a_rehearsal_repeated_has_the_same() -> None:
    """So that what receives them can be tested against them."""
    first, again, other = (payloads(1, Identity=name)[0] for name in ("a", "a", "b"))

    assert first == again
    assert first["data"]["essentials"]["alertId"] != other["data"]["essentials"]["alertId"]


@pytest.mark.parametrize("end", ["", ";", " ;\n", " // a comment; with more", ";\n// 'one'\n\n// another\n"])
@pytest.mark.parametrize(
    ("column", "value"), [("Identity", "a"), ("Identity", 'a "quoted"\n\t\\ text; // no comment'), ("the 'who'", "a")]
)
def test_the_filtered_query_of_the_links_can_be_run(end: str, column: str, value: str) -> None:
    """However the rule's query ends; it gives the rows of the alert, and not those of others."""
    written = column if column == "Identity" else f'["{column}"]'
    query = f"ContainerRegistryRepositoryEvents | summarize Pulls = count() by {written} = Identity{end}"
    dimension = [{"name": column, "operator": "Include", "values": ["*"]}]
    rows = [pull(1, Identity=value), pull(2, Identity="other")]

    alert = rehearse(stack_with({"query": query, "dimension": dimension}), rows, end=at(10)).alerts[0]

    (condition,) = alert.notifications[0].payload["data"]["alertContext"]["condition"]["allOf"]
    portal, api = condition["linkToFilteredSearchResultsUI"], condition["linkToFilteredSearchResultsAPI"]
    (packed,) = re.findall(r"/q/([^/]+)/", portal)
    (filtered,) = parse_qs(urlsplit(api).query)["query"]
    assert gzip.decompress(b64decode(unquote(packed))).decode() == filtered
    with EventLog.of(rows) as log:
        found = RehearsedQuery(log, filtered, timedelta(hours=1)).run(at(10)).rows
    assert list(found) == [{column: value, "Pulls": 1}]


def test_the_condition_says_what_was_measured_of_whom() -> None:
    """Dimensions are all that a responder sees."""
    context = payloads(1, 2)[0]["data"]["alertContext"]
    (condition,) = context["condition"]["allOf"]

    assert condition["dimensions"] == [{"name": "Identity", "value": "ci@example.com"}]
    assert (condition["metricValue"], condition["threshold"]) == (2, "1")
    assert context["condition"]["windowEndTime"] == f"{at(5):%Y-%m-%dT%H:%M:%S.%f}Z"
