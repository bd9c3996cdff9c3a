"""What a watch is made of, as plain values.

The settings file and `RegistryWatch` fill in the same `WatchSettings`, under the same names. What is wrong
with them is decided in `watch_checks`, what follows from them in `watch_plan`; neither needs node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from acrwatch.detection.tuning import DetectionSettings
from acrwatch.from_yaml import FROM_YAML
from acrwatch.logging_settings import ActivityLogSettings, LogSettings, Ownership, Registries
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.processing_settings import ExtraGroups, MaintenanceWindow
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.notifications.action_group import ActionGroup


@dataclass(frozen=True, kw_only=True)
class NewWorkspace:
    """A Log Analytics workspace that is to be made, in the watch's resource group.

    There is no daily cap: a cap would stop the logs, and with them every alert.

    Args:
        name: 4 to 63 letters, digits and -.
        retention_in_days: how long rows are kept, 30 to 730 (azurerm: log_analytics_workspace). Default: 90.
    """

    name: str
    retention_in_days: int = 90

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Which action groups an alert tells, by name, unless its detection or variant names its own.

    Args:
        default: groups of alerts that nothing else routes. Default: all groups of the watch but those under `extra`.
        severity: severity (0 to 4) -> groups.
        extra: name -> groups that are told beside these at some times, as in the night.
    """

    default: Sequence[str] | None = None
    severity: Mapping[int, Sequence[str]] = field(default_factory=dict)
    extra: Mapping[str, ExtraGroups] = field(default_factory=dict)

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class WatchSettings:
    """What `RegistryWatch` is given; its docstring says what each is for."""

    registries: Registries
    workspace: str | NewWorkspace
    action_groups: Mapping[str, ActionGroupSettings | ActionGroup | str]
    resource_group_name: str | None = None
    location: str | None = None
    routing: Routing = field(default_factory=Routing)
    maintenance_windows: Mapping[str, MaintenanceWindow] = field(default_factory=dict)
    detections: Mapping[str, DetectionSettings] = field(default_factory=dict)
    detections_dir: str | Path | None = None
    diagnostics: Ownership = Ownership.MANAGED
    logs: LogSettings = field(default_factory=LogSettings)
    activity_log: ActivityLogSettings = field(default_factory=ActivityLogSettings)
    name: str = "acrwatch"
    tags: Mapping[str, str] = field(default_factory=dict)
    ignored_tags: Sequence[str] = ()
    runbook_base_url: str | None = None
    tolerate_missing_tables: bool = True


def default_groups(settings: WatchSettings) -> tuple[str, ...]:
    """Names of the groups that an alert tells which nothing else routes."""
    if settings.routing.default is not None:
        return tuple(settings.routing.default)
    extra = {name for one in settings.routing.extra.values() for name in one.action_groups}
    return tuple(name for name in settings.action_groups if name not in extra)


def group_name(settings: WatchSettings, key: str) -> str:
    """Azure name of an action group of the watch."""
    return f"{settings.name}-{key}"


def short_name_of(key: str, group: ActionGroupSettings) -> str:
    """Short name of an action group of the watch."""
    return key if group.short_name is None else group.short_name
