"""Plays the rules of a stack over a log of events.

Evaluations of all rules are played in the order of time, so that an interrupted rehearsal is whole up to a moment.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby, repeat
from operator import itemgetter

from acrwatch.detection.events import Event
from acrwatch.errors import InputError
from acrwatch.kql.engine import interruptions
from acrwatch.rehearsal import words
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert, LogReport, Rehearsal
from acrwatch.rehearsal.play import Played
from acrwatch.rehearsal.state import healthy_evaluations
from acrwatch.rehearsal.volume import Volume, interval_for, volume
from acrwatch.synthesised import ScheduledQueryRule, SynthesisedStack

Progress = Callable[[int, int], None]
Each = Callable[[Callable[[Played, datetime], None], Iterable[Played], Iterable[datetime]], Iterable[None]]
"""Calls a function for each of some rules, in any order, and waits for all."""

# Rows of a log below which evaluating side by side costs more than it brings, and above which a single query is so
# large that several threads help it.
_LARGE = 20_000
_HUGE = 3_000_000

_ONE_DAY = timedelta(days=1)
_NO_PERIOD = "the log has no events, so the period must be given: --from and --to, or start and end"


def rehearse(
    stack: SynthesisedStack,
    events: EventLog | Iterable[Event],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
    shortcuts: bool = True,
    progress: Progress | None = None,
) -> Rehearsal:
    """Tell which alerts the rules of a stack would have fired over a log of events.

    Args:
        stack: the rules, action groups and processing rules, whoever wrote them (`acrwatch.synthesised.read_stack`).
        events: the log; or events in Python, for a test.
        start: the first moment at which rules are evaluated; in UTC where it has no zone.
            Default: when the first event happened.
        end: the last one. Default: when the last event has left every rule's look-back and its alert is resolved.
        jitter: how late an evaluation is at most. Default: none is late.
        skip: share of the evaluations that do not take place, from 0 to 1, never two of a rule in a row. Default: 0.
        seed: what chance goes by. Default: 0.
        shortcuts: whether work that comes to the same is done once; without, every evaluation runs the whole query.
            Default: yes.
        progress: is told how many evaluations are done, and of how many.

    Returns:
        What was found. A rule that cannot be evaluated faithfully is in it with the reason; so is an interruption
        by Ctrl-C, up to which everything was played.

    Raises:
        InputError: the stack has no rules, or there are no events and no period is given.
    """
    if isinstance(events, EventLog):
        return _rehearse(stack, events, start, end, (jitter, skip, seed), shortcuts, progress)
    with EventLog.of(events) as log:
        return _rehearse(stack, log, start, end, (jitter, skip, seed), shortcuts, progress)


def _rehearse(
    stack: SynthesisedStack,
    log: EventLog,
    start: datetime | None,
    end: datetime | None,
    chance: tuple[timedelta, float, int],
    shortcuts: bool,
    progress: Progress | None,
) -> Rehearsal:
    if not stack.rules and not stack.unknown:
        raise InputError(f"{stack.file} has no scheduled query rule, so there is nothing to rehearse")
    jitter, skip, seed = chance
    since, until = period([stack], log, start, end, jitter)
    clock = Clock(start=since, end=until, jitter=jitter, skip=skip, seed=seed)
    played: list[Played] = []
    done: datetime | None = None
    interrupted = None
    try:
        with interruptions():
            for rule in stack.rules:
                played.append(Played(stack, rule, log, shortcuts=shortcuts))
            with _side_by_side(log, len(played)) as each:
                for moment in _play(played, clock, each, progress):
                    done = moment
    except KeyboardInterrupt:
        # What one rule found at a moment that the others had not come to is left out.
        interrupted = done or clock.start
        for one in played:
            one.forget_after(done)
    finally:
        for one in played:
            one.close()
    days = max((interrupted or clock.end) - clock.start, timedelta(minutes=1)) / _ONE_DAY
    alerts = [alert for one in played for alert in one.alerts()]
    return Rehearsal(
        stack=stack.file,
        clock=clock,
        log=_report(log, clock),
        rules=tuple(one.report(days) for one in played),
        alerts=tuple(sorted(alerts, key=_order)),
        unknown=tuple(map(str, stack.unknown)),
        interrupted=interrupted,
    )


@contextmanager
def _side_by_side(log: EventLog, rules: int) -> Iterator[Each]:
    """What evaluates several rules at a time: each query is too small to keep more than one processor busy."""
    rows = log.count()
    workers = 1 if rows < _LARGE else max(1, min(rules, os.cpu_count() or 1))
    (threads,) = log.connection.execute("SELECT current_setting('threads')").fetchone() or (workers,)
    # A query of a small log is done before a second thread has begun to help.
    each = 1 if rows < _LARGE else threads if rows > _HUGE else max(1, threads // workers)
    log.connection.execute(f"SET threads = {each}")
    try:
        if workers == 1:
            yield map
            return
        with ThreadPoolExecutor(workers) as pool:
            yield pool.map
    finally:
        log.connection.execute(f"SET threads = {threads}")


def _play(played: list[Played], clock: Clock, each: Each, progress: Progress | None) -> Iterator[datetime]:
    """Evaluate all rules in the order of time, and tell each moment at which all that are due are done."""
    due = [list(_due(one, number, clock)) for number, one in enumerate(played)]
    total, done = sum(map(len, due)), 0
    for moment, group in groupby(heapq.merge(*due), key=itemgetter(0)):
        rules = [played[number] for _, number in group]
        for _ in each(Played.evaluate, rules, repeat(moment)):
            done += 1
            if progress is not None:
                progress(done, total)
        yield moment


def _due(one: Played, number: int, clock: Clock) -> Iterator[tuple[datetime, int]]:
    if one.unknown is None and one.rule.enabled and one.rule.evaluation_frequency is not None:
        for moment in clock.evaluations(one.rule.address, one.rule.evaluation_frequency):
            yield moment, number


def period(
    stacks: Sequence[SynthesisedStack],
    log: EventLog,
    start: datetime | None = None,
    end: datetime | None = None,
    jitter: timedelta = timedelta(0),
) -> tuple[datetime, datetime]:
    """The period in which a log can make the rules of some stacks fire or resolve.

    Args:
        stacks: what is rehearsed.
        log: the events.
        start: when it begins. Default: when the first event happened.
        end: when it ends. Default: when nothing of the log can change anything any more.
        jitter: how late an evaluation is at most. Default: none is late.

    Raises:
        InputError: it does not follow from the log, which has no events.
    """
    first, last = log.first, log.last_arrival
    if start is None:
        if first is None:
            raise InputError(_NO_PERIOD)
        start = first
    start = _aware(start)
    if end is None:
        last_change = start if last is None else max(start, _aware(last))
        aftermath = max((_aftermath(rule) for stack in stacks for rule in stack.rules), default=timedelta(0))
        end = last_change + aftermath + jitter
    return start, _aware(end)


def _aftermath(rule: ScheduledQueryRule) -> timedelta:
    """How long after a row a rule may still change: it leaves what is read, and its alert is resolved."""
    if rule.evaluation_frequency is None or rule.window_duration is None:
        return timedelta(0)
    periods = max((criterion.evaluation_periods or 1 for criterion in rule.criteria), default=1)
    reads = rule.query_time_range_override or rule.window_duration * periods
    healthy = healthy_evaluations(rule.evaluation_frequency) if rule.auto_mitigation_enabled else 0
    # One more evaluation for the moment itself, one that may be skipped.
    return reads + rule.evaluation_frequency * (2 * healthy + 2)


def _order(alert: Alert) -> tuple[datetime, str, tuple[tuple[str, str], ...]]:
    return alert.fired, alert.rule.address, alert.series


def _report(log: EventLog, clock: Clock) -> LogReport:
    interval = interval_for(clock.end - clock.start)
    counted = volume(log, clock.start, clock.end, interval)
    return LogReport(
        paths=log.paths,
        rows={table: log.count(table) for table in log.tables},
        first=None if log.first is None else _aware(log.first),
        last=None if log.last is None else _aware(log.last),
        unreadable=log.unreadable.count,
        details=tuple(map(str, log.unreadable.first)),
        notes=(*_outside(log, clock, counted), *log.notes),
        partial=tuple(log.partial),
        interval=interval,
        volume=counted,
    )


def _outside(log: EventLog, clock: Clock, counted: Volume) -> Iterator[str]:
    """That nothing happened in the period, which a mistake in a date looks like."""
    if log.first is not None and log.last is not None and not any(counted.values()):
        goes = f"the log goes from {words.moment(_aware(log.first))} to {words.moment(_aware(log.last))}"
        yield f"no row happened from {words.moment(clock.start)} to {words.moment(clock.end)}: {goes}"


def _aware(moment: datetime) -> datetime:
    """A moment with its zone; the log's have none and are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
