"""What is wrong with the settings of a watch, as far as it does not depend on a detection.

Messages and paths are the same whether the values come from a settings file or from Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from acrwatch.azure_names import (
    location_problems,
    resource_group_problems,
    tag_problems,
    twin_problems,
)
from acrwatch.errors import Problem, did_you_mean, one_of, shown
from acrwatch.ids import IdKind, id_problems, resource_group_of
from acrwatch.limits import SEVERITIES, told_groups_problems
from acrwatch.logging_settings import log_problems, ownership_problems, registry_problems, setting_name_problems
from acrwatch.names import NAME_MAX, id_problems_of
from acrwatch.notifications.group_settings import ActionGroupSettings, action_group_problems
from acrwatch.references import folded, is_reference
from acrwatch.urls import runbook_problems
from acrwatch.watch_settings import WatchSettings, group_name, short_name_of

# What is added to it is `-<detection>.<variant>` for a rule and `-<key>` for an action group. Rules take less
# length, 260 in all, and action groups fewer characters.
WATCH_NAME_MAX = 260 - len("-.") - 2 * NAME_MAX
_WATCH_NAME = re.compile(rf"[^#<>%&:\\?/{{}}*|+]{{1,{WATCH_NAME_MAX}}}")
RETENTION_DAYS = range(30, 731)
_WORKSPACE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{2,61})[A-Za-z0-9]")


def watch_problems(settings: WatchSettings) -> Iterator[Problem]:
    """Everything that is wrong with places, names, tags, logs, action groups and routing.

    Args:
        settings: what the watch is given.
    """
    if not is_reference(settings.name) and _WATCH_NAME.fullmatch(settings.name) is None:
        said = f"1 to {WATCH_NAME_MAX} characters, none of # < > % & : \\ ? / {{ }} * | +"
        yield Problem(path=("name",), message=f"{shown(settings.name)} cannot begin the names in Azure: {said}")
    yield from registry_problems(settings.registries)
    yield from ownership_problems(settings.diagnostics, "diagnostics")
    yield from ownership_problems(settings.activity_log.diagnostics, "activity_log", "diagnostics")
    yield from _place_problems(settings)
    yield from tag_problems(settings.tags, settings.ignored_tags)
    yield from _group_problems(settings)
    yield from (problem.below("logs") for problem in log_problems(settings.logs))
    yield from setting_name_problems(settings.activity_log.name, "activity_log", "name")
    yield from _routing_problems(settings)


def _place_problems(settings: WatchSettings) -> Iterator[Problem]:
    if isinstance(settings.workspace, str):
        yield from id_problems(settings.workspace, IdKind.WORKSPACE, "workspace")
    else:
        if not is_reference(settings.workspace.name) and not _WORKSPACE_NAME.fullmatch(settings.workspace.name):
            said = f"{shown(settings.workspace.name)} cannot name a workspace: 4 to 63 letters, digits and -"
            yield Problem(path=("workspace", "name"), message=said)
        days = settings.workspace.retention_in_days
        if not is_reference(float(days)) and days not in RETENTION_DAYS:
            said = f"{settings.workspace.retention_in_days} days cannot be kept; allowed are 30 to 730"
            yield Problem(path=("workspace", "retention_in_days"), message=said)
    if settings.resource_group_name is not None:
        yield from resource_group_problems(settings.resource_group_name, "resource_group_name")
    if settings.location is not None:
        yield from location_problems(settings.location, "location")
    yield from _default_problems(settings)
    yield from runbook_problems(settings.runbook_base_url)


def _default_problems(settings: WatchSettings) -> Iterator[Problem]:
    """What is left out and does not follow from the workspace."""
    workspace = settings.workspace
    if settings.resource_group_name is not None and settings.location is not None:
        return
    if isinstance(workspace, str) and not is_reference(workspace):
        group = resource_group_of(workspace)
        # An id without a group is no id of a workspace, which is said of it.
        yield from () if group is None else resource_group_problems(group, "workspace")
        return
    is_new = not isinstance(workspace, str)
    why = "the workspace is yet to be made" if is_new else "the workspace's id is a reference"
    if settings.resource_group_name is None:
        said = f"it is left out, and {why}, so its resource group is not known here"
        way_out = "give the group's name, such as resource_group.name of your own binding"
        yield Problem(path=("resource_group_name",), message=said, way_out=way_out)
    if settings.location is None:
        said = f"it is left out, and {why}, so its region cannot be looked up"
        given = "resource_group.location" if is_new else "workspace.location"
        yield Problem(path=("location",), message=said, way_out=f"give the region, such as {given} of your own binding")


def _group_problems(settings: WatchSettings) -> Iterator[Problem]:
    if not settings.action_groups:
        yield Problem(path=("action_groups",), message="there are none, so nobody would be told")
    yield from twin_problems(settings.action_groups, "action_groups")
    existing: dict[str, str] = {}
    for key, group in settings.action_groups.items():
        path = ("action_groups", key)
        yield from id_problems_of(key, *path)
        if isinstance(group, str):
            yield from id_problems(group, IdKind.ACTION_GROUP, *path)
            twin = existing.setdefault(folded(group), key)
            if twin != key:
                yield Problem(path=path, message=f"{twin} is the same action group")
        elif isinstance(group, ActionGroupSettings):
            name, short_name = group_name(settings, key), short_name_of(key, group)
            found = action_group_problems(name, short_name, group.receivers, enabled=group.enabled)
            # What is wrong with the name's first part is said once, of the watch.
            yield from (problem.below(*path) for problem in found if problem.path != ("name",))


def _routing_problems(settings: WatchSettings) -> Iterator[Problem]:
    named = settings.routing.default
    if named is not None:
        yield from group_name_problems(settings, named, "routing", "default")
    for severity, groups in settings.routing.severity.items():
        path = ("routing", "severity", str(severity))
        if severity not in SEVERITIES:
            yield Problem(path=path, message=f"{severity} is not a severity Azure has; {one_of(SEVERITIES)}")
        yield from group_name_problems(settings, groups, *path)
    for name, extra in settings.routing.extra.items():
        yield from group_name_problems(settings, extra.action_groups, "routing", "extra", name, "action_groups")


def group_name_problems(settings: WatchSettings, groups: Sequence[str], *path: str | int) -> Iterator[Problem]:
    """Names of action groups that a rule is to tell: some, all known, and no more than a rule takes."""
    if isinstance(groups, str):
        yield Problem(path=path, message=f"{shown(groups)} is a text; a list of names is needed")
        return
    if not groups:
        yield Problem(path=path, message="there are none, so nobody would be told")
    for position, name in enumerate(groups):
        if name not in settings.action_groups:
            known = did_you_mean(name, settings.action_groups) if settings.action_groups else "there are none"
            yield Problem(path=(*path, position), message=f"there is no action group {shown(name)}; {known}")
    yield from told_groups_problems(groups, *path)
