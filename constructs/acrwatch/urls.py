"""URLs that are no secrets: of runbooks, and of webhooks that ask for a token."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acrwatch.errors import Problem, shown
from acrwatch.references import is_reference
from acrwatch.secrecy import secret_in


def url_problems(url: str, *path: str) -> Iterator[Problem]:
    """azurerm accepts http too, but an alert names people and systems: https only, and no credential in it."""
    if is_reference(url):
        return
    if re.fullmatch(r"https://[^\s/?#]+\S*", url) is None:
        yield Problem(path=path, message=f"{shown(url)} is not a URL that starts with https://")
    elif (kind := secret_in(url)) is not None:
        yield Problem(path=path, message=f"this looks like {kind}, and it would lie in every file Terraform reads")


def runbook_problems(url: str | None) -> Iterator[Problem]:
    """A URL to which a detection's id can be added."""
    if url is None:
        return
    yield from url_problems(url, "runbook_base_url")
    if not is_reference(url) and re.search(r"[?#]", url):
        said = f"{shown(url)} has a query or a fragment, and the detection's id is added at the end"
        yield Problem(path=("runbook_base_url",), message=said)
