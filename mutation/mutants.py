"""Mutants of a query: one small change each, of the sorts that people make by mistake."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from acrwatch.kql.text import blanked, line_and_column


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A query with one change.

    Args:
        line: where, counted from 1.
        column: where in the line, counted from 1.
        change: what was changed, as `before -> after`.
        query: the whole text.
    """

    line: int
    column: int
    change: str
    query: str

    @property
    def name(self) -> str:
        """What tells it from the other mutants of the query."""
        return f"line {self.line}, column {self.column}: {self.change}"


# What is looked for in the code, and what takes its place. Each match is a mutant.
_SWAPS: tuple[tuple[str, str], ...] = (
    (r">=", ">"),
    (r"(?<![=<>])>(?![=>])", ">="),
    (r"<=", "<"),
    (r"(?<![=<])==", "!="),
    (r"!=", "=="),
    (r"=~", "=="),
    (r"\bin~", "in"),
    (r"\bstartswith\b", "startswith_cs"),
    (r"\bendswith\b", "endswith_cs"),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bnot(?=\()", ""),
    (r"\bmax(?=\()", "min"),
    (r"\bmin(?=\()", "max"),
    (r"\bmin_of(?=\()", "max_of"),
    (r"\bsum(?=\()", "max"),
    (r"\bcountif\([^()]*\)", "count()"),
    (r"\bcount\(\)", "1 + count()"),
    (r"\bkind=inner\b", "kind=leftouter"),
    (r"\btolower(?=\()", ""),
    (r"\bdistinct\b", "project"),
    (r"\bisempty\b", "isnotempty"),
)
_NUMBER = re.compile(r"(?<![\w.])(\d+)(m|h|d)?(?![\w.])")
_CONDITION = r"[ \t]*(?:and|or)\b.*"
# A step of the pipe with the lines of its condition, and each of those lines.
_DROPPED = (
    re.compile(rf"^[ \t]*\|.*(?:(?:\n[ \t]*)*\n{_CONDITION})*$", re.MULTILINE),
    re.compile(rf"^{_CONDITION}$", re.MULTILINE),
)
_LISTED = re.compile(r'"[^"\n]*", (?=")|, "[^"\n]*"(?=\))')
_COALESCED = re.compile(r"\bcoalesce\((\w+), ")
# The leg that stands in for a table without a row: its columns are types, not decisions.
_LEG = re.compile(r"\(datatable\([^)]*\)\[\]\), ")


def mutants(query: str) -> Iterator[Mutant]:
    """All mutants of a query, in the order of its text.

    Args:
        query: the text, without the `let` statements of parameters and tuning.
    """
    code = blanked(query)
    # Comments have no meaning; strings are blanked too, but keep their quotes.
    legs = [found.span() for found in _LEG.finditer(query)]
    found: dict[str, Mutant] = {}
    for start, end, text in _changes(query, code):
        if any(begin <= start < stop for begin, stop in legs):
            continue
        before = query[start:end]
        line, column = line_and_column(query, start)
        mutant = Mutant(
            line=line,
            column=column,
            change=f"{_shown(before)} -> {_shown(text)}" if text.strip() else f"without {_shown(before)}",
            query=query[:start] + text + query[end:],
        )
        if mutant.query != query:
            found.setdefault(mutant.query, mutant)
    yield from sorted(found.values(), key=lambda mutant: (mutant.line, mutant.column, mutant.change))


def _changes(query: str, code: str) -> Iterator[tuple[int, int, str]]:
    for pattern, instead in _SWAPS:
        for match in re.finditer(pattern, code):
            yield *match.span(), instead
    for match in _NUMBER.finditer(code):
        for number in (int(match[1]) + 1, int(match[1]) - 1):
            if number >= 0:
                yield *match.span(), f"{number}{match[2] or ''}"
    for dropped in _DROPPED:
        for match in dropped.finditer(code):
            yield *match.span(), ""
    for match in _COALESCED.finditer(code):
        yield *match.span(), "coalesce("
    within: Callable[[re.Match[str]], bool] = lambda match: code[match.start()] in '",'  # noqa: E731
    for match in filter(within, _LISTED.finditer(query)):
        yield *match.span(), ""


def _shown(text: str) -> str:
    return f"`{' '.join(text.split())}`"
