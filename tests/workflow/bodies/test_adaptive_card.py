"""What Teams refuses is named with its place, also what the schema of the cards lets through."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.workflow.bodies.adaptive_card import SIZE, markdown_texts, problems
from tests.workflow.bodies.judges import card_schema_complaints

Message = dict[str, Any]


def text(value: object = "x", **more: object) -> Message:
    """A text with Markdown."""
    return {"type": "TextBlock", "text": value, **more}


def runs(*values: object) -> Message:
    """A text without."""
    inlines = [{"type": "TextRun", "text": value, "fontType": "Monospace"} for value in values]
    return {"type": "RichTextBlock", "inlines": inlines}


def open_url(url: object = "https://example.com/", **more: object) -> Message:
    """A button."""
    return {"type": "Action.OpenUrl", "title": "Open", "url": url, **more}


def message(*body: object, **card: object) -> Message:
    """A message with a card of some elements."""
    content = {"type": "AdaptiveCard", "version": "1.4", "body": list(body) or [text()], **card}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


FULL = message(
    {
        "type": "Container",
        "style": "attention",
        "bleed": True,
        "items": [text("**Sev1**", size="Large", weight="Bolder", wrap=True), runs("a", "<at>x</at>", "*b*")],
    },
    {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "items": [text()]},
            {"type": "Column", "width": "auto", "items": [runs("x")]},
        ],
        "spacing": "Small",
        "separator": True,
    },
    {"type": "FactSet", "facts": [{"title": "Rule", "value": "x"}]},
    {"type": "ActionSet", "actions": [open_url()]},
    actions=[open_url(style="positive")],
    msteams={"width": "Full"},
    fallbackText="x",
    **{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json"},
)

CARD = "attachments[0].content"

WRONG: list[tuple[object, str, str]] = [
    ([], "", "no object"),
    ({"text": "x"}, "", "attachments is missing"),
    ({**message(), "type": "x"}, "type", "message"),
    ({**message(), "summary": "x"}, "summary", "no 'summary'"),
    ({"type": "message", "attachments": []}, "attachments", "1 to 1"),
    ({"type": "message", "attachments": message()["attachments"] * 2}, "attachments", "1 to 1"),
    ({"type": "message", "attachments": [{"content": {}}]}, "attachments[0]", "contentType is missing"),
    (
        {"type": "message", "attachments": [{"contentType": "x", "content": {}}]},
        "attachments[0].contentType",
        "adaptive",
    ),
    (message(type="MessageCard"), f"{CARD}.type", "AdaptiveCard"),
    (message(version="1.6"), f"{CARD}.version", "1.4"),
    (message(version=1.4), f"{CARD}.version", "1.4"),
    (message(body=[]), f"{CARD}.body", "at least 1"),
    (message(body="x"), f"{CARD}.body", "no list"),
    (message(msteams={"entities": []}), f"{CARD}.msteams", "Full"),
    (message(selectAction=open_url()), f"{CARD}.selectAction", "no 'selectAction'"),
    (message("x"), f"{CARD}.body[0]", "no object"),
    (message({"type": "Input.Text"}), f"{CARD}.body[0].type", "TextBlock"),
    (message({"type": "TextRun", "text": "x"}), f"{CARD}.body[0].type", "TextBlock"),
    (message(open_url()), f"{CARD}.body[0].type", "TextBlock"),
    (message(text("")), f"{CARD}.body[0].text", "empty"),
    (message(text(None)), f"{CARD}.body[0].text", "no text"),
    (message({"type": "TextBlock"}), f"{CARD}.body[0]", "text is missing"),
    (message(text(colour="Good")), f"{CARD}.body[0].colour", "no 'colour'"),
    (message({"type": "RichTextBlock", "inlines": []}), f"{CARD}.body[0].inlines", "at least 1"),
    (message({"type": "RichTextBlock", "inlines": ["x"]}), f"{CARD}.body[0].inlines[0]", "no object"),
    (message({"type": "RichTextBlock", "inlines": [text()]}), f"{CARD}.body[0].inlines[0].type", "TextRun"),
    (message({"type": "ColumnSet", "columns": [text()]}), f"{CARD}.body[0].columns[0].type", "Column"),
    (
        message({"type": "Container", "items": [{"type": "Container", "items": [text("")]}]}),
        f"{CARD}.body[0].items[0].items[0].text",
        "empty",
    ),
    (message({"type": "FactSet", "facts": [{"title": "x"}]}), f"{CARD}.body[0].facts[0]", "value is missing"),
    (message({"type": "FactSet", "facts": [{"title": "x", "value": 5}]}), f"{CARD}.body[0].facts[0].value", "no text"),
    (message(actions=[{"type": "Action.Submit", "title": "x"}]), f"{CARD}.actions[0].type", "Action.OpenUrl"),
    (message(actions=[{"type": "Action.OpenUrl", "title": "x"}]), f"{CARD}.actions[0]", "url is missing"),
    (message(actions=[open_url("x")]), f"{CARD}.actions[0].url", "https://"),
    (message(actions=[open_url("")]), f"{CARD}.actions[0].url", "empty"),
    (message(actions=[]), f"{CARD}.actions", "at least 1"),
]


def test_a_right_message_has_no_problem_for_anybody() -> None:
    """With everything that a notification may have in it."""
    assert problems(FULL) == []
    assert card_schema_complaints(FULL) == []


@pytest.mark.parametrize(("wrong", "place", "said"), WRONG)
def test_what_teams_refuses_is_named_with_its_place(wrong: object, place: str, said: str) -> None:
    """A flow that fails says so to its owner only."""
    found = [(problem.place, problem.message) for problem in problems(wrong)]

    assert any(where == place and said in text for where, text in found), found


def test_a_message_may_have_28_kb() -> None:
    """Counted in bytes, of the whole message as it is sent."""
    around = len(json.dumps(message(runs("é")), ensure_ascii=False, separators=(",", ":")).encode()) - 2
    room = SIZE - around

    assert problems(message(runs("x" * room))) == []
    assert [problem.message for problem in problems(message(runs("é" + "x" * (room - 1))))] == [
        f"the message has {SIZE + 1} bytes, and may have {SIZE}"
    ]


def test_the_texts_in_which_markdown_acts_are_all_but_the_text_runs() -> None:
    """So that a test of a template can see that no value from a log is among them."""
    assert [value for _, value in markdown_texts(FULL)] == ["**Sev1**", "x", "Rule", "x", "Open", "Open"]


ELEMENTS = st.recursive(
    st.builds(text, st.text() | st.none() | st.integers(), wrap=st.booleans() | st.just("x"))
    | st.builds(runs, st.text() | st.none())
    | st.fixed_dictionaries({"type": st.sampled_from(["FactSet", "Container", "Image", "Table"])}),
    lambda inner: st.builds(lambda items: {"type": "Container", "items": items}, st.lists(inner, max_size=3)),
    max_leaves=6,
)


@given(st.lists(ELEMENTS, max_size=3))
def test_what_is_fine_here_has_texts_and_elements_that_the_schema_takes(elements: list[Message]) -> None:
    """Enumerations and flags are the schema's business, and both are asked in the tests of templates."""
    value = message(*elements)
    if not problems(value):
        complaints = card_schema_complaints(value)
        assert not complaints or any(element.get("wrap") == "x" for _, element in _objects(value)), complaints


def _objects(value: object) -> list[tuple[object, Message]]:
    if isinstance(value, dict):
        return [(None, value), *(found for item in value.values() for found in _objects(item))]
    return [found for item in value for found in _objects(item)] if isinstance(value, list) else []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "message", "TextBlock", "AdaptiveCard"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["type", "attachments", "content", "contentType", "body", "items"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_any_json_is_looked_at_without_a_crash(value: object) -> None:
    """A user's own template makes what it makes."""
    found = [*problems(value), *problems({"type": "message", "attachments": [value]}), *problems(message(value))]
    assert all(problem.message for problem in found)
