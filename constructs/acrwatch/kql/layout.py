"""The one layout of queries: that of Microsoft's formatter, with three of its habits put right.

- The empty leg of a table, which has nothing to read, stays on one line; the formatter makes 18 of it.
- `in~ (`, `has_any (` and the like keep their space, and `kind=inner` and the like none, as in Microsoft's
  own documentation.
- Lines end with a line feed and without spaces, and there is one at the end of the text.

Line breaks inside the arguments of a call are the author's. The formatter itself is run by `parser`.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from acrwatch.kql.finding import Finding
from acrwatch.kql.text import changed_code, pieces

_GLUED = re.compile(r"\b(in|has_any|has_all|between)(~?)\(")
_OPTIONS = re.compile(r"\b(?:union|join|lookup)(?: [\w.]+ = \w+)+")
_LEG = re.compile(r"(\(datatable)\s*\(\s*([^()]*?)\s*\)\s*\[\s*\](\),)\s+(\w+)")
_LEG_AHEAD = re.compile(r"(\bunion isfuzzy=true)\s+(?=\(datatable\()")
_WIDE = re.compile(r"(?<=\S) {2,}(?=\S)")


def laid_out(query: str, formatted: str) -> str | None:
    """A query in the one layout.

    Args:
        query: its text.
        formatted: what Microsoft's formatter makes of it.

    Returns:
        The text; None where more than the layout would be another one, so that it is left as it is.
    """
    text = changed_code(formatted.replace("\r\n", "\n"), _put_right)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    text += "\n" * bool(text)
    return text if list(pieces(text)) == list(pieces(query)) else None


def _put_right(code: str) -> str:
    code = _WIDE.sub(" ", code)
    code = _GLUED.sub(r"\1\2 (", code)
    code = _OPTIONS.sub(lambda found: found[0].replace(" = ", "="), code)
    code = _LEG.sub(lambda leg: f"{leg[1]}({' '.join(leg[2].split())})[]{leg[3]} {leg[4]}", code)
    return _LEG_AHEAD.sub(r"\1 ", code)


def layout_finding(query: str, wanted: str | None) -> Finding | None:
    """The first line of a query that is laid out otherwise.

    Args:
        query: its text.
        wanted: the same in the one layout; None where there is no telling.
    """
    if wanted is None or query == wanted:
        return None
    pairs = zip_longest(query.split("\n"), wanted.split("\n"))
    number, pair = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    line, other = pair[0] or "", pair[1] or ""
    said = f"the formatter would have here: {other.strip() or 'nothing'}"
    same = next((at for at, (one, two) in enumerate(zip(line, other, strict=False)) if one != two), None)
    column = (min(len(line), len(other)) if same is None else same) + 1
    return Finding(id="layout", message=said, line=number, column=column, way_out="acrwatch format writes it")
