"""What an alert looks like when Azure Monitor posts it: the common alert schema, for log alerts of version 2.

The members are those of Microsoft's pages "Common alert schema" and "Sample alert payloads". `problems` says what a
payload has that is not of this form; a message has to cope with everything that it says nothing against.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from acrwatch.errors import Path, Problem, one_of, shown

SCHEMA_ID = "azureMonitorCommonAlertSchema"
LONGEST = 256 * 1024
"""Bytes of one alert (Microsoft: "Common alert schema")."""

SEVERITIES = tuple(f"Sev{number}" for number in range(5))
CONDITIONS = ("Fired", "Resolved")
# Rules call the same comparison by two names, and which one a payload has is seen for LowerThan only.
OPERATORS = (
    "Equal",
    "Equals",
    "GreaterThan",
    "GreaterThanOrEqual",
    "LessThan",
    "LessThanOrEqual",
    "LowerThan",
    "LowerThanOrEqual",
)
AGGREGATIONS = ("Average", "Count", "Maximum", "Minimum", "Total")
LINKS = tuple(f"linkTo{filtered}SearchResults{kind}" for filtered in ("", "Filtered") for kind in ("UI", "API"))

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?", re.ASCII)

Check = Callable[[object, Path], Iterator[Problem]]


@dataclass(frozen=True)
class Member:
    """A member of an object.

    Args:
        check: what is wrong with its value.
        required: whether it is always there.
        nullable: whether it can be null.
    """

    check: Check
    required: bool = True
    nullable: bool = False


def problems(payload: object) -> list[Problem]:
    """What of a payload is not of the form of a log alert.

    Args:
        payload: the JSON that is posted to a receiver.
    """
    found = list(_PAYLOAD(payload, ()))
    if found:
        return found
    size = len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return [Problem(path=(), message=f"the alert has {size} bytes, and may have {LONGEST}")] if size > LONGEST else []


def _text(value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path=path, message=f"{shown(value)} is no text")


def _number(value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem(path=path, message=f"{shown(value)} is no number")


def _moment(value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        yield Problem(path=path, message=f"{shown(value)} is no moment such as 2026-01-31T08:30:00Z")


def _any_object(value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path=path, message=f"{shown(value)} is no object")


def _one(*allowed: str) -> Check:
    def check(value: object, path: Path) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(path=path, message=f"{shown(value)} is not possible; {one_of(allowed)}")

    return check


def _list_of(item: Check) -> Check:
    def check(value: object, path: Path) -> Iterator[Problem]:
        if not isinstance(value, list | tuple):
            yield Problem(path=path, message=f"{shown(value)} is no list")
            return
        for number, one in enumerate(value):
            yield from item(one, (*path, number))

    return check


def _object(**members: Member) -> Check:
    def check(value: object, path: Path) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(path=path, message=f"{shown(value)} is no object")
            return
        for key in value:
            if key not in members:
                yield Problem(path=(*path, str(key)), message="the schema has no such member")
        for key, member in members.items():
            if key not in value:
                if member.required:
                    yield Problem(path=(*path, key), message="the member is missing")
            elif value[key] is not None or not member.nullable:
                yield from member.check(value[key], (*path, key))

    return check


def _optional(check: Check) -> Member:
    return Member(check, required=False, nullable=True)


_TEXT = Member(_text)
_NULLABLE_TEXT = Member(_text, nullable=True)

_CRITERION = _object(
    searchQuery=_TEXT,
    metricMeasureColumn=_optional(_text),
    targetResourceTypes=_optional(_text),
    operator=Member(_one(*OPERATORS), nullable=True),
    threshold=_NULLABLE_TEXT,
    timeAggregation=_optional(_one(*AGGREGATIONS)),
    dimensions=_optional(_list_of(_object(name=_TEXT, value=_NULLABLE_TEXT))),
    metricValue=Member(_number, nullable=True),
    failingPeriods=_optional(
        _object(numberOfEvaluationPeriods=Member(_number), minFailingPeriodsToAlert=Member(_number))
    ),
    **{link: _optional(_text) for link in LINKS},
)

_CONDITION = _object(
    windowSize=_NULLABLE_TEXT,
    allOf=Member(_list_of(_CRITERION), nullable=True),
    windowStartTime=Member(_moment, nullable=True),
    windowEndTime=Member(_moment, nullable=True),
)

_ESSENTIALS = _object(
    alertId=_TEXT,
    alertRule=_TEXT,
    alertRuleId=_optional(_text),
    severity=Member(_one(*SEVERITIES)),
    signalType=Member(_one("Log")),
    monitorCondition=Member(_one(*CONDITIONS)),
    monitoringService=Member(_one("Log Alerts V2")),
    alertTargetIDs=Member(_list_of(_text)),
    configurationItems=_optional(_list_of(_text)),
    originAlertId=_TEXT,
    firedDateTime=Member(_moment),
    resolvedDateTime=_optional(_moment),
    description=_NULLABLE_TEXT,
    essentialsVersion=_TEXT,
    alertContextVersion=_TEXT,
    targetResourceType=_optional(_text),
    targetResourceGroup=_optional(_text),
    investigationLink=_optional(_text),
)

_CONTEXT = _object(
    properties=_optional(_any_object),
    conditionType=Member(_one("LogQueryCriteria")),
    condition=Member(_CONDITION, nullable=True),
)

_PAYLOAD = _object(
    schemaId=Member(_one(SCHEMA_ID)),
    data=Member(
        _object(
            essentials=Member(_ESSENTIALS),
            alertContext=Member(_CONTEXT),
            customProperties=_optional(_any_object),
        )
    ),
)
