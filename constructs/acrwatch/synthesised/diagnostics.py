"""Diagnostic settings as they would be deployed: what sends which logs where."""

from __future__ import annotations

from dataclasses import dataclass

from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance, plain

SETTING = "azurerm_monitor_diagnostic_setting"

_DESTINATIONS = {
    "log_analytics_workspace_id": "workspace",
    "eventhub_authorization_rule_id": "event hub",
    "storage_account_id": "storage account",
    "partner_solution_id": "partner solution",
}


@dataclass(frozen=True, kw_only=True)
class DeployedSetting:
    """One instance of a diagnostic setting.

    Args:
        address: Terraform address, with the key of the instance.
        target: id of what it belongs to, or a reference as it is written.
        sends: categories, groups and metrics.
        destinations: where they go.
    """

    address: str
    target: str
    sends: tuple[str, ...]
    destinations: tuple[str, ...]


def read_setting(instance: Instance) -> DeployedSetting:
    """Read one setting.

    Args:
        instance: the resource.
    """
    fields = Fields.of(instance)
    sends = [
        block.text("category") or block.text("category_group") or ""
        for name in ("enabled_log", "enabled_metric")
        for block in fields.blocks(name)
    ]
    return DeployedSetting(
        address=instance.address,
        target=str(plain(fields.raw("target_resource_id"))),
        sends=tuple(sends),
        destinations=tuple(name for argument, name in _DESTINATIONS.items() if fields.raw(argument)),
    )
