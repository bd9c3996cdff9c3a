"""What is wrong with a maintenance window or extra groups is said at its place, and nothing else is."""

from dataclasses import replace
from typing import Any

import pytest

from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.errors import Problem
from acrwatch.processing_settings import DailyTime, ExtraGroups, MaintenanceWindow, Weekday, WeeklyTime
from acrwatch.watch_plan import WatchPlan, plan_watch
from acrwatch.watch_settings import Routing
from tests.watches import FINE, ONE, group, registry

DELETED, SCAN = "forced_repository_deleted", "image_vulnerability_scan_disabled"
GROUPS = {"day": group(), "night": group()}
NIGHT = DailyTime(from_="18:00", until="08:00")
END = {"until": "2026-02-01T00:00"}
ODD: Any = "Sunnday"


def plan(windows: dict[str, Any], extra: dict[str, Any] | None = None) -> tuple[WatchPlan, list[Problem]]:
    """The plan of a watch with two groups, and what is wrong with it."""
    changed = replace(
        FINE,
        registries={"one": registry("one"), "two": "${var.two}"},
        activity_log=replace(FINE.activity_log, subscriptions={"one": ONE}),
        action_groups=GROUPS,
        detections={DELETED: DetectionSettings(variants={"strict": Variant()})},
        maintenance_windows={key: MaintenanceWindow(**({"reason": "x"} | value)) for key, value in windows.items()},
        routing=Routing(extra={key: ExtraGroups(**value) for key, value in (extra or {}).items()}),
    )
    return plan_watch(changed)


def window(**given: Any) -> list[tuple[str, str]]:
    return [(one.place.removeprefix("maintenance_windows.w."), str(one)) for one in plan({"w": given})[1]]


@pytest.mark.parametrize(
    "given",
    [
        END,
        {"from_": "2026-01-31 22:00:30"} | END,
        {"daily": [NIGHT]},
        {"weekly": [WeeklyTime(days=list(Weekday))]},
        {"weekly": [WeeklyTime(days=[Weekday.MONDAY], from_="22:00", until="00:00")]},
        {"detections": [DELETED, f"{DELETED}.strict"], "registries": ["one", "two"]} | END,
        {"detections": [SCAN]} | END,
        {"time_zone": "europe/berlin"} | END,
        {"time_zone": "Tokyo Standard Time"} | END,
        {"from_": "${var.begin}", "until": "${var.end}", "time_zone": "${var.zone}", "reason": "${var.why}"},
        {"daily": [DailyTime(from_="${var.begin}", until="${var.end}")]},
    ],
)
def test_what_azure_takes_is_let_through(given: dict[str, Any]) -> None:
    """References among it, which only Terraform knows."""
    assert window(**given) == []


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        ({"reason": " "} | END, "reason", "empty"),
        ({}, "", "no end"),
        ({"from_": "2026-01-31T22:00"}, "", "no end"),
        ({"until": "2026-02-30T00:00"}, "until", "not a time like"),
        ({"until": "2026-02-01T00:00Z"}, "until", "without an offset"),
        ({"until": "2026-02-01T00:00+01:00"}, "until", "without an offset"),
        ({"until": "2026-02-01"}, "until", "not a time like"),
        ({"from_": "tomorrow"} | END, "from", "not a time like"),
        ({"from_": "2026-02-01T00:00"} | END, "until", "is not after"),
        ({"from_": "2026-02-01T00:00:01"} | END, "until", "is not after"),
        ({"daily": [DailyTime(from_="18:00", until="24:00")]}, "daily[0].until", "not a time of day"),
        ({"daily": [NIGHT, DailyTime(from_="6pm", until="08:00")]}, "daily[1].from", "not a time of day"),
        ({"daily": [DailyTime(from_="18:00", until="18:00:00")]}, "daily[0]", "not documented"),
        ({"weekly": [WeeklyTime(days=[])]}, "weekly[0].days", "there are none"),
        ({"weekly": [WeeklyTime(days=[ODD])]}, "weekly[0].days[0]", "did you mean Sunday?"),
        ({"weekly": [WeeklyTime(days=[Weekday.MONDAY, Weekday.MONDAY])]}, "weekly[0].days[1]", "twice"),
        ({"weekly": [WeeklyTime(days=[Weekday.MONDAY], from_="22:00")]}, "weekly[0]", "together"),
        ({"weekly": [WeeklyTime(days=[Weekday.MONDAY], from_="1", until="2")]}, "weekly[0].from", "time of day"),
        ({"time_zone": "Europe/Berlni"} | END, "time_zone", "Europe/Berlin"),
        ({"time_zone": "Mid-Atlantic Standard Time"} | END, "time_zone", "not a time zone"),
        ({"detections": []} | END, "detections", "leave it out"),
        ({"detections": ["forced_repository_delete"]} | END, "detections[0]", f"did you mean {DELETED}?"),
        ({"detections": [f"{DELETED}.strikt"]} | END, "detections[0]", f"did you mean {DELETED}.strict?"),
        ({"detections": [DELETED, DELETED]} | END, "detections[1]", "twice"),
        ({"registries": []} | END, "registries", "leave it out"),
        ({"registries": ["tow"]} | END, "registries[0]", "did you mean two?"),
        ({"registries": ["one"], "detections": [DELETED, SCAN]} | END, "detections[1]", "of which registry"),
    ],
)
def test_what_cannot_work_is_refused_at_its_place(given: dict[str, Any], place: str, says: str) -> None:
    """Each with what is allowed, or the way out."""
    found = [(at.removeprefix("maintenance_windows.w"), text) for at, text in window(**given)]

    assert any(at == place and says in text for at, text in found), found


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        ({"action_groups": ["night"]}, "", "no time"),
        ({"action_groups": [], "daily": [NIGHT]}, "action_groups", "there are none"),
        ({"action_groups": ["nigth"], "daily": [NIGHT]}, "action_groups[0]", "did you mean night?"),
        ({"action_groups": ["night"], "daily": [NIGHT], "severities": [5]}, "severities[0]", "not a severity"),
        ({"action_groups": ["night"], "daily": [NIGHT], "severities": []}, "severities", "leave it out"),
        ({"action_groups": ["night"], "daily": [NIGHT], "severities": [1, 1]}, "severities[1]", "twice"),
        ({"action_groups": ["night"], "daily": [NIGHT], "detections": ["x"]}, "detections[0]", "no detection"),
        ({"action_groups": ["night"], "daily": [NIGHT], "time_zone": "x"}, "time_zone", "not a time zone"),
    ],
)
def test_extra_groups_that_cannot_work_are_refused_at_their_place(given: dict[str, Any], place: str, says: str) -> None:
    """As windows are."""
    _, problems = plan({}, {"e": given})
    found = [(one.place.removeprefix("routing.extra.e").lstrip("."), str(one)) for one in problems]

    assert any(at == place and says in text for at, text in found), found


def test_names_are_held_to_what_ids_take() -> None:
    """They become parts of Terraform addresses and Azure names, which ignore casing."""
    _, problems = plan({"a b": END, "w": END, "W": END}, {"a.b": {"action_groups": ["night"], "daily": [NIGHT]}})

    assert [one.place for one in problems] == [
        "maintenance_windows.W",
        "maintenance_windows.a b",
        "routing.extra.a.b",
    ]


def test_a_group_that_is_extra_is_told_by_no_alert_by_default() -> None:
    """Else it would be told always, and the entry would do nothing."""
    found, problems = plan({}, {"e": {"action_groups": ["night"], "daily": [NIGHT]}})

    assert problems == []
    assert {alert.action_groups for alert in found.alerts} == {("day",)}
    assert found.warnings == ()


def test_when_all_groups_are_extra_nobody_would_be_told_at_other_times() -> None:
    """Which is refused, once."""
    _, problems = plan({}, {"e": {"action_groups": ["night", "day"], "daily": [NIGHT]}})

    assert [one.place for one in problems] == ["routing.extra"]


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({}, ()),
        ({"severities": [0]}, ("e",)),
        ({"detections": [DELETED], "severities": [1]}, ()),
        ({"action_groups": ["day"]}, ("e",)),
    ],
)
def test_extra_groups_that_add_nobody_are_warned_of(changes: dict[str, Any], idle: tuple[str, ...]) -> None:
    """No alert has the severity, or all tell the group anyway."""
    extra = {"e": replace(ExtraGroups(action_groups=["night"], daily=[NIGHT]), **changes)}
    found, problems = plan_watch(replace(FINE, action_groups=GROUPS, routing=Routing(default=["day"], extra=extra)))

    assert problems == []
    assert found.idle == idle
    assert ("routing.extra.e adds nobody" in " ".join(found.warnings)) is bool(idle)
