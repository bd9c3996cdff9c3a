"""Looks at everything that a deploy of a stack needs, many calls at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from acrwatch.live import versions
from acrwatch.live.calls import Progress, run_all
from acrwatch.live.connection import Azure
from acrwatch.live.preflight.answer import Answer, Need, Preflight, not_known
from acrwatch.live.preflight.diagnostics import check_setting
from acrwatch.live.preflight.names import check_name
from acrwatch.live.preflight.permissions import check_permissions
from acrwatch.live.preflight.subscription import check_processing_quota, check_provider, check_rules_quota
from acrwatch.live.preflight.workspace import check_workspace
from acrwatch.live.unknown import Unknown
from acrwatch.live.verify.compare import id_key
from acrwatch.live.verify.rows import tables_read
from acrwatch.live.verify.settings import targets
from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.diagnostics import SETTING
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.groups import GROUP
from acrwatch.synthesised.identities import RESOURCE_GROUP, WORKSPACE
from acrwatch.synthesised.processing import ADDITION, SUPPRESSION
from acrwatch.synthesised.rules import RULE
from acrwatch.synthesised.values import Instance
from acrwatch.synthesised.workflows import ACTION, RESOURCE, references

# Terraform type -> the action that makes one, and the API version that finds one.
_MADE = {
    RESOURCE_GROUP: ("Microsoft.Resources/subscriptions/resourceGroups/write", versions.RESOURCE_GROUPS),
    WORKSPACE: ("Microsoft.OperationalInsights/workspaces/write", versions.WORKSPACES),
    RULE: ("Microsoft.Insights/scheduledQueryRules/write", versions.SCHEDULED_QUERY_RULES),
    GROUP: ("Microsoft.Insights/actionGroups/write", versions.ACTION_GROUPS),
    SUPPRESSION: ("Microsoft.AlertsManagement/actionRules/write", versions.ACTION_RULES),
    ADDITION: ("Microsoft.AlertsManagement/actionRules/write", versions.ACTION_RULES),
    RESOURCE: ("Microsoft.Logic/workflows/write", versions.WORKFLOWS),
}
_SETTINGS = "Microsoft.Insights/diagnosticSettings/write"
# The URL that starts a Logic App is a secret, which an action group cannot do without.
_CALLS = "Microsoft.Logic/workflows/triggers/listCallbackUrl/action"
# Azure asks for it on the workspace that a setting sends to.
_SENDS = "Microsoft.OperationalInsights/workspaces/sharedKeys/action"


@dataclass(frozen=True)
class _Job:
    need: Need
    of: str
    run: Callable[[], Answer | list[Answer]]


def preflight(
    stack: SynthesisedStack, azure: Azure, *, created: frozenset[str] | None = None, progress: Progress | None = None
) -> Preflight:
    """Look at everything that a deploy needs.

    Args:
        stack: the stack; with `in_subscription` where its provider names no subscription.
        azure: the connection.
        created: addresses of what the deploy makes anew, where a plan tells. Default: all of it.
        progress: told of each thing that was looked at.
    """
    jobs = list(_Jobs(stack, azure, created).all())
    found = run_all(
        lambda job: job.run(), jobs, parallel=azure.parallel, longest=azure.patience.longest, progress=progress
    )
    answers: list[Answer] = []
    for job, result in zip(jobs, found, strict=True):
        if isinstance(result, Unknown):
            answers.append(not_known(job.need, job.of, result))
        else:
            answers += [result] if isinstance(result, Answer) else result
    return Preflight(file=stack.file, answers=tuple(answers))


class _Jobs:
    def __init__(self, stack: SynthesisedStack, azure: Azure, created: frozenset[str] | None) -> None:
        self._stack = stack
        self._arm = azure.arm
        self._created = created
        self._ids = {one.address: stack.identities.azure_id(one.address) for one in stack.instances}

    def _new(self, instance: Instance) -> bool:
        return self._created is None or instance.address in self._created

    def all(self) -> Iterator[_Job]:
        for unread in self._stack.unknown:
            reason = Unknown(reason=f"it cannot be read from the file: {unread.reason}", way_out="give a plan: --plan")
            yield _known(Need.FREE_NAME, unread.member, reason)
        made = [one for one in self._stack.instances if one.type in _MADE and self._wanted(one)]
        for instance in made:
            azure_id = self._ids[instance.address]
            if azure_id is None:
                yield _lost(Need.FREE_NAME, instance.address)
            elif self._new(instance):
                look = partial(check_name, self._arm, instance.address, azure_id, _MADE[instance.type][1])
                yield _Job(Need.FREE_NAME, instance.address, look)
        yield from self._permissions(made)
        yield from self._settings()
        yield from self._workspaces()
        yield from self._subscriptions(made)

    def _wanted(self, instance: Instance) -> bool:
        """azapi makes much else; of that, Logic Apps are ours."""
        return instance.type != RESOURCE or any(one.address == instance.address for one in self._stack.workflows)

    def _permissions(self, made: list[Instance]) -> Iterator[_Job]:
        new_groups = {id_key(id_) for one in made if one.type == RESOURCE_GROUP and (id_ := self._ids[one.address])}
        needed: dict[str, set[str]] = {}
        called = {
            reference.address
            for action in self._stack.instances
            if action.type == ACTION and action.values.get("action") == "listCallbackUrl"
            for reference in references(action.values.get("resource_id"))
        }
        for instance in made:
            azure_id = self._ids[instance.address]
            if azure_id is not None:
                scope = _holder(azure_id)
                needed.setdefault(scope, set()).add(_MADE[instance.type][0])
                if instance.address in called:
                    needed[scope].add(_CALLS)
        for scope, actions in needed.items():
            # Roles on a resource group that the deploy makes are those on its subscription.
            within = _holder(scope) if id_key(scope) in new_groups else None
            look = partial(check_permissions, self._arm, scope, sorted(actions), within)
            yield _Job(Need.PERMISSION, scope, look)

    def _settings(self) -> Iterator[_Job]:
        receiving: set[str] = set()
        for instance, target in targets(self._stack, self._stack.instances, SETTING):
            fields = Fields.of(instance)
            if target is None:
                yield _lost(Need.DIAGNOSTICS, instance.address)
                continue
            address = self._stack.identities.one(fields, "log_analytics_workspace_id")
            workspace = None if address is None else self._stack.identities.azure_id(address)
            if workspace is not None and address is not None and address.startswith("/"):
                receiving.add(workspace)
            logs = frozenset(
                (one.text("category") or one.text("category_group") or "").lower()
                for one in fields.blocks("enabled_log")
            )
            look = partial(check_setting, self._arm, target, fields.shown("name"), workspace, logs, self._new(instance))
            yield _Job(Need.DIAGNOSTICS, instance.address, look)
            yield _Job(Need.PERMISSION, target, partial(check_permissions, self._arm, target, [_SETTINGS]))
        for workspace in sorted(receiving):
            yield _Job(Need.PERMISSION, workspace, partial(check_permissions, self._arm, workspace, [_SENDS]))

    def _workspaces(self) -> Iterator[_Job]:
        """The workspaces that are there already: what the deploy makes is as the deploy makes it."""
        made = {one.address for one in self._stack.instances if one.type == WORKSPACE}
        for scope in dict.fromkeys(scope for rule in self._stack.rules for scope in rule.scopes):
            if scope in made:
                continue
            azure_id = self._stack.identities.azure_id(scope)
            if azure_id is None:
                yield _lost(Need.WORKSPACE, scope)
                continue
            locations = {rule.location for rule in self._stack.rules if scope in rule.scopes and rule.location}
            tables = tables_read(self._stack, scope)
            yield _Job(Need.WORKSPACE, scope, partial(check_workspace, self._arm, azure_id, tables, locations))

    def _subscriptions(self, made: list[Instance]) -> Iterator[_Job]:
        namespaces: dict[str, set[str]] = {}
        for instance in made:
            azure_id = self._ids[instance.address]
            if azure_id is not None and "/providers/" in azure_id:
                namespace = azure_id.rpartition("/providers/")[2].partition("/")[0]
                namespaces.setdefault(_subscription(azure_id), set()).add(namespace)
        for _, target in targets(self._stack, self._stack.instances, SETTING):
            if target is not None:
                namespaces.setdefault(_subscription(target), set()).add("Microsoft.Insights")
        for subscription, names in namespaces.items():
            for namespace in sorted(names):
                of = f"{namespace} in {subscription}"
                yield _Job(Need.PROVIDER, of, partial(check_provider, self._arm, subscription, namespace))
        yield from self._quotas()

    def _quotas(self) -> Iterator[_Job]:
        rules: dict[str, list[tuple[str, bool, list[str]]]] = {}
        for rule in self._stack.rules:
            if rule.azure_id is not None and rule.enabled is not False:
                every = rule.evaluation_frequency
                minute = every is not None and every.total_seconds() <= 60
                scopes = [self._stack.identities.azure_id(scope) or scope for scope in rule.scopes]
                rules.setdefault(_subscription(rule.azure_id), []).append((id_key(rule.azure_id), minute, scopes))
        for subscription, found in rules.items():
            look = partial(
                check_rules_quota,
                self._arm,
                subscription,
                declared={key for key, _, _ in found},
                each_minute={key for key, minute, _ in found if minute},
                scopes=sorted({id_key(scope) for _, _, scopes in found for scope in scopes}),
            )
            yield _Job(Need.QUOTA, f"subscription {subscription}", look)
        quiet: dict[str, set[str]] = {}
        for one in self._stack.processing_rules:
            if one.azure_id is not None:
                quiet.setdefault(_subscription(one.azure_id), set()).add(id_key(one.azure_id))
        for subscription, keys in quiet.items():
            of = f"subscription {subscription}"
            yield _Job(Need.QUOTA, of, partial(check_processing_quota, self._arm, subscription, keys))


def _known(need: Need, of: str, unknown: Unknown) -> _Job:
    return _Job(need, of, lambda: not_known(need, of, unknown))


def _lost(need: Need, of: str) -> _Job:
    way_out = "give the subscription with --subscription, or a plan with --plan"
    return _known(need, of, Unknown(reason="its id in Azure cannot be known from this file", way_out=way_out))


def _holder(azure_id: str) -> str:
    """The resource group of a resource, or the subscription of a resource group."""
    before, found, _ = azure_id.partition("/providers/")
    return before if found else "/".join(azure_id.split("/")[:3])


def _subscription(azure_id: str) -> str:
    return azure_id.split("/")[2].lower()
