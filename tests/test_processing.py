"""What a maintenance window or extra groups say is what is deployed, and what routing makes of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch import (
    DailyTime,
    DetectionSettings,
    ExtraGroups,
    MaintenanceWindow,
    Ownership,
    RegistryWatch,
    Routing,
    SettingsError,
    TuningEntry,
    Variant,
    Weekday,
    WeeklyTime,
)
from acrwatch.azurerm import LogAnalyticsWorkspace
from acrwatch.core import CORES
from acrwatch.processing import ProcessingPlace, make_processing_rule, registry_texts
from acrwatch.processing_plan import PlannedProcessing
from acrwatch.processing_settings import Schedule
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.rehearsal.words import told
from acrwatch.routing import Alert, Route, in_force, route
from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.stack import TYPES, stack_of
from tests.rehearsal.rules import at as minutes
from tests.rehearsal.rules import pull
from tests.rehearsal.watch import deployed
from tests.strategies import ZONES
from tests.synthesis import MORE, QUIET, WORKSPACE_ID, Body, Host, action_group_id, azure_id, registry_id

DELETED, IMAGES, PULLED = "forced_repository_deleted", "images_deleted_in_repository", "excessive_images_pulled"
SCAN = "image_vulnerability_scan_disabled"
BASE: dict[str, Any] = {
    "registries": {key: registry_id(name) for key, name in {"one": "ContosoDev", "two": "contosoprod"}.items()},
    "workspace": WORKSPACE_ID,
    "resource_group_name": "rg",
    "location": "westeurope",
    "action_groups": {"day": action_group_id("day"), "night": action_group_id("night")},
}
DRILL = MaintenanceWindow(reason="a drill", from_="2026-02-07T22:00", until="2026-02-08T04:00")
NIGHT = ExtraGroups(action_groups=["night"], daily=[DailyTime(from_="18:00", until="08:00")])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001  # a clock's
CLOCKS = st.times().map(lambda found: found.replace(microsecond=0))
PARTS = st.lists(CLOCKS, min_size=2, max_size=2, unique=True)


def written(host: Host, **arguments: Any) -> Mapping[str, Body]:
    """The processing rules of a watch that keep nothing but the end of events quiet, by name."""
    RegistryWatch(host.scope, "watch", **BASE | arguments)
    return {
        body["name"]: body
        for type_ in (QUIET, MORE)
        for body in host.all(type_)
        if not body["name"].endswith("-resolved")
    }


def read(host: Host) -> SynthesisedStack:
    return stack_of(Path("cdk.tf.json"), read_configuration(host.json(), TYPES))


def routed(stack: SynthesisedStack, rule: str, moment: str, **dimensions: str) -> Route:
    (found,) = [one for one in stack.rules if one.id == rule]
    return route(stack, Alert(rule=found, dimensions=dimensions), datetime.fromisoformat(moment))


def names(found: Route) -> list[str]:
    return [one.name.rpartition("/")[2] for one in found.told]


def rules(body: Body) -> list[str]:
    """Whose alerts a rule is for, as the end of their addresses."""
    return [value.split("alert_")[-1].rsplit("_", 1)[0] for value in body["condition"]["alert_rule_id"]["values"]]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any times in any spelling."""

    def clock(found: time) -> str:
        return found.isoformat() if found.second else draw(st.sampled_from([found.isoformat(), f"{found:%H:%M}"]))

    def moment(found: datetime) -> str:
        return found.isoformat(draw(st.sampled_from("T ")), "seconds")

    daily = [DailyTime(from_=clock(a), until=clock(b)) for a, b in draw(st.lists(PARTS, max_size=2))]
    days = st.lists(st.sampled_from(list(Weekday)), min_size=1, unique=True)
    weekly = [
        WeeklyTime(days=draw(days), from_=clock(part[0]), until=clock(part[1])) if part else WeeklyTime(days=draw(days))
        for part in draw(st.lists(st.just([]) | PARTS, max_size=2))
    ]
    bounds = sorted(
        draw(st.lists(MOMENTS, min_size=2, max_size=2, unique_by=lambda found: found.replace(microsecond=0)))
    )
    begins, ends = (moment(one) if draw(st.booleans()) else None for one in bounds)
    return Schedule(from_=begins, until=ends, daily=daily, weekly=weekly, time_zone=draw(ZONES))


def holds(schedule: Schedule, moment: datetime) -> bool:
    """Whether a setting holds a moment, read from the setting alone."""
    zones = {"w. europe standard time": "Europe/Berlin", "Samoa Standard Time": "Pacific/Apia"}
    now = moment.astimezone(ZoneInfo(zones.get(schedule.time_zone, schedule.time_zone))).replace(tzinfo=None)
    if schedule.from_ is not None and now < datetime.fromisoformat(schedule.from_):
        return False
    if schedule.until is not None and now >= datetime.fromisoformat(schedule.until):
        return False
    every = list(Weekday)
    parts = [(every, one.from_, one.until) for one in schedule.daily]
    parts += [(list(one.days), one.from_ or "00:00", one.until or "00:00") for one in schedule.weekly]
    if not parts:
        return True
    for days, begins, ends in parts:
        today, yesterday = every[now.weekday()], every[now.weekday() - 1]
        clock, start, end = now.time(), time.fromisoformat(begins), time.fromisoformat(ends)
        over_midnight = end <= start
        if today in days and clock >= start and (over_midnight or clock < end):
            return True
        if over_midnight and yesterday in days and clock < end:
            return True
    return False


@given(
    schedule=schedules(),
    moments=st.lists(MOMENTS, min_size=1, max_size=8),
    core=st.sampled_from(CORES),
    adds=st.booleans(),
)
@settings(max_examples=150)
def test_a_rule_is_in_force_when_its_setting_says(
    schedule: Schedule, moments: list[datetime], core: str, adds: bool
) -> None:
    """Through the JSON, on either core, for any times and zone: at any moment, and where something begins or ends."""
    host = Host(core)
    planned = PlannedProcessing(
        id="p", name="p", description=None, schedule=schedule, alerts=("a",), action_groups=("g",) if adds else None
    )
    place = ProcessingPlace(
        resource_group_name="rg",
        workspace_id=WORKSPACE_ID,
        alert_ids={"a": azure_id("Microsoft.Insights/scheduledQueryRules", "a")},
        action_group_ids={"g": action_group_id("g")},
        registries={},
        tags={},
        ignored_tags=(),
        provider=None,
    )
    make_processing_rule(host.scope, planned, place)

    (rule,) = read(host).processing_rules
    edges = [datetime.fromisoformat(text) for text in (schedule.from_, schedule.until) if text is not None]
    clocks = [clock for one in schedule.daily for clock in (one.from_, one.until)]
    clocks += [clock for weekly in schedule.weekly for clock in (weekly.from_, weekly.until) if clock is not None]
    edges += [datetime.combine(moments[0], time.fromisoformat(clock)) for clock in clocks]
    zone = ZoneInfo("UTC" if schedule.time_zone not in ("Europe/Berlin", "Asia/Kolkata") else schedule.time_zone)
    looked_at = [one.replace(tzinfo=UTC) for one in moments]
    looked_at += [one.replace(tzinfo=zone) + timedelta(seconds=step) for one in edges for step in (-1, 0, 1)]
    assert rule.unresolved == ()
    assert [in_force(rule.schedule, one).holds for one in looked_at] == [holds(schedule, one) for one in looked_at]


def test_a_window_of_all_alerts_names_the_rules_of_the_watch_and_no_others(host: Host) -> None:
    """Others may fire on the same workspace. A filter takes five values, so the sixth rule has one of its own."""
    tuned = {PULLED: DetectionSettings(variants={"strict": Variant()})}
    found = written(host, maintenance_windows={"drill": DRILL}, detections=tuned)

    assert sorted(found) == ["acrwatch-maintenance-drill", "acrwatch-maintenance-drill-2"]
    assert [len(rules(found[name])) for name in sorted(found)] == [5, 1]
    assert {body["description"] for body in found.values()} == {"a drill"}
    assert {tuple(body["scopes"]) for body in found.values()} == {(WORKSPACE_ID,)}
    stack = read(host)
    for rule in stack.rules:
        assert names(routed(stack, rule.id, "2026-02-07T22:00Z")) == []
        assert names(routed(stack, rule.id, "2026-02-07T21:59Z")) == ["day", "night"]
        assert names(routed(stack, rule.id, "2026-02-08T04:00Z")) == ["day", "night"]


def test_a_window_of_a_detection_is_for_its_variants_and_one_of_a_variant_for_that_alone(host: Host) -> None:
    """As `acrwatch routes --detection` means it."""
    tuned = {DELETED: DetectionSettings(variants={"strict": Variant(), "lax": Variant()})}
    windows = {
        "whole": replace(DRILL, detections=[DELETED]),
        "one": replace(DRILL, detections=[f"{DELETED}.strict", IMAGES]),
    }
    found = written(host, maintenance_windows=windows, detections=tuned)

    assert rules(found["acrwatch-maintenance-whole"]) == [DELETED, f"{DELETED}strict", f"{DELETED}lax"]
    assert rules(found["acrwatch-maintenance-one"]) == [f"{DELETED}strict", IMAGES]


def test_a_window_of_a_registry_looks_for_its_dimension_alone(host: Host) -> None:
    """In lower case, as the dimension is; not the rule whose alerts have no such dimension."""
    found = written(host, maintenance_windows={"move": replace(DRILL, registries=["one"])})

    (body,) = found.values()
    assert body["condition"]["alert_context"] == {
        "operator": "Contains",
        "values": ['"name":"Registry","value":"contosodev"', '"name": "Registry", "value": "contosodev"'],
    }
    assert SCAN not in rules(body)
    stack, moment = read(host), "2026-02-07T23:00Z"
    other, meant = (routed(stack, DELETED, moment, Registry=name) for name in ("contosoprod", "contosodev"))
    assert (names(other), other.unknown) == (["day", "night"], ())
    assert names(meant) == []
    assert "how Azure writes the alert context as text is not documented" in meant.unknown[0]
    assert names(routed(stack, DELETED, "2026-02-08T05:00Z", Registry="contosodev")) == ["day", "night"]


def test_no_filter_has_more_than_five_values(host: Host) -> None:
    """Azure takes no more; each rule and registry is in one of the rules."""
    tuned = {IMAGES: DetectionSettings(variants={f"v{n}": Variant() for n in range(5)})}
    registries = {f"r{n}": registry_id(f"acr{n}") for n in range(5)}
    window = replace(DRILL, detections=[IMAGES, DELETED], registries=list(registries))
    found = written(host, maintenance_windows={"w": window}, detections=tuned, registries=registries)

    pairs = set()
    for body in found.values():
        ids, texts = (body["condition"][name]["values"] for name in ("alert_rule_id", "alert_context"))
        assert max(len(ids), len(texts)) <= 5
        pairs |= {(id_, text) for id_ in ids for text in texts}
    assert len(pairs) == 7 * 10
    assert len(found) == 2 * 3


@pytest.mark.parametrize("as_token", [True, False])
def test_the_name_of_a_registry_that_the_host_makes_is_taken_from_its_id(host: Host, as_token: bool) -> None:
    """Terraform cuts it out and puts it into lower case, whether a token or a template is given."""
    made = host.core.TerraformResource(host.scope, "acr", terraform_resource_type="azurerm_container_registry")
    template = f"${{azurerm_container_registry.{made.friendly_unique_id}.id}}"
    id_ = str(made.get_string_attribute("id")) if as_token else template
    window = replace(DRILL, detections=[DELETED], registries=["prod"])
    (body,) = written(
        host, maintenance_windows={"w": window}, registries={"prod": id_}, diagnostics=Ownership.EXISTING
    ).values()

    (text, _) = body["condition"]["alert_context"]["values"]
    inner = template[2:-1] if as_token else f'"{template}"'
    assert text == f'"name":"Registry","value":"${{lower(element(split("/", {inner}), 8))}}"'


@given(
    name=st.from_regex(r"[a-z0-9]{5,50}", fullmatch=True),
    other=st.from_regex(r"[a-z0-9]{5,50}", fullmatch=True),
    texts=st.lists(st.text(), max_size=3),
    separators=st.sampled_from([(",", ":"), (", ", ": ")]),
)
def test_only_an_alert_about_the_registry_has_its_text(
    name: str, other: str, texts: list[str], separators: tuple[str, str]
) -> None:
    """Whatever stands in its other values: nobody can write the pair into one, as JSON escapes quotes."""
    wanted = registry_texts(name)
    values = [*texts, *wanted, name, f'Registry == "{name}"']

    def context(registry: str) -> str:
        dimensions = [{"name": "Registry", "value": registry}]
        dimensions += [{"name": f"D{n}", "value": value} for n, value in enumerate(values)]
        content = {"properties": {"a": values[0]}, "condition": {"searchQuery": values, "dimensions": dimensions}}
        return json.dumps(content, separators=separators)

    assert any(text in context(name) for text in wanted)
    assert name == other or not any(text in context(other) for text in wanted)


def test_extra_groups_are_told_at_their_times_beside_the_others(host: Host) -> None:
    """Of alerts of their severity; at other times by nobody, though they are groups of the watch."""
    extra = {"night": replace(NIGHT, severities=[0, 1], time_zone="Europe/Berlin", reason="nights")}
    (body,) = written(host, routing=Routing(extra=extra)).values()

    assert body["condition"]["severity"]["values"] == ["Sev0", "Sev1"]
    assert body["schedule"]["time_zone"] == "W. Europe Standard Time"
    assert (body["name"], body["description"]) == ("acrwatch-extra-night", "nights")
    stack = read(host)
    assert [
        names(routed(stack, DELETED, f"2026-07-01T{clock}Z")) for clock in ("15:59", "16:00", "05:59", "06:00")
    ] == [
        ["day"],
        ["day", "night"],
        ["day", "night"],
        ["day"],
    ]
    assert names(routed(stack, IMAGES, "2026-07-01T16:00Z")) == ["day"]


def test_a_window_outranks_extra_groups(host: Host) -> None:
    """Nobody is nobody."""
    written(host, maintenance_windows={"drill": DRILL}, routing=Routing(extra={"night": NIGHT}))

    found = routed(read(host), DELETED, "2026-02-07T23:00Z")
    assert names(found) == []
    assert [rule.name for rule in found.suppressed_by] == ["acrwatch-maintenance-drill"]


def test_a_reference_is_given_on_as_it_stands(host: Host) -> None:
    """For hosts whose variables have the times."""
    zone, end = host.variable("zone"), host.variable("end")
    workspace = LogAnalyticsWorkspace(host.scope, "w", name="w", location="westeurope", resource_group_name="rg")
    window = MaintenanceWindow(reason=host.variable("why"), until=end, time_zone=zone)
    (body,) = written(host, workspace=workspace.id, maintenance_windows={"w": window}).values()

    assert body["schedule"] == {"effective_until": "${var.end}", "time_zone": "${var.zone}"}
    assert body["description"] == "${var.why}"
    assert body["scopes"] == ["${azurerm_log_analytics_workspace.w.id}"]


def test_names_begin_like_the_watchs_and_have_what_azurerm_takes(host: Host) -> None:
    """Only letters, digits, `-` and `_`; a watch may be named with more."""
    found = written(host, name="_a.b c", maintenance_windows={"drill": DRILL}, routing=Routing(extra={"n_1": NIGHT}))

    assert sorted(found) == ["a-b-c-extra-n_1", "a-b-c-maintenance-drill"]


def test_two_rules_of_one_name_are_refused_before_anything_is_made(host: Host) -> None:
    """The second part of one window has the name of another."""
    tuned = {PULLED: DetectionSettings(variants={"strict": Variant()})}
    with pytest.raises(SettingsError, match="alert processing rule 'rg' / 'acrwatch-maintenance-a-2' already"):
        written(host, maintenance_windows={"a": DRILL, "a-2": DRILL}, detections=tuned)

    assert host.json().get("resource", {}) == {}


def test_what_they_became_can_be_reached(host: Host) -> None:
    """For what acrwatch does not offer."""
    watch = RegistryWatch(
        host.scope,
        "watch",
        **BASE,
        maintenance_windows={"drill": DRILL},
        routing=Routing(extra={"night": NIGHT}),
    )

    assert [(name, rule.TYPE) for name, rule in watch.processing_rules.items()] == [
        ("acrwatch-maintenance-drill", QUIET),
        ("acrwatch-extra-night", MORE),
    ]


@pytest.mark.parametrize("registries", [None, ["one"]])
def test_a_rehearsal_says_which_window_kept_an_alert_from_people(registries: list[str] | None) -> None:
    """The rehearsed alert names the registry `acrone`; before the window it is told."""
    window = {"reason": "x", "from": "2026-01-15T00:00", "until": "2026-01-15T02:00"}
    stack = deployed(
        registries={"one": registry_id("acrone"), "two": registry_id("acrtwo")},
        maintenance_windows={"drill": window | ({} if registries is None else {"registries": registries})},
    )
    stack = replace(stack, rules=tuple(rule for rule in stack.rules if rule.id == DELETED))
    deletes = [
        pull(
            minute,
            OperationName="Delete",
            Repository="team/api",
            Digest="",
            Tag="",
            CorrelationId=f"{minute}",
            LoginServer=f"{name}.azurecr.io",
            _ResourceId=registry_id(name).lower(),
        )
        for minute, name in [(10, "acrone"), (12, "acrtwo"), (200, "acrone")]
    ]
    found = rehearse(stack, deletes, start=minutes(0))

    assert [(alert.dimensions["Registry"], told(alert.notifications[0])) for alert in found.alerts] == [
        ("acrone", "nobody: suppressed by acrwatch-maintenance-drill"),
        ("acrtwo", "acrwatch-people" if registries else "nobody: suppressed by acrwatch-maintenance-drill"),
        ("acrone", "acrwatch-people"),
    ]


def test_tuning_for_a_registry_puts_its_name_into_the_query_and_mutes_nothing(host: Host) -> None:
    """The trap of looking for the name alone."""
    tuned = {DELETED: DetectionSettings(only=[TuningEntry(registry="contosodev"), TuningEntry(registry="contosoprod")])}
    written(host, maintenance_windows={"w": replace(DRILL, registries=["one"])}, detections=tuned)
    stack = read(host)

    (rule,) = [one for one in stack.rules if one.id == DELETED]
    assert "contosodev" in rule.criteria[0].query
    assert names(routed(stack, DELETED, "2026-02-07T23:00Z", Registry="contosoprod")) == ["day", "night"]
