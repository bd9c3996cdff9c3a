"""What is written is what Logic Apps read: texts come back as they went in, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.notifications.definition import compose, definition, post
from acrwatch.notifications.wdl import Expression, call, choose, cut, equals, if_, member, otherwise, text, value
from acrwatch.workflow import run
from acrwatch.workflow.validation import validate

BODY = call("triggerBody")
MARKS = st.text(alphabet=st.sampled_from("@{}'\"\\$ ax\n"), max_size=12) | st.text(max_size=8)


def result(inputs: object, body: object = None) -> object:
    """What a Compose with these inputs makes, as it is sent."""
    content = definition([compose("Made", inputs), post("https://example.com/", value(call("outputs", "Made")))], [])
    assert validate(content) == []
    (delivery,) = run(content, {"input": body}).deliveries
    return delivery.body


DATA = member(BODY, "input")


@given(st.lists(MARKS | st.just(DATA), min_size=1, max_size=5))
def test_static_text_stays_as_it_is(parts: list[str]) -> None:
    """At signs, braces and quotes among them, beside expressions and alone."""
    expected = "".join("<it>" if isinstance(part, Expression) else part for part in parts)

    assert result({"is": text(*parts)}, "<it>") == {"is": expected}


@given(MARKS)
def test_a_text_in_an_expression_stays_as_it_is(given_text: str) -> None:
    """Quotes are doubled."""
    assert result({"is": value(call("concat", given_text, ""))}) == {"is": given_text}


@given(MARKS)
def test_text_of_a_payload_is_not_evaluated_again(given_text: str) -> None:
    """Expressions in a log row are text."""
    assert result({"is": text("a ", DATA)}, given_text) == {"is": f"a {given_text}"}


def test_a_value_keeps_its_type() -> None:
    """Where it stands alone."""
    assert result({"is": value(DATA)}, [1, None]) == {"is": [1, None]}


@pytest.mark.parametrize(("given_text", "expected"), [("", ""), ("abcd", "abcd"), ("abcde", "abc…")])
def test_what_is_cut_has_a_mark(given_text: str, expected: str) -> None:
    """And nothing else has."""
    assert result({"is": value(cut(DATA, 4))}, given_text) == {"is": expected}


def test_choices_are_made_in_order() -> None:
    """With a default, and for what is empty."""
    chosen = choose(DATA, {"a": "1", "b": "2"}, otherwise(DATA, "none"))

    found = [result({"is": value(chosen)}, given_text) for given_text in ("a", "b", "c", "")]
    assert found == [{"is": "1"}, {"is": "2"}, {"is": "c"}, {"is": "none"}]
    assert result({"is": value(if_(equals(DATA, "a"), 1, 2))}, "A") == {"is": 2}
