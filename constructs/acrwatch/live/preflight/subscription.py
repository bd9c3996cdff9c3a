"""Is a subscription ready: are the providers registered, and is there room for the rules?"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from acrwatch.live import versions
from acrwatch.live.preflight.answer import Answer, Need, fails, fine, not_known
from acrwatch.live.unknown import Unknown
from acrwatch.live.verify.compare import duration, id_key, look

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm

# Azure Monitor: azure-monitor-limits-alerts.
MOST_RULES, MOST_EACH_MINUTE, MOST_OF_A_RESOURCE, MOST_PROCESSING_RULES = 5_000, 100, 1_000, 1_000


def check_provider(arm: Arm, subscription: str, namespace: str) -> Answer:
    """Look whether a resource provider is registered.

    Args:
        arm: Azure Resource Manager.
        subscription: id of the subscription, without `/subscriptions/`.
        namespace: such as `Microsoft.Insights`.

    Raises:
        CallFailed: it could not be read.
    """
    body = arm.get(f"/subscriptions/{subscription}/providers/{namespace}", versions.PROVIDERS)
    state = look(body, "registrationState")
    of = f"{namespace} in {subscription}"
    if state == "Registered":
        return fine(Need.PROVIDER, of, "it is registered")
    if state in ("NotRegistered", "Unregistered", "Unregistering", "Registering"):
        way_out = f"az provider register --namespace {namespace} --subscription {subscription}"
        return fails(Need.PROVIDER, of, f"it is {state}", way_out)
    unknown = Unknown(reason="Azure does not tell whether it is registered", way_out="az provider show")
    return not_known(Need.PROVIDER, of, unknown)


def check_rules_quota(
    arm: Arm, subscription: str, declared: Collection[str], each_minute: Collection[str], scopes: Collection[str]
) -> list[Answer]:
    """Look whether there is room for the rules.

    Args:
        arm: Azure Resource Manager.
        subscription: id of the subscription, without `/subscriptions/`.
        declared: ids of the enabled rules of the stack in it, as they are compared.
        each_minute: those of them that are evaluated every minute.
        scopes: ids of what the rules read, as they are compared.

    Raises:
        CallFailed: the rules that are there could not be read.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.Insights/scheduledQueryRules"
    there: set[str] = set()
    minute: set[str] = set()
    reading: dict[str, set[str]] = {scope: set() for scope in scopes}
    for rule in arm.list(path, versions.SCHEDULED_QUERY_RULES):
        if look(rule, "properties", "enabled") is False:
            continue
        key = id_key(str(rule.get("id")))
        there.add(key)
        every = duration(look(rule, "properties", "evaluationFrequency"))
        if every is not None and every.total_seconds() <= 60:
            minute.add(key)
        for scope in look(rule, "properties", "scopes") or []:
            reading.get(id_key(str(scope)), set()).add(key)
    of = f"subscription {subscription}"
    return [
        _room(of, "enabled log alert rules", len(there | {*declared}), MOST_RULES),
        _room(of, "log alert rules at one minute", len((minute - {*declared}) | {*each_minute}), MOST_EACH_MINUTE),
        *(
            _room(scope.rpartition("/")[2], "log alert rules on it", len(keys | {*declared}), MOST_OF_A_RESOURCE)
            for scope, keys in reading.items()
        ),
    ]


def check_processing_quota(arm: Arm, subscription: str, declared: Collection[str]) -> Answer:
    """Look whether there is room for the alert processing rules.

    Args:
        arm: Azure Resource Manager.
        subscription: id of the subscription, without `/subscriptions/`.
        declared: ids of those of the stack in it, as they are compared.

    Raises:
        CallFailed: those that are there could not be read.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/actionRules"
    there = {id_key(str(rule.get("id"))) for rule in arm.list(path, versions.ACTION_RULES)}
    of = f"subscription {subscription}"
    return _room(of, "alert processing rules", len(there | {*declared}), MOST_PROCESSING_RULES)


def _room(of: str, what: str, after: int, most: int) -> Answer:
    said = f"{after:,} {what} after the deploy, of {most:,}"
    if after <= most:
        return fine(Need.QUOTA, of, said)
    return fails(Need.QUOTA, of, said, "delete or disable rules that nobody needs, or ask Microsoft for a higher limit")
