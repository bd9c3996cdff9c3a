"""Every option of a watch reaches the JSON, and every option there is has a test here."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from acrwatch import (
    ActionGroupSettings,
    ActivityLogSettings,
    DailyTime,
    DetectionSettings,
    Email,
    ExtraGroups,
    LogSettings,
    MaintenanceWindow,
    NewWorkspace,
    Ownership,
    Registry,
    RegistryWatch,
    Routing,
    SettingsError,
    Variant,
)
from acrwatch.azurerm import AzurermProvider
from acrwatch.detection.catalogue import shipped_folder
from tests.synthesis import (
    GROUP,
    MORE,
    OTHER_SUBSCRIPTION,
    QUIET,
    RULE,
    SETTING,
    WORKSPACE,
    WORKSPACE_ID,
    Host,
    Option,
    action_group_id,
    azure_id,
    registry_id,
)

EVENT = "forced_repository_deleted"
IDS = (RULE, f"acrwatch-{EVENT}", "action", "action_groups")
OTHER_WORKSPACE = azure_id("Microsoft.OperationalInsights/workspaces", "log-other")
MAIL = Email(name="team", email_address="team@example.com")
BASE: dict[str, Any] = {
    "registries": {"one": registry_id("one")},
    "workspace": WORKSPACE_ID,
    "resource_group_name": "rg",
    "location": "westeurope",
    "action_groups": {"a": action_group_id("a"), "b": action_group_id("b")},
    "logs": LogSettings(name="registry-logs"),
}
NEW = NewWorkspace(name="log-new", retention_in_days=365)
MADE = {"new": ActionGroupSettings(receivers=[MAIL], short_name="made", enabled=False)}
TUNED = {EVENT: DetectionSettings(severity=4, variants={"x": Variant(severity=0, action_groups=["b"])})}
OTHERS_LOG = ActivityLogSettings(subscriptions={"b": OTHER_SUBSCRIPTION}, name="sub")
NIGHT = Routing(extra={"night": ExtraGroups(action_groups=["b"], daily=[DailyTime(from_="18:00", until="08:00")])})
DRILL = {"drill": MaintenanceWindow(reason="a drill", until="2026-02-01T00:00")}
OPTIONS = [
    Option(
        "registries", {"two": registry_id("two")}, (SETTING, "registry-logs", "for_each", "two"), registry_id("two")
    ),
    Option(
        "registries",
        {"two": registry_id("two", OTHER_SUBSCRIPTION)},
        (SETTING, "acrwatch", "for_each"),
        {OTHER_SUBSCRIPTION: f"/subscriptions/{OTHER_SUBSCRIPTION}"},
    ),
    Option(
        "registries",
        {"two": Registry(id=registry_id("two"), diagnostics=Ownership.EXISTING)},
        (SETTING, "registry-logs"),
        None,
    ),
    Option("workspace", OTHER_WORKSPACE, (RULE, f"acrwatch-{EVENT}", "scopes"), [OTHER_WORKSPACE]),
    Option("workspace", OTHER_WORKSPACE, (SETTING, "acrwatch", "log_analytics_workspace_id"), OTHER_WORKSPACE),
    Option("workspace", NEW, (WORKSPACE, "log-new", "retention_in_days"), 365),
    Option("resource_group_name", "other", (RULE, f"acrwatch-{EVENT}", "resource_group_name"), "other"),
    Option("location", "northeurope", (RULE, f"acrwatch-{EVENT}", "location"), "northeurope"),
    Option("receivers", [MAIL], (GROUP, "acrwatch-default", "email_receiver", 0, "name"), "team"),
    Option("action_groups", MADE, (GROUP, "acrwatch-new", "short_name"), "made"),
    Option("action_groups", MADE, (GROUP, "acrwatch-new", "enabled"), False),
    Option("action_groups", {"c": action_group_id("c")}, IDS, [action_group_id("c")]),
    Option("routing", Routing(default=["b"]), IDS, [action_group_id("b")]),
    Option("routing", Routing(severity={1: ["b"]}), IDS, [action_group_id("b")]),
    Option("routing", NIGHT, (MORE, "acrwatch-extra-night", "add_action_group_ids"), [action_group_id("b")]),
    Option("maintenance_windows", DRILL, (QUIET, "acrwatch-maintenance-drill", "description"), "a drill"),
    Option("detections", TUNED, (RULE, f"acrwatch-{EVENT}", "severity"), 4),
    Option("detections", TUNED, (RULE, f"acrwatch-{EVENT}.x", "severity"), 0),
    Option("detections", TUNED, (RULE, f"acrwatch-{EVENT}.x", "action", "action_groups"), [action_group_id("b")]),
    Option("diagnostics", Ownership.EXISTING, (SETTING, "registry-logs"), None),
    Option("diagnostics", Ownership.EXISTING, (SETTING, "acrwatch"), None),
    Option("logs", LogSettings(name="siem"), (SETTING, "siem", "name"), "siem"),
    Option("activity_log", OTHERS_LOG, (SETTING, "sub", "for_each"), {"b": f"/subscriptions/{OTHER_SUBSCRIPTION}"}),
    Option("activity_log", ActivityLogSettings(diagnostics=Ownership.EXISTING), (SETTING, "acrwatch"), None),
    Option("name", "team", (RULE, f"team-{EVENT}", "name"), f"team-{EVENT}"),
    Option("tags", {"team": "a"}, (RULE, f"acrwatch-{EVENT}", "tags", "team"), "a"),
    Option("tags", {"team": "a"}, (QUIET, f"acrwatch-{EVENT}-resolved", "tags", "team"), "a"),
    Option("ignored_tags", ["*"], (RULE, f"acrwatch-{EVENT}", "lifecycle", "ignore_changes"), ["tags"]),
    Option(
        "runbook_base_url",
        "https://runbooks.example.com",
        (RULE, f"acrwatch-{EVENT}", "action", "custom_properties", "runbook"),
        f"https://runbooks.example.com/{EVENT}",
    ),
]
# Whose effect is no value at one place; each has a test of its own below.
ELSEWHERE = {"detections_dir", "tolerate_missing_tables", "provider"}


@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_each_option_reaches_the_json(host: Host, option: Option) -> None:
    """Where it belongs, and by nothing but the option."""
    RegistryWatch(host.scope, "watch", **BASE)
    without = option.found(host.json())
    host = Host(host.core.__name__)
    RegistryWatch(host.scope, "watch", **BASE | {option.name: option.value})

    assert without != option.expected
    assert option.found(host.json()) == option.expected


def test_every_option_has_a_test() -> None:
    """A new option without one would be an option nobody knows to work."""
    parameters = set(inspect.signature(RegistryWatch.__init__).parameters) - {"self", "scope", "id_"}

    assert {option.name for option in OPTIONS} | ELSEWHERE == parameters


def test_a_folder_of_ones_own_adds_a_rule(host: Host, tmp_path: Path) -> None:
    """Beside ours, which stay."""
    shipped, mine = shipped_folder() / EVENT, tmp_path / "mine"
    mine.mkdir()
    (mine / "query.kql").write_text((shipped / "query.kql").read_text("utf-8"), "utf-8")
    content = (shipped / "detection.yaml").read_text("utf-8").replace(f"id: {EVENT}", "id: mine", 1)
    (mine / "detection.yaml").write_text(content, "utf-8")
    watch = RegistryWatch(host.scope, "watch", **BASE, detections_dir=tmp_path)

    assert len(watch.alerts) == 6
    assert host.one(RULE, "acrwatch-mine")["criteria"] == host.one(RULE, f"acrwatch-{EVENT}")["criteria"]


def test_without_tolerance_no_query_has_a_union(host: Host) -> None:
    """As somebody wants it whose tables have rows."""
    RegistryWatch(host.scope, "tolerant", **BASE)
    assert all("union isfuzzy" in rule["criteria"][0]["query"] for rule in host.all(RULE))

    host = Host(host.core.__name__)
    RegistryWatch(host.scope, "strict", **BASE, tolerate_missing_tables=False)
    assert not any("union isfuzzy" in rule["criteria"][0]["query"] for rule in host.all(RULE))


def test_the_provider_reaches_every_resource(host: Host) -> None:
    """One that were left out would be made in another subscription."""
    west = AzurermProvider(host.scope, "west", alias="west")
    more = {"workspace": NEW, "receivers": [MAIL], "maintenance_windows": DRILL, "routing": NIGHT}
    RegistryWatch(host.scope, "watch", **BASE | more, provider=west)

    resources = host.json()["resource"]
    assert set(resources) == {RULE, QUIET, MORE, SETTING, GROUP, WORKSPACE}
    assert {body.get("provider") for bodies in resources.values() for body in bodies.values()} == {"azurerm.west"}


@pytest.mark.parametrize("type_", [RULE, QUIET, MORE, GROUP, WORKSPACE])
def test_tags_and_what_to_ignore_of_them_reach_every_resource_that_has_tags(host: Host, type_: str) -> None:
    """A policy on tags makes no exceptions."""
    more = {"workspace": NEW, "receivers": [MAIL], "tags": {"team": "a"}, "ignored_tags": ["Cost", "Created by"]}
    RegistryWatch(host.scope, "watch", **BASE | more | {"maintenance_windows": DRILL, "routing": NIGHT})

    assert host.all(type_)
    assert {body["tags"]["team"] for body in host.all(type_)} == {"a"}
    assert [body["lifecycle"] for body in host.all(type_)] == [
        {"ignore_changes": ['tags["Cost"]', 'tags["Created by"]']}
    ] * len(host.all(type_))


def test_tags_to_ignore_are_a_list(host: Host) -> None:
    """A single string would be taken for its letters, and change nothing."""
    with pytest.raises(SettingsError, match=r"'Cost' is a text; a list is needed, such as \['Cost'\]"):
        RegistryWatch(host.scope, "watch", **BASE, ignored_tags="Cost")
