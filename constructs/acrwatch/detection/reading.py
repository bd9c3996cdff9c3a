"""Frozen dataclasses from plain YAML values, strictly, with all problems at once.

The same job pydantic does for the settings file. It is ours here because an embedded watch reads
five detections at each synth, and loading pydantic alone costs more than reading them
(docs/performance.md).
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from acrwatch.durations import parse_duration
from acrwatch.errors import Path, Problem, did_you_mean, one_of, shown

T = TypeVar("T")
_BAD = object()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    written: dict[str, Any] = kind.__annotations__
    return get_type_hints(kind) if any(isinstance(hint, str) for hint in written.values()) else written


def read(kind: type[T], raw: object, path: Path, problems: list[Problem], **given: object) -> T | None:
    """Make one dataclass of a mapping.

    Args:
        kind: the dataclass.
        raw: what YAML gave.
        path: where it stands, for the problems.
        problems: gets what is wrong.
        given: members that come from elsewhere, and may not stand in the mapping.

    Returns:
        The value, or None after a problem.
    """
    if not isinstance(raw, Mapping):
        problems.append(Problem(path=path, message=f"{shown(raw)} is not a mapping"))
        return None
    described: Any = kind
    known = {member.name: member for member in fields(described) if member.name not in given}
    before = len(problems)
    for name in raw:
        if name not in known:
            problems.append(
                Problem(path=(*path, str(name)), message=f"there is no such key; {did_you_mean(str(name), known)}")
            )
    values = dict(given)
    for name, member in known.items():
        if name in raw:
            values[name] = _value(_hints(described)[name], raw[name], (*path, name), problems)
        elif member.default is MISSING and member.default_factory is MISSING:
            problems.append(Problem(path=(*path, name), message="it is required and missing"))
    return kind(**values) if len(problems) == before else None


def _value(kind: Any, raw: object, path: Path, problems: list[Problem]) -> Any:
    if kind is Any:
        return raw
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of_several(get_args(kind), raw, path, problems)
    if origin is tuple:
        return _tuple(get_args(kind)[0], raw, path, problems)
    if origin is not None:
        return _mapping(get_args(kind)[1], raw, path, problems)
    if kind is timedelta or issubclass(kind, StrEnum):
        return _from_text(kind, raw, path, problems)
    if kind in (str, int, float, bool, type(None)):
        if not _is(kind, raw):
            problems.append(Problem(path=path, message=f"{shown(raw)} is not {_NAMES[kind]}"))
        return raw
    return read(kind, raw, path, problems)


_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", type(None): "null"}


def _is(kind: type, raw: object) -> bool:
    if kind is float:
        return isinstance(raw, int | float) and not isinstance(raw, bool)
    return type(raw) is kind


def _from_text(kind: Any, raw: object, path: Path, problems: list[Problem]) -> Any:
    if not isinstance(raw, str):
        problems.append(Problem(path=path, message=f"{shown(raw)} is not text"))
        return raw
    try:
        return parse_duration(raw) if kind is timedelta else kind(raw)
    except ValueError as error:
        said = str(error) if kind is timedelta else f"{shown(raw)} is not known; {one_of(kind)}"
        problems.append(Problem(path=path, message=said))
        return raw


def _one_of_several(kinds: tuple[Any, ...], raw: object, path: Path, problems: list[Problem]) -> Any:
    if raw is None and type(None) in kinds:
        return None
    tried: list[Problem] = []
    for kind in kinds:
        mine: list[Problem] = []
        value = _value(kind, raw, path, mine)
        if not mine:
            return value
        # The form that was meant is the one that went wrong furthest inside.
        if not tried or len(mine[0].path) > len(tried[0].path):
            tried = mine
    problems.extend(tried)
    return raw


def _tuple(kind: Any, raw: object, path: Path, problems: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        problems.append(Problem(path=path, message=f"{shown(raw)} is not a list"))
        return ()
    return tuple(_value(kind, item, (*path, position), problems) for position, item in enumerate(raw))


def _mapping(kind: Any, raw: object, path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        problems.append(Problem(path=path, message=f"{shown(raw)} is not a mapping"))
        return {}
    return {str(name): _value(kind, item, (*path, str(name)), problems) for name, item in raw.items()}
