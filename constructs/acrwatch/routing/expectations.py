"""Who should be told: a small YAML file for CI, and how what is true differs from it.

routes:
- name: a forced deletion pages on-call
detection: forced_repository_deleted
dimensions: {Registry: contosoprod}
at: 2026-01-31T23:00+01:00
told: [acrwatch-oncall, acrwatch-security]
- name: nobody hears that an event is over
detection: forced_repository_deleted
resolved: true
told: []
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from acrwatch.errors import InputError, Problem, SettingsError, did_you_mean, shown
from acrwatch.routing.alert import Alert, MonitorCondition
from acrwatch.routing.moments import parse_moment
from acrwatch.routing.route import Route, route
from acrwatch.routing.selection import rules_of
from acrwatch.synthesised import SynthesisedStack
from acrwatch.yaml_text import read_yaml, with_lines

_KEYS = ("name", "detection", "rule", "resolved", "dimensions", "at", "told", "receivers", "suppressed_by")


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Who should be told of one alert.

    Args:
        name: the claim in words.
        detection: id of the detection, with its variant; None where `rule` is given.
        rule: address or name of the rule; None where `detection` is given.
        resolved: whether it is about the resolution.
        dimensions: values of the rule's dimensions, as far as they matter.
        at: the moment; None for the moment of the test.
        told: names, addresses or ids of exactly the groups that are told.
        receivers: names of exactly the receivers that are told; None where they do not matter.
        suppressed_by: name of a processing rule that suppresses it; None where it does not matter.
    """

    name: str
    detection: str | None
    rule: str | None
    resolved: bool
    dimensions: Mapping[str, str]
    at: datetime | None
    told: tuple[str, ...]
    receivers: tuple[str, ...] | None
    suppressed_by: str | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One expectation and what is true.

    Args:
        expectation: what should be.
        route: what is.
        failure: how the two differ; None where they do not.
        unknown: why that cannot be said; None where it can.
    """

    expectation: Expectation
    route: Route
    failure: str | None
    unknown: str | None


def read_expectations(file: Path) -> tuple[Expectation, ...]:
    """Read a file of expectations.

    Args:
        file: the file.

    Raises:
        SettingsError: it cannot be read, or something in it is wrong; all of it at once.
    """
    content = read_yaml(file, "nothing was compared")
    problems: list[Problem] = []
    found: list[Expectation] = []
    routes = content.get("routes") if isinstance(content, dict) else None
    if not isinstance(routes, list) or not routes or set(content) != {"routes"}:
        problems.append(Problem(path=(), message="the file holds one key, routes, with a list of at least one route"))
    else:
        for position, one in enumerate(routes):
            reader = _Reader(one, ("routes", position))
            found.append(reader.expectation())
            problems += reader.problems
    if problems:
        raise SettingsError(with_lines(problems, file), str(file), "nothing was compared")
    return tuple(found)


class _Reader:
    """Reads one route, and collects what is wrong with it."""

    def __init__(self, content: Any, path: tuple[str | int, ...]) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self._wrong((), f"{shown(content)} is not a route", "write at least detection and told")
        for key in self._content:
            if key not in _KEYS:
                self._wrong((str(key),), "there is no such key", did_you_mean(str(key), _KEYS))

    def _wrong(self, path: tuple[str | int, ...], message: str, way_out: str | None = None) -> None:
        self.problems.append(Problem(path=(*self._path, *path), message=message, way_out=way_out))

    def expectation(self) -> Expectation:
        detection, rule = self._text("detection"), self._text("rule")
        if (detection is None) == (rule is None) and isinstance(self._content, dict):
            self._wrong((), "a route names its rule once", "write detection, or rule for a rule of others")
        told = self._texts("told")
        if "told" not in self._content:
            self._wrong((), "told is missing", "write the groups that are told, or [] for nobody")
        return Expectation(
            name=self._text("name") or f"{detection or rule} tells {', '.join(told or ()) or 'nobody'}",
            detection=detection,
            rule=rule,
            resolved=self._flag("resolved"),
            dimensions=self._dimensions(),
            at=self._moment("at"),
            told=told or (),
            receivers=self._texts("receivers"),
            suppressed_by=self._text("suppressed_by"),
        )

    def _text(self, key: str) -> str | None:
        value = self._content.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong((key,), f"{shown(value)} is not a text")
        return None

    def _flag(self, key: str) -> bool:
        value = self._content.get(key, False)
        if isinstance(value, bool):
            return value
        self._wrong((key,), f"{shown(value)} is not true or false")
        return False

    def _texts(self, key: str) -> tuple[str, ...] | None:
        value = self._content.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(member, str) for member in value):
            return tuple(value)
        self._wrong((key,), f"{shown(value)} is not a list of names")
        return None

    def _dimensions(self) -> Mapping[str, str]:
        value = self._content.get("dimensions", {})
        if isinstance(value, dict) and all(isinstance(member, str | int | float) for member in value.values()):
            return {str(name): str(member) for name, member in value.items()}
        self._wrong(("dimensions",), f"{shown(value)} is not a map of names and values")
        return {}

    def _moment(self, key: str) -> datetime | None:
        text = self._text(key)
        if text is None:
            return None
        try:
            return parse_moment(text)
        except InputError as error:
            self._wrong((key,), str(error))
            return None


def compare(stack: SynthesisedStack, expectation: Expectation, now: datetime) -> Compared:
    """Compare an expectation with what is true.

    Args:
        stack: the file that holds the rules.
        expectation: what should be.
        now: the moment of the test, for an expectation without one.

    Raises:
        InputError: the file has no such rule, or several.
    """
    rules = rules_of(stack, detection=expectation.detection, rule=expectation.rule)
    exact = [one for one in rules if one.id == expectation.detection] or rules
    if len(exact) != 1:
        ids = ", ".join(one.address for one in exact)
        raise InputError(f"{expectation.name}: several rules are meant: {ids}; name one with rule")
    condition = MonitorCondition.RESOLVED if expectation.resolved else MonitorCondition.FIRED
    alert = Alert(rule=exact[0], condition=condition, dimensions=expectation.dimensions)
    found = route(stack, alert, expectation.at or now)
    unknown = "\n".join(found.unknown) or None
    return Compared(expectation=expectation, route=found, failure=_difference(expectation, found), unknown=unknown)


def _difference(expectation: Expectation, found: Route) -> str | None:
    """What is different for certain; what cannot be known is no difference."""
    lines = [*_groups(expectation, found), *_suppressed(expectation, found)]
    if expectation.receivers is not None and not found.unknown:
        names = [receiver.name for one in found.told if one.group is not None for receiver in one.group.receivers]
        lines += [
            f"  - receiver {name}  should be told and is not" for name in expectation.receivers if name not in names
        ]
        lines += [
            f"  + receiver {name}  is told and should not be" for name in names if name not in expectation.receivers
        ]
    return "\n".join(lines) or None


def _groups(expectation: Expectation, found: Route) -> Iterator[str]:
    names = {one.group.address: one.name for one in found.groups if one.group is not None}
    wanted = dict.fromkeys(names.get(name, name) for name in expectation.told)
    there = {one.name: one for one in found.groups}
    for name in wanted:
        if name not in there and not found.unknown:
            yield f"  - {name}  should be told and is not: nothing names it"
        elif name in there and there[name].told is False:
            yield f"  - {name}  should be told and is not: {there[name].because}"
    for one in found.told:
        if one.name not in wanted:
            yield f"  + {one.name}  is told and should not be: {one.because}"


def _suppressed(expectation: Expectation, found: Route) -> Iterator[str]:
    name = expectation.suppressed_by
    if name is None:
        return
    decisions = [one for one in found.decisions if name in (one.rule.name, one.rule.address)]
    if not decisions:
        yield f"  - {name}  should suppress it, and there is no such processing rule"
    for one in decisions:
        if one.applies is False:
            yield f"  - {name}  should suppress it and does not apply: {one.because}"
