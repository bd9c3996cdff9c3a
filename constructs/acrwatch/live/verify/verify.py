"""Compares everything that a stack declares with what Azure has, many calls at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from acrwatch.ids import subscription_of
from acrwatch.live.calls import Progress, run_all
from acrwatch.live.connection import Azure
from acrwatch.live.log_source import Logs
from acrwatch.live.unknown import Unknown
from acrwatch.live.verify.compare import id_key
from acrwatch.live.verify.groups import verify_group
from acrwatch.live.verify.item import Item, Kind, unknown_item
from acrwatch.live.verify.others import (
    verify_new_workspace,
    verify_resource_group,
    verify_workflow,
)
from acrwatch.live.verify.processing import verify_processing_rule
from acrwatch.live.verify.rows import Senders, tables_read, verify_workspace
from acrwatch.live.verify.rules import verify_rule
from acrwatch.live.verify.scanning import verify_scanning
from acrwatch.live.verify.settings import targets, verify_setting
from acrwatch.live.verify.verification import Verification
from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.diagnostics import SETTING
from acrwatch.synthesised.identities import RESOURCE_GROUP, WORKSPACE

WITHIN = timedelta(days=7)
"""How far back a row counts unless told otherwise: a registry that nobody touched for a week is worth a look."""


@dataclass(frozen=True)
class _Job:
    """Something to look at: what is said of it when that fails, and how it is done."""

    kind: Kind
    name: str
    azure_id: str | None
    run: Callable[[], Item | tuple[Item, ...]]


def verify(
    stack: SynthesisedStack,
    azure: Azure,
    logs: Logs,
    *,
    registries: Collection[str] = (),
    subscriptions: Collection[str] = (),
    within: timedelta = WITHIN,
    environment: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Compare a stack with what Azure has.

    Args:
        stack: the stack; with `in_subscription` where its provider names no subscription.
        azure: the connection.
        logs: asks the workspaces.
        registries: ids of registries that should send rows, beside those whose settings are in the stack.
        subscriptions: ids of subscriptions that should send their activity log, beside those in the stack.
        within: how far back a row counts.
        environment: where `TF_VAR_...` are read, so that secrets can be compared. Default: that of the process.
        progress: told of each thing that was looked at.
    """
    environment = os.environ if environment is None else environment
    jobs = list(_Jobs(stack, azure, logs, within, environment).all(registries, subscriptions))
    found = run_all(
        lambda job: job.run(), jobs, parallel=azure.parallel, longest=azure.patience.longest, progress=progress
    )
    items: list[Item] = []
    for job, result in zip(jobs, found, strict=True):
        if isinstance(result, Unknown):
            items.append(unknown_item(job.kind, job.name, result, job.azure_id))
        else:
            items += [result] if isinstance(result, Item) else result
    return Verification(file=stack.file, items=tuple(items))


class _Jobs:
    def __init__(
        self,
        stack: SynthesisedStack,
        azure: Azure,
        logs: Logs,
        within: timedelta,
        environment: Mapping[str, str],
    ) -> None:
        self._stack = stack
        self._arm = azure.arm
        self._logs = logs
        self._within = within
        self._environment = environment

    def all(self, registries: Collection[str], subscriptions: Collection[str]) -> Iterator[_Job]:
        stack, arm, azure_id = self._stack, self._arm, self._stack.identities.azure_id
        for unread in stack.unknown:
            reason = f"it cannot be read from the file: {unread.reason}"
            item = unknown_item(
                Kind.DECLARED, unread.member, Unknown(reason=reason, way_out="look at it in the portal")
            )
            yield _Job(Kind.DECLARED, unread.member, None, _always(item))
        for instance in stack.instances:
            address = instance.address
            if instance.type == RESOURCE_GROUP:
                look = partial(verify_resource_group, arm, instance)
                yield _job(Kind.RESOURCE_GROUP, address, azure_id(address), look)
            elif instance.type == WORKSPACE:
                yield _job(Kind.WORKSPACE, address, azure_id(address), partial(verify_new_workspace, arm, instance))
        for rule in stack.rules:
            yield _job(Kind.RULE, rule.id, rule.azure_id, partial(verify_rule, arm, stack, rule))
        for group in stack.groups:
            compare = partial(verify_group, arm, stack, group, environment=self._environment)
            yield _job(Kind.GROUP, group.name, group.azure_id, compare)
        for one in stack.processing_rules:
            yield _job(Kind.PROCESSING_RULE, one.name, one.azure_id, partial(verify_processing_rule, arm, stack, one))
        for workflow in stack.workflows:
            yield _job(Kind.WORKFLOW, workflow.name, workflow.azure_id, partial(verify_workflow, arm, workflow))
        yield from self._logging(registries, subscriptions)

    def _logging(self, registries: Collection[str], subscriptions: Collection[str]) -> Iterator[_Job]:
        stack, arm = self._stack, self._arm
        scopes = dict.fromkeys(scope for rule in stack.rules for scope in rule.scopes)
        workspaces = {scope: stack.identities.azure_id(scope) for scope in scopes}
        read = {id_key(one) for one in workspaces.values() if one is not None}
        found = list(targets(stack, stack.instances, SETTING))
        for instance, target in found:
            compare = partial(verify_setting, arm, stack, instance, read=read)
            yield _job(Kind.SETTING, instance.address, target, compare)
        senders = _senders([target for _, target in found if target is not None], registries, subscriptions)
        for scope, azure_id in workspaces.items():
            look = partial(
                verify_workspace,
                arm,
                self._logs,
                tables=tables_read(stack, scope),
                senders=senders,
                within=self._within,
            )
            yield _job(Kind.WORKSPACE, scope, azure_id, look)
        holders = [*senders.subscriptions, *(subscription_of(one) for one in senders.registries)]
        for subscription in dict.fromkeys(one.lower() for one in holders if one is not None):
            yield _job(Kind.SCANNING, subscription, subscription, partial(verify_scanning, arm))


def _job(kind: Kind, name: str, azure_id: str | None, look: Callable[[str], Item | tuple[Item, ...]]) -> _Job:
    if azure_id is None:
        way_out = "give the subscription with --subscription, or a plan with --plan"
        unknown = Unknown(reason="its id in Azure cannot be known from this file", way_out=way_out)
        return _Job(kind, name, None, _always(unknown_item(kind, name, unknown)))
    return _Job(kind, name, azure_id, partial(look, azure_id))


def _always(item: Item) -> Callable[[], Item]:
    return lambda: item


def _senders(settings: Sequence[str], registries: Collection[str], subscriptions: Collection[str]) -> Senders:
    """Who should send rows: the targets of the stack's settings, and those whose settings others make."""
    all_ = [*settings, *registries, *(f"/subscriptions/{one}" for one in subscriptions)]
    keys = {id_key(one): one for one in reversed(all_)}
    return Senders(
        registries=tuple(keys[key] for key in sorted(keys) if "/microsoft.containerregistry/registries/" in key),
        subscriptions=tuple(key.rpartition("/")[2] for key in sorted(keys) if key.count("/") == 2),
    )
