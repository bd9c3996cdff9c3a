"""What a module leaves to its caller: ids and secrets as variables, in place of the values of a settings file.

What is the watch's own (tuning, severities, texts, receivers that are no secrets) stays in the module.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from acrwatch.errors import InputError
from acrwatch.ids import GUID, IdKind, expected_form
from acrwatch.logging_settings import LogSettings, Registry
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.notifications.receiver import Receiver
from acrwatch.record import dataclass
from acrwatch.settings.model import Settings
from acrwatch.settings.secrets import condition_of, secret_variables, variable_name
from acrwatch.watch_plan import WatchPlan
from acrwatch.watch_settings import WatchSettings

REGISTRIES = "registries"
SUBSCRIPTIONS = "subscriptions"
ACTION_GROUPS = "action_group_ids"

# Field of a receiver whose GUID is the same in every tenant: the id of a built-in role.
_EVERYWHERE = ("role_id",)


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable of the module.

    Args:
        name: its name.
        type: its type in Terraform.
        description: what it is for.
        example: the settings file's value, for the caller that is shown; None for a secret.
        conditions: expression that must hold -> what is said if it does not.
        sensitive: whether Terraform keeps it out of its output.
        ephemeral: whether it is kept out of state and plans too.
    """

    name: str
    type: str
    description: str
    example: str | Mapping[str, str] | None
    conditions: Mapping[str, str]
    sensitive: bool = False
    ephemeral: bool = False


def parameterised(settings: Settings, plan: WatchPlan) -> tuple[WatchSettings, list[Variable]]:
    """Put variables in the place of ids.

    Args:
        settings: a settings file; its secrets are variables already.
        plan: what follows from it.

    Returns:
        The watch with references to variables, and these, in the order in which a caller thinks of them.

    Raises:
        InputError: two variables would have one name.
    """
    watch = settings.watch()
    logs, of_logs = _logs(watch.logs)
    groups, of_receivers = _groups(watch.action_groups)
    variables = [*_places(settings), *_targets(watch, plan), *_existing_groups(watch), *of_logs, *of_receivers]
    variables += [
        Variable(
            name=secret.name,
            type="string",
            description=f"{secret.field} of the receiver {secret.receiver}.",
            example=None,
            conditions={} if secret.form is None else {condition_of(secret.form, secret.name): secret.form.says},
            sensitive=True,
            ephemeral=secret.ephemeral,
        )
        for secret in secret_variables(settings)
    ]
    taken = [name for name, count in Counter(variable.name for variable in variables).items() if count > 1]
    if taken:
        raise InputError(f"two variables of the module would be called {', '.join(taken)}; rename the receivers")
    activity_log = watch.activity_log
    if plan.subscriptions:
        references = {key: _member(SUBSCRIPTIONS, key) for key in plan.subscriptions}
        activity_log = replace(activity_log, subscriptions=references)
    exported = replace(
        watch,
        registries={key: _registry(key, value) for key, value in watch.registries.items()},
        workspace="${var.workspace_id}" if isinstance(watch.workspace, str) else watch.workspace,
        resource_group_name="${var.resource_group_name}",
        location="${var.location}",
        logs=logs,
        activity_log=activity_log,
        action_groups=groups,
    )
    return exported, variables


def _places(settings: Settings) -> Iterator[Variable]:
    if isinstance(settings.workspace, str):
        yield _id(
            "workspace_id",
            IdKind.WORKSPACE,
            "Id of the Log Analytics workspace that the logs go to and the rules read.",
            settings.workspace,
        )
    yield Variable(
        name="resource_group_name",
        type="string",
        description="Resource group of rules, action groups and processing rules, in the workspace's subscription.",
        example=settings.resource_group.name,
        conditions={},
    )
    yield Variable(
        name="location",
        type="string",
        description="Region of the rules, as a rule the workspace's.",
        example=settings.location,
        conditions={},
    )


def _targets(watch: WatchSettings, plan: WatchPlan) -> Iterator[Variable]:
    """What diagnostic settings are made for; those that exist already are not the module's business."""
    from acrwatch.diagnostics import managed_registries

    registries = managed_registries(watch.registries, watch.diagnostics)
    if registries:
        form = _pattern(IdKind.REGISTRY)
        yield Variable(
            name=REGISTRIES,
            type="map(string)",
            description="Name => id of the registries whose logs are sent; in any subscription of the tenant.",
            example=registries,
            conditions={
                f"length(var.{REGISTRIES}) > 0": "Without a registry there are no logs, and no alert could fire.",
                f"alltrue([for id in values(var.{REGISTRIES}) : can(regex({form}, id))])": (
                    f"Each has to look like {expected_form(IdKind.REGISTRY)}."
                ),
            },
        )
    if plan.subscriptions:
        guid = json.dumps(f"^{GUID.pattern}$")
        yield Variable(
            name=SUBSCRIPTIONS,
            type="map(string)",
            description="Name => id of the subscriptions whose activity log is sent: those of the registries.",
            example=plan.subscriptions,
            conditions={
                f"alltrue([for id in values(var.{SUBSCRIPTIONS}) : can(regex({guid}, id))])": (
                    "Each has to be a GUID like 00000000-0000-0000-0000-000000000000."
                )
            },
        )


def _existing_groups(watch: WatchSettings) -> Iterator[Variable]:
    there = {key: group for key, group in watch.action_groups.items() if isinstance(group, str)}
    if there:
        names = json.dumps(sorted(there))
        form = _pattern(IdKind.ACTION_GROUP)
        yield Variable(
            name=ACTION_GROUPS,
            type="map(string)",
            description=f"Name => id of action groups that exist and are told as well: {', '.join(sorted(there))}.",
            example=there,
            conditions={
                f"length(setsubtract({names}, keys(var.{ACTION_GROUPS}))) == 0": (
                    f"The rules tell {', '.join(sorted(there))}; give the id of each."
                ),
                f"alltrue([for id in values(var.{ACTION_GROUPS}) : can(regex({form}, id))])": (
                    f"Each has to look like {expected_form(IdKind.ACTION_GROUP)}."
                ),
            },
        )


def _logs(logs: LogSettings) -> tuple[LogSettings, list[Variable]]:
    variables = []
    if logs.event_hub is not None:
        name = "event_hub_authorization_rule_id"
        said = "Id of the authorization rule with which logs are sent to an event hub as well."
        variables.append(_id(name, IdKind.EVENT_HUB_AUTHORIZATION_RULE, said, logs.event_hub.authorization_rule_id))
        logs = replace(logs, event_hub=replace(logs.event_hub, authorization_rule_id=f"${{var.{name}}}"))
    if logs.storage_account_id is not None:
        said = "Id of the storage account that the logs go to as well."
        variables.append(_id("storage_account_id", IdKind.STORAGE_ACCOUNT, said, logs.storage_account_id))
        logs = replace(logs, storage_account_id="${var.storage_account_id}")
    return logs, variables


def _groups(groups: Mapping[str, Any]) -> tuple[dict[str, Any], list[Variable]]:
    made: dict[str, Any] = {}
    variables: list[Variable] = []
    for key, group in groups.items():
        if isinstance(group, ActionGroupSettings):
            changed = [_receiver(receiver) for receiver in group.receivers]
            made[key] = replace(group, receivers=tuple(receiver for receiver, _ in changed))
            variables += [variable for _, found in changed for variable in found]
        else:
            made[key] = _member(ACTION_GROUPS, key)
    return made, variables


def _receiver(receiver: Receiver) -> tuple[Receiver, list[Variable]]:
    """A receiver whose ids are variables: of resources, tenants and applications."""
    variables = []
    described: Any = receiver
    for field in dataclasses.fields(described):
        value = getattr(receiver, field.name)
        if isinstance(value, str) and field.name not in _EVERYWHERE and GUID.search(value) and "${" not in value:
            said = f"{field.name} of the receiver {receiver.name}."
            name = variable_name(receiver.name, field.name)
            variables.append(Variable(name=name, type="string", description=said, example=value, conditions={}))
    changed: Any = {_field_of(variable, receiver): f"${{var.{variable.name}}}" for variable in variables}
    return replace(described, **changed), variables


def _field_of(variable: Variable, receiver: Receiver) -> str:
    return variable.name.removeprefix(variable_name(receiver.name, ""))


def _registry(key: str, value: str | Registry) -> str | Registry:
    """Stands only until the settings go through the whole map, see `content`; of what exists nothing is made."""
    reference = _member(REGISTRIES, key)
    return replace(value, id=reference) if isinstance(value, Registry) else reference


def _member(variable: str, key: str) -> str:
    return f"${{var.{variable}[{json.dumps(key)}]}}"


def _id(name: str, kind: IdKind, description: str, example: str) -> Variable:
    return Variable(
        name=name,
        type="string",
        description=description,
        example=example,
        conditions={f"can(regex({_pattern(kind)}, var.{name}))": f"It has to look like {expected_form(kind)}."},
    )


def _pattern(kind: IdKind) -> str:
    """A regular expression (RE2) as HCL writes it, for ids in the casing that azurerm checks."""
    form = re.sub(r"<\w+>", "[^/]+", expected_form(kind)).replace(".", "[.]")
    return json.dumps(f"^{form}$")
