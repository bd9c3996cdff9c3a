"""What bindings are made of: providers, their resource types, and the blocks that are always there."""

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

ALWAYS = frozenset({("azurerm", "features")})
"""Blocks of providers that have to be there, once, even when there is nothing in them; no schema says so."""
