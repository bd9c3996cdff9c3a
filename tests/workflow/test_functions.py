"""Each function gives what Logic Apps gives, and refuses what would fail the run or is in doubt."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.workflow.evaluation import Scope, evaluate
from acrwatch.workflow.failure import ExpressionError, Refused
from acrwatch.workflow.functions import FUNCTIONS, REFUSED, call
from acrwatch.workflow.limits import TEXT
from acrwatch.workflow.parser import parse

# What a test expression may read.
BODY: dict[str, Any] = {
    "null": None,
    "true": True,
    "int": 12,
    "float": 12.0,
    "half": 0.5,
    "text": "Team/API",
    "empty": "",
    "whale": "🐳",
    "list": ["a", "b", "c"],
    "numbers": [3, 1.5, 2],
    "none": [],
    "mixed": [1, "1", None, True, {"a": 1}, [1]],
    "object": {"a": 1, "B": "x"},
    "nothing": {},
}


def value_of(expression: str) -> object:
    """The value of an expression over `BODY`, in which `$x` is the member x of the body."""
    text = re.sub(r"\$([a-z]+)", r"triggerBody()?['\1']", expression)
    return evaluate(parse(f"@{text}"), Scope(body=BODY))


GIVES: list[tuple[str, object]] = [
    ("add(1, 2)", 3),
    ("add(1, 0.5)", 1.5),
    ("add(-1, 1)", 0),
    ("sub(1, 2)", -1),
    ("sub($half, 0.5)", 0.0),
    ("min(3, 1, 2)", 1),
    ("min(3)", 3),
    ("min($numbers)", 1.5),
    ("max($numbers)", 3),
    ("max(1, 2.5)", 2.5),
    ("and(true, true)", True),
    ("and(true, false)", False),
    ("and(true, true, false)", False),
    ("or(false, true)", True),
    ("or(false, false)", False),
    ("not(false)", True),
    ("not($true)", False),
    ("if(true, 'a', 1)", "a"),
    ("if(false, 'a', null)", None),
    ("coalesce(null, 'a')", "a"),
    ("coalesce($empty, 'a')", ""),
    ("coalesce($none, 'a')", []),
    ("coalesce($nothing, 'a')", {}),
    ("coalesce(false, 'a')", False),
    ("coalesce(0, 'a')", 0),
    ("coalesce(null, null)", None),
    ("coalesce($missing, null, 3)", 3),
    ("equals('a', 'a')", True),
    ("equals('a', 'A')", False),
    ("equals(1, 1.0)", True),
    ("equals(true, true)", True),
    ("equals('', '')", True),
    ("greater(2, 1)", True),
    ("greater(1, 1)", False),
    ("greater('b', 'a')", True),
    ("greater('a', 'a')", False),
    ("greaterOrEquals('a', 'a')", True),
    ("less('a', 'a')", False),
    ("lessOrEquals('a', 'a')", True),
    ("greater('a', 'B')", True),
    ("greater($whale, '\uffff')", False),
    ("greaterOrEquals(1, 1)", True),
    ("greaterOrEquals(0, 1)", False),
    ("less(1, 2)", True),
    ("less(1, 1)", False),
    ("less('', 'a')", True),
    ("lessOrEquals(1, 1.0)", True),
    ("lessOrEquals(2, 1)", False),
    ("empty('')", True),
    ("empty(' ')", False),
    ("empty(null)", True),
    ("empty($none)", True),
    ("empty($list)", False),
    ("empty($nothing)", True),
    ("empty($object)", False),
    ("empty($missing)", True),
    ("contains('abc', 'b')", True),
    ("contains('abc', 'B')", False),
    ("contains('abc', '')", True),
    ("contains($list, 'a')", True),
    ("contains($list, 'A')", False),
    ("contains($mixed, 1)", True),
    ("contains($numbers, '1')", False),
    ("contains(createArray(json('{\"a\": 1}')), json('{\"a\": 1}'))", True),
    ("contains(createArray(json('{\"a\": 1}')), json('{\"a\": true}'))", False),
    ("contains($object, 'a')", True),
    ("contains($object, 'b')", False),
    ("startsWith('https://a', 'https://')", True),
    ("startsWith('a', 'ab')", False),
    ("startsWith('a', '')", True),
    ("startsWith(toLower('ABC'), toLower('Ab'))", True),
    ("endsWith('abc', 'bc')", True),
    ("endsWith('abc', 'ab')", False),
    ("indexOf('abc', 'c')", 2),
    ("indexOf('abc', 'x')", -1),
    ("indexOf('abc', '')", 0),
    ("indexOf('🐳a', 'a')", 2),
    ("length('abc')", 3),
    ("length('')", 0),
    ("length('é')", 1),
    ("length($whale)", 2),
    ("length($list)", 3),
    ("length($none)", 0),
    ("take('abc', 2)", "ab"),
    ("take('abc', 3)", "abc"),
    ("take('abc', 4)", "abc"),
    ("take('abc', 0)", ""),
    ("take('', 1)", ""),
    ("take($whale, 2)", "🐳"),
    ("take($whale, 1)", "\ud83d"),
    ("take($list, 2)", ["a", "b"]),
    ("take($list, 9)", ["a", "b", "c"]),
    ("take($none, 1)", []),
    ("substring('abc', 1)", "bc"),
    ("substring('abc', 1, 1)", "b"),
    ("substring('abc', 3)", ""),
    ("substring('abc', 0, 3)", "abc"),
    ("slice('abc', 1)", "bc"),
    ("slice('abc', 1, 2)", "b"),
    ("slice('abc', 0, -1)", "ab"),
    ("slice('abc', -2)", "bc"),
    ("slice('abc', 2, 1)", ""),
    ("slice('abc', 9)", ""),
    ("slice('abc', -9, 9)", "abc"),
    ("first('abc')", "a"),
    ("first('')", ""),
    ("first($list)", "a"),
    ("first($none)", None),
    ("last('abc')", "c"),
    ("last('')", ""),
    ("last($list)", "c"),
    ("last($none)", None),
    ("concat('a', 'b', 'c')", "abc"),
    ("concat('', '')", ""),
    ("concat(take($whale, 1), slice($whale, 1))", "🐳"),
    ("replace('a.b.c', '.', '-')", "a-b-c"),
    ("replace('aaa', 'aa', 'b')", "ba"),
    ("replace('abc', 'B', 'x')", "abc"),
    ("replace('abc', 'b', '')", "ac"),
    ("replace('a+b', '+', '$1')", "a$1b"),
    ("toLower('ÄbC')", "äbc"),
    ("toUpper('äbß')", "ÄBß"),
    ("toLower('İ')", "İ"),
    ("trim(' \t\n\u00a0a b\u3000')", "a b"),
    ("trim('\u001fa')", "\u001fa"),
    ("split('a,b', ',')", ["a", "b"]),
    ("split('', ',')", [""]),
    ("split('a', ',')", ["a"]),
    ("split(',', ',')", ["", ""]),
    ("join($list, ', ')", "a, b, c"),
    ("join($none, ', ')", ""),
    ("join($list, '')", "abc"),
    ("string('a')", "a"),
    ("string(null)", ""),
    ("string(12)", "12"),
    ("string($float)", "12"),
    ("string($half)", "0.5"),
    ("string(-0.0)", "0"),
    ("string(1e21)", "1E+21"),
    ("string(1e-7)", "1E-07"),
    ("string(0.0001)", "0.0001"),
    ("string(123456789012345678)", "123456789012345678"),
    ("string(1e14)", "100000000000000"),
    ("string(1.25e300)", "1.25E+300"),
    ("string($list)", '["a","b","c"]'),
    ("string($object)", '{"a":1,"B":"x"}'),
    ("string(createArray('é', '\u2028', true, null))", '["é","\\u2028",true,null]'),
    ("json('[]')", []),
    ("json('{\"a\": [1, 2.5, null, true]}')", {"a": [1, 2.5, None, True]}),
    ("json('\"a\"')", "a"),
    ("uriComponent('https://example.com/a b')", "https%3A%2F%2Fexample.com%2Fa%20b"),
    ("uriComponent('é~-_.')", "%C3%A9~-_."),
    ("uriComponent($whale)", "%F0%9F%90%B3"),
    ("uriComponent('')", ""),
    ("createArray('a', 1, null)", ["a", 1, None]),
    ("union($list, createArray('c', 'd', 'd'))", ["a", "b", "c", "d"]),
    ("union(createArray(1, true), createArray('1', 1.0))", [1, True, "1"]),
    ("union($nothing, $object)", {"a": 1, "B": "x"}),
    ('union($object, json(\'{"a": 2, "c": 3}\'))', {"a": 2, "B": "x", "c": 3}),
    ("setProperty($object, 'a', 2)", {"B": "x", "a": 2}),
    ("setProperty($nothing, 'a', null)", {"a": None}),
    ("TOLOWER('A')", "a"),
    ("ToLower('A')", "a"),
]

# What fails a run, or is in doubt: the expression, and a word of the reason.
REFUSES: list[tuple[str, str]] = [
    ("add('1', 2)", "argument 1 of add() is a string"),
    ("add(null, 2)", "null"),
    ("add(true, 2)", "a Boolean"),
    ("add(999999999999999999, 999999999999999999, 1)", "takes 2 arguments, not 3"),
    ("sub(1)", "takes 2 arguments, not 1"),
    ("add(1.7e308, 1.7e308)", "too large"),
    ("min()", "at least 1"),
    ("min($none)", "at least one"),
    ("max($numbers, 1)", "one array of them"),
    ("max(1, $numbers)", "argument 2"),
    ("max($list)", "takes numbers"),
    ("max($mixed)", "takes numbers"),
    ("and(true)", "at least 2"),
    ("and(true, 1)", "a number"),
    ("and(true, 'true')", "a string"),
    ("and(false, null)", "null"),
    ("or(true, null)", "null"),
    ("not(0)", "a number"),
    ("not(null)", "null"),
    ("if('true', 1, 2)", "a string"),
    ("if(null, 1, 2)", "null"),
    ("if(true, 1)", "takes 3 arguments"),
    ("if(true, 1, length(null))", "length()"),
    ("coalesce('a')", "at least 2"),
    ("coalesce('a', length(null))", "length()"),
    ("equals(true, 1)", "in doubt"),
    ("equals(1, '1')", "in doubt"),
    ("equals(null, '')", "null"),
    ("equals(null, null)", "null"),
    ("equals($list, $list)", "an array"),
    ("greater(1, 'a')", "in doubt"),
    ("greater(true, false)", "a Boolean"),
    ("less(null, 1)", "null"),
    ("lessOrEquals('1', 1)", "in doubt"),
    ("greaterOrEquals(1, null)", "null"),
    ("empty(0)", "a number"),
    ("empty(false)", "a Boolean"),
    ("contains(null, 'a')", "null"),
    ("contains('a', null)", "null"),
    ("contains('1', 1)", "a number"),
    ("contains($object, 1)", "a number"),
    ("contains(1, 1)", "a number"),
    ("startsWith('ABC', 'ab')", "casing"),
    ("startsWith(null, 'a')", "null"),
    ("endsWith('abc', 'BC')", "casing"),
    ("endsWith('abc', 1)", "a number"),
    ("indexOf('Aa', 'a')", "casing"),
    ("indexOf(null, 'a')", "null"),
    ("length(null)", "null"),
    ("length(1)", "a number"),
    ("length($object)", "an object"),
    ("take(null, 1)", "null"),
    ("take('abc', -1)", "negative"),
    ("take('abc', 1.0)", "whole number"),
    ("take('abc', '1')", "a string"),
    ("take(1, 1)", "a number"),
    ("substring('abc', 4)", "of 3"),
    ("substring('abc', 1, 3)", "of 3"),
    ("substring('abc', -1)", "negative"),
    ("substring('abc', 0, -1)", "negative"),
    ("substring(null, 0)", "null"),
    ("slice(null, 0)", "null"),
    ("slice('abc', '0')", "a string"),
    ("slice('abc')", "2 to 3"),
    ("first(null)", "null"),
    ("last(null)", "null"),
    ("first($object)", "an object"),
    ("concat('a')", "at least 2"),
    ("concat('a', 1)", "a number"),
    ("concat('a', null)", "null"),
    ("concat($list, $list)", "an array"),
    ("replace('a', '', 'b')", "empty"),
    ("replace(null, 'a', 'b')", "null"),
    ("replace('a', 'a', null)", "null"),
    ("replace(1, '1', '2')", "a number"),
    ("toLower(null)", "null"),
    ("toUpper(1)", "a number"),
    ("trim(null)", "null"),
    ("split('a', '')", "empty"),
    ("split(null, ',')", "null"),
    ("join($mixed, ',')", "texts"),
    ("join($numbers, ',')", "texts"),
    ("join('a', ',')", "a string"),
    ("join(null, ',')", "null"),
    ("string(true)", "Boolean"),
    ("string()", "takes 1 arguments, not 0"),
    ("json(null)", "null"),
    ("json('')", "no JSON"),
    ("json('{')", "no JSON"),
    ("json('NaN')", "NaN"),
    ("json('[1e999]')", "not finite"),
    ("json('123456789012345678901234567890')", "64 bits"),
    ("json(12)", "a number"),
    ("uriComponent(null)", "null"),
    ("uriComponent(take($whale, 1))", "half a character"),
    ("createArray()", "at least 1"),
    ("union($list)", "at least 2"),
    ("union($list, $object)", "only arrays or only objects"),
    ("union(null, $list)", "null"),
    ("union($object, json('{\"A\": 1}'))", "in doubt"),
    ("union(json('{\"a\": {}}'), json('{\"a\": {}}'))", "in doubt"),
    ("setProperty($object, 'b', 1)", "in doubt"),
    ("setProperty(null, 'b', 1)", "null"),
    ("setProperty($object, 1, 1)", "a number"),
    ("formatDateTime('2026-01-01')", "take(string(x), 16)"),
    ("utcNow()", "another one each time"),
    ("guid()", "another one each time"),
    ("rand(1, 2)", "another one each time"),
    ("workflow()", "not used here"),
    ("tolowr('a')", "did you mean toLower?"),
    ("variables('x')", "no function known here"),
]


@pytest.mark.parametrize(("expression", "value"), GIVES)
def test_a_function_gives_what_logic_apps_gives(expression: str, value: object) -> None:
    """One row for each rule of the language that a message depends on."""
    found = value_of(expression)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("expression", "reason"), REFUSES)
def test_a_function_refuses_what_would_fail_or_is_in_doubt(expression: str, reason: str) -> None:
    """A template can only depend on what is known."""
    with pytest.raises(ExpressionError) as refused:
        value_of(expression)

    assert reason in refused.value.message


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_tried_with_what_it_takes_and_what_it_does_not(name: str) -> None:
    """One that is not in a table would be one nobody has looked at."""
    for table in (GIVES, REFUSES):
        assert any(re.search(rf"\b{name}\(", expression) for expression, _ in table)


def test_no_function_is_known_and_refused() -> None:
    """Which of the two lists is asked first must not matter."""
    assert not FUNCTIONS.keys() & REFUSED.keys()


def test_a_text_may_not_become_longer_than_logic_apps_allows() -> None:
    """Doubling a text is the way to get there from a short expression."""
    half = "x" * (TEXT // 2)

    assert call("concat", [half, half]) == half * 2
    with pytest.raises(Refused, match=str(TEXT)):
        call("concat", [half, half + "x"])


@given(st.text(), st.integers(0, 20))
def test_take_cuts_where_utf_16_does(text: str, count: int) -> None:
    """.NET counts units, so that a long text of emoji is cut after half as many of them."""
    cut = call("take", [text, count])

    raw = text.encode("utf-16-le")[: 2 * count]
    assert cut == raw.decode("utf-16-le", "surrogatepass")
    assert call("length", [cut]) == min(count, len(text.encode("utf-16-le")) // 2)


@given(st.text(), st.integers(-30, 30), st.integers(-30, 30))
def test_slice_never_fails_and_counts_from_the_end_as_python_does(text: str, start: int, end: int) -> None:
    """Of UTF-16 units, as everything here."""
    raw = text.encode("utf-16-le")
    pairs = [raw[place : place + 2] for place in range(0, len(raw), 2)]

    cut = b"".join(pairs[start:end]).decode("utf-16-le", "surrogatepass")

    assert call("slice", [text, start, end]) == cut


@given(st.text("&<>amp;lgt`*x", max_size=40))
def test_escaping_for_slack_leaves_no_control_character_and_can_be_undone(text: str) -> None:
    """The order of the three replacements is what makes it right."""
    escaped = evaluate(
        parse("@replace(replace(replace(triggerBody(), '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"), Scope(body=text)
    )

    assert isinstance(escaped, str)
    assert not {"<", ">"} & set(escaped)
    assert escaped.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&") == text
    assert len(escaped) <= 5 * len(text)


@given(st.text(min_size=1), st.text(min_size=1, max_size=3), st.text(max_size=3))
def test_replace_is_split_and_join(text: str, old: str, new: str) -> None:
    """Both say the same of what an occurrence is."""
    assert call("replace", [text, old, new]) == call("join", [call("split", [text, old]), new])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON.filter(lambda value: isinstance(value, list | dict)))
def test_json_undoes_string(value: object) -> None:
    """What is rendered is JSON, whatever is in it."""
    assert call("json", [call("string", [value])]) == value


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(JSON, max_size=4))
def test_a_function_gives_json_or_refuses(name: str, arguments: list[object]) -> None:
    """There is no third way, whatever comes from a log."""
    try:
        result = call(name, arguments)
    except Refused:
        return
    assert json.loads(json.dumps(result)) == result
