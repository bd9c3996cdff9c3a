"""What must fit together in a settings file beyond the types of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from os.path import normpath
from pathlib import PurePosixPath, PureWindowsPath

from acrwatch.errors import Path, Problem, shown
from acrwatch.ids import guid_problems, subscription_of
from acrwatch.names import id_problems_of
from acrwatch.settings.model import ActionGroup, AzurermBackend, LocalBackend, Settings
from acrwatch.watch_settings import plan_watch

_CONSTRAINT = r"\s*(?:=|!=|>=?|<=?|~>)?\s*[0-9]+(?:\.[0-9]+){0,2}\s*"
_VERSION = re.compile(rf"{_CONSTRAINT}(?:,{_CONSTRAINT})*")


def settings_problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong with the settings, with paths as they stand in the file.

    Args:
        settings: what was read, with the right types.
    """
    yield from guid_problems(settings.subscription_id, "subscription_id")
    yield from id_problems_of(settings.name, "name")
    if isinstance(settings.workspace, str):
        yield from _subscription_problems(settings, settings.workspace)
    if settings.provider_version is not None and not _VERSION.fullmatch(settings.provider_version):
        said = f"{shown(settings.provider_version)} is not a constraint on a version, such as ~> 5.2 or 4.81.0"
        yield Problem(path=("provider_version",), message=said)
    if isinstance(settings.backend, LocalBackend) and settings.backend.path is not None:
        yield from _state_problems(settings.backend.path)
    if isinstance(settings.backend, AzurermBackend) and settings.backend.subscription_id is not None:
        yield from guid_problems(settings.backend.subscription_id, "backend", "subscription_id")
    for group, value in settings.action_groups.items():
        if isinstance(value, ActionGroup):
            for receiver in value.receivers:
                yield from id_problems_of(receiver, "action_groups", group, "receivers", receiver)
    _, problems = plan_watch(settings.watch())
    names = _receiver_names(settings)
    yield from (
        Problem(path=_in_file(problem.path, names), message=problem.message, way_out=problem.way_out)
        for problem in problems
    )


def _subscription_problems(settings: Settings, workspace: str) -> Iterator[Problem]:
    found = subscription_of(workspace)
    if found is not None and found != settings.subscription_id.lower():
        yield Problem(
            path=("workspace",),
            message=f"it lies in subscription {found}, but the stack in {settings.subscription_id}",
            way_out="set subscription_id to the workspace's: rules must lie where their workspace is",
        )


def _state_problems(path: str) -> Iterator[Problem]:
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        said = f"{shown(path)} is an absolute path, which is another one on each machine"
        yield Problem(path=("backend", "path"), message=said, way_out="give it relative to the project")
    if not path.strip("./"):
        yield Problem(path=("backend", "path"), message=f"{shown(path)} is no file", way_out="leave it out")
    if PurePosixPath(normpath(path)).parts[:1] == ("cdktf.out",):
        said = f"{shown(path)} lies in cdktf.out, which is thrown away"
        yield Problem(path=("backend", "path"), message=said, way_out="keep the state beside cdktf.json")


def _receiver_names(settings: Settings) -> Mapping[str, list[str]]:
    return {
        key: list(group.receivers) for key, group in settings.action_groups.items() if isinstance(group, ActionGroup)
    }


def _in_file(path: Path, receivers: Mapping[str, list[str]]) -> Path:
    """A path among the arguments of the watch as it stands in the file."""
    match path:
        case ("resource_group_name", *rest):
            return ("resource_group", "name", *rest)
        case ("action_groups", str(group), "receivers", int(position), *rest):
            name = receivers[group][position]
            return ("action_groups", group, "receivers", name, *(part for part in rest if part != "name"))
    return path
