"""Resources that do the same things by other means, and are not read: they are named, so that nobody misses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from acrwatch.synthesised.processing import ADDITION, SUPPRESSION
from acrwatch.synthesised.values import Instance, Unresolved
from acrwatch.synthesised.workflows import RESOURCE

OLDER_RULE = "azurerm_monitor_scheduled_query_rules_alert"
"""The resource for the API of 2018, which the second version replaces."""

_PROCESSING = "microsoft.alertsmanagement/actionrules"
_BY_AZAPI = ("microsoft.insights/scheduledqueryrules", "microsoft.insights/actiongroups", _PROCESSING)


def unread(instances: Iterable[Instance]) -> Iterator[Unresolved]:
    """Rules, groups and processing rules that are declared in a way that is not read.

    Args:
        instances: the resources of a file.
    """
    for instance in instances:
        if instance.type == OLDER_RULE:
            reason = "rules of this older type are not read; azurerm_monitor_scheduled_query_rules_alert_v2 is"
            yield Unresolved(member=instance.address, written="", reason=reason)
        elif instance.type == RESOURCE and _azure_type(instance) in _BY_AZAPI:
            reason = f"what azapi makes of {_azure_type(instance)} is not read; the resource of azurerm is"
            yield Unresolved(member=instance.address, written="", reason=reason)


def may_suppress(found: Iterable[Unresolved], instances: Iterable[Instance]) -> tuple[Unresolved, ...]:
    """Those among what is not read that may be processing rules which suppress."""
    return _processing(found, instances, SUPPRESSION)


def may_add(found: Iterable[Unresolved], instances: Iterable[Instance]) -> tuple[Unresolved, ...]:
    """Those among what is not read that may be processing rules which add groups."""
    return _processing(found, instances, ADDITION)


def _processing(found: Iterable[Unresolved], instances: Iterable[Instance], type_: str) -> tuple[Unresolved, ...]:
    by_azapi = {
        instance.address for instance in instances if instance.type == RESOURCE and _azure_type(instance) == _PROCESSING
    }
    return tuple(one for one in found if f".{type_}." in f".{one.member}" or one.member in by_azapi)


def _azure_type(instance: Instance) -> str:
    return str(instance.values.get("type", "")).partition("@")[0].lower()
