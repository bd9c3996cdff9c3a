"""One rule of a stack while it is played: its query, its memory, and the alerts so far."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from acrwatch.alert_rule import Aggregation, Operator
from acrwatch.durations import short
from acrwatch.errors import AcrwatchError, UnknownError
from acrwatch.limits import RULE_CHECKS
from acrwatch.rehearsal.behind import RowsBehind, rows_behind, with_rows
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert, Notification, RuleReport
from acrwatch.rehearsal.payload import payload, time_range
from acrwatch.rehearsal.query import QueryResult, RehearsedQuery
from acrwatch.rehearsal.series import Observation, observe
from acrwatch.rehearsal.state import Firing, Key, Limit, Stateful, Stateless
from acrwatch.routing import Alert as Routed
from acrwatch.routing import MonitorCondition, route
from acrwatch.synthesised import Criterion, ScheduledQueryRule, SynthesisedStack
from acrwatch.synthesised.plain import plain_rule

# Azure Monitor: alerts-create-log-alert-rule.
_LONGEST = timedelta(hours=48)
ROWS_SHOWN = 20
"""How many log rows behind an alert are kept with it."""


@dataclass
class _Open:
    """An alert while it is played."""

    firing: Firing
    fired: datetime
    behind: RowsBehind | None
    notifications: list[Notification]
    resolved: datetime | None = None


@dataclass
class _Count:
    evaluations: int = 0
    series: set[Key] = field(default_factory=set)
    busiest: int = 0
    limits: dict[Limit, None] = field(default_factory=dict)


class Played:
    """A rule that is played over a log.

    Args:
        stack: what it is a part of.
        rule: the rule.
        log: the events.
        shortcuts: whether work that comes to the same is done once.
    """

    def __init__(self, stack: SynthesisedStack, rule: ScheduledQueryRule, log: EventLog, *, shortcuts: bool) -> None:
        self.rule = rule
        self.unknown: str | None = None
        self._stack = stack
        self._log = log
        self._count = _Count()
        self._alerts: list[_Open] = []
        self._open: dict[Key, _Open] = {}
        self._query: RehearsedQuery | None = None
        self._quiet_until: datetime | None = None
        # Where one of the two is not known, the criterion says so.
        self._window = rule.window_duration or timedelta(0)
        self._state = _state(rule)
        try:
            self._criterion = _criterion(rule)
            if rule.enabled:
                self._query = RehearsedQuery(
                    log,
                    self._criterion.query,
                    time_range(rule, self._criterion),
                    wanted=self._criterion.columns,
                    shortcuts=shortcuts,
                )
        except AcrwatchError as error:
            self.unknown = str(error)

    def evaluate(self, now: datetime) -> None:
        """Play one evaluation; a rule that fails is not evaluated any more, and says why."""
        if self._query is None or self.unknown is not None:
            return
        # Over a year of quiet, even steps that do nothing take seconds.
        if self._quiet_until is not None and now < self._quiet_until:
            self._count.evaluations += 1
            return
        try:
            result = self._query.run(now)
            _refuse_undocumented(self.rule, self._criterion, result)
            observations = observe(self._criterion, self._window, now, result)
            self._take_in(now, observations)
            quiet = self._state.idle and not any(one.violates for one in observations)
            self._quiet_until = self._query.idle_until(now) if quiet else None
        except AcrwatchError as error:
            self.unknown = f"at {now:%Y-%m-%d %H:%M}Z: {error}"

    def _take_in(self, now: datetime, observations: list[Observation]) -> None:
        self._count.evaluations += 1
        violating = {(one.series, one.target) for one in observations if one.violates}
        self._count.series |= violating
        self._count.busiest = max(self._count.busiest, len(violating))
        step = self._state.step(now, observations)
        self._count.limits |= dict.fromkeys(step.limits)
        for key in step.resolved:
            self._resolve(key, now)
        self._fire(step.fired, now)

    def forget_after(self, moment: datetime | None) -> None:
        """Leave out what was found after a moment; None for everything."""
        self._alerts = [alert for alert in self._alerts if moment is not None and alert.fired <= moment]
        for alert in self._alerts:
            alert.notifications = [note for note in alert.notifications if moment is not None and note.time <= moment]
            if alert.resolved is not None and moment is not None and alert.resolved > moment:
                alert.resolved = None

    def close(self) -> None:
        """Give back what was kept for the query."""
        if self._query is not None:
            self._query.close()

    def alerts(self) -> Iterator[Alert]:
        """The alerts so far."""
        behind = with_rows(self._log, [alert.behind for alert in self._alerts])
        for alert, rows in zip(self._alerts, behind, strict=True):
            found = alert.firing.observation
            yield Alert(
                rule=self.rule,
                series=found.series,
                value=found.value,
                fired=alert.fired,
                resolved=alert.resolved,
                result=found.rows,
                behind=rows,
                notifications=tuple(alert.notifications),
            )

    def report(self, days: float) -> RuleReport:
        """How the rule did.

        Args:
            days: length of the period.
        """
        delays = [alert.fired - alert.behind.first for alert in self._alerts if alert.behind is not None]
        return RuleReport(
            rule=self.rule,
            evaluations=self._count.evaluations,
            alerts=len(self._alerts),
            series=len(self._count.series),
            busiest=self._count.busiest,
            limits=tuple(self._count.limits),
            slowest=max(delays, default=None),
            per_day=len(self._alerts) / days,
            unknown=self.unknown,
        )

    def _fire(self, fired: Sequence[Firing], now: datetime) -> None:
        assert self._query is not None  # noqa: S101  # it has just been run
        behind = rows_behind(self._query, now, [self._values(firing.observation) for firing in fired], ROWS_SHOWN)
        for firing, rows in zip(fired, behind, strict=True):
            alert = _Open(firing=firing, fired=now, behind=rows, notifications=[])
            alert.notifications.append(self._notification(alert, now))
            self._alerts.append(alert)
            self._open[firing.observation.series, firing.observation.target] = alert

    def _values(self, found: Observation) -> dict[str, str]:
        """What tells an alert apart: column -> value."""
        values = dict(found.series)
        if found.target is not None and self._criterion.resource_id_column is not None:
            values[self._criterion.resource_id_column] = found.target
        return values

    def _resolve(self, key: Key, now: datetime) -> None:
        alert = self._open.pop(key)
        alert.resolved = now
        alert.notifications.append(self._notification(alert, now))

    def _notification(self, alert: _Open, now: datetime) -> Notification:
        found = alert.firing.observation
        resolved = alert.resolved is not None
        routed = Routed(
            rule=self.rule,
            condition=MonitorCondition.RESOLVED if resolved else MonitorCondition.FIRED,
            dimensions=dict(found.series),
            target=found.target,
        )
        body = payload(
            self._stack,
            self.rule,
            series=found.series,
            value=found.value,
            target=found.target,
            fired=alert.fired,
            evaluated=now,
            resolved=alert.resolved,
        )
        context = json.dumps(body["data"]["alertContext"], ensure_ascii=False)
        return Notification(
            time=now,
            payload=body,
            route=route(self._stack, replace(routed, context=context), now),
            muted=alert.firing.muted,
        )


def _criterion(rule: ScheduledQueryRule) -> Criterion:
    """The one condition of a rule that can be evaluated.

    Raises:
        UnknownError: it cannot be, with all reasons.
    """
    reasons = list(map(str, rule.not_evaluable))
    if len(rule.criteria) > 1:
        reasons.append(f"it has {len(rule.criteria)} criteria, and Azure takes one")
    for criterion in rule.criteria:
        odd = list(_odd(rule, criterion))
        reasons += odd or _refused(rule, criterion)
    if reasons:
        raise UnknownError("; ".join(reasons))
    return rule.criteria[0]


def _state(rule: ScheduledQueryRule) -> Stateful | Stateless:
    if rule.auto_mitigation_enabled:
        return Stateful(rule.evaluation_frequency or timedelta(0))
    return Stateless(rule.mute_actions_after_alert_duration)


def _odd(rule: ScheduledQueryRule, criterion: Criterion) -> Iterator[str]:
    if criterion.operator not in {*Operator}:
        yield f"the operator {criterion.operator} is none of azurerm's"
    if criterion.aggregation not in {*Aggregation}:
        yield f"the aggregation {criterion.aggregation} is none of azurerm's"
    elif (criterion.aggregation == Aggregation.COUNT) != (criterion.metric_measure_column is None):
        yield "Count goes without a measured column, and the other aggregations with one"
    periods, failing = criterion.evaluation_periods or 1, criterion.minimum_failing_periods or 1
    if failing > periods:
        yield f"it needs {failing} failing periods out of {periods}"
    window, override = rule.window_duration, rule.query_time_range_override
    if not 1 <= failing <= 6 or not 1 <= periods <= 6:
        yield f"it counts {failing} of {periods} evaluation periods; Azure takes 1 to 6"
    if window is not None and window * periods > _LONGEST:
        yield f"its evaluation periods take {short(window * periods)} together; Azure takes up to 48h"
    if window is not None and override is not None and override < window * periods:
        yield f"it reads {short(override)}, less than its evaluation periods take, {short(window * periods)}"


def _refused(rule: ScheduledQueryRule, criterion: Criterion) -> Iterator[str]:
    """What Azure would refuse, so that there would be no such rule."""
    values = plain_rule(rule, criterion)
    for one in RULE_CHECKS:
        if one.source.startswith(("azurerm", "Azure")) and one.wrong(values):
            yield f"Azure would refuse it: {one.problem(values, ()).message}"


def _refuse_undocumented(rule: ScheduledQueryRule, criterion: Criterion, result: QueryResult) -> None:
    """A result with a datetime is cut into windows; what becomes of rows outside the last one is not documented."""
    override, window = rule.query_time_range_override, rule.window_duration
    one_period = (criterion.evaluation_periods or 1) == 1
    if one_period and result.times and override is not None and window is not None and override > window:
        raise UnknownError(
            f"it reads {short(override)} in a window of {short(window)}, and its result has a datetime, "
            f"{result.times[0]}: Azure does not document what becomes of rows outside the window; "
            "write the time as text, or leave the override out"
        )
