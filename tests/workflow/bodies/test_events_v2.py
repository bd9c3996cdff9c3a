"""What PagerDuty refuses in an event is named with its place, and the routing key never is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.workflow.bodies.events_v2 import SIZE, problems

KEY = "canary0123456789canary0123456789"

Event = dict[str, Any]


def event(payload: dict[str, object] | None = None, **more: object) -> Event:
    """An event that triggers an incident."""
    return {
        "routing_key": KEY,
        "event_action": "trigger",
        "payload": {"summary": "x", "source": "shopimages", "severity": "error", **(payload or {})},
        **more,
    }


def without(value: Event, key: str) -> Event:
    """The same without one member."""
    return {name: item for name, item in value.items() if name != key}


RESOLVE = {"routing_key": KEY, "event_action": "resolve", "dedup_key": "x" * 255}
FULL = event(
    {
        "summary": "x" * 1024,
        "timestamp": "2026-03-02T02:31:04.123+00:00",
        "component": "team/api",
        "group": "shopimages",
        "class": "excessive_images_pulled",
        "custom_details": {"any": {"thing": [1, None]}},
    },
    dedup_key="x",
    images=[{"src": "https://example.com/a.png", "href": "https://example.com/", "alt": "x"}],
    links=[{"href": "https://example.com/", "text": "x"}],
    client="acrwatch",
    client_url="https://example.com/",
)

WRONG: list[tuple[object, str, str]] = [
    ([], "", "no object"),
    (without(event(), "routing_key"), "", "routing_key is missing"),
    (event(routing_key=KEY[:-1]), "routing_key", "32 letters and digits"),
    (event(routing_key=KEY[:-1] + "-"), "routing_key", "32 letters and digits"),
    (event(routing_key=None), "routing_key", "32 letters and digits"),
    (event(event_action="Trigger"), "event_action", "trigger"),
    (event(event_action="suppress"), "event_action", "resolve"),
    (event(dedup_key=""), "dedup_key", "empty"),
    (event(dedup_key="x" * 256), "dedup_key", "256"),
    (event(dedup_key=None), "dedup_key", "no text"),
    (without(RESOLVE, "dedup_key"), "", "dedup_key is missing"),
    ({**RESOLVE, "event_action": "acknowledge", "dedup_key": ""}, "dedup_key", "empty"),
    (without(event(), "payload"), "payload", "no object"),
    (event(payload={"summary": ""}), "payload.summary", "empty"),
    (event(payload={"summary": "x" * 1025}), "payload.summary", "1025"),
    (event(payload={"summary": "🐳" * 513}), "payload.summary", "1026"),
    (event(payload={"source": ""}), "payload.source", "empty"),
    (event(payload={"source": None}), "payload.source", "no text"),
    (event(payload={"severity": "Sev1"}), "payload.severity", "critical"),
    (event(payload={"timestamp": "yesterday"}), "payload.timestamp", "no moment"),
    (event(payload={"timestamp": ""}), "payload.timestamp", "no moment"),
    (event(payload={"component": ""}), "payload.component", "empty"),
    (event(payload={"group": 5}), "payload.group", "no text"),
    (event(payload={"class": None}), "payload.class", "no text"),
    (event(payload={"custom_details": "x"}), "payload.custom_details", "no object"),
    (event(payload={"customDetails": {}}), "payload.customDetails", "did you mean custom_details?"),
    (event(images={}), "images", "no list"),
    (event(images=[{"href": "https://example.com/"}]), "images[0]", "src is missing"),
    (event(images=[{"src": "http://example.com/"}]), "images[0].src", "https://"),
    (event(links=[{"text": "x"}]), "links[0]", "href is missing"),
    (event(links=[{"href": "javascript:alert(1)"}]), "links[0].href", "https://"),
    (event(links=[{"href": "https://example.com/", "text": ""}]), "links[0].text", "empty"),
    (event(client_url="x"), "client_url", "https://"),
    (event(client=""), "client", "empty"),
    (event(summary="x"), "summary", "no 'summary'"),
    (event(payload={"custom_details": {"x": "é" * (SIZE // 2)}}), "", "524"),
]


@pytest.mark.parametrize("right", [event(), FULL, RESOLVE, {**RESOLVE, "event_action": "acknowledge"}])
def test_a_right_event_has_no_problem(right: Event) -> None:
    """At the limits, not beyond; a resolution needs no payload."""
    assert problems(right) == []


@pytest.mark.parametrize(("wrong", "place", "said"), WRONG)
def test_what_pagerduty_refuses_is_named_with_its_place(wrong: object, place: str, said: str) -> None:
    """A 400 is not tried again, and the incident never opens."""
    found = [(problem.place, problem.message) for problem in problems(wrong)]

    assert any(where == place and said in text for where, text in found), found
    assert "canary" not in str(found)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, *FULL["payload"]]), inner),
    max_leaves=10,
)


@given(ANY_JSON)
def test_any_json_is_looked_at_without_a_crash(value: object) -> None:
    """A user's own template makes what it makes."""
    assert all(problem.message for problem in [*problems(value), *problems(event(links=[value], images=value))])
