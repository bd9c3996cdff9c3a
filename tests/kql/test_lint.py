"""Each check of the lint finds what it is for, where it is, and nothing in its look-alike."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.checking import CHECKS
from acrwatch.detection.model import Detection
from acrwatch.kql.finding import PARSER_CODE, Finding, without_allowed
from acrwatch.kql.lint import ENGINE_CHECKS, LOG_ALERT_CHECKS, LintCheck, lint
from acrwatch.kql.shape import SHAPE_CHECKS
from acrwatch.kql.text import blanked, line_and_column
from tests.detection.content import EVENT_QUERY, VOLUME_QUERY

ANY_RULE = (*LOG_ALERT_CHECKS, *ENGINE_CHECKS)

# id -> what it finds, each at the mark, and what it must not find.
BAD: list[tuple[str, str]] = [
    ("ago-literal", "T | where A > ^ago(2*1h)"),
    ("ago-literal", "let d = 1h;\nT | where A > ^ago(d)"),
    ("ago-literal", "T | where A > ^ago(totimespan(B))"),
    ("refused-plugin", "T | evaluate ^bag_unpack(A)"),
    ("refused-plugin", "T | evaluate ^pivot(A)"),
    ("refused-plugin", "T | evaluate ^narrow()"),
    ("adx-only", "^cluster('x').database('y').T"),
    ("adx-only", "T | where ^cursor_after('')"),
    ("adx-only", "T | extend A = ^current_principal()"),
    ("statement", "^declare query_parameters(A:string);\nT"),
    ("statement", "let a = 1; ^alias database x = y;\nT"),
    ("search", "^search 'x'"),
    ("search", "// all of it\n^search in (T) 'x'"),
    ("search", "let a = ^search 'x';\na"),
    ("union-all", "^union *"),
    ("union-all", "^union withsource=A T*, U"),
    ("union-all", "T | ^union (U | where A == 1), *"),
    ("externaldata", "^externaldata(A:string)['https://example.com/']"),
    ("reserved-name", "T | extend ^AggregatedValue = 1"),
    ("take", "T | ^take 10"),
    ("take", "T\n| ^limit 10"),
    ("elsewhere", "union T, ^workspace('other').T"),
    ("elsewhere", "let known = ^_GetWatchlist('x');\nT"),
    ("elsewhere", "^resource ('/subscriptions/x').T"),
    ("bounded-list", "T | summarize ^make_set(A, 5)"),
    ("bounded-list", "T | summarize ^make_list(tolower(A), 5)"),
    ("several-names", "T | summarize (A, B) = ^arg_max(C, D)"),
    ("backtick-text", "T | where A == ^```x```"),
    ("parse-json", "T | extend B = ^parse_json(A)"),
    ("parse-json", "T | extend B = ^todynamic(A)"),
    ("escaped-character", 'T | where A == ^"\\u0042"'),
    ("escaped-character", "T | where A in (dynamic([^'a\\x41']))"),
    ("escaped-character", 'T | where A == ^"x\\101"'),
    ("hidden-text", "T | where A == ^h'x'"),
]
GOOD = [
    "T | where A > ago(1h) and B > ago( 350m ) and C > ago(0.5d)",
    "T | extend cluster = 1, search = 2, take = 3 | project cluster, search, take",
    "T | where A == 'union *' and B == 'bag_unpack()' // take 1; search x",
    "union T, U | extend A = B * C",
    "union (T | extend A = B * 2), U | where A == 1",
    "union isfuzzy=true (datatable(A: long)[]), T | extend A = A * 5m",
    "T | summarize take_any(A), make_set(B), arg_max(C, D), (arg_min(A, B))",
    "T | extend B = bin(A, 5m), C = bin(A, 1d), D = bin(A, 100), E = bin(A, 0.5h), F = floor(A, 6h)",
    "let step = 7h;\nT | extend B = bin(A, step), C = bin(A, 7d)",
    "T | extend app = 1, workspace = arg_max(resource, B) | where app in ('adx()')",
    "T | lookup U on A | join kind=leftouter V on A",
    "T | lookup kind=inner U on A | join kind=leftanti V on A | join kind=leftsemi W on A",
    "T | where A == \"c:\\\\users\" or A == @'\\u0042' or B == 'tab\\there'",
    "T | extend hash = 1 | where hash == 1",
]

EVENTS = (
    "let Events =\n    union isfuzzy=true (datatable(Caller: string)[]), AzureActivity\n    | where Caller != '';\n"
)
REST = "Events\n| where Bin >= ago(1h)\n| summarize Rows = count() by Caller"
ODD_SHAPES: list[tuple[str, str]] = [
    ("events-first", "^AzureActivity | where TimeGenerated >= ago(1h)"),
    ("events-first", f"let Rows = ^union A, B;\n{EVENTS}{REST}"),
    ("row-wise", EVENTS.replace(";", "\n    | ^summarize Rows = count() by Caller;") + REST),
    ("row-wise", EVENTS.replace(";", "\n    | ^distinct Caller;") + REST),
    ("row-wise", EVENTS.replace(";", "\n    | ^mv-expand Caller;") + REST),
    ("row-wise", EVENTS.replace(";", "\n    | ^where Caller in ((Others | project Caller));") + REST),
    ("row-wise", EVENTS.replace(";", "\n    | where TimeGenerated > ^now() - 1h;") + REST),
    ("tolerant-table", "let Events = ^AzureActivity | where Caller != '';\n" + REST),
    ("tolerant-table", EVENTS.replace("Caller: string", "^Nope: string") + REST),
    ("tolerant-table", EVENTS.replace("Caller: string", "^Caller: long") + REST),
    ("only-events", EVENTS + REST + "\n| lookup kind=inner (^AzureActivity) on Caller"),
    ("only-events", EVENTS + "let More = ^Other | where A == 1;\n" + REST),
    ("one-clock", f"^{EVENTS}Events | summarize count() by Caller"),
    ("one-clock", EVENTS + REST + "\n| where Last > ^ago(1h)"),
    ("arrival-clock", EVENTS + REST + "\n| where ^ingestion_time() > datetime(2026-01-01)"),
    ("join-kind", EVENTS + REST + "\n| ^join (Events) on Caller"),
    ("estimate", EVENTS + REST.replace("count()", "^dcount(Caller)")),
]


def found(query: str, checks: Iterable[LintCheck] = ANY_RULE) -> list[tuple[str, int | None, int | None]]:
    return [(finding.id, finding.line, finding.column) for finding in lint(query, checks)]


def at_mark(query: str) -> tuple[str, int, int]:
    """The query without its mark, and where the mark stood."""
    position = query.index("^")
    return query.replace("^", "", 1), *line_and_column(query, position)


@pytest.mark.parametrize(("id_", "marked"), BAD)
def test_what_alerts_refuse_or_the_engine_gets_wrong_is_found_where_it_is(id_: str, marked: str) -> None:
    query, line, column = at_mark(marked)

    assert (id_, line, column) in found(query)


@pytest.mark.parametrize("query", GOOD)
def test_a_look_alike_is_let_through(query: str) -> None:
    assert lint(query, ANY_RULE) == []


@pytest.mark.parametrize(("id_", "marked"), ODD_SHAPES)
def test_a_query_of_another_shape_is_found_where_it_departs(id_: str, marked: str) -> None:
    query, line, column = at_mark(marked)

    assert found(query, SHAPE_CHECKS) == [(id_, line, column)]


@pytest.mark.parametrize(
    "query", [EVENTS + REST, EVENT_QUERY, VOLUME_QUERY, "let Wanted = dynamic(['a']);\n" + EVENTS + REST]
)
def test_the_shape_of_our_queries_is_let_through(query: str) -> None:
    assert lint(query, SHAPE_CHECKS) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_shown_to_bite_and_has_a_way_out(check: LintCheck) -> None:
    shown = {name for name, _ in BAD + ODD_SHAPES}

    assert check.id in shown
    assert check.way_out.strip()
    assert not check.id.startswith(PARSER_CODE)


def test_no_two_checks_have_one_name() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("detection", catalogue().values(), ids=lambda detection: detection.id)
def test_a_shipped_query_has_nothing_to_find(detection: Detection) -> None:
    assert without_allowed(detection.query, lint(detection.query, CHECKS)) == []


def test_findings_come_in_the_order_of_the_text_and_read_as_a_sentence() -> None:
    findings = lint("T | take 1\n| where A > ago(x)", ANY_RULE)

    assert [finding.id for finding in findings] == ["take", "ago-literal"]
    assert str(findings[1]) == (
        "line 2, column 13: log alerts take ago() with a literal, not ago(x) [ago-literal]; "
        "write a length such as ago(350m)"
    )


@pytest.mark.parametrize(
    "query",
    [
        "T | summarize make_set(A, 5) // acrwatch: allow bounded-list, because A is always there",
        "T\n// acrwatch: allow bounded-list because A is always there\n| summarize make_set(A, 5)",
    ],
)
def test_a_comment_with_a_reason_allows_a_finding_on_its_line_or_the_next(query: str) -> None:
    assert lint(query, ANY_RULE) != []
    assert without_allowed(query, lint(query, ANY_RULE)) == []


@pytest.mark.parametrize(
    ("query", "left", "said"),
    [
        ("T | summarize make_set(A, 5) // acrwatch: allow bounded-list", ["allow"], "gives no reason"),
        ("T // acrwatch: allow bounded-list, because of x", ["allow"], "is not found here"),
        (
            "// acrwatch: allow bounded-list, because of x\nT\n| summarize make_set(A, 5)",
            ["allow", "bounded-list"],
            "is not found here",
        ),
        (
            "T | summarize make_set(A, 5) // acrwatch: allow take, because of x",
            ["bounded-list", "allow"],
            "is not found here",
        ),
    ],
)
def test_a_comment_that_allows_nothing_is_a_finding_itself(query: str, left: list[str], said: str) -> None:
    findings = without_allowed(query, lint(query, ANY_RULE))

    assert [finding.id for finding in findings] == left
    assert said in next(finding.message for finding in findings if finding.id == "allow")


def test_a_comment_about_the_parser_waits_for_the_parser() -> None:
    query = "T | join U on A // acrwatch: allow KS508, because of x"
    advice = Finding(id="KS508", message="x", line=1, column=5)

    assert without_allowed(query, [advice]) == []
    assert without_allowed(query, [], parser_asked=False) == []
    assert [finding.id for finding in without_allowed(query, [])] == ["allow"]


@given(st.text(alphabet="ab\"'@\\/`h\n |;()[]{}*", max_size=60))
def test_any_text_can_be_looked_at_and_places_stay(text: str) -> None:
    blank = blanked(text)

    assert len(blank) == len(text)
    assert [position for position, char in enumerate(text) if char == "\n"] == [
        position for position, char in enumerate(blank) if char == "\n"
    ]
    for finding in lint(text, CHECKS):
        assert 1 <= (finding.line or 0) <= text.count("\n") + 1
