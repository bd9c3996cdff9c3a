"""What of a user's tuning a detection allows: parameters, limits, and who is excused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from acrwatch.detection.model import Detection, Parameter, ParameterType, TuningField
from acrwatch.detection.tuning import IdentityLimit, ParameterSetting, TuningEntry, Variant
from acrwatch.errors import Path, Problem, did_you_mean, one_of, shown
from acrwatch.kql.text import has_control_characters
from acrwatch.references import is_reference
from acrwatch.value_types import type_problems

PATTERN_MAX = 256
_REFERENCE = "a reference is known only at apply and cannot be in a query"


def tuning_problems(detection: Detection, settings: Variant) -> list[Problem]:
    """Everything in the settings of one rule that its detection does not allow.

    Args:
        detection: what is tuned.
        settings: how.
    """
    wrong = list(type_problems(settings))
    return wrong or [
        *_parameter_problems(detection, settings.parameters, ("parameters",)),
        *_limit_problems(detection, settings.limits),
        *(
            problem
            for name, entries in (("only", settings.only), ("except", settings.except_))
            for position, entry in enumerate(entries)
            for problem in _entry_problems(detection, entry, (name, position))
        ),
    ]


def _parameter_problems(detection: Detection, values: Mapping[str, ParameterSetting], path: Path) -> Iterator[Problem]:
    for name, value in values.items():
        if name not in detection.parameters:
            known = did_you_mean(name, detection.parameters) if detection.parameters else "it has none"
            yield Problem(path=(*path, name), message=f"{detection.id} has no such parameter; {known}")
        elif said := value_problem(detection.parameters[name], value):
            yield Problem(path=(*path, name), message=said)


def value_problem(parameter: Parameter, value: object) -> str | None:
    """What is wrong with the value of a parameter, in a sentence, or None."""
    if value is None:
        return None if parameter.optional else f"null is not allowed; {_allowed(parameter)}"
    match parameter.type:
        case ParameterType.INTEGER | ParameterType.NUMBER:
            return _number_problem(parameter, value)
        case ParameterType.BOOLEAN:
            return None if isinstance(value, bool) else f"{shown(value)} is not true or false"
        case ParameterType.STRING:
            return _text_problem(value)
        case ParameterType.STRINGS:
            if isinstance(value, str) or not isinstance(value, Sequence):
                return f"{shown(value)} is not a list of texts"
            return next((said for item in value if (said := _text_problem(item))), None)


def _number_problem(parameter: Parameter, value: object) -> str | None:
    allowed_types = int if parameter.type is ParameterType.INTEGER else int | float
    if isinstance(value, bool) or not isinstance(value, allowed_types):
        return f"{shown(value)} is not a {'whole ' * (allowed_types is int)}number; {_allowed(parameter)}"
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is not a finite number; {_allowed(parameter)}"
    low = parameter.minimum is not None and not value >= parameter.minimum
    high = parameter.maximum is not None and not value <= parameter.maximum
    return f"{shown(value)} is out of range; {_allowed(parameter)}" if low or high else None


def _allowed(parameter: Parameter) -> str:
    if parameter.minimum is not None and parameter.maximum is not None:
        return f"allowed is {parameter.minimum:g} to {parameter.maximum:g}"
    if parameter.minimum is not None:
        return f"allowed is {parameter.minimum:g} and more"
    return f"allowed is {parameter.maximum:g} and less" if parameter.maximum is not None else one_of([parameter.type])


def _text_problem(value: object) -> str | None:
    if not isinstance(value, str):
        return f"{shown(value)} is not text"
    if is_reference(value):
        return _REFERENCE
    if has_control_characters(value):
        return f"{shown(value)} holds a line break or another control character"
    return None


def _pattern_problem(value: object) -> str | None:
    if value == "":
        return "it is empty; leave it out, or write * for any"
    if isinstance(value, str) and len(value) > PATTERN_MAX:
        return f"it has {len(value)} characters; at most {PATTERN_MAX} are allowed"
    return _text_problem(value)


# What cannot occur in a field: the rows have a registry's bare name, and a repository without tag or digest.
_ELSEWHERE = {
    TuningField.REGISTRY: (re.compile(r"[^A-Za-z0-9*]"), "a registry's name has letters and digits only"),
    TuningField.REPOSITORY: (re.compile(r"[^A-Za-z0-9._/*-]"), "a repository's name has no tag and no digest"),
}


# What the queries put where a row names nothing.
UNKNOWN = "(unknown)"


def _never(field: TuningField, value: str) -> str | None:
    """Why a pattern could never match."""
    if value.lower() == UNKNOWN:
        return None
    impossible, why = _ELSEWHERE.get(field, (None, ""))
    return f"{shown(value)} would never match; {why}" if impossible is not None and impossible.search(value) else None


def _limit_problems(detection: Detection, limits: Sequence[IdentityLimit]) -> Iterator[Problem]:
    for position, limit in enumerate(limits):
        path = ("limits", position)
        if not detection.per_identity:
            yield Problem(path=path, message=f"{detection.id} has no limits that differ by identity")
            continue
        if said := _pattern_problem(limit.identity):
            yield Problem(path=(*path, "identity"), message=said)
        if not limit.parameters:
            yield Problem(path=(*path, "parameters"), message=f"no limit is set; {one_of(detection.per_identity)}")
        above = [other for other in limits[:position] if _takes_all_of(other, limit)]
        if above and limit.parameters:
            said = f"{shown(above[0].identity)} above takes these identities; the first entry that matches counts"
            yield Problem(path=(*path, "identity"), message=said, way_out="put the more general entry last")
        values: Mapping[str, object] = limit.parameters
        for name, value in values.items():
            where = (*path, "parameters", name)
            if name not in detection.per_identity:
                known = did_you_mean(name, detection.per_identity)
                yield Problem(path=where, message=f"{detection.id} has no such limit by identity; {known}")
            elif said := value_problem(detection.parameters[name], value):
                yield Problem(path=where, message=said)


def _takes_all_of(above: IdentityLimit, limit: IdentityLimit) -> bool:
    """Whether an entry leaves nothing to a later one."""
    covered = limit.parameters.keys() <= above.parameters.keys()
    same = above.identity.lower() == limit.identity.lower()
    return covered and bool(above.identity) and (same or not above.identity.strip("*"))


def _entry_problems(detection: Detection, entry: TuningEntry, path: Path) -> Iterator[Problem]:
    named = {field: value for field in TuningField if (value := getattr(entry, field.value)) is not None}
    for field, value in named.items():
        if field not in detection.tuning:
            has = one_of(detection.tuning) if detection.tuning else "it cannot be tuned"
            yield Problem(path=(*path, field.value), message=f"the rows of {detection.id} have no {field}; {has}")
        elif said := _pattern_problem(value) or _never(field, value):
            yield Problem(path=(*path, field.value), message=said)
    telling = {field for field, value in named.items() if not isinstance(value, str) or value.strip("*")}
    if not named:
        yield Problem(path=path, message=f"it names nothing; {one_of(detection.tuning)}")
    elif path[0] == "except" and not telling:
        yield Problem(path=path, message="it would excuse everything", way_out="to silence a rule, set enabled: false")
    elif path[0] == "except" and telling == {TuningField.CLIENT}:
        yield Problem(
            path=path,
            message="it names only a client, and a caller chooses its own user agent",
            way_out="name the identity beside it",
        )
