"""What one stack would deploy, read from the JSON and not from our own objects: whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from acrwatch.errors import InputError
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.diagnostics import SETTING, DeployedSetting, read_setting
from acrwatch.synthesised.files import read_json
from acrwatch.synthesised.groups import GROUP, ActionGroup, read_group
from acrwatch.synthesised.identities import RESOURCE_GROUP, WORKSPACE, Identities
from acrwatch.synthesised.plan import read_plan_contents
from acrwatch.synthesised.processing import ADDITION, SUPPRESSION, Action, ProcessingRule, read_processing_rule
from acrwatch.synthesised.rules import RULE, ScheduledQueryRule, read_rule
from acrwatch.synthesised.unread import OLDER_RULE, may_add, may_suppress, unread
from acrwatch.synthesised.values import Contents, Instance, Unresolved
from acrwatch.synthesised.workflows import ACTION, RESOURCE, Workflow, Workflows

TYPES = frozenset(
    (RULE, OLDER_RULE, GROUP, SUPPRESSION, ADDITION, SETTING, RESOURCE_GROUP, WORKSPACE, RESOURCE, ACTION),
)


@dataclass(frozen=True, kw_only=True)
class SynthesisedStack:
    """What one stack would deploy.

    Args:
        file: the file it was read from.
        rules: scheduled query rules.
        groups: action groups.
        processing_rules: alert processing rules.
        settings: diagnostic settings, one for each instance.
        workflows: Logic App workflows.
        unknown: resources and modules that the file names and that cannot be read, with the reason.
        unread_suppressions: those of them that may be processing rules which suppress.
        unread_additions: those of them that may be processing rules which add groups.
        variables: variables without a value, which somebody must set.
        identities: what ids and references stand for.
        contents: the resources themselves, with all their arguments. Not for output: they may hold secrets.
    """

    file: Path
    rules: tuple[ScheduledQueryRule, ...]
    groups: tuple[ActionGroup, ...]
    processing_rules: tuple[ProcessingRule, ...]
    settings: tuple[DeployedSetting, ...]
    workflows: tuple[Workflow, ...]
    unknown: tuple[Unresolved, ...]
    unread_suppressions: tuple[Unresolved, ...]
    unread_additions: tuple[Unresolved, ...]
    variables: tuple[str, ...]
    identities: Identities
    contents: Contents = field(repr=False)

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The resources themselves."""
        return self.contents.instances

    def in_subscription(self, subscription: str) -> SynthesisedStack:
        """The same stack, with what is in no known subscription in this one.

        Args:
            subscription: its id; azurerm takes it from `ARM_SUBSCRIPTION_ID` where a provider names none.
        """
        instances = tuple(
            one if one.subscription is not None else replace(one, subscription=subscription) for one in self.instances
        )
        return stack_of(self.file, replace(self.contents, instances=instances))

    @cached_property
    def groups_by_address(self) -> Mapping[str, ActionGroup]:
        """Address -> group."""
        return {group.address: group for group in self.groups}

    @property
    def quiet(self) -> tuple[str, ...]:
        """Names of the processing rules that suppress notifications."""
        return tuple(rule.name for rule in self.processing_rules if rule.action is Action.SUPPRESS)


def read_stack(file: Path) -> SynthesisedStack:
    """Read a `cdk.tf.json`.

    Args:
        file: the file.

    Raises:
        InputError: it cannot be read, or is not such a file.
    """
    content = read_json(file)
    if "planned_values" in content:
        raise InputError(f"{file} is a plan, not a synthesised stack; give it with --plan")
    if not isinstance(content.get("resource", {}), dict | list):
        raise InputError(f"{file} is not a stack of Terraform in JSON")
    return stack_of(file, read_configuration(content, TYPES))


def read_plan(file: Path) -> SynthesisedStack:
    """Read what `terraform show -json <plan>` writes.

    Args:
        file: the file.

    Raises:
        InputError: it cannot be read, or is not such a file.
    """
    content = read_json(file)
    if not isinstance(content.get("planned_values"), dict):
        raise InputError(f"{file} is not a plan in JSON; write one with: terraform show -json <plan> > {file.name}")
    version = content.get("format_version")
    if version is not None and str(version).partition(".")[0] not in ("0", "1"):
        raise InputError(f"{file} is a plan in JSON of format {version}; format 1 is read, use a release that has it")
    try:
        contents = read_plan_contents(content, TYPES)
    except (AttributeError, KeyError, TypeError, ValueError):
        way_out = f"write it anew with: terraform show -json <plan> > {file.name}"
        raise InputError(f"{file} has not the form of a plan in JSON; {way_out}") from None
    return stack_of(file, contents)


def stack_of(file: Path, contents: Contents) -> SynthesisedStack:
    """Read the resources of a file as rules, groups and settings.

    Args:
        file: the file they come from.
        contents: its resources, evaluated.
    """
    identities = Identities(contents.instances)
    workflows = Workflows(contents.instances, identities)
    unknown = (*contents.unknown, *unread(contents.instances))
    by_type: dict[str, list[Any]] = {}
    for instance in contents.instances:
        by_type.setdefault(instance.type, []).append(instance)
    return SynthesisedStack(
        file=file,
        rules=tuple(read_rule(one, identities) for one in by_type.get(RULE, ())),
        groups=tuple(read_group(one, identities, workflows) for one in by_type.get(GROUP, ())),
        processing_rules=tuple(
            read_processing_rule(one, identities) for type_ in (SUPPRESSION, ADDITION) for one in by_type.get(type_, ())
        ),
        settings=tuple(read_setting(one) for one in by_type.get(SETTING, ())),
        workflows=workflows.all(),
        unknown=unknown,
        unread_suppressions=may_suppress(unknown, contents.instances),
        unread_additions=may_add(unknown, contents.instances),
        variables=contents.variables,
        identities=identities,
        contents=contents,
    )
