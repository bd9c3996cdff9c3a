"""An alert and a moment -> who is told, and which rule decided.

Suppression removes all action groups and outranks what is added (AMD `alerts/alerts-processing-rules.md`). Processing
rules that other stacks or people put into the subscription are not in the file, so they are not seen here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from acrwatch.routing.alert import Alert
from acrwatch.routing.filters import all_filters
from acrwatch.routing.places import inside
from acrwatch.routing.schedules import in_force
from acrwatch.routing.verdict import Verdict, all_of, any_of
from acrwatch.synthesised import Action, ActionGroup, ProcessingRule, SynthesisedStack


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one processing rule does to an alert.

    Args:
        rule: the processing rule.
        applies: whether it applies; None where that cannot be known.
        because: the reason.
    """

    rule: ProcessingRule
    applies: bool | None
    because: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One action group that an alert would go to.

    Args:
        name: name of the group, or the id of one that is not in the file.
        group: the group; None where it is not in the file.
        told: whether it is told; None where that cannot be known.
        because: which rule decided, and why.
    """

    name: str
    group: ActionGroup | None
    told: bool | None
    because: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who is told of an alert.

    Args:
        alert: the alert.
        at: the moment.
        groups: the groups that the rule or a processing rule names, told or not.
        decisions: what each processing rule does, in the order of the file.
        unknown: why more cannot be said; empty where all is known.
    """

    alert: Alert
    at: datetime
    groups: tuple[Told, ...]
    decisions: tuple[Decision, ...]
    unknown: tuple[str, ...]

    @property
    def told(self) -> tuple[Told, ...]:
        """The groups that are told for certain."""
        return tuple(group for group in self.groups if group.told)

    @property
    def suppressed_by(self) -> tuple[ProcessingRule, ...]:
        """The rules that keep it from everybody."""
        return tuple(one.rule for one in self.decisions if one.applies is True and one.rule.action is Action.SUPPRESS)


def route(stack: SynthesisedStack, alert: Alert, at: datetime) -> Route:
    """Say who is told of an alert.

    Args:
        stack: the file that holds the rules.
        alert: the alert; its rule is one of the file.
        at: when it fires or resolves, with a zone.

    Raises:
        ValueError: the moment has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    decisions = tuple(_decision(rule, alert, at, stack) for rule in stack.processing_rules)
    blocked = _blocked(stack, alert, decisions)
    groups = {name: (because, lost) for name, because, lost in _named(alert, decisions)}
    told = tuple(_told(stack, name, because, lost, blocked) for name, (because, lost) in groups.items())
    certain = blocked is not None and blocked.holds is True
    return Route(
        alert=alert,
        at=at,
        groups=told,
        decisions=decisions,
        unknown=() if certain else tuple(dict.fromkeys(_unknown(stack, alert, told, blocked))),
    )


def _decision(rule: ProcessingRule, alert: Alert, at: datetime, stack: SynthesisedStack) -> Decision:
    # Cheap and telling ones first: the first that fails is the reason that is shown.
    verdict = all_of(_verdicts(rule, alert, at, stack), "its scope, filters and schedule hold")
    if verdict.holds and rule.schedule is not None:
        verdict = in_force(rule.schedule, at)
    return Decision(rule=rule, applies=verdict.holds, because=verdict.because)


def _verdicts(rule: ProcessingRule, alert: Alert, at: datetime, stack: SynthesisedStack) -> Iterator[Verdict]:
    if rule.enabled is not True:
        yield Verdict(rule.enabled, "it is not enabled" if rule.enabled is False else "enabled cannot be known")
    yield from all_filters(rule.filters, alert, stack.identities)
    # What is no block is no filter and no schedule.
    read = {one for filter_ in rule.filters for one in filter_.unresolved}
    for one in rule.unresolved:
        if one.member == "schedule" or (one.member.startswith("condition") and one not in read):
            yield Verdict(None, str(one))
    fired_on = alert.fired_on
    if fired_on is None:
        yield Verdict(None, "the resource the alert fires on cannot be known")
    else:
        lost = {one.written for one in rule.unresolved if one.member == "scopes"}
        scopes = (
            Verdict(None, f"its scope {scope} cannot be known")
            if scope in lost and not _same_reference(scope, fired_on)
            else inside(fired_on, scope, stack.identities)
            for scope in rule.scopes
        )
        yield any_of(scopes, f"{fired_on} is not in its scopes")
    yield in_force(rule.schedule, at)


def _same_reference(one: str, other: str) -> bool:
    """Whether two references that cannot be followed are the same one, as two uses of a variable are.

    What depends on the instance is not, and neither is what a plan lists in place of an expression.
    """
    return one == other and one.startswith("${") and "each." not in one and "count." not in one


def _blocked(stack: SynthesisedStack, alert: Alert, decisions: Sequence[Decision]) -> Verdict | None:
    """Whether everybody is kept from it: yes, or not to be known; None where nobody is."""
    if alert.rule.enabled is False:
        return Verdict(True, "the alert rule is not enabled")
    suppressions = [one for one in decisions if one.rule.action is Action.SUPPRESS]
    for one in suppressions:
        if one.applies:
            return Verdict(True, f"{one.rule.name} suppresses it: {one.because}")
    for one in suppressions:
        if one.applies is None:
            return Verdict(None, f"{one.rule.name} may suppress it: {one.because}")
    for lost in stack.unread_suppressions:
        return Verdict(None, f"{lost.member} may suppress it: {lost.reason}")
    return Verdict(None, "whether the alert rule is enabled cannot be known") if alert.rule.enabled is None else None


def _named(alert: Alert, decisions: Sequence[Decision]) -> Iterator[tuple[str, str, str | None]]:
    """Each group that something names: its address or id, what names it, and why that is not certain.

    A group that is named twice is named for certain if one of the two is.
    """
    lost = {one.written: one.reason for one in alert.rule.unresolved if one.member.startswith("action")}
    named = [(group, "the alert rule names it", lost.get(group)) for group in alert.rule.action_groups]
    for one in decisions:
        if one.rule.action is Action.ADD and one.applies is not False:
            unread = {each.written: each.reason for each in one.rule.unresolved}
            maybe = None if one.applies else f"{one.rule.name} may add it: {one.because}"
            because = f"{one.rule.name} adds it: {one.because}"
            named += [(group, because, maybe or unread.get(group)) for group in one.rule.add_action_group_ids]
    certain = [name for name, _, why in named if why is None]
    order = dict.fromkeys(name for name, _, _ in named)
    for name in order:
        yield next(found for found in named if found[0] == name and (found[2] is None or name not in certain))


def _told(stack: SynthesisedStack, name: str, because: str, lost: str | None, blocked: Verdict | None) -> Told:
    group = stack.groups_by_address.get(name)
    shown = name if group is None else group.name
    if blocked is not None:
        return Told(name=shown, group=group, told=False if blocked.holds else None, because=blocked.because)
    if group is not None and group.enabled is False:
        return Told(name=shown, group=group, told=False, because="the action group is not enabled")
    if lost is not None:
        return Told(name=shown, group=group, told=None, because=lost)
    if group is not None and group.enabled is None:
        return Told(name=shown, group=group, told=None, because="whether the action group is enabled cannot be known")
    if group is None and not name.startswith("/"):
        return Told(name=shown, group=None, told=None, because="it is not an id, and no group of this file")
    return Told(name=shown, group=group, told=True, because=because)


def _unknown(stack: SynthesisedStack, alert: Alert, told: Sequence[Told], blocked: Verdict | None) -> Iterator[str]:
    if blocked is not None:
        yield blocked.because
    for group in told:
        if group.told is None:
            yield f"{group.name}: {group.because}"
    for one in alert.rule.unresolved:
        if one.member == "action" or one.member.startswith("action[0].action_groups"):
            yield f"whom the rule names: {one}"
    for one in stack.unread_additions:
        yield f"{one.member} may add somebody: {one.reason}"
    for group in told:
        if group.group is not None and group.told:
            yield from (
                f"receivers of {group.name}: {one}"
                for one in group.group.unresolved
                if one.member.endswith("_receiver")
            )
