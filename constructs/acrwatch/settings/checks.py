"""What must fit together in a settings file beyond the types of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from os.path import normpath
from pathlib import Path, PurePosixPath, PureWindowsPath

from acrwatch.detection.catalogue import catalogue
from acrwatch.errors import Path as ValuePath
from acrwatch.errors import Problem, SettingsError, shown
from acrwatch.ids import guid_problems, subscription_of
from acrwatch.names import id_problems_of
from acrwatch.secrecy import masked
from acrwatch.settings.model import ActionGroup, AzurermBackend, LocalBackend, Settings
from acrwatch.watch_plan import plan_watch

_CONSTRAINT = r"\s*(?:=|!=|>=?|<=?|~>)?\s*[0-9]+(?:\.[0-9]+){0,2}\s*"
OLDEST_MAJOR = 4
# The majors that a constraint goes up to: those of `4`, `= 4.81`, `~> 4.81`, `<= 4.81` and `< 4.81`, and that
# before `< 4.0`.
_HIGHEST_MAJOR = re.compile(r"(?:^|,)\s*(?:=|~>|<=?)?\s*([0-9]+)")
_BELOW_MAJOR = re.compile(r"<\s*([0-9]+)(?:\.0+)*\s*(?:,|$)")
_VERSION = re.compile(rf"{_CONSTRAINT}(?:,{_CONSTRAINT})*")


def settings_problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong with the settings, with paths as they stand in the file.

    Args:
        settings: what was read, with the right types.
    """
    yield from stack_problems(settings)
    names = _receiver_names(settings)
    yield from (
        Problem(path=_in_file(problem.path, names), message=problem.message, way_out=problem.way_out)
        for problem in _watch_problems(settings)
        # Here a name is held to more than that, and has been told of.
        if problem.path != ("name",)
    )


def stack_problems(settings: Settings) -> Iterator[Problem]:
    """What is wrong with the part of the settings that only a whole stack has.

    Args:
        settings: what was read, with the right types.
    """
    yield from guid_problems(settings.subscription_id, "subscription_id")
    yield from id_problems_of(settings.name, "name")
    if isinstance(settings.workspace, str):
        yield from _subscription_problems(settings, settings.workspace)
    if settings.provider_version is not None:
        yield from _version_problems(settings.provider_version)
    if isinstance(settings.backend, LocalBackend) and settings.backend.path is not None:
        yield from _state_problems(settings.backend.path)
    if isinstance(settings.backend, AzurermBackend) and settings.backend.subscription_id is not None:
        yield from guid_problems(settings.backend.subscription_id, "backend", "subscription_id")
    for group, value in settings.action_groups.items():
        if isinstance(value, ActionGroup):
            for receiver in value.receivers:
                yield from id_problems_of(receiver, "action_groups", group, "receivers", receiver)


def _watch_problems(settings: Settings) -> list[Problem]:
    try:
        return plan_watch(settings.watch())[1]
    except SettingsError as error:
        # Of a folder of the user's; what is wrong in it stands at lines of another file.
        said = [masked(f"{error.source}, {problem}") for problem in error.problems]
    _, problems = plan_watch(replace(settings.watch(), detections_dir=None))
    # What the folder adds, or replaces of ours, cannot be checked without it.
    own = {id_ for id_ in settings.detections if id_ not in catalogue() or _is_own(settings, id_)}
    return [
        *(
            problem
            for problem in problems
            if problem.path[:1] != ("detections",) or problem.path[1] not in own
            if not names_a_detection(problem.path)
        ),
        *(Problem(path=("detections_dir",), message=message) for message in said),
    ]


def names_a_detection(path: ValuePath) -> bool:
    """Whether what stands at a path is the id of a detection."""
    return path[:1] in (("maintenance_windows",), ("routing",)) and "detections" in path[1:]


def _is_own(settings: Settings, id_: str) -> bool:
    return settings.detections_dir is not None and (Path(settings.detections_dir) / id_).is_dir()


def _subscription_problems(settings: Settings, workspace: str) -> Iterator[Problem]:
    found = subscription_of(workspace)
    if found is not None and found != settings.subscription_id.lower():
        yield Problem(
            path=("workspace",),
            message=f"it lies in subscription {found}, but the stack in {settings.subscription_id}",
            way_out="set subscription_id to the workspace's: rules must lie where their workspace is",
        )


def _version_problems(constraint: str) -> Iterator[Problem]:
    if not _VERSION.fullmatch(constraint):
        said = f"{shown(constraint)} is not a constraint on a version, such as ~> 5.2 or 4.81.0"
        yield Problem(path=("provider_version",), message=said)
    elif any(int(major) < OLDEST_MAJOR for major in _HIGHEST_MAJOR.findall(constraint)) or any(
        int(major) <= OLDEST_MAJOR for major in _BELOW_MAJOR.findall(constraint)
    ):
        said = f"{shown(constraint)} is azurerm before {OLDEST_MAJOR}, which lacks resources of a watch"
        yield Problem(path=("provider_version",), message=said)


def _state_problems(path: str) -> Iterator[Problem]:
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        said = f"{shown(path)} is an absolute path, which is another one on each machine"
        yield Problem(path=("backend", "path"), message=said, way_out="give it relative to the project")
    if not path.strip("./"):
        yield Problem(path=("backend", "path"), message=f"{shown(path)} is no file", way_out="leave it out")
    if PurePosixPath(normpath(path.replace("\\", "/"))).parts[:1] == ("cdktf.out",):
        said = f"{shown(path)} lies in cdktf.out, which is thrown away"
        yield Problem(path=("backend", "path"), message=said, way_out="keep the state beside cdktf.json")


def _receiver_names(settings: Settings) -> Mapping[str, list[str]]:
    return {
        key: list(group.receivers) for key, group in settings.action_groups.items() if isinstance(group, ActionGroup)
    }


def _in_file(path: ValuePath, receivers: Mapping[str, list[str]]) -> ValuePath:
    """A path among the arguments of the watch as it stands in the file."""
    match path:
        case ("resource_group_name", *rest):
            return ("resource_group", "name", *rest)
        case ("action_groups", str(group), "receivers", int(position), *rest):
            name = receivers[group][position]
            return ("action_groups", group, "receivers", name, *(part for part in rest if part != "name"))
    return path
