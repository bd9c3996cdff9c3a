r"""Text becomes a KQL literal that means itself, and a pattern that matches what people expect.

The patterns are evaluated by Python's `re` here, which writes RE2's `\z` as `\Z`; all else in them is common to both.
"""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acrwatch.kql.text import code_of, has_control_characters, pattern, string_literal

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
HOSTILE = [
    'a"b',
    "a\\",
    '\\"',
    "'",
    "a | take 1",
    "// not a comment",
    "${var.x}",
    "%{ if true }",
    "```",
    "; drop",
    ".*",
    "(?i)x",
    "[a-z]{3}$^",
    "größe/Ünïcode-日本",
    "@'x'",
    "a\u00a0b",
]


def meaning(literal: str) -> str:
    """What a KQL string literal in double quotes stands for; fails where it ends early or late."""
    assert literal[0] == '"'
    text, position = "", 1
    while literal[position] != '"':
        if literal[position] == "\\":
            position += 1
            assert literal[position] in '\\"'
        text += literal[position]
        position += 1
    assert position == len(literal) - 1
    return text


def matches(wildcard: str, text: str) -> bool:
    """Whether the rendered pattern finds the text, as `matches regex` does: anywhere in it."""
    return re.search(meaning(pattern(wildcard)).replace(r"\z", r"\Z"), text) is not None


def same_but_for_casing(one: str, other: str) -> bool:
    def alike(a: str, b: str) -> bool:
        return a.casefold() == b.casefold() or a.lower() == b.lower() or a.upper() == b.upper()

    return len(one) == len(other) and all(map(alike, one, other))


def expected(wildcard: str, text: str) -> bool:
    """The same question answered without regular expressions."""
    if not wildcard:
        return not text
    if wildcard[0] == "*":
        return expected(wildcard[1:], text) or (bool(text) and expected(wildcard, text[1:]))
    return bool(text) and same_but_for_casing(wildcard[0], text[0]) and expected(wildcard[1:], text[1:])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_a_literal_that_means_itself(text: str) -> None:
    assert meaning(string_literal(text)) == text


@given(TEXT)
def test_any_text_is_a_literal_that_means_itself(text: str) -> None:
    assert meaning(string_literal(text)) == text


@given(TEXT)
def test_a_literal_leaves_nothing_among_the_code(text: str) -> None:
    """So that no text can add a word, a comment or a pipe to a query."""
    assert code_of(f"A | where B == {string_literal(text)} | take 1") == 'A | where B == "" | take 1'


@pytest.mark.parametrize("text", HOSTILE)
def test_a_pattern_of_hostile_text_matches_that_text_alone(text: str) -> None:
    assert matches(text, text)
    assert not matches(text.replace("*", ""), f"{text}x")
    assert not matches(text.replace("*", ""), f"x{text}")


@given(TEXT)
def test_a_pattern_matches_its_own_text(text: str) -> None:
    assert matches(text, text)


@given(TEXT, TEXT)
def test_a_pattern_without_wildcards_matches_only_texts_that_differ_in_casing(wildcard: str, text: str) -> None:
    assume("*" not in wildcard)

    assert not matches(wildcard, text) or same_but_for_casing(wildcard, text)


@given(st.data(), TEXT.filter(bool))
def test_a_pattern_does_not_match_a_text_that_lacks_or_adds_a_character(data: st.DataObject, text: str) -> None:
    """Texts that are near are the ones a sloppy pattern would take."""
    assume("*" not in text)
    position = data.draw(st.integers(0, len(text) - 1))
    added = data.draw(st.sampled_from(["\n", " ", "x", "\\", text[position]]))

    assert not matches(text, text[:position] + text[position + 1 :])
    assert not matches(text, text[:position] + added + text[position:])
    assert not matches(text, text + added)


@pytest.mark.parametrize(("wildcard", "text"), [("Team/API", "team/api"), ("straẞe", "straße"), ("ÄÖ", "äö")])
def test_a_pattern_ignores_casing(wildcard: str, text: str) -> None:
    assert matches(wildcard, text)


@given(st.text("aB*.\\(", max_size=8), st.text("abB.\\(\n", max_size=8))
def test_a_wildcard_stands_for_any_text_even_an_empty_one(wildcard: str, text: str) -> None:
    """Line breaks included, and nothing else in the pattern is special."""
    assert matches(wildcard, text) == expected(wildcard, text)


@given(st.text(max_size=20))
def test_control_characters_are_recognised(text: str) -> None:
    """What splits a line for Kusto, a person or a terminal."""
    if has_control_characters(text):
        assert any(not char.isprintable() for char in text)
    else:
        assert text.splitlines() in ([text], [])
        assert not any(unicodedata.category(char) == "Cc" for char in text)


@pytest.mark.parametrize("char", ["\n", "\r", "\t", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\ud800"])
def test_a_control_character_is_recognised(char: str) -> None:
    assert has_control_characters(f"a{char}b")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("A // union\n| take 1", "A  \n| take 1"),
        ('A | where B == "union // x" // y', 'A | where B == "" ' + " "),
        ("A | where B == 'it\\'s' | take 1", 'A | where B == "" | take 1'),
        ("A | where B == @'c:\\' | take 1", 'A | where B == "" | take 1'),
        ('A | where B == @"a""b" | take 1', 'A | where B == "" | take 1'),
        ("A | where B == h'secret' | take 1", 'A | where B == "" | take 1'),
        ("A | where B == ```union\nx``` | take 1", 'A | where B == "" | take 1'),
        ('A | where B == "http://x" | take 1', 'A | where B == "" | take 1'),
    ],
)
def test_comments_and_texts_are_no_code(query: str, code: str) -> None:
    assert code_of(query) == code
