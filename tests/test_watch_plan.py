"""What a watch is given becomes a plan of its rules, or all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.tuning import DetectionSettings, TuningEntry, Variant
from acrwatch.errors import SettingsError
from acrwatch.logging_settings import (
    REGISTRY_CATEGORIES,
    ActivityLogSettings,
    LogSettings,
    Ownership,
    Registry,
)
from acrwatch.watch_plan import WatchPlan, plan_watch
from acrwatch.watch_settings import Routing
from tests.detection.content import EVENT, EVENT_QUERY, written
from tests.watches import EXISTING, FINE, ONE, TWO, group, registry

PULLED, DELETED = "excessive_images_pulled", "forced_repository_deleted"
SCAN = "image_vulnerability_scan_disabled"
LOGIN, REPOSITORY = REGISTRY_CATEGORIES


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
    ({"action_groups": {f"g{n}": group() for n in range(6)}}, "action_groups", "6 action groups are too many"),
    ({"logs": LogSettings(categories=[LOGIN])}, "logs.categories", f"{REPOSITORY} is missing, and without it {PULLED}"),
    ({"activity_log": ActivityLogSettings(subscriptions={"a": "x"})}, "activity_log.subscriptions.a", "not a GUID"),
    ({"activity_log": ActivityLogSettings(subscriptions={})}, "activity_log.subscriptions", "there are none"),
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


@pytest.mark.parametrize("name", ["a/b", "", "a|b", "x" * 139])
def test_a_name_that_cannot_begin_others_is_told_once_and_of_the_watch(name: str) -> None:
    """And not of each of the rules and action groups whose names it begins."""
    _, problems = plan_watch(replace(FINE, name=name))

    assert [problem.place for problem in problems] == ["name"]


def test_the_longest_name_leaves_room_for_any_rule_and_group() -> None:
    long = "v" * 60

    plan = planned(
        name="x" * 138,
        action_groups={"g" * 60: group(short_name="short")},
        detections={SCAN: DetectionSettings(variants={long: Variant()})},
    )

    assert max(len(alert.rule.name) for alert in plan.alerts) <= 260


# Log settings of which none keeps a rule from firing.
ENOUGH: list[dict[str, Any]] = [
    {"logs": LogSettings(categories=[REPOSITORY])},
    {"logs": LogSettings(category_group="audit")},
    {"logs": LogSettings(categories=["${var.category}"])},
    {"logs": LogSettings(categories=[LOGIN]), "diagnostics": Ownership.EXISTING},
    {
        "logs": LogSettings(categories=[LOGIN]),
        "registries": {"one": Registry(id=registry("one"), diagnostics=Ownership.EXISTING)},
    },
    {
        "logs": LogSettings(categories=[LOGIN]),
        "detections": {id_: DetectionSettings(enabled=False) for id_ in catalogue() if id_ != SCAN},
    },
]


@pytest.mark.parametrize(
    "changes",
    ENOUGH,
    ids=["the category", "a group", "a reference", "others' settings", "others' setting", "rules that are off"],
)
def test_categories_are_fine_that_leave_out_nothing_a_rule_of_ours_needs(changes: dict[str, Any]) -> None:
    """What others send, or only Terraform knows, is not ours to judge; the activity log goes another way."""
    assert planned(**changes).alerts


def test_one_registry_whose_setting_is_ours_is_enough_to_need_the_category() -> None:
    _, problems = plan_watch(
        replace(
            FINE,
            diagnostics=Ownership.EXISTING,
            registries={"one": Registry(id=registry("one"), diagnostics=Ownership.MANAGED)},
            logs=LogSettings(categories=[LOGIN]),
        )
    )

    assert [problem.place for problem in problems] == ["logs.categories"]


def test_no_category_at_all_is_told_once() -> None:
    _, problems = plan_watch(replace(FINE, logs=LogSettings(categories=[])))

    assert [problem.place for problem in problems] == ["logs.categories"]


@pytest.mark.parametrize("subscriptions", [{"main": ONE}, {"main": "x"}, {}], ids=["right", "wrong", "none"])
@pytest.mark.parametrize("owner", ["the watch", "the activity log"])
def test_subscriptions_are_not_named_where_others_send_their_log(subscriptions: Mapping[str, str], owner: str) -> None:
    """They would do nothing, and whoever named them expects something of it."""
    mine = Ownership.EXISTING if owner == "the activity log" else None
    log = ActivityLogSettings(diagnostics=mine, subscriptions=subscriptions)
    plan, problems = plan_watch(replace(FINE, activity_log=log, diagnostics=mine or Ownership.EXISTING))

    assert [problem.place for problem in problems] == ["activity_log.subscriptions"]
    assert "their settings are existing, so none is made" in problems[0].message
    assert plan.subscriptions == {}


def test_a_users_own_detections_are_planned_beside_ours(tmp_path: Path) -> None:
    written(tmp_path, EVENT, EVENT_QUERY)

    assert [alert.id for alert in planned(detections_dir=tmp_path).alerts] == [*catalogue(), "mine"]


def test_a_folder_without_a_detection_makes_no_plan(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="it holds no detection"):
        plan_watch(replace(FINE, detections_dir=tmp_path))


@pytest.mark.parametrize(
    ("named", "strange"),
    [("contosoprod", False), ("CONTOSO*", False), ("*", False), ("contosopord", True), ("prod", True)],
)
def test_a_rule_that_is_limited_to_a_registry_that_is_not_there_is_warned_of(named: str, strange: bool) -> None:
    """Mistyped, or the key of a registry, it makes a rule that never fires. A disabled one does not anyway."""
    own = DetectionSettings(only=[TuningEntry(registry=named)])
    registries = {"prod": registry("contosoprod")}

    plan = planned(registries=registries, detections={PULLED: own})

    assert plan.strangers == (((PULLED, named),) if strange else ())
    assert (f"only of {PULLED} names the registry {named}" in " ".join(plan.warnings)) is strange
    off = planned(registries=registries, detections={PULLED: replace(own, enabled=False)})
    assert off.strangers == ()


def test_the_name_of_a_registry_that_only_terraform_knows_is_not_guessed() -> None:
    own = DetectionSettings(only=[TuningEntry(registry="contosopord")])

    plan = planned(
        registries={"prod": "${azurerm_container_registry.prod.id}"},
        activity_log=ActivityLogSettings(diagnostics=Ownership.EXISTING),
        detections={PULLED: own},
    )

    assert plan.strangers == ()
