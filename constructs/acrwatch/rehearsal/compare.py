"""Two stacks over the same log: which alerts come and go, and for whom, when rules are changed.

What changed in the rules themselves is worked out in `rule_changes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from acrwatch.rehearsal.difference import difference
from acrwatch.rehearsal.expectation import Expectation, Others
from acrwatch.rehearsal.expectation_run import rehearsal_of
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert, Rehearsal
from acrwatch.rehearsal.payload import time_range
from acrwatch.rehearsal.rehearse import Progress, period, rehearse
from acrwatch.rehearsal.rule_changes import RuleChange, rule_changes, rule_keys
from acrwatch.rehearsal.series import Series
from acrwatch.rehearsal.words import told_in_full
from acrwatch.synthesised import SynthesisedStack


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An alert that both stacks fire.

    Args:
        base: as the first fires it.
        head: as the second does.
    """

    base: Alert
    head: Alert

    @property
    def moved(self) -> bool:
        """Whether it fires at another time."""
        return self.base.fired != self.head.fired

    @property
    def resolved_differently(self) -> bool:
        """Whether it is resolved at another time, or in one of them only."""
        return self.base.resolved != self.head.resolved

    @property
    def told_differently(self) -> bool:
        """Whether others are told that it fired."""
        return told_in_full(self.base.notifications[0]) != told_in_full(self.head.notifications[0])


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two stacks over the same log.

    Args:
        base: what the first did.
        head: what the second did; where it was interrupted, alerts are compared up to there.
        gained: alerts of the second alone.
        lost: alerts of the first alone.
        pairs: alerts of both.
        rules: what changed in the rules.
        not_compared: rules whose alerts cannot be compared, since one of the two could not be evaluated: reason.
    """

    base: Rehearsal
    head: Rehearsal
    gained: tuple[Alert, ...]
    lost: tuple[Alert, ...]
    pairs: tuple[Pair, ...]
    rules: tuple[RuleChange, ...]
    not_compared: Mapping[str, str]

    @property
    def moved(self) -> tuple[Pair, ...]:
        """Alerts that fire at another time."""
        return tuple(pair for pair in self.pairs if pair.moved)

    @property
    def resolved_differently(self) -> tuple[Pair, ...]:
        """Alerts that are resolved at another time; unknown where the second was interrupted."""
        if self.head.interrupted is not None:
            return ()
        return tuple(pair for pair in self.pairs if pair.resolved_differently)

    @property
    def told_differently(self) -> tuple[Pair, ...]:
        """Alerts that others are told of."""
        return tuple(pair for pair in self.pairs if pair.told_differently)

    @property
    def complete(self) -> bool:
        """Whether everything could be found out."""
        return self.base.complete and self.head.complete


def compare(
    base: SynthesisedStack,
    head: SynthesisedStack,
    log: EventLog,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Rehearse two stacks over one log and compare what fired.

    Alerts are the same where rule and dimensions are, the nearest in time to each other; they may be as far apart as
    the longer of the two rules looks back, since further apart no event can be behind both.

    Args:
        base: the stack as it is.
        head: the stack as it is to be.
        log: the events.
        start: as for `rehearse`, for both.
        end: as for `rehearse`. Default: long enough for both.
        jitter: as for `rehearse`.
        skip: as for `rehearse`.
        seed: as for `rehearse`.
        progress: is told how many evaluations of a stack are done, and of how many.

    Raises:
        InputError: a stack has no rules, or the log has no events and no period is given.
        KeyboardInterrupt: it was interrupted before the second stack was played.
    """
    start, end = period([base, head], log, start, end, jitter)
    found = []
    for stack in (base, head):
        played = rehearse(stack, log, start=start, end=end, jitter=jitter, skip=skip, seed=seed, progress=progress)
        if played.interrupted is not None and stack is base:
            raise KeyboardInterrupt
        found.append(played)
    return compared(base, head, *found)


def compared(
    base: SynthesisedStack, head: SynthesisedStack, base_found: Rehearsal, head_found: Rehearsal
) -> Comparison:
    """Compare what two stacks did over the same log.

    Args:
        base: the first stack.
        head: the second one.
        base_found: what the first did.
        head_found: what the second did.
    """
    keys = rule_keys(base, head)
    reasons = {
        keys[report.rule.address]: f"{side}: {report.unknown}"
        for side, rehearsal in (("BASE", base_found), ("HEAD", head_found))
        for report in rehearsal.rules
        if report.unknown is not None
    }
    groups: dict[tuple[str, Series], tuple[list[Alert], list[Alert]]] = {}
    for side, rehearsal in enumerate((base_found, head_found)):
        for alert in rehearsal.alerts:
            late = head_found.interrupted is not None and alert.fired > head_found.interrupted
            key = keys[alert.rule.address]
            if key not in reasons and not late:
                groups.setdefault((key, tuple(sorted(alert.series))), ([], []))[side].append(alert)
    pairs = [pair for before, after in groups.values() for pair in _nearest(before, after)]
    paired = {id(alert) for pair in pairs for alert in (pair.base, pair.head)}
    lost, gained = (
        tuple(
            sorted((alert for group in groups.values() for alert in group[side] if id(alert) not in paired), key=_order)
        )
        for side in (0, 1)
    )
    return Comparison(
        base=base_found,
        head=head_found,
        gained=gained,
        lost=lost,
        pairs=tuple(sorted(pairs, key=lambda pair: _order(pair.head))),
        rules=tuple(rule_changes(base, head)),
        not_compared=dict(sorted(reasons.items())),
    )


def _order(alert: Alert) -> tuple[datetime, str, Series]:
    return alert.fired, alert.rule.address, alert.series


def _nearest(before: Sequence[Alert], after: Sequence[Alert]) -> Iterator[Pair]:
    """Pairs of alerts, those that are nearest to each other first."""
    at_once = {alert.fired: alert for alert in after}
    # Most have not moved; the rest is small enough to look at each with each.
    same = {alert.fired: alert for alert in before if alert.fired in at_once}
    yield from (Pair(base=alert, head=at_once[moment]) for moment, alert in same.items())
    left = [
        (abs(one.fired - other.fired), one.fired, number, position)
        for number, one in enumerate(before)
        for position, other in enumerate(after)
        if one.fired not in same and other.fired not in same and abs(one.fired - other.fired) <= _reach(one, other)
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, _, number, position in sorted(left):
        if number not in taken[0] and position not in taken[1]:
            taken[0].add(number)
            taken[1].add(position)
            yield Pair(base=before[number], head=after[position])


def _reach(*alerts: Alert) -> timedelta:
    return max(time_range(alert.rule, alert.rule.criteria[0]) for alert in alerts)


@dataclass(frozen=True, kw_only=True)
class NamedLoss:
    """A test, and which of the alerts it names are lost.

    Args:
        expectation: the test.
        lost: the alerts that the first stack fires as expected and the second does not; empty where there are none.
        unknown: why it cannot be said; None where it can.
    """

    expectation: Expectation
    lost: tuple[str, ...]
    unknown: str | None


def named_losses(
    base: SynthesisedStack,
    head: SynthesisedStack,
    of_log: Comparison | None,
    expectations: Iterable[Expectation],
    *,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[NamedLoss]:
    """Say which of the alerts that tests name are lost.

    Args:
        base: the stack as it is.
        head: the stack as it is to be.
        of_log: both over the log; None where there is none.
        expectations: the tests; those with events are played on both stacks.
        jitter: as for `rehearse`.
        skip: as for `rehearse`.
        seed: as for `rehearse`.
        progress: as for `compare`.
    """
    logs = (None, None) if of_log is None else (of_log.base, of_log.head)
    for expectation in expectations:
        # What a test does not name is no loss, whatever it says of it.
        named = replace(expectation, others=Others.IGNORE)
        played = []
        for stack, rehearsal in zip((base, head), logs, strict=True):
            one = rehearsal_of(stack, named, rehearsal, jitter=jitter, skip=skip, seed=seed, progress=progress)
            if expectation.events is not None and one.interrupted is not None:
                raise KeyboardInterrupt
            played.append(one)
        before, after = (difference(named, one) for one in played)
        unknown = [report.rule for one in played for report in one.rules if report.unknown is not None]
        lost = [
            f"{expected}{f' ({len(had) - len(has)} of {len(had)})' if len(had) > 1 else ''}"
            for expected, had, has in zip(expectation.alerts, before.met, after.met, strict=True)
            if len(has) < len(had) and not any(expected.is_of(rule) for rule in unknown)
        ]
        interrupted = any(one.interrupted is not None for one in played)
        yield NamedLoss(
            expectation=expectation,
            lost=() if interrupted else tuple(lost),
            unknown=after.unknown or before.unknown,
        )
