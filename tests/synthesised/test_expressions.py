"""What one value takes over from another is followed, and nothing else is guessed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.references import literal
from acrwatch.synthesised.expressions import evaluate
from acrwatch.synthesised.values import Reference, Unknown, Value


class Names:
    """`var.text`, `var.list`, and one resource; everything else is not there."""

    def look_up(self, path: tuple[str | int, ...], written: str) -> Value:
        known: dict[Any, Value] = {
            ("var", "text"): "x",
            ("var", "number"): 5,
            ("var", "list"): ["a", "b"],
            ("azurerm_thing", "a", "id"): Reference("azurerm_thing.a", "id"),
            ("azurerm_thing", "many", "one", "id"): Reference('azurerm_thing.many["one"]', "id"),
        }
        return known.get(path, Unknown(f"${{{written}}}", "it is not there"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("plain", "plain"),
        ("${var.text}", "x"),
        ("${ (var.text) }", "x"),
        ("a-${var.text}-${var.number}", "a-x-5"),
        ("$${var.text} 5%%{", "${var.text} 5%{"),
        ("${var.number}", 5),
        ("${true}", True),
        ("${1.5}", 1.5),
        ('${"quoted ${var.text}"}', "quoted x"),
        ('${toset(["a", "b",])}', ["a", "b"]),
        ("${toset(var.list)}", ["a", "b"]),
        ('${{a = 1, "b" : var.text}}', {"a": 1, "b": "x"}),
        ({"k$${": ["${var.text}", None, 1]}, {"k${": ["x", None, 1]}),
        ("${azurerm_thing.a.id}", Reference("azurerm_thing.a", "id")),
        ('${azurerm_thing.many["one"].id}', Reference('azurerm_thing.many["one"]', "id")),
    ],
)
def test_a_value_is_evaluated(written: Any, value: Any) -> None:
    """Literals, names, and texts made of both."""
    assert evaluate(written, Names()) == value


@pytest.mark.parametrize(
    "written",
    [
        '${lower("X")}',
        "${var.text == 1 ? 1 : 2}",
        "${var.list[*]}",
        "${[for x in var.list : x]}",
        "%{ if true }x%{ endif }",
        "${1 + 1}",
        "${",
        "${var.}",
        "${[1}",
        "a${var.list}",
    ],
)
def test_an_expression_beyond_that_is_unknown_and_stays_as_it_is_written(written: str) -> None:
    """A wrong value would be worse than none."""
    found = evaluate(written, Names())

    assert isinstance(found, Unknown)
    assert found.written == written
    assert found.reason


def test_a_text_with_an_unknown_part_is_unknown_and_keeps_its_references() -> None:
    """The way from a receiver to its workflow goes through such a text."""
    found = evaluate("${azurerm_thing.a.id}/triggers/${var.nope}", Names())

    assert isinstance(found, Unknown)
    assert found.references == (Reference("azurerm_thing.a", "id"),)
    assert "it is not there" in found.reason


@given(st.text())
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    """Whatever a text holds, what the constructs escape comes back."""
    assert evaluate(literal(text), Names()) == text


@given(st.text(alphabet='${}%"[]().:=,ab1 \\'))
def test_no_text_breaks_the_reader(text: str) -> None:
    """A file of others may hold anything: it is a text, a reference, or not known."""
    assert isinstance(evaluate(text, Names()), str | Reference | Unknown)
