"""Two constructs of a stack cannot take the same name in Azure, and what only looks alike is let through."""

from typing import Any

import pytest

from acrwatch import (
    ActionGroup,
    ActivityLogDiagnostics,
    ActivityLogSettings,
    DetectionAlert,
    Email,
    LogSettings,
    NewWorkspace,
    Ownership,
    RegistryDiagnostics,
    RegistryWatch,
    SettingsError,
    catalogue,
)
from tests.synthesis import (
    GROUP,
    OTHER_SUBSCRIPTION,
    RULE,
    SETTING,
    SUBSCRIPTION,
    WORKSPACE_ID,
    Host,
    azure_id,
    registry_id,
)

MAIL = Email(name="team", email_address="team@example.com")
OTHER_WORKSPACE = azure_id("Microsoft.OperationalInsights/workspaces", "log-other")
OTHER_NAME = LogSettings(name="other")
OTHERS_LOG = ActivityLogSettings(diagnostics=Ownership.EXISTING)


def watch(host: Host, id_: str, **arguments: Any) -> RegistryWatch:
    """A watch of a registry named like it, under Azure names that begin like it."""
    given: dict[str, Any] = {
        "registries": {id_: registry_id(id_)},
        "workspace": WORKSPACE_ID,
        "resource_group_name": "rg",
        "location": "westeurope",
        "receivers": [MAIL],
        "name": id_,
        "activity_log": OTHERS_LOG,
    }
    return RegistryWatch(host.scope, id_, **given | arguments)


def test_two_watches_live_in_one_stack(host: Host) -> None:
    """Side by side, each with its own rules, groups and settings, and both activity logs."""
    watch(host, "one", activity_log=ActivityLogSettings())
    there = {"two": registry_id("two", OTHER_SUBSCRIPTION)}
    watch(host, "two", activity_log=ActivityLogSettings(), registries=there)

    assert [len(host.all(type_)) for type_ in (RULE, GROUP, SETTING)] == [10, 2, 4]


def test_two_watches_with_one_name_are_refused(host: Host) -> None:
    """Saying which one has it, and what to do; in any casing, since Azure ignores it."""
    watch(host, "one")

    with pytest.raises(SettingsError, match="host/one/action_group_default has the action group") as error:
        watch(host, "two", name="ONE")
    assert "'rg' / 'ONE-default' already\n           give one of them another name" in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"name": "one", "receivers": [], "action_groups": {"x": "${var.x}"}}, "alert rule 'rg' / 'one-excessive_"),
        ({"workspace": NewWorkspace(name="log-new")}, "workspace 'rg' / 'log-new'"),
    ],
)
def test_each_kind_of_name_is_taken_once(host: Host, arguments: dict[str, Any], what: str) -> None:
    """A rule that overwrites another one is a rule less."""
    workspace = arguments.get("workspace", WORKSPACE_ID)
    watch(host, "one", workspace=workspace)

    with pytest.raises(SettingsError, match=f"has the {what}"):
        watch(host, "two", **arguments)


def test_a_processing_rule_is_taken_once_though_its_rules_differ(host: Host) -> None:
    """Its name has fewer characters to tell them apart."""
    given: dict[str, Any] = {
        "detection": "forced_repository_deleted",
        "workspace_id": WORKSPACE_ID,
        "resource_group_name": "rg",
        "location": "westeurope",
    }
    DetectionAlert(host.scope, "one", **given, name="a b")

    with pytest.raises(SettingsError, match="host/one has the alert processing rule 'rg' / 'a-b-forced"):
        DetectionAlert(host.scope, "two", **given, name="a-b")


def test_one_name_in_two_resource_groups_is_no_collision(host: Host) -> None:
    """Two names in Azure."""
    watch(host, "one")
    watch(host, "two", name="one", resource_group_name="other")

    assert len(host.all(GROUP)) == 2


def test_two_watches_of_one_app_collide_across_its_stacks(host: Host) -> None:
    """Two states that would fight for the same rules, groups and settings."""
    watch(host, "one")
    other = Host(host.core.__name__, app=host.app, name="other")

    with pytest.raises(SettingsError) as error:
        watch(other, "two", name="ONE", registries={"again": registry_id("one")})
    owners = {problem.message.partition(" has the ")[0] for problem in error.value.problems}
    assert owners == {
        f"host/one/{id_}"
        for id_ in ("registry_diagnostics", "action_group_default", *(f"alert_{name}" for name in catalogue()))
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"workspace": azure_id("Microsoft.OperationalInsights/workspaces", "l", subscription=OTHER_SUBSCRIPTION)},
        {"workspace": "${data.azurerm_log_analytics_workspace.x.id}"},
        {"resource_group_name": "${data.azurerm_resource_group.x.name}"},
    ],
)
def test_names_that_may_differ_in_azure_are_let_through_across_stacks(host: Host, changed: dict[str, Any]) -> None:
    """Another subscription, or one that only Terraform knows."""
    other = Host(host.core.__name__, app=host.app, name="other")

    watch(host, "one", **changed)
    watch(other, "two", name="one")
    watch(Host(host.core.__name__), "one", **changed)

    assert [len(each.all(RULE)) for each in (host, other)] == [5, 5]


def test_a_watch_that_is_refused_leaves_nothing_behind(host: Host) -> None:
    """Neither constructs in the tree nor names that are taken: without the cause it works, under the same id."""
    watch(host, "one")
    with pytest.raises(SettingsError, match="RegistryWatch 'two': 1 problem, nothing was added to the stack"):
        watch(host, "two", registries={"fresh": registry_id("two"), "again": registry_id("one")}, logs=OTHER_NAME)

    watch(host, "three", registries={"fresh": registry_id("two")}, name="two")

    assert [child.node.id for child in host.scope.node.children] == ["one", "three"]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ActionGroup, {"name": "g", "short_name": "g", "receivers": [MAIL], "resource_group_name": "rg"}),
        (RegistryDiagnostics, {"registries": {"one": registry_id("one")}, "workspace_id": WORKSPACE_ID}),
        (ActivityLogDiagnostics, {"subscriptions": {"main": SUBSCRIPTION}, "workspace_id": WORKSPACE_ID}),
        (
            DetectionAlert,
            {
                "detection": "forced_repository_deleted",
                "workspace_id": WORKSPACE_ID,
                "resource_group_name": "rg",
                "location": "westeurope",
            },
        ),
    ],
)
def test_a_construct_that_is_refused_is_not_in_the_tree(host: Host, kind: Any, given: dict[str, Any]) -> None:
    """A host that catches the error can synthesise the rest."""
    kind(host.scope, "one", **given)

    with pytest.raises(SettingsError, match="nothing was added to the stack"):
        kind(host.scope, "two", **given)
    assert [child.node.id for child in host.scope.node.children] == ["one"]


def test_a_registry_in_two_watches_is_refused_with_the_way_out(host: Host) -> None:
    """Azure answers the second setting with a 409."""
    watch(host, "one")
    both = {"again": registry_id("ONE")}

    with pytest.raises(SettingsError, match="host/one/registry_diagnostics has the logs of") as error:
        watch(host, "two", registries=both)
    assert "set diagnostics to existing in the other" in str(error.value)
    assert watch(host, "three", registries=both, diagnostics=Ownership.EXISTING).registry_diagnostics.resource is None


def test_a_subscription_in_two_watches_is_refused(host: Host) -> None:
    """Two registries of one subscription share its activity log."""
    watch(host, "one", activity_log=ActivityLogSettings())

    with pytest.raises(SettingsError, match=f"has the logs of '/subscriptions/{SUBSCRIPTION}'"):
        watch(host, "two", activity_log=ActivityLogSettings(name="another"))


def test_a_registry_may_send_to_two_workspaces_under_two_names(host: Host) -> None:
    """Azure takes five settings of a resource; but a name only once."""
    given: dict[str, Any] = {"registries": {"one": registry_id("one")}}
    RegistryDiagnostics(host.scope, "one", **given, workspace_id=WORKSPACE_ID)
    RegistryDiagnostics(host.scope, "two", **given, workspace_id=OTHER_WORKSPACE, logs=LogSettings(name="other"))

    assert len(host.all(SETTING)) == 2
    with pytest.raises(SettingsError, match="host/one has the diagnostic setting"):
        RegistryDiagnostics(host.scope, "three", **given, workspace_id="${var.third}")


def test_references_collide_when_they_are_spelled_the_same(host: Host) -> None:
    """Two watches in the host's own group, which a template names."""
    group: dict[str, Any] = {"name": "g", "short_name": "g", "receivers": [MAIL]}
    ActionGroup(host.scope, "one", **group, resource_group_name="${var.group}")

    with pytest.raises(SettingsError, match="host/one has the action group"):
        ActionGroup(host.scope, "two", **group, resource_group_name="${var.group}")


def test_references_that_are_spelled_differently_are_let_through(host: Host) -> None:
    """They may be the same, but who could know."""
    group: dict[str, Any] = {"name": "g", "short_name": "g", "receivers": [MAIL]}
    for n, name in enumerate(("${var.group}", "${var.Group}", host.variable("group"))):
        ActionGroup(host.scope, f"group{n}", **group, resource_group_name=name)
    for n in range(2):
        ActivityLogDiagnostics(
            host.scope, f"log{n}", subscriptions={"x": host.variable(f"s{n}")}, workspace_id=WORKSPACE_ID
        )

    assert [len(host.all(type_)) for type_ in (GROUP, SETTING)] == [3, 2]
