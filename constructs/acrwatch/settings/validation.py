"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from acrwatch.errors import Path, Problem, did_you_mean, shown
from acrwatch.settings.schema import known_keys

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_MAPPING = ("dict_type", "model_type", "dataclass_type", "model_attributes_type", "mapping_type")
_PLAIN = {
    **dict.fromkeys(_MISSING, "it is required and missing"),
    "string_too_short": "it is empty",
    "union_tag_not_found": "it has no type, which says what kind it is",
}
_WHAT = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "float_type": "a number",
}


def validation_problems(error: ValidationError, raw: Any) -> Iterator[Problem]:
    """The problems behind a validation error, each once.

    Args:
        error: what pydantic raised.
        raw: the values it was given.
    """
    found: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        found.setdefault(_place(detail, raw), []).append(detail)
    for path, details in found.items():
        # A mapping that may be text too fails twice; only what is wrong inside it is of interest.
        inside = any(other[: len(path)] == path for other in found if other != path)
        if not (inside and {detail["type"] for detail in details} == {"string_type"}):
            yield Problem(path=path, message=_said(details, path, raw))


def _place(detail: ErrorDetails, raw: Any) -> Path:
    """The path as it stands in the file, without the names that pydantic puts in for unions."""
    path: list[str | int] = []
    tagged: object = None
    for position, part in enumerate(detail["loc"]):
        last = position == len(detail["loc"]) - 1
        if isinstance(raw, dict) and raw.get("type") == part and tagged is not raw:
            tagged = raw
            continue
        if isinstance(raw, dict) and part in raw:
            raw = raw.get(part)
        elif isinstance(raw, list) and isinstance(part, int):
            raw = raw[part]
        elif not (last and detail["type"] in _MISSING):
            continue
        path.append(part)
    if detail["type"] == "union_tag_invalid":
        path.append("type")
    return tuple(path)


def _said(details: list[ErrorDetails], path: Path, raw: Any) -> str:
    detail = details[0]
    kind, value = detail["type"], detail["input"]
    context = detail.get("ctx", {})
    if kind in _UNKNOWN_KEY:
        return f"there is no such key; {did_you_mean(str(path[-1]), known_keys(path[:-1], raw))}"
    if raw is None:
        return "the file is empty"
    if value is None:
        return "there is no value here; give one, or leave the key out"
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "union_tag_invalid":
        allowed = [tag.strip().strip("'") for tag in context["expected_tags"].split(",")]
        return f"there is no type {shown(context['tag'])}; {did_you_mean(context['tag'], allowed)}"
    if kind in ("enum", "literal_error"):
        return f"{shown(value)} is not allowed; allowed are {context['expected']}"
    several = {other["type"] for other in details}
    if several & set(_MAPPING):
        return f"{shown(value)} is not {'text or ' * ('string_type' in several)}a mapping"
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{shown(value)} is a number here, and text is needed: put it in quotes"
    if kind == "string_type":
        return f"{shown(value)} is not text"
    return f"{shown(value)} is not {_WHAT[kind]}" if kind in _WHAT else f"{detail['msg']}"
