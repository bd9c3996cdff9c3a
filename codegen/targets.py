"""What bindings are made of: providers, their resource types and data sources, and blocks that are always there."""

PROVIDERS = {
    "azurerm": (
        "log_analytics_workspace",
        "monitor_action_group",
        "monitor_alert_processing_rule_action_group",
        "monitor_alert_processing_rule_suppression",
        "monitor_diagnostic_setting",
        "monitor_scheduled_query_rules_alert_v2",
        "resource_group",
    ),
    "azapi": (
        "resource",
        "resource_action",
    ),
}
"""The resource types of each provider, without the provider's name in front."""

DATA_SOURCES = {"azurerm": ("log_analytics_workspace",), "azapi": ()}
"""The data sources of each provider, named as the resource types are."""

ALWAYS = frozenset({("azurerm", "features")})
"""Blocks of providers that have to be there, once, even when there is nothing in them; no schema says so."""
