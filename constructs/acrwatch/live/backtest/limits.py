"""Which limit would have given few enough alerts: searched for by playing again, at the moments that matter.

A higher limit only takes away, so where nothing violated the condition there is nothing to play. What is found has been
played as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from acrwatch.live.backtest.tuned import MOST
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert
from acrwatch.rehearsal.payload import time_range
from acrwatch.rehearsal.query import RehearsedQuery
from acrwatch.rehearsal.series import Series, observe
from acrwatch.rehearsal.state import Stateful, Stateless
from acrwatch.synthesised import ScheduledQueryRule

Taken = Callable[[Series], bool]
"""Whether alerts of a combination of dimensions count."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a limit is searched on.

    Args:
        log: the events.
        clock: the period.
        alerts: what the rule fired there as it is.
    """

    log: EventLog
    clock: Clock
    alerts: Sequence[Alert]


def lowest(
    ground: Ground, rule_at: Callable[[int], ScheduledQueryRule], begin: int, allowed: int, taken: Taken
) -> int | None:
    """The lowest limit that gives few enough alerts.

    Args:
        ground: what it is searched on.
        rule_at: the rule with a limit.
        begin: a limit that gives too many.
        allowed: how many are few enough.
        taken: which alerts count.

    Returns:
        None where none up to `MOST` does.
    """
    moments = _moments(ground, rule_at(begin))
    times = [(alert.fired, alert.resolved or ground.clock.end) for alert in ground.alerts if taken(alert.series)]

    def few(limit: int) -> bool:
        with closing(_fired(ground.log, rule_at(limit), moments, times, taken)) as fired:
            # One more than allowed settles it, so the rest need not be played.
            return next(islice(fired, allowed, None), None) is None

    under, over = begin, max(begin + 1, begin * 2)
    while not few(over):
        if over >= MOST:
            return None
        under, over = over, min(over * 2, MOST)
    while over - under > 1:
        middle = (under + over) // 2
        under, over = (under, middle) if few(middle) else (middle, over)
    return over


def _moments(ground: Ground, rule: ScheduledQueryRule) -> list[datetime]:
    return list(ground.clock.evaluations(rule.address, rule.evaluation_frequency or timedelta(minutes=5)))


def _fired(
    log: EventLog,
    rule: ScheduledQueryRule,
    moments: Iterable[datetime],
    times: Sequence[tuple[datetime, datetime]],
    taken: Taken,
) -> Generator[datetime, None, None]:
    """When the rule fires an alert, looked at only while it did so with a lower limit."""
    (criterion,) = rule.criteria
    state: Stateful | Stateless = Stateless(rule.mute_actions_after_alert_duration)
    if rule.auto_mitigation_enabled:
        state = Stateful(rule.evaluation_frequency or timedelta(minutes=5))
    query = RehearsedQuery(log, criterion.query, time_range(rule, criterion), wanted=criterion.columns)
    window = rule.window_duration or timedelta(0)
    try:
        for now in moments:
            found = []
            if any(first <= now <= last for first, last in times):
                found = observe(criterion, window, now, query.run(now))
            yield from (now for firing in state.step(now, found).fired if taken(firing.observation.series))
    finally:
        query.close()
