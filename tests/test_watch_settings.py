"""What a watch is given becomes a plan of its rules, or all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.logging_settings import ActivityLogSettings, LogSettings, Ownership, Registry
from acrwatch.notifications.email import Email
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.watch_settings import NewWorkspace, Routing, WatchPlan, WatchSettings, plan_watch

ONE = "11111111-2222-3333-4444-555555555555"
TWO = "99999999-2222-3333-4444-555555555555"
PULLED, DELETED = "excessive_images_pulled", "forced_repository_deleted"


def registry(name: str, subscription: str = ONE) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/{name}"


def group(*names: str, **changes: Any) -> ActionGroupSettings:
    receivers = [Email(name=name, email_address="a@example.com") for name in names or ("mail",)]
    return ActionGroupSettings(receivers=receivers, **changes)


FINE = WatchSettings(
    registries={"one": registry("one")},
    workspace=f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log",
    resource_group_name="rg",
    location="westeurope",
    action_groups={"all": group()},
)
EXISTING = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/them"


def planned(**changes: Any) -> WatchPlan:
    plan, problems = plan_watch(replace(FINE, **changes))
    assert problems == []
    return plan


def routed(plan: WatchPlan) -> Mapping[str, tuple[str, ...]]:
    return {alert.id: alert.action_groups for alert in plan.alerts}


def test_all_five_detections_are_deployed_as_they_come() -> None:
    """In the order of their ids, so that a synthesised stack does not move."""
    assert [alert.id for alert in planned().alerts] == list(catalogue())


def test_a_variant_is_a_further_rule_beside_its_base() -> None:
    own = DetectionSettings(severity=4, variants={"payments": Variant(parameters={"images_limit": 3})})

    alerts = {alert.id: alert for alert in planned(detections={PULLED: own}).alerts}

    assert alerts[PULLED].rule.severity == 4
    assert alerts[f"{PULLED}.payments"].rule.severity == catalogue()[PULLED].severity
    assert alerts[f"{PULLED}.payments"].rule.threshold == 3
    assert alerts[PULLED].rule.threshold == 30


def test_a_detection_that_is_not_enabled_is_planned_all_the_same() -> None:
    """So that its address and state stay."""
    alerts = {alert.id: alert for alert in planned(detections={PULLED: DetectionSettings(enabled=False)}).alerts}

    assert not alerts[PULLED].rule.enabled
    assert len(alerts) == 5


def test_every_argument_reaches_the_rules() -> None:
    plan = planned(name="mine", runbook_base_url="https://wiki.example.com/x/", tolerate_missing_tables=False)

    for alert in plan.alerts:
        assert alert.rule.name == f"mine-{alert.id}"
        assert alert.rule.custom_properties["runbook"] == f"https://wiki.example.com/x/{alert.id}"
        assert "isfuzzy" not in alert.rule.query


def test_all_groups_are_told_unless_something_routes() -> None:
    plan = planned(action_groups={"a": group(), "b": EXISTING})

    assert set(routed(plan).values()) == {("a", "b")}


def test_a_variant_routes_before_the_severity_and_the_severity_before_the_default() -> None:
    plan = planned(
        action_groups={"a": group(), "b": group(), "c": group()},
        routing=Routing(default=["a"], severity={1: ["b"]}),
        detections={PULLED: DetectionSettings(variants={"x": Variant(severity=1, action_groups=["c"])})},
    )

    assert routed(plan)[DELETED] == ("b",)
    assert routed(plan)[PULLED] == ("a",)
    assert routed(plan)[f"{PULLED}.x"] == ("c",)


def test_the_activity_log_is_that_of_the_registries_subscriptions() -> None:
    registries = {"a": registry("a"), "b": Registry(id=registry("b", TWO)), "c": registry("c")}

    assert planned(registries=registries).subscriptions == {ONE: ONE, TWO: TWO}


@pytest.mark.parametrize(
    "changes",
    [
        {"diagnostics": Ownership.EXISTING},
        {"activity_log": ActivityLogSettings(diagnostics=Ownership.EXISTING)},
    ],
    ids=["the watch", "the activity log"],
)
def test_an_activity_log_that_others_send_is_left_alone(changes: dict[str, Any]) -> None:
    assert planned(**changes).subscriptions == {}


def test_the_activity_log_can_be_managed_where_the_registries_are_not() -> None:
    log = ActivityLogSettings(diagnostics=Ownership.MANAGED, subscriptions={"main": TWO})

    assert planned(diagnostics=Ownership.EXISTING, activity_log=log).subscriptions == {"main": TWO}


def test_a_registry_that_is_a_reference_needs_its_subscription_named() -> None:
    registries = {"one": "${azurerm_container_registry.one.id}"}

    _, problems = plan_watch(replace(FINE, registries=registries))

    assert [problem.place for problem in problems] == ["activity_log.subscriptions"]
    assert planned(registries=registries, activity_log=ActivityLogSettings(subscriptions={"main": ONE})).alerts


def test_references_are_let_through_wherever_azure_makes_the_value() -> None:
    plan = planned(
        workspace="${var.workspace}",
        resource_group_name="${var.group}",
        location="${var.location}",
        runbook_base_url="${var.wiki}",
        action_groups={"all": "${var.action_group}"},
        tags={"team": "${var.team}"},
    )

    assert plan.alerts[0].rule.custom_properties["runbook"].startswith("${var.wiki}/")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"registries": {}}, "registries", "nothing to watch"),
    ({"workspace": registry("one")}, "workspace", "but of a Microsoft.ContainerRegistry/registries one"),
    ({"workspace": NewWorkspace(name="abc")}, "workspace.name", "'abc' cannot name a workspace: 4 to 63"),
    ({"workspace": NewWorkspace(name="-abcd")}, "workspace.name", "cannot name"),
    ({"workspace": NewWorkspace(name="abcd", retention_in_days=29)}, "workspace.retention_in_days", "29 days"),
    ({"workspace": NewWorkspace(name="abcd", retention_in_days=731)}, "workspace.retention_in_days", "731 days"),
    ({"resource_group_name": "rg."}, "resource_group_name", "'rg.' cannot name a resource group"),
    ({"resource_group_name": ""}, "resource_group_name", "'' cannot name"),
    ({"location": ""}, "location", "'' is not a region like westeurope"),
    ({"runbook_base_url": "http://wiki"}, "runbook_base_url", "'http://wiki' is not a URL that starts with https://"),
    ({"runbook_base_url": "https://"}, "runbook_base_url", "is not a URL"),
    ({"name": "a/b"}, f"detections.{DELETED}.name", "cannot name a rule"),
    ({"tags": {"acrwatch_kind": "x"}}, "tags.acrwatch_kind", "are acrwatch's own"),
    ({"tags": {"a<b": "x"}}, "tags.a<b", "1 to 512 characters"),
    ({"tags": {"a": "x" * 257}}, "tags.a", "it has 257 characters"),
    ({"tags": {"Team": "a", "team": "b"}}, "tags.team", "Team is the same name in Azure"),
    ({"tags": {f"t{number}": "" for number in range(48)}}, "tags", "48 tags and 3 of acrwatch are more than the 50"),
    ({"action_groups": {}}, "action_groups", "nobody would be told"),
    ({"action_groups": {"a.b": group()}}, "action_groups.a.b", "cannot be a name"),
    ({"action_groups": {"a": group(), "A": group()}}, "action_groups.A", "a is the same name in Azure"),
    ({"action_groups": {"a": EXISTING, "b": EXISTING.lower()}}, "action_groups.b", "a is the same action group"),
    ({"action_groups": {"a": registry("x")}}, "action_groups.a", "is not the id of a Microsoft.Insights/actionGroups"),
    ({"action_groups": {"a": group(short_name="")}}, "action_groups.a.short_name", "'' has 0 characters"),
    ({"action_groups": {"security-team": group()}}, "action_groups.security-team.short_name", "13 characters; 1 to 12"),
    ({"action_groups": {"a": group("x", "X")}}, "action_groups.a.receivers[1].name", "stands here twice"),
    ({"action_groups": {f"g{n}": group() for n in range(6)}}, "action_groups", "6 action groups are too many"),
    ({"routing": Routing(default=[])}, "routing.default", "nobody would be told"),
    ({"routing": Routing(default=["al"])}, "routing.default[0]", "there is no action group 'al'; did you mean all?"),
    ({"routing": Routing(default=["all", "all"])}, "routing.default", "named twice"),
    ({"routing": Routing(severity={5: ["all"]})}, "routing.severity.5", "5 is not a severity Azure has"),
    ({"routing": Routing(severity={1: ["x"]})}, "routing.severity.1[0]", "there is no action group 'x'"),
    ({"logs": LogSettings(categories=[])}, "logs.categories", "there are none"),
    ({"activity_log": ActivityLogSettings(name="a/b")}, "activity_log.name", "cannot name a diagnostic setting"),
    ({"activity_log": ActivityLogSettings(subscriptions={"a": "x"})}, "activity_log.subscriptions.a", "not a GUID"),
    ({"detections": {"forced": DetectionSettings()}}, "detections.forced", "there is no such detection"),
    ({"detections": {PULLED: DetectionSettings(severity=9)}}, f"detections.{PULLED}.severity", "9 is not a severity"),
    (
        {"detections": {PULLED: DetectionSettings(variants={"a.b": Variant()})}},
        f"detections.{PULLED}.variants.a.b",
        "'a.b' cannot be a name",
    ),
    (
        {"detections": {PULLED: DetectionSettings(variants={"a": Variant(), "A": Variant()})}},
        f"detections.{PULLED}.variants.A",
        "a is the same name in Azure",
    ),
    (
        {"detections": {PULLED: DetectionSettings(variants={"a": Variant(frequency="7m")})}},
        f"detections.{PULLED}.variants.a.frequency",
        "7m is not a frequency Azure has",
    ),
    (
        {"detections": {PULLED: DetectionSettings(action_groups=["x"])}},
        f"detections.{PULLED}.action_groups[0]",
        "there is no action group 'x'",
    ),
]


@pytest.mark.parametrize(("changes", "place", "words"), WRONG, ids=[f"{place}: {words}" for _, place, words in WRONG])
def test_what_cannot_work_is_told_with_its_place_and_value(changes: dict[str, Any], place: str, words: str) -> None:
    _, problems = plan_watch(replace(FINE, **changes))

    assert [problem for problem in problems if problem.place == place and words in problem.message]


def test_all_problems_are_told_at_once() -> None:
    _, problems = plan_watch(replace(FINE, location="", tags={"acrwatch_x": ""}, detections={"x": DetectionSettings()}))

    assert {problem.place for problem in problems} == {"location", "tags.acrwatch_x", "detections.x"}


def test_six_groups_are_fine_where_no_rule_has_more_than_five() -> None:
    groups = {f"g{number}": group() for number in range(6)}

    assert set(routed(planned(action_groups=groups, routing=Routing(default=["g0"]))).values()) == {("g0",)}


def test_a_users_own_detections_are_planned_beside_ours(tmp_path: Path) -> None:
    assert [alert.id for alert in planned(detections_dir=tmp_path).alerts] == list(catalogue())
