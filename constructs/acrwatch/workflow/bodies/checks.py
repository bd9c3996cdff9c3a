"""Checks of texts and addresses that the targets have in common, each with its own limits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow.values import units

# As the targets read an address: no blank, no control character, nothing that ends a link in markup.
_URL = re.compile(r"https://[^\s/?#@<>|\"\\\x00-\x20\x7f-\x9f]+(?:[/?#][^\s<>|\"\x00-\x20\x7f-\x9f]*)?")


def text_problems(value: object, most: int, path: Path) -> Iterator[Problem]:
    """A text that has to have something to see in it, and not too much.

    Args:
        value: what should be a text.
        most: characters it may have, counted in UTF-16 units: the larger of the ways in which a target may count.
        path: where it is.
    """
    if not isinstance(value, str):
        yield Problem(path=path, message=f"{shown(value)} is no text")
    elif not value.strip():
        yield Problem(path=path, message="the text is empty")
    elif (length := units(value)) > most:
        yield Problem(path=path, message=f"the text has {length} characters, and may have {most}")


def url_problems(value: object, most: int, path: Path) -> Iterator[Problem]:
    """An address that has to begin with https:// and may hold nothing that ends a link.

    Args:
        value: what should be an address.
        most: characters it may have.
        path: where it is.
    """
    found = list(text_problems(value, most, path))
    yield from found
    if not found and _URL.fullmatch(str(value)) is None:
        yield Problem(path=path, message=f"{shown(value)} is no address that begins with https://")


def count_problems(value: object, least: int, most: int | None, path: Path) -> Iterator[Problem]:
    """A list that has to have some entries, and not too many where `most` is a number."""
    if not isinstance(value, list | tuple):
        yield Problem(path=path, message=f"{shown(value)} is no list")
    elif len(value) < least or (most is not None and len(value) > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        yield Problem(path=path, message=f"the number of entries is {len(value)}, and may be {allowed}")


def flag_problems(value: object, path: Path) -> Iterator[Problem]:
    """A Boolean."""
    if not isinstance(value, bool):
        yield Problem(path=path, message=f"{shown(value)} is neither true nor false")
