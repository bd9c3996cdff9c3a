"""A watch is settings, rules and whom they tell, fits into anybody's stack, and refuses what cannot work."""

from typing import Any

import pytest

from acrwatch import (
    ActionGroup,
    ActionGroupSettings,
    ActivityLogSettings,
    DetectionSettings,
    Email,
    LogSettings,
    NewWorkspace,
    Ownership,
    RegistryWatch,
    Routing,
    SettingsError,
    TuningEntry,
    Variant,
    catalogue,
)
from acrwatch.core import CORES
from acrwatch.testing import synth
from tests.synthesis import (
    GROUP,
    OTHER_SUBSCRIPTION,
    RULE,
    SETTING,
    SUBSCRIPTION,
    WORKSPACE,
    WORKSPACE_ID,
    Host,
    action_group_id,
    registry_id,
)

EVENT, VOLUME = "forced_repository_deleted", "excessive_images_pulled"
MAIL = Email(name="team", email_address="team@example.com")
BASE: dict[str, Any] = {
    "registries": {"one": registry_id("one")},
    "workspace": WORKSPACE_ID,
    "resource_group_name": "rg",
    "location": "westeurope",
    "action_groups": {name: action_group_id(name) for name in "abcde"},
    "logs": LogSettings(name="registry-logs"),
}


def told(host: Host, id_: str) -> list[str]:
    """Last parts of the ids of the groups that a rule tells."""
    groups = host.one(RULE, f"acrwatch-{id_}")["action"]["action_groups"]
    return [group.rpartition("/")[2] for group in groups]


def places(arguments: dict[str, Any]) -> set[str]:
    """Where the problems of a watch are."""
    host = Host("cdktf")
    with pytest.raises(SettingsError, match=r"RegistryWatch 'watch': .* nothing was added to the stack") as error:
        RegistryWatch(host.scope, "watch", **BASE | arguments)
    assert host.json().get("resource", {}) == {}
    return {problem.place for problem in error.value.problems}


def test_a_watch_has_a_rule_for_each_detection_and_logs_for_it(host: Host) -> None:
    """With nothing chosen but what must be."""
    watch = RegistryWatch(host.scope, "watch", **BASE)

    assert list(watch.alerts) == list(catalogue())
    assert len(host.all(RULE)) == len(catalogue())
    assert {setting["name"] for setting in host.all(SETTING)} == {"registry-logs", "acrwatch"}
    assert host.one(SETTING, "acrwatch")["for_each"] == {SUBSCRIPTION: f"/subscriptions/{SUBSCRIPTION}"}
    assert host.all(GROUP) == []


@pytest.mark.parametrize("core", CORES)
def test_a_watch_brings_nothing_but_resources(core: str) -> None:
    """No provider, variable, output, backend or version; of the one data source see `test_watch_defaults`."""
    new = {"workspace": NewWorkspace(name="log-new"), "action_groups": {}, "receivers": [MAIL]}

    stack = synth(lambda scope: RegistryWatch(scope, "watch", **{**BASE, **new}), core=core)

    assert list(stack) == ["resource"]
    assert {RULE, SETTING, GROUP, WORKSPACE} <= set(stack["resource"])


def test_the_host_refers_to_all_that_was_made(host: Host) -> None:
    """A rule, a group, a setting, the workspace: what a host puts a dashboard or a lock on."""
    settings: dict[str, Any] = {"workspace": NewWorkspace(name="log-new"), "action_groups": {}, "receivers": [MAIL]}
    watch = RegistryWatch(host.scope, "watch", **BASE | settings)
    assert watch.activity_log_diagnostics is not None
    made = {
        "rule": watch.alerts[VOLUME].id,
        "group": watch.action_groups["default"].id,
        "same_group": watch.action_group_ids["default"],
        "setting": watch.registry_diagnostics.setting_id("one"),
        "activity": watch.activity_log_diagnostics.setting_id(SUBSCRIPTION),
        "workspace": watch.workspace_id,
    }
    for name, value in made.items():
        host.resource("azurerm_management_lock", name).add_override("scope", value)

    resources = host.json()["resource"]
    scopes = {name: body["scope"] for name, body in resources["azurerm_management_lock"].items()}
    prefix = {"rule": RULE, "group": GROUP, "same_group": GROUP, "workspace": WORKSPACE}
    for name, type_ in (prefix | {"setting": SETTING, "activity": SETTING}).items():
        address, _, attribute = scopes[name].removeprefix(f"${{{type_}.").partition("[" if "[" in scopes[name] else ".")
        assert address in resources[type_], scopes[name]
        assert attribute in ("id}", '"one"].id}', f'"{SUBSCRIPTION}"].id}}')


def test_a_created_workspace_is_what_all_else_uses(host: Host) -> None:
    """Kept for ninety days, in the group and region of the rules."""
    RegistryWatch(host.scope, "watch", **BASE | {"workspace": NewWorkspace(name="log-new")})

    (address,) = host.json()["resource"][WORKSPACE]
    reference = f"${{{WORKSPACE}.{address}.id}}"
    assert {setting["log_analytics_workspace_id"] for setting in host.all(SETTING)} == {reference}
    assert [scope for rule in host.all(RULE) for scope in rule["scopes"]] == [reference] * 5
    assert host.one(WORKSPACE) == {
        "name": "log-new",
        "location": "westeurope",
        "resource_group_name": "rg",
        "retention_in_days": 90,
    }


def test_references_are_let_through_for_every_id(host: Host) -> None:
    """The host's own resources, its variables, and templates by hand."""
    registry = host.resource("azurerm_container_registry", "acr").get_string_attribute("id")
    RegistryWatch(
        host.scope,
        "watch",
        registries={"mine": registry},
        workspace=host.resource("azurerm_log_analytics_workspace", "log").get_string_attribute("id"),
        resource_group_name=host.resource("azurerm_resource_group", "rg").get_string_attribute("name"),
        location=host.variable("region"),
        action_groups={"people": "${data.azurerm_monitor_action_group.people.id}"},
        activity_log=ActivityLogSettings(subscriptions={"main": host.variable("subscription")}),
        logs=BASE["logs"],
        tags={"env": host.variable("env")},
    )

    rule = host.one(RULE, f"acrwatch-{EVENT}")
    assert rule["scopes"] == ["${azurerm_log_analytics_workspace.log.id}"]
    assert (rule["resource_group_name"], rule["location"]) == ("${azurerm_resource_group.rg.name}", "${var.region}")
    assert rule["action"]["action_groups"] == ["${data.azurerm_monitor_action_group.people.id}"]
    assert rule["tags"]["env"] == "${var.env}"
    assert host.one(SETTING, "registry-logs")["for_each"] == {"mine": "${azurerm_container_registry.acr.id}"}
    assert host.one(SETTING, "acrwatch")["for_each"] == {"main": "/subscriptions/${var.subscription}"}


def test_alerts_are_routed_by_the_nearest_that_speaks(host: Host) -> None:
    """Variant before detection, both before severity, and severity before the default."""
    detections = {
        EVENT: DetectionSettings(action_groups=["b"], variants={"x": Variant(action_groups=["c"]), "y": Variant()}),
        VOLUME: DetectionSettings(severity=4),
        "excessive_images_pushed": DetectionSettings(severity=3),
    }
    routing = Routing(default=["a"], severity={1: ["d", "e"], 4: ["e"]})
    RegistryWatch(host.scope, "watch", **BASE, routing=routing, detections=detections)

    assert [told(host, f"{EVENT}{variant}") for variant in ("", ".x", ".y")] == [["b"], ["c"], ["d", "e"]]
    assert [told(host, VOLUME), told(host, "excessive_images_pushed")] == [["e"], ["a"]]


def test_all_groups_are_told_unless_it_is_said_otherwise(host: Host) -> None:
    """New ones, those made elsewhere in the stack, and those that exist."""
    ours = ActionGroup(host.scope, "ours", name="o", short_name="o", resource_group_name="rg", receivers=[MAIL])
    groups = {"there": action_group_id("there"), "ours": ours, "new": ActionGroupSettings(receivers=[MAIL])}
    watch = RegistryWatch(host.scope, "watch", **BASE | {"action_groups": groups}, receivers=[MAIL])

    assert list(watch.action_group_ids) == ["default", "there", "ours", "new"]
    assert list(watch.action_groups) == ["default", "new"]
    assert {len(rule["action"]["action_groups"]) for rule in host.all(RULE)} == {4}
    assert {group["name"] for group in host.all(GROUP)} == {"o", "acrwatch-new", "acrwatch-default"}


def test_a_sixth_group_is_refused_where_a_rule_would_have_it() -> None:
    """Azure takes five, however they come together."""
    six = {name: action_group_id(name) for name in "abcdef"}

    assert places({"action_groups": six}) == {"action_groups"}
    assert places({"action_groups": six, "routing": Routing(default=list(six))}) == {"routing.default"}
    own = {EVENT: DetectionSettings(variants={"x": Variant(action_groups=list(six))})}
    found = places({"action_groups": six, "routing": Routing(default=["a"]), "detections": own})
    assert found == {f"detections.{EVENT}.variants.x.action_groups"}


def test_six_groups_are_fine_when_no_rule_has_them_all(host: Host) -> None:
    """Routing is for that."""
    groups = {"action_groups": {name: action_group_id(name) for name in "abcdef"}}
    RegistryWatch(host.scope, "watch", **BASE | groups, routing=Routing(default=["f"]))

    assert told(host, EVENT) == ["f"]


def test_the_activity_log_is_that_of_the_registries_subscriptions(host: Host) -> None:
    """Each once, in whatever casing it stands in the ids."""
    registries = {
        "a": registry_id("a", OTHER_SUBSCRIPTION),
        "b": registry_id("b", OTHER_SUBSCRIPTION),
        "c": registry_id("c", "aaaaaaaa-AAAA-aaaa-aaaa-aaaaaaaaaaaa"),
    }
    RegistryWatch(host.scope, "watch", **BASE | {"registries": registries})

    assert list(host.one(SETTING, "acrwatch")["for_each"].values()) == [
        f"/subscriptions/{OTHER_SUBSCRIPTION}",
        "/subscriptions/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    ]


def test_subscriptions_must_be_named_where_an_id_is_a_reference() -> None:
    """Else the activity log of that registry would be missing without a word."""
    registries = {"one": registry_id("one"), "mine": "${azurerm_container_registry.acr.id}"}

    assert places({"registries": registries}) == {"activity_log.subscriptions"}


@pytest.mark.parametrize(
    "settings",
    [
        {"diagnostics": Ownership.EXISTING},
        {"activity_log": ActivityLogSettings(diagnostics=Ownership.EXISTING)},
    ],
)
def test_subscriptions_need_not_be_named_where_others_send_the_log(host: Host, settings: dict[str, Any]) -> None:
    """Said for the watch or for the activity log alone."""
    registries = {"mine": "${azurerm_container_registry.acr.id}"}
    watch = RegistryWatch(host.scope, "watch", **BASE | {"registries": registries} | settings)

    assert watch.activity_log_diagnostics is None


def test_everything_wrong_is_said_at_once() -> None:
    """From every part of the watch, before anything is in the stack."""
    wrong = {
        "registries": {"one": "/x"},
        "workspace": NewWorkspace(name="-", retention_in_days=7),
        "resource_group_name": "rg.",
        "location": "",
        "action_groups": {"a b": "/y", "long_short_name": ActionGroupSettings(receivers=[])},
        "routing": Routing(severity={9: ["z"]}),
        "detections": {"nope": DetectionSettings(), EVENT: DetectionSettings(frequency="7m")},
        "logs": LogSettings(categories=[]),
        "activity_log": ActivityLogSettings(name="?", subscriptions={}),
        "tags": {"acrwatch_kind": "x", "a/b": "x" * 257},
        "runbook_base_url": "http://example.com",
    }

    assert places(wrong) == {
        "registries.one", "workspace.name", "workspace.retention_in_days", "resource_group_name", "location",
        "action_groups.a b", "action_groups.long_short_name.short_name", "action_groups.long_short_name.receivers",
        "routing.severity.9", "routing.severity.9[0]", "detections.nope", f"detections.{EVENT}.frequency",
        "logs.categories", "activity_log.name", "activity_log.subscriptions", "tags.acrwatch_kind", "tags.a/b",
        "runbook_base_url",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"action_groups": {}}, "action_groups"),
        ({"routing": Routing(default=[])}, "routing.default"),
        ({"routing": Routing(default=["z"])}, "routing.default[0]"),
        ({"action_groups": {"a": action_group_id("x"), "b": action_group_id("X")}}, "action_groups.b"),
        ({"detections": {EVENT: DetectionSettings(action_groups=[])}}, f"detections.{EVENT}.action_groups"),
        (
            {"detections": {EVENT: DetectionSettings(except_=[TuningEntry(client="x")])}},
            f"detections.{EVENT}.except[0]",
        ),
        ({"detections": {EVENT: DetectionSettings(variants={"a.b": Variant()})}}, f"detections.{EVENT}.variants.a.b"),
        ({"tags": {f"t{n}": "" for n in range(48)}}, "tags"),
        ({"resource_group_name": "rg-größe"}, "resource_group_name"),
    ],
)
def test_what_would_tell_nobody_or_be_refused_is_refused(arguments: dict[str, Any], place: str) -> None:
    """At the value that has to change."""
    assert places(arguments) == {place}


def test_a_group_that_no_rule_tells_is_a_warning_of_the_cdk(host: Host) -> None:
    """Somebody else may use it, so it is no error; nothing is said where all are told."""
    groups = {name: ActionGroupSettings(receivers=[MAIL]) for name in ("told", "untold")}
    watch = RegistryWatch(host.scope, "watch", **BASE | {"action_groups": groups, "routing": Routing(default=["told"])})

    said = [entry.data for entry in watch.node.metadata]
    assert said == ["no rule that is enabled tells the action group untold; if one is to, name it under routing"]
    assert len(host.all(GROUP)) == 2
