"""Terraform addresses are a contract: under another address a rule is replaced, and forgets what it alerted.

One that changes here needs a `moved` block or a word in the changelog.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from constructs import Construct

from acrwatch import (
    ActionGroupSettings,
    DailyTime,
    DetectionSettings,
    Email,
    ExtraGroups,
    MaintenanceWindow,
    NewWorkspace,
    RegistryWatch,
    Routing,
    Variant,
    WatchStack,
    load_settings,
)
from acrwatch.core import CORES
from tests.synthesis import Body, Host, action_group_id, registry_id, synthesised

EXAMPLE = Path(__file__).parents[1] / "acrwatch.example.yaml"

OF_THE_EXAMPLE = [
    "azapi_resource.watch_action_group_security_workflow_slack_41C55576",
    "azapi_resource_action.watch_action_group_security_workflow_slack_Callback_6CE3FE15",
    "azurerm_monitor_action_group.watch_action_group_oncall_5E72E0A5",
    "azurerm_monitor_action_group.watch_action_group_security_3C389FF1",
    "azurerm_monitor_alert_processing_rule_suppression.watch_alert_forced_repository_deleted_resolved_35ECE85F",
    "azurerm_monitor_alert_processing_rule_suppression.watch_alert_image_vulnerability_scan_disabled_resolved_4273BD97",
    "azurerm_monitor_alert_processing_rule_suppression.watch_alert_images_deleted_in_repository_resolved_8E5BCAB0",
    'azurerm_monitor_diagnostic_setting.watch_activity_log_diagnostics_A1FA8FD1["main"]',
    'azurerm_monitor_diagnostic_setting.watch_registry_diagnostics_64A15A89["contosodev"]',
    'azurerm_monitor_diagnostic_setting.watch_registry_diagnostics_64A15A89["contosoprod"]',
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_excessive_images_pulled_CD571958",
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_excessive_images_pulledpayments_1034A7E3",
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_excessive_images_pushed_F3DBA4FA",
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_forced_repository_deleted_467FB5F9",
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_image_vulnerability_scan_disabled_A83598AE",
    "azurerm_monitor_scheduled_query_rules_alert_v2.watch_alert_images_deleted_in_repository_B1ABFE3F",
    "azurerm_resource_group.resource_group",
    "output.action_group_ids",
    "output.alert_rule_ids",
    "output.workspace_id",
    "var.oncall_integration_key",
    "var.slack_webhook_url",
]

EMBEDDED = [
    "azurerm_log_analytics_workspace.Platform_Watch_workspace_0E26F543",
    "azurerm_monitor_action_group.Platform_Watch_action_group_default_54631D70",
    "azurerm_monitor_action_group.Platform_Watch_action_group_new_E85AECB0",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_alert_forced_repository_deleted_resolved_73BA7469",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_alert_forced_repository_deletedstrict-1_resolved_96881473",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_alert_image_vulnerability_scan_disabled_resolved_27A5DE8A",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_alert_images_deleted_in_repository_resolved_AF3A3A26",
    'azurerm_monitor_diagnostic_setting.Platform_Watch_activity_log_diagnostics_DB7AE638["11111111-1111-1111-1111-111111111111"]',
    'azurerm_monitor_diagnostic_setting.Platform_Watch_registry_diagnostics_FB92C97B["a.b c"]',
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_excessive_images_pulled_0857A223",
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_excessive_images_pushed_5F7BB05D",
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_forced_repository_deleted_120F76D6",
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_forced_repository_deletedstrict-1_D46E3A84",
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_image_vulnerability_scan_disabled_2F8C00BA",
    "azurerm_monitor_scheduled_query_rules_alert_v2.Platform_Watch_alert_images_deleted_in_repository_5B8F0C01",
]


TIMED = [
    "azurerm_monitor_alert_processing_rule_action_group.Platform_Watch_extra_night2_E2DFCBC0",
    "azurerm_monitor_alert_processing_rule_action_group.Platform_Watch_extra_night_D2B7C06C",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_maintenance_drill2_E90F2186",
    "azurerm_monitor_alert_processing_rule_suppression.Platform_Watch_maintenance_drill_B1C5AC1C",
]


def addresses(stack: Body) -> Iterator[str]:
    """What Terraform keeps state, values and outputs under."""
    for type_, resources in stack["resource"].items():
        for name, body in resources.items():
            keys = [f'["{key}"]' for key in body.get("for_each", ())]
            yield from (f"{type_}.{name}{key}" for key in keys or [""])
    for kind, word in {"output": "output", "variable": "var"}.items():
        yield from (f"{word}.{name}" for name in stack.get(kind, ()))


@pytest.mark.parametrize("core", CORES)
def test_the_examples_stack_keeps_its_addresses(core: str) -> None:
    """Whoever deployed it has a state with these."""
    host = Host(core)
    stack = WatchStack(host.app, load_settings(EXAMPLE))

    assert sorted(addresses(synthesised(stack.stack))) == OF_THE_EXAMPLE


def test_an_embedded_watch_keeps_its_addresses(host: Host) -> None:
    """Below the host's own construct, from whose id they begin."""
    RegistryWatch(
        Construct(host.scope, "Platform"),
        "Watch",
        registries={"a.b c": registry_id("one")},
        workspace=NewWorkspace(name="log-new"),
        resource_group_name="rg",
        location="westeurope",
        receivers=[Email(name="team", email_address="team@example.com")],
        action_groups={
            "there": action_group_id("x"),
            "new": ActionGroupSettings(receivers=[Email(name="t", email_address="t@example.com")]),
        },
        detections={"forced_repository_deleted": DetectionSettings(variants={"strict-1": Variant()})},
    )

    assert sorted(addresses(host.json())) == EMBEDDED


def test_maintenance_windows_and_extra_groups_keep_their_addresses(host: Host) -> None:
    """By their names, and by the number of the part where one is several rules."""
    RegistryWatch(
        Construct(host.scope, "Platform"),
        "Watch",
        registries={"one": registry_id("one")},
        workspace=NewWorkspace(name="log-new"),
        resource_group_name="rg",
        location="westeurope",
        action_groups={"day": action_group_id("day"), "night": action_group_id("night")},
        detections={"forced_repository_deleted": DetectionSettings(variants={"strict-1": Variant()})},
        maintenance_windows={"drill": MaintenanceWindow(reason="a drill", until="2026-02-01T00:00")},
        routing=Routing(
            extra={"night": ExtraGroups(action_groups=["night"], daily=[DailyTime(from_="18:00", until="08:00")])}
        ),
    )

    assert sorted(one for one in addresses(host.json()) if "maintenance" in one or "extra" in one) == TIMED
