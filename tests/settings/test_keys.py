"""Every key of a settings file reaches the watch, or the stack around it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from acrwatch.logging_settings import ActivityLogSettings, EventHubDestination, LogSettings, Ownership, Registry
from acrwatch.processing_settings import DailyTime, ExtraGroups, MaintenanceWindow, Weekday, WeeklyTime
from acrwatch.settings.model import Settings
from acrwatch.watch_settings import NewWorkspace, Routing, WatchSettings
from tests.settings.content import GROUP_ID, ZERO, loaded

HUB_RULE = f"{GROUP_ID}/Microsoft.EventHub/namespaces/ns/authorizationRules/send"
STORAGE = f"{GROUP_ID}/Microsoft.Storage/storageAccounts/store"
REGISTRY = f"{GROUP_ID}/Microsoft.ContainerRegistry/registries/one"
PULLED = "excessive_images_pulled"

# Key of the file -> another value than the example's -> what the watch then has.
REACHES: list[tuple[str, Any, str, Any]] = [
    ("location", "northeurope", "location", "northeurope"),
    ("resource_group/name", "rg-x", "resource_group_name", "rg-x"),
    ("workspace", {"name": "mine"}, "workspace", NewWorkspace(name="mine", retention_in_days=90)),
    (
        "workspace",
        {"name": "mine", "retention_in_days": 30},
        "workspace",
        NewWorkspace(name="mine", retention_in_days=30),
    ),
    ("registries", {"one": REGISTRY}, "registries", {"one": REGISTRY}),
    (
        "registries",
        {"one": {"id": REGISTRY, "diagnostics": "existing"}},
        "registries",
        {"one": Registry(id=REGISTRY, diagnostics=Ownership.EXISTING)},
    ),
    ("routing/default", ["oncall"], "routing.default", ["oncall"]),
    ("routing/severity", {3: ["oncall"]}, "routing.severity", {3: ["oncall"]}),
    (
        "routing/extra",
        {"night": {"action_groups": ["oncall"], "daily": [{"from": "18:00", "until": "08:00"}]}},
        "routing.extra.night",
        ExtraGroups(action_groups=["oncall"], daily=[DailyTime(from_="18:00", until="08:00")]),
    ),
    ("routing", {}, "routing", Routing()),
    (
        "maintenance_windows",
        {"a": {"reason": "x", "weekly": [{"days": ["Monday"]}], "time_zone": "Europe/Berlin"}},
        "maintenance_windows.a",
        MaintenanceWindow(reason="x", weekly=[WeeklyTime(days=[Weekday.MONDAY])], time_zone="Europe/Berlin"),
    ),
    ("diagnostics", "existing", "diagnostics", Ownership.EXISTING),
    ("logs/name", "other", "logs", LogSettings(name="other")),
    ("logs/metrics", True, "logs", LogSettings(metrics=True)),
    ("logs/category_group", "audit", "logs", LogSettings(category_group="audit")),
    (
        "logs/categories",
        ["ContainerRegistryRepositoryEvents"],
        "logs",
        LogSettings(categories=["ContainerRegistryRepositoryEvents"]),
    ),
    ("logs/storage_account_id", STORAGE, "logs", LogSettings(storage_account_id=STORAGE)),
    (
        "logs/event_hub",
        {"authorization_rule_id": HUB_RULE, "event_hub_name": "hub"},
        "logs",
        LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="hub")),
    ),
    (
        "activity_log",
        {"diagnostics": "existing", "name": "x"},
        "activity_log",
        ActivityLogSettings(diagnostics=Ownership.EXISTING, name="x"),
    ),
    ("activity_log/subscriptions", {"a": ZERO}, "activity_log.subscriptions", {"a": ZERO}),
    ("name", "mine", "name", "mine"),
    ("tags", {"team": "x"}, "tags", {"team": "x"}),
    ("ignored_tags", ["cost", "owner"], "ignored_tags", ["cost", "owner"]),
    ("runbook_base_url", "https://wiki.example.com", "runbook_base_url", "https://wiki.example.com"),
    ("tolerate_missing_tables", False, "tolerate_missing_tables", False),
    (f"detections/{PULLED}/enabled", False, f"detections.{PULLED}.enabled", False),
    (f"detections/{PULLED}/severity", 0, f"detections.{PULLED}.severity", 0),
    (f"detections/{PULLED}/frequency", "5m", f"detections.{PULLED}.frequency", "5m"),
    (f"detections/{PULLED}/parameters", {"images_limit": 3}, f"detections.{PULLED}.parameters.images_limit", 3),
    (f"detections/{PULLED}/limits/0/identity", "svc", f"detections.{PULLED}.limits.0.identity", "svc"),
    (f"detections/{PULLED}/only", [{"registry": "a"}], f"detections.{PULLED}.only.0.registry", "a"),
    (f"detections/{PULLED}/except", [{"identity": "a"}], f"detections.{PULLED}.except_.0.identity", "a"),
    (f"detections/{PULLED}/action_groups", ["oncall"], f"detections.{PULLED}.action_groups", ["oncall"]),
    (f"detections/{PULLED}/variants/x", {"severity": 4}, f"detections.{PULLED}.variants.x.severity", 4),
    ("action_groups/security/short_name", "sec", "action_groups.security.short_name", "sec"),
    ("action_groups/security/enabled", False, "action_groups.security.enabled", False),
]

# Key -> what has to change with it: subscriptions are not named where others send their log.
BESIDE: dict[str, dict[str, Any]] = {"diagnostics": {"activity_log": {}}}


def at(watch: WatchSettings, path: str) -> Any:
    """The value at a dotted path; None where there is no such thing."""
    value: Any = watch
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, Sequence):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = getattr(value, part, None)
    return value


@pytest.mark.parametrize(("key", "value", "path", "wanted"), REACHES, ids=[key for key, *_ in REACHES])
def test_a_key_of_the_file_reaches_the_watch(tmp_path: Path, key: str, value: Any, path: str, wanted: Any) -> None:
    """Another value than the example's, so that it cannot be there by chance."""
    assert at(loaded(tmp_path).watch(), path) != wanted
    assert at(loaded(tmp_path, {**BESIDE.get(key, {}), key: value}).watch(), path) == wanted


def test_every_argument_of_a_watch_has_its_key_in_the_file() -> None:
    """By the same name; only the resource group says more in the file."""
    watch = set(WatchSettings.__dataclass_fields__) - {"resource_group_name"}

    assert watch < set(Settings.model_fields)
    assert set(Settings.model_fields) - watch == {
        "subscription_id",
        "resource_group",
        "backend",
        "provider_version",
        "environment",
        "resource_provider_registrations",
    }


def test_every_key_that_a_watch_has_is_tested_here() -> None:
    """`detections_dir` and whole action groups have tests of their own."""
    tested = {key.partition("/")[0] for key, *_ in REACHES} | {"detections_dir"}

    assert set(Settings.model_fields) - tested == {
        "subscription_id",
        "backend",
        "provider_version",
        "environment",
        "resource_provider_registrations",
    }
