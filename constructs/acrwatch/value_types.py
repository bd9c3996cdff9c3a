"""Whether values have the types that their annotations promise.

A settings file is checked by pydantic, a program by its type checker, if it has one. What comes here without one, such
as a receiver in place of a list, is told as a `SettingsError` and not by a traceback from inside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache, wraps
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin
from weakref import WeakValueDictionary

from acrwatch.core import CORES
from acrwatch.errors import NOTHING_ADDED, Path, Problem, SettingsError, shown
from acrwatch.from_yaml import yaml_name
from acrwatch.record import Record
from acrwatch.references import is_reference, is_resolvable

Init = TypeVar("Init", bound=Callable[..., None])

_NAMES: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "None",
    Sequence: "a list",
    Mapping: "a mapping",
}
# Frozen values in which nothing is wrong: a watch gives the same ones to many constructs, and each asks.
_RIGHT: WeakValueDictionary[int, Any] = WeakValueDictionary()
_STRING = "give it as text, such as the string_value of a variable, or Token.as_string(...)"


def checked(init: Init) -> Init:
    """Let a construct's constructor refuse arguments of another type than annotated.

    Args:
        init: takes scope and id, and the rest by keywords.

    Raises:
        SettingsError: when it is called, with all such arguments and what is inside them.
    """

    @wraps(init)
    def with_checks(self: object, scope: object, id_: str, **given: object) -> None:
        problems = list(_member_problems(_arguments(init), given, ()))
        if problems:
            raise SettingsError(problems, f"{type(self).__name__} {id_!r}", NOTHING_ADDED)
        init(self, scope, id_, **given)

    return cast("Init", with_checks)


def type_problems(value: object, *path: str | int) -> Iterator[Problem]:
    """What in a frozen value of ours, and inside of it, has another type than annotated.

    Args:
        value: such a value; of anything else nothing is said.
        path: where it stands.
    """
    if not is_dataclass(value) or _RIGHT.get(id(value)) is value:
        return
    wrong = False
    for problem in _record_problems(value, path):
        wrong = True
        yield problem
    if not wrong:
        take_for_right(value)


def take_for_right(value: object) -> None:
    """Let nobody check a frozen value, with what is inside of it, that was read by its annotations.

    Args:
        value: such a value.
    """
    _RIGHT[id(value)] = value


def _record_problems(value: object, path: Path) -> Iterator[Problem]:
    kind: Any = type(value)
    yield from _member_problems(_members(kind), vars(value), path)


class _Member(Record):
    """One member of a record, or argument of a constructor, and what may stand in it."""

    name: str
    hint: Any
    plain: frozenset[Any]


@cache
def _arguments(init: Callable[..., None]) -> tuple[_Member, ...]:
    return tuple(_described(init.__annotations__, init.__module__))


@cache
def _members(kind: Any) -> tuple[_Member, ...]:
    # Secrets have a check of their own, which takes any form of a reference and shows no value.
    checked = {member.name for member in fields(kind)}.difference(getattr(kind, "SECRETS", ()))
    ancestry: Sequence[type] = kind.__mro__
    return tuple(
        member
        for ancestor in ancestry
        for member in _described(get_annotations(ancestor), ancestor.__module__)
        if member.name in checked
    )


def _described(annotations: Mapping[str, Any], module: str) -> Iterator[_Member]:
    for name, written in annotations.items():
        hint = _evaluated(written, module)
        yield _Member(name=name, hint=hint, plain=_plain(hint))


def _member_problems(members: Sequence[_Member], values: Mapping[str, object], path: Path) -> Iterator[Problem]:
    for member in members:
        # Most values are right for sure, and a watch has a thousand of them.
        if member.name in values and type(values[member.name]) not in member.plain:
            yield from _value_problems(member.hint, values[member.name], (*path, yaml_name(member.name)))


@cache
def _evaluated(hint: Any, module: str) -> Any:
    """The type behind an annotation; Any where its names are known to type checkers only."""
    if not isinstance(hint, str):
        return hint
    try:
        return eval(hint, vars(sys.modules[module]))  # noqa: S307  # an annotation of ours
    except NameError:
        return Any


def _value_problems(hint: Any, value: object, path: Path) -> Iterator[Problem]:
    kinds = _kinds(hint)
    if any(_is(kind, value) for kind in kinds):
        yield from _inner_problems(kinds, value, path)
        return
    if isinstance(value, str) and any(get_origin(kind) is Sequence for kind in kinds):
        said = f"{shown(value)} is a text; a list is needed, such as [{shown(value)}]"
        yield Problem(path=path, message=said)
        return
    way_out = _STRING if str in kinds and _is_of_core(value) else None
    yield Problem(path=path, message=f"{_said(value)} is not {_expected(kinds)}", way_out=way_out)


@cache
def _kinds(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


@cache
def _plain(hint: Any) -> frozenset[Any]:
    """The types whose values are right for sure."""
    return frozenset(kind for kind in _kinds(hint) if kind in (str, int, bool, NoneType))


def _is(kind: Any, value: object) -> bool:
    origin = get_origin(kind) or kind
    if origin is Any or isinstance(origin, TypeVar):
        return True
    if origin is Literal:
        return value in get_args(kind)
    if origin is Sequence:
        return isinstance(value, Sequence) and not isinstance(value, str | bytes)
    if origin in (int, float) and isinstance(value, float) and is_reference(value):
        return True
    if origin is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if origin in (int, bool):
        return type(value) is origin
    if issubclass(origin, StrEnum):
        # Its text does as well; what it may be is checked where it is used.
        return isinstance(value, str)
    return isinstance(value, origin)


def _inner_problems(kinds: tuple[Any, ...], value: object, path: Path) -> Iterator[Problem]:
    inner = next((get_args(kind) for kind in kinds if get_args(kind) and _is(kind, value)), ())
    if isinstance(value, Mapping) and inner:
        plain_keys, plain_members = map(_plain, inner)
        for key, member in value.items():
            if type(key) in plain_keys and type(member) in plain_members:
                continue
            if not any(_is(kind, key) for kind in _kinds(inner[0])):
                said = f"{_said(key)} is not {_expected(_kinds(inner[0]))}"
                yield Problem(path=path, message=f"the key {said}")
            else:
                yield from _value_problems(inner[1], member, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str) and inner:
        plain = _plain(inner[0])
        for position, item in enumerate(value):
            if type(item) not in plain:
                yield from _value_problems(inner[0], item, (*path, position))
    else:
        yield from type_problems(value, *path)


def _is_of_core(value: object) -> bool:
    """Whether it is a token object or another one from node, some of which show nothing of what they are."""
    return is_resolvable(value) or type(value).__module__.partition(".")[0] in ("jsii", *CORES)


def _said(value: object) -> str:
    """A plain value as it is; of an object its type, since it may hold a secret."""
    if _is_of_core(value):
        return "an object of the CDK"
    if value is None or isinstance(value, str | int | float):
        return shown(value)
    return f"a value of type {type(value).__name__}"


def _expected(kinds: tuple[Any, ...]) -> str:
    names = [_NAMES.get(get_origin(kind) or kind) or getattr(kind, "__name__", str(kind)) for kind in kinds]
    return " or ".join(names)
