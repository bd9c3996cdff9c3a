"""The part of a page that is generated, between two lines; what stands around it is written by hand."""

from __future__ import annotations

from collections.abc import Iterable

BEGIN = "<!-- Between these lines: written by python -m docs.generate. -->"
END = "<!-- End of what is generated. -->"


def with_part(page: str, name: str, part: Iterable[str]) -> str:
    """The page with another part in it.

    Args:
        page: what it is now.
        name: its file name.
        part: the paragraphs that stand between the two lines.

    Raises:
        SystemExit: the page has no place for them.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"docs/parts.py: {name} has not the two lines that its generated part stands between")
    return before + "\n\n".join([begin, *part, end]) + after
