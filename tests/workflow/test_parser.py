"""A text of a definition is read as Logic Apps reads it, and refused where that is in doubt."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from acrwatch.workflow.evaluation import Scope, evaluate, resolve
from acrwatch.workflow.failure import ExpressionError, WorkflowError
from acrwatch.workflow.limits import EXPRESSION
from acrwatch.workflow.parser import literal, parse
from tests.payloads import HOSTILE

BODY = {"a": {"b": [1, {"c": "x"}], "Case": 1}, "null": None, "text": "t", "number": 5, "@{x}": "odd", "it's": "quoted"}


def value_of(text: str) -> object:
    """The value of a text of a definition."""
    return evaluate(parse(text), Scope(body=BODY))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("plain", "plain"),
        ("@", "@"),
        (" @", " @"),
        (" @length('a')", " @length('a')"),
        ("a@b.com", "a@b.com"),
        ("a{b}", "a{b}"),
        ("}", "}"),
        ("@@", "@"),
        ("@@length('a')", "@length('a')"),
        ("@@{length('a')}", "@{length('a')}"),
        ("x @@{y} @{length('a')}", "x @{y} 1"),
        ("@@x @{length('a')}", "@x 1"),
        ("@length('a')", 1),
        ("@{length('a')}", "1"),
        ("a @{length('a')} b", "a 1 b"),
        ("@{length('a')}@{length('ab')}", "12"),
        ("@{'}'}", "}"),
        ("@{null}", ""),
        ("@{ 1.50 }", "1.5"),
        ("@{createArray(1, 'a')}", '[1,"a"]'),
        ("@null", None),
        ("@true", True),
        ("@'it''s'", "it's"),
        ("@''", ""),
        ("@'a\nb'", "a\nb"),
        ("@'a\\n'", "a\\n"),
        ("@'@{length(''a'')}'", "@{length('a')}"),
        ("@-1", -1),
        ("@+1", 1),
        ("@1.5e2", 150.0),
        ("@ length ( 'a' ) ", 1),
        ("@triggerBody().a.b[1].c", "x"),
        ("@triggerBody()['a']['b'][0]", 1),
        ("@triggerBody()?.a?.b?[1]?['c']", "x"),
        ("@triggerBody()?['none']", None),
        ("@triggerBody()?['none']?['more']?[0]", None),
        ("@triggerBody()?['null']?.x", None),
        ("@triggerBody()?['a']?['b']?[9]", None),
        ("@triggerBody()[concat('a', '')]?['none']", None),
        ("@triggerBody()['@{x}']", "odd"),
        ("@triggerBody()['it''s']", "quoted"),
        ("@TriggerBody()['text']", "t"),
        ("@length(split('a b', ' '))", 2),
        ("@first(split('a b', ' '))", "a"),
        ("@split('a b', ' ')[1]", "b"),
    ],
)
def test_a_text_has_its_value(text: str, value: object) -> None:
    """Which @ acts, what keeps its type, and what a member that is missing gives."""
    found = value_of(text)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("@length('a'", 11, "has no ')'"),
        ("@length('a'))", 12, "out of place"),
        ("@length('a)", 8, "no closing quote"),
        ('@length("a")', 8, "single quotes"),
        ("@length('a') x", 13, "out of place"),
        ("@length", 1, "neither a function"),
        ("@True", 1, "neither a function"),
        ("@{length('a')", 13, "is missing"),
        ("@{}", 2, "out of place"),
        ("x @{ } y", 5, "out of place"),
        ("@[1]", 1, "no literal arrays"),
        ("@length([1])", 8, "no literal arrays"),
        ("@length({})", 8, "no literal arrays"),
        ("@length('a',)", 12, "out of place"),
        ("@length(,)", 8, "out of place"),
        ("@length('a' 'b')", 12, "out of place"),
        ("@'a'.b", 4, "out of place"),
        ("@triggerBody().", 15, "name is missing"),
        ("@triggerBody()['a'", 18, "is missing"),
        ("@triggerBody()?", 14, "question mark"),
        ("@triggerBody()['a']?", 19, "question mark"),
        ("@1a", 1, "means nothing"),
        ("@1.", 2, "out of place"),
        ("@1e999", 1, "too large"),
        ("@12345678901234567890", 1, "18 characters"),
        ("@length(@triggerBody())", 8, "before the whole expression"),
        ("@ ", 2, "too early"),
        ("@@@x", 0, "in doubt"),
        ("@@@{length('a')}", 0, "in doubt"),
        ("a @@@{x}", 2, "in doubt"),
        ("@" + "not(" * 100 + "true" + ")" * 100, 261, "deeper than 64"),
        ("@triggerBody().missing", 14, "has no 'missing'"),
        ("@triggerBody()['null'].x", 22, "null has no member"),
        ("@triggerBody()['text']?.x", 22, "a string has no member"),
        ("@triggerBody()['number']?['x']", 24, "a number has no member"),
        ("@triggerBody()['a']['b']['c']", 24, "an array has no member"),
        ("@triggerBody()['a'][0]", 19, "an object has no member"),
        ("@triggerBody()['a']['b'][2]", 24, "no item 2"),
        ("@triggerBody()['a']['b']?[-1]", 24, "no item -1"),
        ("@triggerBody()['a']?['case']", 19, "casing"),
        ("@triggerBody()[true]", 14, "has no member"),
        ("@triggerBody()[null]", 14, "no key"),
        ("@triggerBody('a')", 1, "takes no arguments"),
        ("@item()", 1, "outside of a Foreach"),
        ("@items('A')", 1, "no loop around 'A'"),
        ("@body('A')", 1, "'A'"),
        ("@outputs(concat('A', ''))", 1, "written out"),
        ("@parameters('x')", 1, "no parameter 'x'"),
        ("@{true}", 2, "Boolean"),
        ("a @{concat('x', 1)}", 4, "argument 2"),
        ("@concat('x', length(null))", 13, "length()"),
    ],
)
def test_what_has_no_value_is_refused_at_its_place(text: str, at: int, reason: str) -> None:
    """The place is where a person has to look, counted from the start of the whole text."""
    with pytest.raises(ExpressionError) as refused:
        value_of(text)

    assert (refused.value.at, reason in refused.value.message) == (at, True), refused.value.message


def test_an_expression_is_limited_by_the_whole_text_that_holds_it() -> None:
    """Which characters Logic Apps counts is in doubt; to count all of them is safe."""
    around = len("@{length('a')}")
    fits = "x" * (EXPRESSION - around) + "@{length('a')}"

    assert value_of(fits) == fits[:-around] + "1"
    with pytest.raises(ExpressionError, match="8193"):
        value_of(f"x{fits}")
    with pytest.raises(ExpressionError, match="8193"):
        value_of("🐳" + fits[1:])
    with pytest.raises(ExpressionError, match="8194"):
        value_of("@'" + "x" * (EXPRESSION - 1) + "'")
    assert value_of("x" * 10_000) == "x" * 10_000


def test_an_error_shows_the_place_in_the_definition_and_in_the_expression() -> None:
    """A definition has dozens of expressions that look alike."""
    with pytest.raises(WorkflowError) as failed:
        resolve(
            {"blocks": ["x", "a long text before it, longer than is shown @{lengh('a')} b"]},
            Scope(body=None),
            ("body",),
        )

    assert str(failed.value).splitlines() == [
        "body.blocks[1]: lengh() is no function known here; did you mean length?",
        "  character 47 of ... text before it, longer than is shown @{lengh('a')} b",
    ]


@given(st.text() | st.text("@{}[]()'?.,ab1+-e \n\"", max_size=40))
@example("@" + "a(" * 5000)
@example("@{" * 5000)
@example("@triggerBody()" + "?['a']" * 1000)
@example("@triggerBody()" + "[triggerBody()" * 500)
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    """Titles, descriptions and templates are written by people."""
    try:
        template = parse(text)
    except ExpressionError as error:
        place = error.at
    else:
        place = 0
        if not template.expressions:
            assert len(text) - text.count("@@") <= len(str(evaluate(template, Scope(body=None)))) <= len(text)

    assert 0 <= place <= len(text)


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "@", "@@", "@{", "@@{", "{", "}", "''", "length('a')"]) | st.text(), max_size=6
    ).map("".join)
)
def test_a_text_written_as_a_literal_stands_for_itself(text: str) -> None:
    """Whatever a title or address in a settings file holds, it must not become an expression."""
    assert evaluate(parse(literal(text)), Scope(body=None)) == text
    assert evaluate(parse("@{string('" + text.replace("'", "''") + "')}"), Scope(body=None)) == text


@given(st.text())
def test_text_of_a_payload_is_not_evaluated_again(text: str) -> None:
    """A log row with an expression in it is only text."""
    odd = "@{concat('a', 'b')}" + text

    assert evaluate(parse("<@{triggerBody()}>"), Scope(body=odd)) == f"<{odd}>"
    assert evaluate(parse("@triggerBody()"), Scope(body=odd)) == odd
