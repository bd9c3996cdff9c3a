"""What a watch is made of, as plain values, and everything that is wrong with them.

The settings file and `RegistryWatch` fill in the same `WatchSettings`, under the same names, so that one
set of checks serves both and needs no node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from acrwatch.alert_rule import AlertRule
from acrwatch.detection.catalogue import Catalogue, catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.rule import alert_rule, rule_id, rules_of
from acrwatch.detection.tuning import FROM_YAML, DetectionSettings, Variant
from acrwatch.errors import Problem, did_you_mean, one_of, shown
from acrwatch.ids import IdKind, id_problems, subscription_of
from acrwatch.limits import SEVERITIES, action_group_problems
from acrwatch.logging_settings import (
    ActivityLogSettings,
    LogSettings,
    Ownership,
    Registries,
    log_problems,
    registry_of,
    registry_problems,
    setting_name_problems,
    subscription_problems,
)
from acrwatch.names import id_problems_of
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.notifications.group_settings import action_group_problems as group_problems
from acrwatch.notifications.receiver import url_problems
from acrwatch.references import is_reference

if TYPE_CHECKING:
    from acrwatch.notifications.action_group import ActionGroup

RETENTION_DAYS = range(30, 731)
_WORKSPACE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{2,61})[A-Za-z0-9]")
_RESOURCE_GROUP_NAME = re.compile(r"[\w().-]{0,89}[\w()-]", re.ASCII)
_LOCATION = re.compile(r"[A-Za-z][A-Za-z0-9 ]{2,49}")
_TAG_NAME = re.compile(r"[^<>%&\\?/]{1,512}")
TAG_VALUE_MAX = 256
TAGS_MAX = 50
OWN_TAGS = "acrwatch_"


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
        default: groups of alerts that nothing else routes. Default: all groups of the watch.
        severity: severity (0 to 4) -> groups.
    """

    default: Sequence[str] | None = None
    severity: Mapping[int, Sequence[str]] = field(default_factory=dict)

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class WatchSettings:
    """What `RegistryWatch` is given; its docstring says what each is for."""

    registries: Registries
    workspace: str | NewWorkspace
    resource_group_name: str
    location: str
    action_groups: Mapping[str, ActionGroupSettings | ActionGroup | str]
    routing: Routing = field(default_factory=Routing)
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


@dataclass(frozen=True, kw_only=True)
class PlannedAlert:
    """One rule that the watch will have.

    Args:
        detection: what it is made of.
        variant: name of the variant, None for the base rule.
        settings: its tuning.
        rule: its plain values.
        action_groups: names of the groups it tells.
    """

    detection: Detection
    variant: str | None
    settings: Variant
    rule: AlertRule
    action_groups: tuple[str, ...]

    @property
    def id(self) -> str:
        """`<id>` or `<id>.<variant>`: the construct's id."""
        return rule_id(self.detection, self.variant)


@dataclass(frozen=True, kw_only=True)
class WatchPlan:
    """What follows from the settings.

    Args:
        alerts: the rules, in the order of their ids.
        subscriptions: name -> id of those whose activity log is sent by us; none when others do.
    """

    alerts: tuple[PlannedAlert, ...]
    subscriptions: Mapping[str, str]


def plan_watch(settings: WatchSettings) -> tuple[WatchPlan, list[Problem]]:
    """Work out the rules, and everything that is wrong.

    Args:
        settings: what the watch is given.

    Returns:
        The plan, which can be built only when there are no problems, and the problems.

    Raises:
        SettingsError: a detection in `detections_dir` cannot be read.
    """
    known = catalogue(settings.detections_dir)
    problems = [
        *registry_problems(settings.registries),
        *_place_problems(settings),
        *_tag_problems(settings),
        *_group_problems(settings),
        *(problem.below("logs") for problem in log_problems(settings.logs)),
        *setting_name_problems(settings.activity_log.name, "activity_log", "name"),
        *_routing_problems(settings),
    ]
    for name in settings.detections:
        if name not in known:
            said = f"there is no such detection; {did_you_mean(name, known)}"
            problems.append(Problem(path=("detections", name), message=said))
    alerts, found = _planned_alerts(settings, known)
    subscriptions, more = _subscriptions(settings)
    return WatchPlan(alerts=alerts, subscriptions=subscriptions), [*problems, *found, *more]


def _place_problems(settings: WatchSettings) -> Iterator[Problem]:
    if isinstance(settings.workspace, str):
        yield from id_problems(settings.workspace, IdKind.WORKSPACE, "workspace")
    else:
        if not is_reference(settings.workspace.name) and not _WORKSPACE_NAME.fullmatch(settings.workspace.name):
            said = f"{shown(settings.workspace.name)} cannot name a workspace: 4 to 63 letters, digits and -"
            yield Problem(path=("workspace", "name"), message=said)
        if settings.workspace.retention_in_days not in RETENTION_DAYS:
            said = f"{settings.workspace.retention_in_days} days cannot be kept; allowed are 30 to 730"
            yield Problem(path=("workspace", "retention_in_days"), message=said)
    yield from resource_group_problems(settings.resource_group_name, "resource_group_name")
    if not is_reference(settings.location) and not _LOCATION.fullmatch(settings.location):
        yield Problem(path=("location",), message=f"{shown(settings.location)} is not a region like westeurope")
    url = settings.runbook_base_url
    if url is not None:
        yield from url_problems(url, "runbook_base_url")


def resource_group_problems(name: str, *path: str | int) -> Iterator[Problem]:
    """A resource group's name (Azure: resource-name-rules)."""
    if not is_reference(name) and not _RESOURCE_GROUP_NAME.fullmatch(name):
        said = f"{shown(name)} cannot name a resource group: 1 to 90 letters, digits, ( ) . _ -, no . at the end"
        yield Problem(path=path, message=said)


def _tag_problems(settings: WatchSettings) -> Iterator[Problem]:
    for name, value in settings.tags.items():
        if name.lower().startswith(OWN_TAGS):
            yield Problem(path=("tags", name), message=f"names that begin with {OWN_TAGS} are acrwatch's own")
        if not is_reference(name) and not _TAG_NAME.fullmatch(name):
            said = "a tag's name has 1 to 512 characters, none of < > % & \\ ? / (Azure: tag-resources)"
            yield Problem(path=("tags", name), message=said)
        if not is_reference(value) and len(value) > TAG_VALUE_MAX:
            said = f"it has {len(value)} characters; a tag's value has at most {TAG_VALUE_MAX} (Azure: tag-resources)"
            yield Problem(path=("tags", name), message=said)
    yield from _twin_problems(settings.tags, "tags")
    if len(settings.tags) + 3 > TAGS_MAX:
        said = f"{len(settings.tags)} tags and 3 of acrwatch are more than the {TAGS_MAX} Azure allows"
        yield Problem(path=("tags",), message=said)


def _group_problems(settings: WatchSettings) -> Iterator[Problem]:
    if not settings.action_groups:
        yield Problem(path=("action_groups",), message="there are none, so nobody would be told")
    yield from _twin_problems(settings.action_groups, "action_groups")
    existing: dict[str, str] = {}
    for key, group in settings.action_groups.items():
        path = ("action_groups", key)
        yield from id_problems_of(key, *path)
        if isinstance(group, str):
            yield from id_problems(group, IdKind.ACTION_GROUP, *path)
            twin = existing.setdefault(group.lower(), key)
            if twin != key:
                yield Problem(path=path, message=f"{twin} is the same action group")
        elif isinstance(group, ActionGroupSettings):
            name, short_name = group_name(settings, key), short_name_of(key, group)
            found = group_problems(name, short_name, group.receivers, enabled=group.enabled)
            yield from (problem.below(*path) for problem in found)


def group_name(settings: WatchSettings, key: str) -> str:
    """Azure name of an action group of the watch."""
    return f"{settings.name}-{key}"


def short_name_of(key: str, group: ActionGroupSettings) -> str:
    """Short name of an action group of the watch."""
    return key if group.short_name is None else group.short_name


def _twin_problems(names: Iterable[str], *path: str | int) -> Iterator[Problem]:
    """Names that differ only in casing are one name in Azure."""
    seen: dict[str, str] = {}
    for name in names:
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            yield Problem(path=(*path, name), message=f"{twin} is the same name in Azure, which ignores casing")


def _routing_problems(settings: WatchSettings) -> Iterator[Problem]:
    named = settings.routing.default
    if named is not None:
        yield from _names_problems(settings, named, "routing", "default")
    for severity, groups in settings.routing.severity.items():
        path = ("routing", "severity", str(severity))
        if severity not in SEVERITIES:
            yield Problem(path=path, message=f"{severity} is not a severity Azure has; {one_of(SEVERITIES)}")
        yield from _names_problems(settings, groups, *path)


def _names_problems(settings: WatchSettings, groups: Sequence[str], *path: str | int) -> Iterator[Problem]:
    if not groups:
        yield Problem(path=path, message="there are none, so nobody would be told")
    for position, name in enumerate(groups):
        if name not in settings.action_groups:
            known = did_you_mean(name, settings.action_groups) if settings.action_groups else "there are none"
            yield Problem(path=(*path, position), message=f"there is no action group {shown(name)}; {known}")
    yield from action_group_problems(groups, *path)


def _routed(settings: WatchSettings, own: Sequence[str] | None, severity: int) -> tuple[str, ...]:
    if own is not None:
        return tuple(own)
    if severity in settings.routing.severity:
        return tuple(settings.routing.severity[severity])
    default = settings.routing.default
    return tuple(settings.action_groups if default is None else default)


def _planned_alerts(settings: WatchSettings, known: Catalogue) -> tuple[tuple[PlannedAlert, ...], list[Problem]]:
    alerts: list[PlannedAlert] = []
    problems: list[Problem] = []
    for id_, detection in known.items():
        own = settings.detections.get(id_, DetectionSettings())
        problems += _twin_problems(own.variants, "detections", id_, "variants")
        for variant, chosen in rules_of(own):
            path: tuple[str | int, ...] = ("detections", id_) + (("variants", variant) if variant is not None else ())
            rule, found = alert_rule(
                detection,
                chosen,
                variant=variant,
                name_prefix=settings.name,
                runbook_base_url=settings.runbook_base_url,
                tolerate_missing_tables=settings.tolerate_missing_tables,
            )
            problems += [problem.below(*path) for problem in found]
            if chosen.action_groups is not None:
                problems += _names_problems(settings, chosen.action_groups, *path, "action_groups")
            if rule is None:
                continue
            groups = _routed(settings, chosen.action_groups, rule.severity)
            if chosen.action_groups is None and rule.severity not in settings.routing.severity:
                problems += _default_problems(settings, problems)
            alerts.append(
                PlannedAlert(detection=detection, variant=variant, settings=chosen, rule=rule, action_groups=groups)
            )
    return tuple(alerts), problems


def _default_problems(settings: WatchSettings, before: Sequence[Problem]) -> list[Problem]:
    """All groups are the default, unless there are more than a rule can have."""
    if settings.routing.default is not None:
        return []
    found = action_group_problems(tuple(settings.action_groups), "action_groups")
    return [problem for problem in found if problem not in before]


def _subscriptions(settings: WatchSettings) -> tuple[Mapping[str, str], list[Problem]]:
    log = settings.activity_log
    if (log.diagnostics or settings.diagnostics) is Ownership.EXISTING:
        return {}, []
    if log.subscriptions is not None:
        return log.subscriptions, list(subscription_problems(log.subscriptions, "activity_log"))
    found: dict[str, str] = {}
    for name, value in settings.registries.items():
        subscription = subscription_of(registry_of(value).id)
        if subscription is None and is_reference(registry_of(value).id):
            problem = Problem(
                path=("activity_log", "subscriptions"),
                message=f"the id of {name} is a reference, so its subscription is not known here",
                way_out="name the subscriptions, or set diagnostics to existing where others send the activity log",
            )
            return {}, [problem]
        if subscription is not None:
            found[subscription] = subscription
    return found, []
