"""Tuning that follows from history: limits of their own for machines, or exceptions, as lines of a settings file.

Only who has the habit of a machine (`machines`) is proposed, and a limit is preferred to an exception, since it still
sees when the machine does far more than it ever did. A person reads the evidence and decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from acrwatch.kql.text import has_control_characters
from acrwatch.live.backtest.limits import Ground, lowest
from acrwatch.live.backtest.machines import NOBODY, Habit
from acrwatch.live.backtest.tuned import (
    MOST,
    THRESHOLD,
    limit_of,
    scope_of,
    with_exceptions,
    with_identity_limits,
)
from acrwatch.rehearsal.model import Alert
from acrwatch.rehearsal.reading.sql import literal, name
from acrwatch.synthesised import ScheduledQueryRule

IDENTITY = "Identity"
"""The dimension that says who it was."""
ROOM = 1.25
"""How much more than it needed a machine gets: a cluster grows."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """How a rule could leave one machine alone.

    Args:
        rule: the rule.
        habit: the machine, with what speaks for it.
        alerts: alerts of the rule that were about it.
        limit: its name, the lowest value at which the machine would have raised none, and the one proposed, which has
            room to grow; None where it is an exception.
        exception: what is excepted: the identity, with its client and repositories; None where it is a limit.
    """

    rule: ScheduledQueryRule
    habit: Habit
    alerts: int
    limit: tuple[str, int, int] | None = None
    exception: Mapping[str, str] | None = None

    @property
    def reason(self) -> str:
        """Why, as the settings take it."""
        return f"looks like {self.habit.kind}, " + "; ".join(self.habit.evidence)


def suggestions(
    rule: ScheduledQueryRule, ground: Ground, made: str | None, habits: Iterable[Habit]
) -> tuple[Suggestion, ...]:
    """What would leave the machines alone that raised alerts.

    Args:
        rule: the rule; of a detection, since only these have settings.
        ground: what it was played on.
        made: the relation of its Events, where these were made for it.
        habits: what everybody did.
    """
    found = []
    for habit in habits:
        alerts = sum(dict(alert.series).get(IDENTITY) == habit.identity for alert in ground.alerts)
        # A caller writes its client itself: a wildcard in it would excuse others, too.
        odd = any("*" in text or has_control_characters(text) for text in (habit.identity, habit.client))
        if alerts and habit.machine and rule.detection is not None and not odd:
            one = _suggested(rule, ground, made, habit, alerts)
            found += [] if one is None else [one]
    return tuple(found)


def _suggested(
    rule: ScheduledQueryRule, ground: Ground, made: str | None, habit: Habit, alerts: int
) -> Suggestion | None:
    limit = limit_of(rule)
    if limit is not None and limit.per_identity and limit.name != THRESHOLD:
        needed = lowest(
            ground,
            lambda value: with_identity_limits(rule, limit, {habit.identity: value}),
            limit.value,
            0,
            lambda series: dict(series).get(IDENTITY) == habit.identity,
        )
        if needed is None:
            return None
        roomy = min(MOST, math.ceil(needed * ROOM / 10) * 10)
        return Suggestion(rule=rule, habit=habit, alerts=alerts, limit=(limit.name, needed, roomy))
    entry = _exception(rule, ground, made, habit)
    return None if entry is None else Suggestion(rule=rule, habit=habit, alerts=alerts, exception=entry)


def _exception(rule: ScheduledQueryRule, ground: Ground, made: str | None, habit: Habit) -> Mapping[str, str] | None:
    """The identity, with its client, on the repositories that it was at: no hole for others, and a small one for it."""
    fields = scope_of(rule)
    # An identity alone would excuse whoever gets hold of it, whatever it does.
    if not {"identity", "client"} <= {*fields} or habit.client == NOBODY:
        return None
    entry = {"identity": habit.identity, "client": f"{habit.client}*"}
    if "repository" in fields and made is not None:
        where = f"lower({name(IDENTITY)}) = {literal(habit.identity)}"
        found = ground.log.connection.execute(f'SELECT DISTINCT "Repository" FROM {made} WHERE {where}')  # noqa: S608
        repositories = [str(repository) for (repository,) in found.fetchall()]
        parents = {repository.partition("/")[0] for repository in repositories}
        if len(repositories) == 1:
            entry["repository"] = repositories[0]
        elif len(parents) == 1 and all("/" in repository for repository in repositories):
            entry["repository"] = f"{parents.pop()}/*"
    return entry


def tuned(rule: ScheduledQueryRule, proposed: Sequence[Suggestion]) -> ScheduledQueryRule:
    """The rule as its settings would make it with the suggestions."""
    limits = {one.habit.identity: one.limit[2] for one in proposed if one.limit is not None}
    exceptions = [one.exception for one in proposed if one.exception is not None]
    limit = limit_of(rule)
    if limits and limit is not None:
        rule = with_identity_limits(rule, limit, limits)
    return with_exceptions(rule, exceptions) if exceptions else rule


def without(made: str, proposed: Sequence[Suggestion]) -> str:
    """Events without what the suggestions except, as a relation.

    Args:
        made: the relation of Events.
        proposed: suggestions for one rule.
    """
    excepted = " OR ".join(f"({_matches(one.exception)})" for one in proposed if one.exception is not None)
    return f"(SELECT * FROM {made} WHERE NOT ({excepted}))"  # noqa: S608  # texts and names are quoted


def _matches(entry: Mapping[str, str]) -> str:
    """An entry of ours as SQL: texts that are equal, or begin alike where they end with `*`."""
    tests = []
    for key, text in entry.items():
        column, begun = f"lower({name(key.capitalize())})", literal(text.removesuffix("*").lower())
        tests.append(f"starts_with({column}, {begun})" if text.endswith("*") else f"{column} = {begun}")
    return " AND ".join(tests)


def settings_lines(proposed: Iterable[Suggestion]) -> str:
    """The suggestions as lines of a settings file."""
    detections: dict[str, Any] = {}
    for one in proposed:
        block = detections.setdefault(one.rule.detection or "", {})
        if one.rule.variant is not None:
            block = block.setdefault("variants", {}).setdefault(one.rule.variant, {})
        key, entry = _entry(one)
        block.setdefault(key, []).append(entry)
    if not detections:
        return ""
    return yaml.dump({"detections": detections}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _entry(one: Suggestion) -> tuple[str, Mapping[str, Any]]:
    if one.limit is not None:
        name_, _, value = one.limit
        return "limits", {"identity": one.habit.identity, "parameters": {name_: value}, "reason": one.reason}
    return "except", {**(one.exception or {}), "reason": one.reason}


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key, as the example has them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # of PyYAML
        super().increase_indent(flow, False)


def about(alerts: Sequence[Alert]) -> Iterator[str]:
    """Whom alerts are about: their identity, else nobody that they name."""
    for alert in alerts:
        yield dict(alert.series).get(IDENTITY, NOBODY)
