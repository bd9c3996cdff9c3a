"""Small checks of the shape of JSON that the checks of a definition are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeGuard

from acrwatch.errors import Path, Problem, did_you_mean, one_of, shown
from acrwatch.workflow.values import units

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]*")
_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?", re.ASCII)


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is an object of JSON."""
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


def object_problems(
    value: object, path: Path, *, needs: Sequence[str] = (), may: Iterable[str] = ()
) -> Iterator[Problem]:
    """What is wrong with an object by its keys alone."""
    if not is_object(value):
        yield Problem(path=path, message=f"{shown(value)} is no object")
        return
    known = (*needs, *may)
    for key in value:
        if key not in known:
            message = f"there is no {key!r} here" + (f"; {did_you_mean(key, known)}" if known else "")
            yield Problem(path=(*path, key), message=message)
    for key in needs:
        if key not in value:
            yield Problem(path=path, message=f"{key} is missing")


def name_problems(name: str, path: Path, longest: int) -> Iterator[Problem]:
    """What is wrong with a name that expressions refer to."""
    if _NAME.fullmatch(name) is None:
        yield Problem(path=path, message=f"the name {shown(name)} may have letters, digits, blanks, - and _")
    if units(name) > longest:
        yield Problem(path=path, message=f"the name has {units(name)} characters, and may have {longest}")


def choice_problems(value: object, allowed: Iterable[object], path: Path) -> Iterator[Problem]:
    """A value that must be one of some."""
    if value not in (allowed := list(allowed)):
        yield Problem(path=path, message=f"{shown(value)} is not possible; {one_of(allowed)}")


def number_problems(value: object, bounds: tuple[int, int], path: Path) -> Iterator[Problem]:
    """A value that must be a whole number within bounds."""
    least, most = bounds
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        yield Problem(path=path, message=f"{shown(value)} is no whole number from {least} to {most}")


def duration_problems(value: object, bounds: tuple[str, str], path: Path) -> Iterator[Problem]:
    """A value that must be an ISO 8601 duration within bounds."""
    least, most = (duration(bound) for bound in bounds)
    length = duration(value) if isinstance(value, str) else None
    if length is None or least is None or most is None or not least <= length <= most:
        yield Problem(path=path, message=f"{shown(value)} is no length of time from {bounds[0]} to {bounds[1]}")


def duration(text: str) -> timedelta | None:
    """A duration such as `PT7S`, or None when it is not one."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
