"""What is wrong with an Http action."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow import limits
from acrwatch.workflow.expression_checks import Sight, expression_problems
from acrwatch.workflow.shape_checks import (
    choice_problems,
    duration_problems,
    is_object,
    number_problems,
    object_problems,
)

Found = Iterator[Problem]

METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")

# Logic Apps leaves these out without a word (Microsoft: "Call external HTTP or HTTPS endpoints").
_DROPPED = re.compile(r"accept-.*|host|cookie|content-(?!type$).*", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def http_problems(action: Mapping[str, Any], sight: Sight, path: Path) -> Found:
    """What is wrong with what an Http action sends, and how.

    Args:
        action: the action, which has `inputs`.
        sight: what its expressions can refer to.
        path: where it is.
    """
    inputs = action["inputs"]
    at = (*path, "inputs")
    found = list(object_problems(inputs, at, needs=("method", "uri"), may=("headers", "body", "retryPolicy")))
    yield from found
    if not is_object(inputs):
        return
    yield from choice_problems(inputs.get("method", "POST"), METHODS, (*at, "method"))
    if inputs.get("method") == "GET" and "body" in inputs:
        yield Problem(path=(*at, "body"), message="a GET has no body")
    yield from _uri(inputs.get("uri", "https://"), (*at, "uri"))
    if "DisableAsyncPattern" not in str(action.get("operationOptions", "")):
        message = "an answer of 202 would make the action ask again and again"
        yield Problem(path=(*path, "operationOptions"), message=message, way_out="add DisableAsyncPattern")
    yield from _headers(inputs.get("headers", {}), (*at, "headers"))
    yield from _retries(inputs.get("retryPolicy", {"type": "default"}), (*at, "retryPolicy"))
    for key in ("uri", "headers", "body"):
        yield from expression_problems(inputs.get(key), sight, (*at, key))


def _uri(uri: object, path: Path) -> Found:
    if not isinstance(uri, str) or (not uri.startswith("@") and not uri.startswith(("https://", "http://"))):
        yield Problem(path=path, message=f"{shown(uri)} is neither an expression nor a URL with https:// or http://")


def _headers(headers: object, path: Path) -> Found:
    if not is_object(headers):
        yield Problem(path=path, message=f"{shown(headers)} is no object")
        return
    for name, value in headers.items():
        if _HEADER.fullmatch(name) is None:
            yield Problem(path=(*path, name), message=f"{shown(name)} is no name of a header")
        elif _DROPPED.fullmatch(name) is not None:
            yield Problem(path=(*path, name), message="Logic Apps does not send this header")
        if not isinstance(value, str):
            yield Problem(path=(*path, name), message=f"{shown(value)} is no text")


def _retries(policy: object, path: Path) -> Found:
    yield from object_problems(
        policy, path, needs=("type",), may=("count", "interval", "minimumInterval", "maximumInterval")
    )
    if not is_object(policy):
        return
    kind = policy.get("type", "default")
    yield from choice_problems(kind, ["none", "default", "fixed", "exponential"], (*path, "type"))
    wanted = {"fixed": ("count", "interval"), "exponential": ("count", "interval")}.get(str(kind), ())
    for key in wanted:
        if key not in policy:
            yield Problem(path=path, message=f"a policy of type {kind} needs {key}")
    for key, value in policy.items():
        if key == "type":
            continue
        if kind in ("none", "default") or (kind == "fixed" and key.startswith(("minimum", "maximum"))):
            yield Problem(path=(*path, key), message=f"a policy of type {kind} has no {key}")
        elif key == "count":
            yield from number_problems(value, limits.RETRIES, (*path, key))
        else:
            yield from duration_problems(value, limits.RETRY_INTERVAL, (*path, key))
