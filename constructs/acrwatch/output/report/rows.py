"""Rows of a log or of a result as a table that stays narrow: what is the same in all rows stands above it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.words import cell

# More columns than that fit neither a screen nor a sheet of paper; the rows are then lists.
_COLUMNS_MAX = 7
# A value that fits into no column of facts has a line of its own.
_LONG = 36


def facts(pairs: Sequence[tuple[str, str | Markup]], *, kind: str = "facts") -> Markup:
    """Names and values below each other.

    Args:
        pairs: (name, value).
        kind: class of the list.
    """
    return el("dl", (_fact(name, value) for name, value in pairs), class_=kind)


def _fact(name: str, value: str | Markup) -> Markup:
    long = not isinstance(value, Markup) and len(value) > _LONG
    return el("div", el("dt", name), el("dd", value), class_="long" if long else None)


def scrolled(content: Markup, label: str) -> Markup:
    """What may be wider than the page, and is then scrolled on its own, with the keyboard too.

    Args:
        content: the wide thing.
        label: what it is.
    """
    return el("div", content, class_="scroll", role="region", aria_label=label, tabindex=0)


def rows(members: Sequence[Mapping[str, Any]], label: str) -> Markup:
    """Rows as a table, or as lists where there are many columns.

    Args:
        members: the rows, each column -> value.
        label: what they are.
    """
    columns = list(dict.fromkeys(name for row in members for name in row))
    shown = [{name: cell(row.get(name)) for name in columns} for row in members]
    same = [name for name in columns if len({row[name] for row in shown}) == 1]
    differ = [name for name in columns if name not in same]
    above = facts([(name, shown[0][name]) for name in same], kind="facts values") if same else None
    if not differ:
        alike = f"All {len(shown):,} rows are alike."
        return together(above, el("p", alike, class_="quiet") if len(shown) > 1 else None)
    if len(differ) > _COLUMNS_MAX:
        return together(above, el("ol", (_listed(differ, row) for row in shown), class_="lists"))
    head = el("tr", (el("th", name, scope="col") for name in differ))
    body = (el("tr", (el("td", row[name]) for name in differ)) for row in shown)
    return together(above, scrolled(el("table", el("thead", head), el("tbody", body), class_="rows"), label))


def _listed(columns: Sequence[str], row: Mapping[str, str]) -> Markup:
    return el("li", facts([(name, row[name]) for name in columns if row[name]], kind="facts values"))
