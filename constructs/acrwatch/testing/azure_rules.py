"""What Azure would refuse of a stack as it is deployed, whoever wrote it: the tables of `limits` on its JSON.

What the constructs of acrwatch refuse beyond that, because an alert could never fire or tell nobody, they do when they
are made. A value that only Terraform or Azure will know is let through, as everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from acrwatch.alert_rule import Aggregation, Operator
from acrwatch.azure_names import RULE_TAGS, location_problems, resource_group_problems, tag_problems
from acrwatch.errors import Problem, one_of, shown
from acrwatch.limits import RULE_CHECKS, check, told_groups_problems
from acrwatch.notifications.group_settings import action_group_problems
from acrwatch.references import is_reference
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.groups import GROUP, ActionGroup
from acrwatch.synthesised.plain import plain_rule
from acrwatch.synthesised.rules import RULE, Criterion, ScheduledQueryRule
from acrwatch.synthesised.stack import TYPES, SynthesisedStack, stack_of

_DURATIONS = (
    "evaluation_frequency",
    "window_duration",
    "query_time_range_override",
    "mute_actions_after_alert_duration",
)
# Member of a rule in azurerm's words -> the same in those of the checks.
_FIELDS = {
    "evaluation_frequency": "frequency",
    "window_duration": "window",
    "query_time_range_override": "window",
    "mute_actions_after_alert_duration": "mute",
    "dimension": "dimensions",
    "metric_measure_column": "measure",
    "time_aggregation_method": "measure",
}


def azure_problems(stack: Mapping[str, Any]) -> list[Problem]:
    """List what Azure would refuse in a stack: of rules, action groups, names, regions and tags.

    A rule or group that cannot be read, because there is a `count` that only Terraform knows, say, is a problem too: it
    was not looked at.

    Args:
        stack: the synthesised stack.
    """
    read = stack_of(Path("cdk.tf.json"), read_configuration(stack, TYPES))
    return [
        *(
            Problem(path=(one.member,), message=f"it cannot be checked: {one.reason}")
            for one in read.unknown
            if one.member.startswith((RULE, GROUP))
        ),
        *(problem.below(rule.address) for rule in read.rules for problem in _rule_problems(rule)),
        *(problem.below(group.address) for group in read.groups for problem in _group_problems(group)),
        *_twins(read),
        *_common_problems(stack),
    ]


def _rule_problems(rule: ScheduledQueryRule) -> Iterator[Problem]:
    for one in rule.unresolved:
        if one.written and not is_reference(one.written):
            # A literal that could not be read is wrong, and not a matter of the apply.
            yield Problem(path=(one.member,), message=f"{one.written}: {one.reason}")
    unknown = {_field(one.member) for one in rule.unresolved}
    if len(rule.criteria) != 1 and "criteria" not in unknown:
        yield Problem(path=("criteria",), message=f"there are {len(rule.criteria)}; Azure takes one")
    for criterion in rule.criteria:
        wrong = list(_enum_problems(criterion))
        yield from wrong
        if not wrong:
            values = plain_rule(rule, criterion)
            yield from (problem for problem in check(RULE_CHECKS, values) if problem.path[0] not in unknown)
    yield from told_groups_problems(rule.action_groups, "action", "action_groups")


def _field(member: str) -> str:
    last = re.sub(r"\[\d+\]", "", member).rpartition(".")[2]
    return _FIELDS.get(last, last)


def _enum_problems(criterion: Criterion) -> Iterator[Problem]:
    for name, value, allowed in (
        ("time_aggregation_method", criterion.aggregation, Aggregation),
        ("operator", criterion.operator, Operator),
    ):
        if value not in list(allowed) and not is_reference(value):
            yield Problem(path=(name,), message=f"{shown(value)} is not one Azure has; {one_of(allowed)}")


def _group_problems(group: ActionGroup) -> Iterator[Problem]:
    yield from action_group_problems(group.name, group.short_name, (), enabled=False)
    if group.enabled and not group.receivers and not group.unresolved:
        yield Problem(path=("receivers",), message="there are none, so nobody would be told")
    names = Counter(one.name.lower() for one in group.receivers if not is_reference(one.name))
    for name in (name for name, count in names.items() if count > 1):
        said = f"{shown(name)} stands here twice; Azure wants each name once, in any casing"
        yield Problem(path=("receivers",), message=said)


def _twins(read: SynthesisedStack) -> Iterator[Problem]:
    """Rules and groups of one name in one resource group, which `claims` refuses of our constructs."""
    ids = [one.azure_id for one in read.rules] + [one.azure_id for one in read.groups]
    counts = Counter(azure_id.lower() for azure_id in ids if azure_id is not None)
    for azure_id in (azure_id for azure_id, count in counts.items() if count > 1):
        yield Problem(path=(azure_id,), message="two resources of the stack would have this id")


def _common_problems(stack: Mapping[str, Any]) -> Iterator[Problem]:
    """What is the same in all resources of azurerm: where they lie, tags, and how durations are written."""
    for type_, bodies in stack.get("resource", {}).items():
        if not type_.startswith("azurerm_"):
            continue
        for name, body in bodies.items():
            found: list[Problem] = []
            if isinstance(group := body.get("resource_group_name"), str):
                found += resource_group_problems(group, "resource_group_name")
            if isinstance(location := body.get("location"), str):
                found += location_problems(location, "location")
            for member in _DURATIONS:
                if isinstance(value := body.get(member), str) and not is_reference(value) and value[:1] != "P":
                    said = f"{shown(value)} is no duration as Azure writes them, such as PT5M"
                    found.append(Problem(path=(member,), message=said))
            if isinstance(tags := body.get("tags"), Mapping):
                own = [tag for tag in tags if tag in RULE_TAGS]
                others = {tag: str(value) for tag, value in tags.items() if tag not in own}
                found += tag_problems(others, (), added=len(own))
            yield from (problem.below(f"{type_}.{name}") for problem in found)
