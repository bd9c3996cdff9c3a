"""A stack as if Terraform had applied it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.values import Instance
from acrwatch.testing.azure.from_stack.action_groups import action_group
from acrwatch.testing.azure.from_stack.applied import Applied
from acrwatch.testing.azure.from_stack.diagnostic_settings import diagnostic_setting
from acrwatch.testing.azure.from_stack.processing_rules import processing_rule
from acrwatch.testing.azure.from_stack.rules import rule
from acrwatch.testing.azure.from_stack.surroundings import resource_group, workspace
from acrwatch.testing.azure.from_stack.workflows import workflow

if TYPE_CHECKING:
    from acrwatch.testing.azure.stand_in import AzureStandIn

_MAKERS: Mapping[str, Callable[[Applied, Instance], None]] = {
    "azurerm_resource_group": resource_group,
    "azurerm_log_analytics_workspace": workspace,
    "azurerm_monitor_action_group": action_group,
    "azurerm_monitor_scheduled_query_rules_alert_v2": rule,
    "azurerm_monitor_alert_processing_rule_suppression": processing_rule,
    "azurerm_monitor_alert_processing_rule_action_group": processing_rule,
    "azurerm_monitor_diagnostic_setting": diagnostic_setting,
    "azapi_resource": workflow,
}


def apply_stack(stand_in: AzureStandIn, stack: SynthesisedStack, variables: Mapping[str, str] | None = None) -> None:
    """Make what a stack declares, and what it names and takes for granted: workspace, registries, the scanning plan.

    Args:
        stand_in: where it is made.
        stack: the stack; ids in it have to be known.
        variables: values of its variables, such as `siem_service_uri`. Default: something for each.
    """
    applied = Applied(stand_in, stack, variables or {})
    for instance in stack.instances:
        if instance.type in _MAKERS:
            _MAKERS[instance.type](applied, instance)
