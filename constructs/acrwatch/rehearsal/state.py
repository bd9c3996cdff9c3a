"""When a violation becomes an alert, and when the alert is resolved.

A stateful rule (auto_mitigation_enabled) fires once for a combination of dimensions, stays silent while the condition
holds, and resolves after some healthy evaluations; a stateless one fires at each evaluation, unless it is muted.
Sources: Azure Monitor documentation, `alerts-overview` (state), `alerts-create-log-alert-rule` (resolution),
`azure-monitor-limits-alerts` (limits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from acrwatch.rehearsal.series import Observation, Series

STATEFUL_LIMIT = 300
"""Alerts of a stateful rule at one evaluation. What is over it fires at the next one, as far as the violation lasts:
that is our reading, the documentation names the figure only."""
STATELESS_LIMIT = 6000
"""Alerts of a stateless rule at one evaluation."""
OPEN_LIMIT = 5000
"""Open alerts of one stateful rule."""


class Limit(StrEnum):
    """A limit of Azure that kept an alert from firing, or delayed it."""

    STATEFUL = "300 alerts of a stateful rule at one evaluation"
    STATELESS = "6,000 alerts of a stateless rule at one evaluation"
    OPEN = "5,000 open alerts of one rule"


def healthy_evaluations(frequency: timedelta) -> int:
    """After how many evaluations without a violation an alert is resolved.

    At exactly 15 minutes the documentation gives both 2 and 3; the later resolution is taken.

    Args:
        frequency: time between evaluations.
    """
    if frequency < timedelta(minutes=5):
        return 10
    if frequency <= timedelta(minutes=15):
        return 3
    return 2 if frequency <= timedelta(hours=11) else 1


@dataclass(frozen=True, kw_only=True)
class Firing:
    """A combination of dimensions fired.

    Args:
        observation: what was found.
        muted: whether actions were silenced by an earlier alert of the same combination.
    """

    observation: Observation
    muted: bool = False


Key = tuple[Series, str | None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one evaluation changed.

    Args:
        fired: alerts that fired.
        resolved: combinations whose alert was resolved.
        limits: limits that were hit.
    """

    fired: tuple[Firing, ...]
    resolved: tuple[Key, ...]
    limits: tuple[Limit, ...]


class Stateful:
    """The memory of a rule that resolves itself.

    Args:
        frequency: time between evaluations.
    """

    def __init__(self, frequency: timedelta) -> None:
        self._healthy_needed = healthy_evaluations(frequency)
        self._healthy: dict[Key, int] = {}

    @property
    def idle(self) -> bool:
        """Whether an evaluation without a violation changes nothing."""
        return not self._healthy

    def step(self, now: datetime, observations: Sequence[Observation]) -> Step:  # noqa: ARG002  # as of the other kind
        """Take in one evaluation."""
        violating = {(one.series, one.target): one for one in observations if one.violates}
        resolved = tuple(key for key in self._healthy if self._recovers(key, violating))
        for key in resolved:
            del self._healthy[key]
        fired: list[Firing] = []
        limits: set[Limit] = set()
        for key, observation in violating.items():
            if key in self._healthy:
                continue
            if len(fired) == STATEFUL_LIMIT:
                limits.add(Limit.STATEFUL)
            elif len(self._healthy) == OPEN_LIMIT:
                limits.add(Limit.OPEN)
            else:
                self._healthy[key] = 0
                fired.append(Firing(observation=observation))
        return Step(fired=tuple(fired), resolved=resolved, limits=tuple(sorted(limits)))

    def _recovers(self, key: Key, violating: dict[Key, Observation]) -> bool:
        self._healthy[key] = 0 if key in violating else self._healthy[key] + 1
        return self._healthy[key] >= self._healthy_needed


class Stateless:
    """The memory of a rule that does not resolve itself.

    Args:
        mute: how long an alert silences the actions of its combination of dimensions; None where it does not. That the
            combination is silenced, and not the rule, is our reading: the documentation does not say.
    """

    def __init__(self, mute: timedelta | None) -> None:
        self._mute = mute
        self._silent_until: dict[Key, datetime] = {}
        self.idle = True
        """Whether an evaluation without a violation changes nothing."""

    def step(self, now: datetime, observations: Sequence[Observation]) -> Step:
        """Take in one evaluation."""
        violating = [one for one in observations if one.violates]
        fired = []
        for observation in violating[:STATELESS_LIMIT]:
            key = (observation.series, observation.target)
            muted = self._mute is not None and now < self._silent_until.get(key, now)
            if self._mute is not None and not muted:
                self._silent_until[key] = now + self._mute
            fired.append(Firing(observation=observation, muted=muted))
        limits = (Limit.STATELESS,) if len(violating) > STATELESS_LIMIT else ()
        return Step(fired=tuple(fired), resolved=(), limits=limits)
