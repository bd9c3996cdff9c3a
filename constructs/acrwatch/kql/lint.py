"""What Log Analytics alerts refuse in a query, and what the local engine would get wrong without a word.

Microsoft's parser says neither. The checks are tables over the text. Which shape a query of a detection has is decided
in `shape`, and how a finding that is no mistake is allowed in `finding`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from acrwatch.kql.finding import Finding, in_order
from acrwatch.kql.statements import Statement, call_arguments, statements
from acrwatch.kql.text import blanked, line_and_column, literals
from acrwatch.limits import FORBIDDEN_KQL, RESERVED_COLUMN

Found = tuple[int, str]

# Azure Data Explorer has them, Azure Monitor Logs has not (Kusto documentation: "Azure Monitor Logs KQL differences").
_ADX_ONLY = re.sub(
    r"\s+",
    "|",
    "cluster database external_table materialized_view entity_group stored_query_result cursor_after "
    "cursor_before_or_at cursor_current current_cursor current_database current_cluster_endpoint current_principal "
    "current_principal_details current_principal_is_member_of extent_id extent_tags rowstore_ordinal_range row_id "
    "sql_request mysql_request postgresql_request cosmosdb_sql_request http_request http_request_post execute_query "
    "execute_show_command external_datatable azure_digital_twins_query_request dax_request python csharp",
)
_LENGTH = r"\d+(?:\.\d+)?\s*(?:d|days?|h|hrs?|hours?|m|min|minutes?|s|sec|seconds?|ms|milliseconds?)"


@dataclass(frozen=True)
class Source:
    """A query that is looked at.

    Args:
        query: its text.
    """

    query: str

    @cached_property
    def code(self) -> str:
        """The text with comments and string literals blanked."""
        return blanked(self.query)

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """Its statements."""
        return statements(self.code)

    def calls(self, *names: str) -> Iterator[tuple[re.Match[str], Sequence[str]]]:
        """The calls of functions: each match, of which the first group is the name, with the arguments."""
        for found in re.finditer(rf"\b({'|'.join(names)})\s*\(", self.code):
            yield found, [piece.text.strip() for piece in call_arguments(self.code, found.end() - 1)]


@dataclass(frozen=True, kw_only=True)
class LintCheck:
    """One way to be wrong.

    Args:
        id: its name, for the comment that allows it.
        find: gives the offset and the message of each place.
        way_out: what to write instead.
    """

    id: str
    find: Callable[[Source], Iterable[Found]]
    way_out: str


def matches(pattern: str, says: str) -> Callable[[Source], Iterator[Found]]:
    """What finds a pattern in the code; `{0}` in the message is the first group, or all of the match."""
    compiled = re.compile(pattern)

    def find(source: Source) -> Iterator[Found]:
        for found in compiled.finditer(source.code):
            group = 1 if compiled.groups else 0
            yield found.start(group), says.format(found[group].strip())

    return find


def in_literals(pattern: str, says: str) -> Callable[[Source], Iterator[Found]]:
    """What finds string literals that begin with a pattern."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda source: ((offset, says) for offset, text in literals(source.query) if compiled.match(text))


def _ago(source: Source) -> Iterator[Found]:
    for found, arguments in source.calls("ago"):
        said = ", ".join(arguments)
        if re.fullmatch(_LENGTH, said) is None:
            yield found.start(), f"log alerts take ago() with a literal, not ago({said})"


def _wildcard_union(source: Source) -> Iterator[Found]:
    for found in re.finditer(r"\bunion\b", source.code):
        legs = re.split(r"[|;)]", re.sub(r"\([^()]*\)", lambda inner: " " * len(inner[0]), source.code[found.end() :]))[
            0
        ]
        if re.search(r"(?:^|[\s,])\w*\*", legs):
            yield found.start(), "log alerts read tables that are named, not union *"


def _bounded_list(source: Source) -> Iterator[Found]:
    for found, arguments in source.calls("make_set", "make_list"):
        if len(arguments) > 1:
            yield found.start(), f"the local engine ignores the size of {found[1]}()"


LOG_ALERT_CHECKS: tuple[LintCheck, ...] = (
    LintCheck(id="ago-literal", find=_ago, way_out="write a length such as ago(350m)"),
    LintCheck(
        id="refused-plugin",
        find=matches(rf"\b({'|'.join(FORBIDDEN_KQL)})\b", "log alerts refuse {0}"),
        way_out="name the columns you need",
    ),
    LintCheck(
        id="adx-only",
        find=matches(rf"\b({_ADX_ONLY})\s*\(", "{0} is for Azure Data Explorer; Log Analytics lacks it"),
        way_out="read tables of the workspace only",
    ),
    LintCheck(
        id="statement",
        find=matches(r"(?:\A|;)\s*(declare|alias|set|restrict)\b", "log alerts take no {0} statement"),
        way_out="use let",
    ),
    LintCheck(
        id="search",
        find=matches(r"(?:\A|[|;(=])\s*(search|find)\b(?!\s*[=,)])", "log alerts are no place for {0}"),
        way_out="read the tables you mean",
    ),
    LintCheck(id="union-all", find=_wildcard_union, way_out="name the tables"),
    LintCheck(
        id="externaldata",
        find=matches(r"\bexternaldata\b", "log alerts do not read {0}"),
        way_out="put the list into a parameter",
    ),
    LintCheck(
        id="reserved-name",
        find=matches(rf"\b{RESERVED_COLUMN}\b", "the name {0} is reserved in log alerts"),
        way_out="call the column something else",
    ),
    LintCheck(
        id="take",
        find=matches(
            r"\|\s*(take|limit|sample)\b", "which rows {0} keeps is chance, and an evaluation may keep others"
        ),
        way_out="use where or top",
    ),
)

ENGINE_CHECKS: tuple[LintCheck, ...] = (
    LintCheck(
        id="elsewhere",
        find=matches(r"\b(workspace|app|resource|adx|arg|_GetWatchlist)\s*\(", "{0}() reads what is not in the log"),
        way_out="read tables of the workspace only, and put a list into a parameter",
    ),
    LintCheck(id="bounded-list", find=_bounded_list, way_out="leave the size out, or count with distinct and count()"),
    LintCheck(
        id="several-names",
        find=matches(
            r"\(\s*\w+\s*,[^()]*\)\s*=\s*(arg_(?:max|min))\b", "the local engine loses the second name of {0}()"
        ),
        way_out="name the columns afterwards, with project-rename",
    ),
    LintCheck(
        id="backtick-text",
        find=in_literals("```", "the local engine keeps the backticks of such a text"),
        way_out='write "..." or @"..."',
    ),
    LintCheck(
        id="parse-json",
        find=matches(
            r"\b(parse_?json|todynamic|toobject)\s*\(", "the local engine gives null where {0}() meets other text"
        ),
        way_out="read it with extract(), or from the dynamic column of the table",
    ),
    LintCheck(
        id="escaped-character",
        find=in_literals(
            r"""[hH]?["'](?:[^\\]|\\[^uUx0-7])*\\[uUx0-7]""",
            "the local engine reads the escaped character as plain letters",
        ),
        way_out="write the character itself",
    ),
    LintCheck(
        id="hidden-text",
        find=in_literals("[hH]", "the local engine takes the h of a hidden text for a part of it"),
        way_out="leave the h out; a query is no place for a secret",
    ),
)


def lint(query: str, checks: Iterable[LintCheck] = (*LOG_ALERT_CHECKS, *ENGINE_CHECKS)) -> list[Finding]:
    """Everything the checks find in a query, in the order of the text.

    Args:
        query: its text.
        checks: what is looked for. Default: what holds for any rule.
    """
    source = Source(query)
    found = []
    for check in checks:
        for offset, message in check.find(source):
            line, column = line_and_column(query, offset)
            found.append(Finding(id=check.id, message=message, line=line, column=column, way_out=check.way_out))
    return in_order(found)
