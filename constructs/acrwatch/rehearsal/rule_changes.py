"""What changed in the rules from one stack to another, member by member, and the query line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff

from acrwatch.durations import short
from acrwatch.rehearsal.price import monthly_price
from acrwatch.synthesised import Criterion, ScheduledQueryRule, SynthesisedStack

_MORE = "not known"


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """A rule that is new, gone, or different.

    Args:
        name: what people call it.
        base: as it is; None where it is new.
        head: as it is to be; None where it is gone.
        members: (member, before, after), as people read them; empty where only the query changed.
        query: the difference of the queries, as `diff -u` writes it; empty where they are equal.
    """

    name: str
    base: ScheduledQueryRule | None
    head: ScheduledQueryRule | None
    members: tuple[tuple[str, str, str], ...] = ()
    query: str = ""


def rule_keys(*stacks: SynthesisedStack) -> Mapping[str, str]:
    """Address -> what a rule is found by in the other stack: its id, or its address where several have that id."""
    often = [Counter(rule.id for rule in stack.rules) for stack in stacks]
    return {
        rule.address: rule.id if all(count[rule.id] < 2 for count in often) else rule.address
        for stack in stacks
        for rule in stack.rules
    }


def rule_changes(base: SynthesisedStack, head: SynthesisedStack) -> Iterator[RuleChange]:
    """The rules that are different, in the order of the second stack, then those that are gone.

    Args:
        base: the stack as it is.
        head: the stack as it is to be.
    """
    keys = rule_keys(base, head)
    before = {keys[rule.address]: rule for rule in base.rules}
    for rule in head.rules:
        old = before.pop(keys[rule.address], None)
        if old is None:
            yield RuleChange(name=keys[rule.address], base=None, head=rule)
            continue
        was, is_ = _members(base, old), _members(head, rule)
        members = tuple(
            (name, was.get(name, ""), is_.get(name, "")) for name in {**was, **is_} if was.get(name) != is_.get(name)
        )
        query = _query(old, rule)
        if members or query:
            yield RuleChange(name=keys[rule.address], base=old, head=rule, members=members, query=query)
    for name, rule in before.items():
        yield RuleChange(name=name, base=rule, head=None)


def monthly_cost(stack: SynthesisedStack) -> float:
    """USD a month for the rules themselves, as far as their frequencies are known and they are enabled."""
    return sum(
        monthly_price(rule.evaluation_frequency)
        for rule in stack.rules
        if rule.enabled is not False and rule.evaluation_frequency is not None
    )


def _query(old: ScheduledQueryRule, new: ScheduledQueryRule) -> str:
    before, after = (
        "\n\n".join(criterion.query.strip("\n") for criterion in rule.criteria).splitlines() for rule in (old, new)
    )
    return "\n".join(unified_diff(before, after, "BASE", "HEAD", lineterm="", n=2))


def _members(stack: SynthesisedStack, rule: ScheduledQueryRule) -> dict[str, str]:
    """What a rule says, as people read it, in the order in which a reviewer asks."""
    names = {group.address: group.name for group in stack.groups}
    members = {
        "enabled": _flag(rule.enabled),
        "severity": f"Sev{rule.severity}" if rule.severity is not None else rule.severity_written,
        "every": rule.frequency,
        "window": _length(rule.window_duration),
        "reads instead": _length(rule.query_time_range_override),
        "resolves itself": _flag(rule.auto_mitigation_enabled),
        "mutes for": _length(rule.mute_actions_after_alert_duration),
        "tells": ", ".join(names.get(group, group) for group in rule.action_groups) or "nobody",
        "scopes": ", ".join(rule.scopes),
        "title": rule.title,
        "description": rule.description or "",
        "mail subject": rule.email_subject or "",
        # Where a rule lies is not compared, so that it need not be known.
        "not known": "; ".join(str(one) for one in rule.unresolved if one.member != "location"),
    }
    for number, criterion in enumerate(rule.criteria, 1):
        place = f" of criterion {number}" if len(rule.criteria) > 1 else ""
        members |= {f"{name}{place}": value for name, value in _criterion(criterion).items()}
    members |= {f"custom property {name}": value for name, value in rule.custom_properties.items()}
    return members


def _criterion(criterion: Criterion) -> dict[str, str]:
    return {
        "fires when": criterion.condition,
        "aggregation": criterion.aggregation,
        "failing periods": f"{criterion.minimum_failing_periods or _MORE} of {criterion.evaluation_periods or _MORE}",
        "dimensions": ", ".join(
            one.name
            if one.operator == "Include" and one.values == ("*",)
            else f"{one.name} ({one.operator} {', '.join(one.values)})"
            for one in criterion.dimensions
        ),
        "fires on": criterion.resource_id_column or "its scope",
    }


def _flag(value: bool | None) -> str:
    return _MORE if value is None else "yes" if value else "no"


def _length(value: timedelta | None) -> str:
    return "" if value is None else short(value)
