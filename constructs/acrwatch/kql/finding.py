"""Something that is wrong with a query, with its place, and how the query itself can allow it.

A finding that is no mistake is allowed by a comment on its line, or on the one above it:

    // acrwatch: allow bounded-list, because no image has more than a hundred tags

What finds them is decided in `lint`, `shape` and `parser`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from acrwatch.kql.text import comments, line_and_column

# How all codes of Microsoft's parser begin.
PARSER_CODE = "KS"
_ALLOWED = re.compile(r"acrwatch: allow ([\w-]+)(?:,? because (.+))?")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with a query.

    Args:
        id: the check, or the parser's code.
        message: what is the matter.
        line: where in the query, counted from 1; None where it is about the whole.
        column: where in the line, counted from 1.
        way_out: what to do, where that does not follow from the message.
    """

    id: str
    message: str
    line: int | None = None
    column: int | None = None
    way_out: str | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message} [{self.id}]" + (f"; {self.way_out}" if self.way_out else "")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of the text."""
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.column or 0))


def without_allowed(query: str, findings: Iterable[Finding], *, parser_asked: bool = True) -> list[Finding]:
    """The findings that no comment allows, and a finding for each such comment that is of no use.

    Args:
        query: the text the findings are about.
        findings: all of them; a mistake that the parser calls an error should not be among them.
        parser_asked: whether the parser's advice would be among them. Default: true.
    """
    left = list(findings)
    for offset, comment in comments(query):
        allowed = _ALLOWED.match(comment)
        if allowed is None or (allowed[1].startswith(PARSER_CODE) and not parser_asked):
            continue
        line, column = line_and_column(query, offset)
        kept = [finding for finding in left if finding.id != allowed[1] or finding.line not in (line, line + 1)]
        said = None
        if not allowed[2]:
            said = f"the comment allows {allowed[1]} and gives no reason"
        elif len(kept) == len(left):
            said = f"the comment allows {allowed[1]}, which is not found here"
        if said is not None:
            kept.append(Finding(id="allow", message=said, line=line, column=column))
        left = kept
    return in_order(left)
