"""A backtest from end to end: ask, play, search, propose, play again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from acrwatch.errors import AcrwatchError, InputError, UnknownError
from acrwatch.live.backtest.costs import Volume, fetch_volumes
from acrwatch.live.backtest.export import fetch_tables
from acrwatch.live.backtest.fetching import events_of, fetch_events
from acrwatch.live.backtest.limits import Ground, lowest
from acrwatch.live.backtest.machines import Habit, fetch_habits
from acrwatch.live.backtest.suggesting import Suggestion, suggestions, tuned, without
from acrwatch.live.backtest.tuned import limit_of, with_limit
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert, Rehearsal
from acrwatch.rehearsal.payload import time_range
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.rehearsal.sources import parts
from acrwatch.synthesised import ScheduledQueryRule, SynthesisedStack

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Needed:
    """The limit that would have done.

    Args:
        name: what the limit is called.
        value: its value now.
        lowest: the lowest that gives few enough alerts; None where none does.
    """

    name: str
    value: int
    lowest: int | None


@dataclass(frozen=True, kw_only=True)
class RuleHistory:
    """What one rule would have done.

    Args:
        rule: the rule.
        alerts: the alerts it would have fired.
        allowed: how many were few enough.
        needed: the limit that would have done, where there were more and it has a limit.
        suggestions: what would leave the machines alone.
        remaining: how many alerts there would have been with the suggestions; None without any.
        unknown: why it could not be found out; None where it could.
    """

    rule: ScheduledQueryRule
    alerts: tuple[Alert, ...] = ()
    allowed: int = 0
    needed: Needed | None = None
    suggestions: tuple[Suggestion, ...] = ()
    remaining: int | None = None
    unknown: str | None = None

    @property
    def too_many(self) -> bool:
        """Whether there would have been more alerts than wanted."""
        return len(self.alerts) > self.allowed


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """What the rules of a stack would have done on the history of a workspace.

    Args:
        start: from when.
        end: to when.
        at_most: alerts a week that are few enough, for each rule.
        rules: how each rule did, in the order of the stack.
        habits: what everybody did; None where it is unknown.
        volumes: what the tables hold of each registry; None where it is unknown.
        rows: rows that travelled.
        unknown: what could not be found out beside the rules.
    """

    start: datetime
    end: datetime
    at_most: int
    rules: tuple[RuleHistory, ...]
    habits: tuple[Habit, ...] | None
    volumes: tuple[Volume, ...] | None
    rows: int
    unknown: tuple[str, ...]

    @property
    def days(self) -> float:
        """Length of the period."""
        return (self.end - self.start) / _DAY

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """All suggestions, in the order of the stack."""
        return tuple(one for rule in self.rules for one in rule.suggestions)


def backtest(
    stack: SynthesisedStack,
    slices: Slices,
    *,
    start: datetime,
    end: datetime,
    at_most: int = 1,
    elsewhere: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Backtest:
    """Tell what the rules of a stack would have done.

    Args:
        stack: the rules.
        slices: whom to ask.
        start: from when rules are evaluated; rows are asked for from the look-back before it.
        end: to when.
        at_most: alerts a week that are few enough, for each rule. Default: 1.
        elsewhere: address of a rule that reads something else than this workspace -> what that is.
        progress: is told what is being done.

    Returns:
        What was found. What could not be found out is in it with the reason, and stops nothing else.

    Raises:
        InputError: the stack has no rules.
    """
    if not stack.rules:
        raise InputError(f"{stack.file} has no scheduled query rule, so there is nothing to play")
    run = _Run(stack, slices, start, end, at_most, elsewhere or {}, progress)
    unknown = [str(one) for one in stack.unknown]
    habits, volumes = None, None
    try:
        progress("asking what everybody did")
        habits = fetch_habits(slices, start, end)
    except CallFailed as error:
        unknown.append(f"who looks like a machine: {error}")
    try:
        progress("asking what the tables hold")
        volumes = fetch_volumes(slices, start, end)
    except CallFailed as error:
        unknown.append(f"what the tables cost: {error}")
    rules = run.rules(habits or ())
    return Backtest(
        start=start,
        end=end,
        at_most=at_most,
        rules=rules,
        habits=habits,
        volumes=volumes,
        rows=run.travelled,
        unknown=(*unknown, *run.unknown),
    )


class _Run:
    """The part of it that plays."""

    def __init__(
        self,
        stack: SynthesisedStack,
        slices: Slices,
        start: datetime,
        end: datetime,
        at_most: int,
        elsewhere: Mapping[str, str],
        progress: Progress,
    ) -> None:
        self.travelled = 0
        self.unknown: list[str] = []
        self._stack = stack
        self._slices = slices
        self._start = start
        self._end = end
        self._allowed = int(at_most * ((end - start) / WEEK))
        self._elsewhere = elsewhere
        self._progress = progress

    def rules(self, habits: Sequence[Habit]) -> tuple[RuleHistory, ...]:
        """How each rule did."""
        unknown: dict[str, str] = {}
        playable = self._playable(unknown)
        shaped = [rule for rule in playable if _first(rule.criteria[0].query) is not None]
        plain = [rule for rule in playable if _first(rule.criteria[0].query) is None]
        found = {history.rule.address: history for history in self._played(shaped, habits, unknown)}
        found |= {history.rule.address: history for history in self._played_whole(plain, habits, unknown)}
        return tuple(
            found.get(rule.address) or RuleHistory(rule=rule, unknown=unknown.get(rule.address, "it was not played"))
            for rule in self._stack.rules
        )

    def _playable(self, unknown: dict[str, str]) -> list[ScheduledQueryRule]:
        """The rules of which enough is known; the others say why not when they are rehearsed."""
        found = []
        for rule in self._stack.rules:
            if rule.address in self._elsewhere:
                unknown[rule.address] = f"it reads {self._elsewhere[rule.address]}, which was not asked"
            elif len(rule.criteria) == 1 and not rule.not_evaluable:
                found.append(rule)
            else:
                reasons = list(map(str, rule.not_evaluable)) or [f"it has {len(rule.criteria)} criteria"]
                unknown[rule.address] = "; ".join(reasons)
        return found

    def _played(
        self, rules: Sequence[ScheduledQueryRule], habits: Sequence[Habit], unknown: dict[str, str]
    ) -> list[RuleHistory]:
        """Rules of the one shape, for which the workspace does the first part."""
        with EventLog() as log:
            there = []
            for rule in rules:
                try:
                    self._fetch(log, rule)
                    there.append(rule)
                except AcrwatchError as error:
                    unknown[rule.address] = str(error)
            return self._histories(log, there, habits)

    def _fetch(self, log: EventLog, rule: ScheduledQueryRule) -> None:
        query = rule.criteria[0].query
        found = parts(query)
        if found is None or found[0] in log.made:
            return
        # All rules with these Events share the answer.
        sharing = [
            one for one in self._stack.rules if len(one.criteria) == 1 and _first(one.criteria[0].query) == found[0]
        ]
        queries = [one.criteria[0].query for one in sharing]
        (asked,) = events_of(log, queries, [one.criteria[0].columns for one in sharing]).values()
        reads = max(time_range(one, one.criteria[0]) for one in sharing)
        self._progress(f"asking for the events of {rule.title}")
        fetch_events(log, self._slices, asked, self._start - reads, self._end, self._count)

    def _played_whole(
        self, rules: Sequence[ScheduledQueryRule], habits: Sequence[Habit], unknown: dict[str, str]
    ) -> list[RuleHistory]:
        """Rules of another shape, which read whole tables."""
        found = []
        for rule in rules:
            reads = time_range(rule, rule.criteria[0])
            try:
                self._progress(f"asking for the tables of {rule.title}")
                log = fetch_tables(self._slices, rule.criteria[0].query, self._start - reads, self._end, self._count)
            except AcrwatchError as error:
                unknown[rule.address] = str(error)
                continue
            with log:
                found += self._histories(log, [rule], habits)
        return found

    def _histories(
        self, log: EventLog, rules: Sequence[ScheduledQueryRule], habits: Sequence[Habit]
    ) -> list[RuleHistory]:
        if not rules:
            return []
        played = self._play(log, rules)
        found = []
        for report in played.rules:
            rule = report.rule
            alerts = tuple(alert for alert in played.alerts if alert.rule.address == rule.address)
            history = RuleHistory(rule=rule, alerts=alerts, allowed=self._allowed, unknown=report.unknown)
            if report.unknown is None and alerts:
                self._progress(f"searching for limits of {rule.title}")
                try:
                    history = self._searched(log, history, Ground(log=log, clock=played.clock, alerts=alerts), habits)
                except AcrwatchError as error:
                    self.unknown.append(f"how to tune {rule.id}: {error}")
            found.append(history)
        return found

    def _play(self, log: EventLog, rules: Sequence[ScheduledQueryRule]) -> Rehearsal:
        last = -1

        def told(done: int, of: int) -> None:
            nonlocal last
            if done * 100 // of > last:
                last = done * 100 // of
                self._progress(f"playing {len(rules)} rules: {last} %")

        stack = replace(self._stack, rules=tuple(rules))
        played = rehearse(stack, log, start=self._start, end=self._end, progress=told)
        if played.interrupted is not None:
            # A part of the time would look like a quiet one.
            raise KeyboardInterrupt
        return played

    def _searched(self, log: EventLog, history: RuleHistory, ground: Ground, habits: Sequence[Habit]) -> RuleHistory:
        rule, limit = history.rule, limit_of(history.rule)
        needed = None
        if limit is not None and history.too_many:
            found = lowest(ground, lambda value: with_limit(rule, limit, value), limit.value, self._allowed, _all)
            needed = Needed(name=limit.name, value=limit.value, lowest=found)
        made = log.made.get(_first(rule.criteria[0].query) or "")
        proposed = suggestions(rule, ground, made, habits)
        remaining = None
        if proposed:
            changed = tuned(rule, proposed)
            first = _first(changed.criteria[0].query)
            if made is not None and first is not None and any(one.exception for one in proposed):
                log.made[first] = without(made, proposed)
            played = self._play(log, [changed])
            if (why := played.rules[0].unknown) is not None:
                raise UnknownError(f"with the suggestions it cannot be played: {why}")
            remaining = len(played.alerts)
        return replace(history, needed=needed, suggestions=proposed, remaining=remaining)

    def _count(self, rows: int) -> None:
        self.travelled += rows


def _first(query: str) -> str | None:
    found = parts(query)
    return None if found is None else found[0]


def _all(series: Sequence[tuple[str, str]]) -> bool:  # noqa: ARG001  # every combination counts
    return True


def workspace_of(stack: SynthesisedStack, given: str | None) -> tuple[str, Mapping[str, str]]:
    """The workspace that the rules read.

    Args:
        stack: the rules.
        given: its id or guid, where somebody says it.

    Returns:
        It, and the rules that read something else: address -> what they read.

    Raises:
        InputError: they read several, or it cannot be known from the file.
    """
    scopes = {rule.address: [stack.identities.azure_id(scope) for scope in rule.scopes] for rule in stack.rules}
    known = {scope.lower(): scope for found in scopes.values() for scope in found if scope is not None}
    if given is None:
        if len(known) != 1:
            said = "the rules read several workspaces" if known else "the file does not tell the id of the workspace"
            raise InputError(f"{said}; say which one is meant with --workspace")
        (given,) = known.values()
    others = {
        address: ", ".join(scope for scope in found if scope is not None)
        for address, found in scopes.items()
        if given.startswith("/") and any(scope is not None and scope.lower() != given.lower() for scope in found)
    }
    return given, others
