"""A query has one layout, which is that of Microsoft's formatter but for three of its habits, and only its layout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.kql.layout import laid_out, layout_finding
from acrwatch.kql.parser import PACKAGE, parse
from acrwatch.kql.text import pieces
from tests import needs
from tests.detection.content import EVENT_QUERY, VOLUME_QUERY

with_parser = needs.npm_package(PACKAGE)
LONG = "A" * 60
# What is written -> what becomes of it.
LAYOUTS = {
    "spaces around operators": ('T|where  A=="x"and B>1\n|count', 'T\n| where A == "x" and B > 1\n| count\n'),
    "no space behind in": ('T | where A in~("x") or B !in ("y")', 'T | where A in~ ("x") or B !in ("y")\n'),
    "has_any and between": (
        "T | where A has_any(X) or B between(1..2)",
        "T | where A has_any (X) or B between (1 .. 2)\n",
    ),
    "options of a join": ("T | join kind = inner U on A", "T | join kind=inner U on A\n"),
    "a column that is called kind": ("T | extend kind=1", "T | extend kind = 1\n"),
    "a call keeps its parenthesis": ("let A = materialize(T);\nA", "let A = materialize(T);\nA\n"),
    "a leg over many lines": (
        "union isfuzzy = true\n  (datatable(\n A:string,\n B : dynamic\n ) [ ]),\n T",
        "union isfuzzy=true (datatable(A: string, B: dynamic)[]), T\n",
    ),
    "conditions that make a long line": (
        f"T\n| where isempty({LONG}) and isempty(B) and not(C matches regex D)",
        f"T\n| where isempty({LONG})\n    and isempty(B)\n    and not(C matches regex D)\n",
    ),
    "spaces and blank lines at the end": ("T   \n\n\n", "T\n"),
    "no end of the last line": ("T", "T\n"),
    "comments stay where they are": (
        "// one   two\nT // three\n    // four\n| where A==1 // five",
        "// one   two\nT // three\n// four\n| where A == 1 // five\n",
    ),
    "texts stay as they are": ('T | where A == "in~(  a=1 "', 'T | where A == "in~(  a=1 "\n'),
    "line ends of Windows": ("T\r\n| where A==1\r\n", "T\n| where A == 1\n"),
    "what does not end": ("T | where A in (", "T | where A in (\n"),
    "nothing": ("", ""),
}


@pytest.fixture(scope="module")
def formatted() -> dict[str, str]:
    """What Microsoft's formatter makes of each, and of what becomes of it."""
    texts = {text for pair in LAYOUTS.values() for text in pair}
    texts |= {detection.query for detection in catalogue().values()} | {EVENT_QUERY, VOLUME_QUERY}
    return {text: said.formatted or "" for text, said in parse({text: text for text in texts}, formatted=texts).items()}


@with_parser
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_query_is_laid_out_in_one_way(formatted: dict[str, str], name: str) -> None:
    """Whatever comes out comes out again."""
    written, wanted = LAYOUTS[name]

    assert laid_out(written, formatted[written]) == wanted
    assert laid_out(wanted, formatted[wanted]) == wanted


@with_parser
@pytest.mark.parametrize("id_", catalogue())
def test_a_shipped_query_has_the_layout(formatted: dict[str, str], id_: str) -> None:
    query = catalogue()[id_].query

    assert laid_out(query, formatted[query]) == query


@with_parser
def test_only_what_is_asked_for_is_formatted() -> None:
    parsed = parse({"one": "T|count", "two": "T|count"}, formatted=["two"])

    assert parsed["one"].formatted is None
    assert parsed["two"].formatted == "T | count"


@pytest.mark.parametrize(
    ("query", "formatted"),
    [
        ("T | where A == 1", "T | where A == 1 and B"),
        ("T // a comment", "T"),
        ("T | where A in (1)", "T | where A in 1"),
        ('T | where A == @"x \n y"', 'T | where A == @"x \n y"'),
        ("T | where A > = 1", "T | where A >= 1"),
    ],
)
def test_a_formatter_that_changes_more_than_the_layout_is_not_followed(query: str, formatted: str) -> None:
    """The fourth is a text with a space at the end of a line, which the layout would take off."""
    assert laid_out(query, formatted) is None
    assert layout_finding(query, None) is None


@pytest.mark.parametrize(
    ("query", "wanted", "place", "said"),
    [
        ("T\n| where A==1\n", "T\n| where A == 1\n", (2, 10), "would have here: | where A == 1"),
        ("T\n\nU\n", "T\nU\n", (2, 1), "would have here: U"),
        ("T", "T\n", (2, 1), "would have here: nothing"),
        ("T\n\n", "T\n", (3, 1), "would have here: nothing"),
        ("\n", "", (2, 1), "would have here: nothing"),
        ("T // a\n", "T // a b\n", (1, 7), "T // a b"),
    ],
)
def test_the_first_line_that_differs_is_named(query: str, wanted: str, place: tuple[int, int], said: str) -> None:
    finding = layout_finding(query, wanted)

    assert finding is not None
    assert (finding.line, finding.column) == place
    assert said in finding.message
    assert finding.way_out == "acrwatch format writes it"


def test_what_has_the_layout_is_no_finding() -> None:
    assert layout_finding("T\n", "T\n") is None


@given(st.text(alphabet="Tin~(=| \n\r'\"/@a1,[]", max_size=50), st.text(alphabet="Tin~(=| \n\r'\"/@a1,[]", max_size=50))
def test_the_words_signs_texts_and_comments_stay_whatever_a_formatter_says(query: str, formatted: str) -> None:
    for said in (query, formatted):
        text = laid_out(query, said)
        assert text is None or list(pieces(text)) == list(pieces(query))
        finding = layout_finding(query, text)
        assert (finding is None) == (text is None or text == query)
