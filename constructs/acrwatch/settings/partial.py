"""The problems of the values in a file whose form is wrong somewhere else.

A person wants to hear everything at once, but values can be checked only where the form is right. So
what is wrong is cut out, what is required gets a stand-in, and nothing is said of either, nor of what names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from acrwatch.errors import Path, Problem
from acrwatch.ids import IdKind, expected_form, subscription_of
from acrwatch.settings.checks import names_a_detection, settings_problems
from acrwatch.settings.model import Settings
from acrwatch.settings.validation import validation_problems

_ID = "00000000-0000-0000-0000-000000000000"
# Cutting out one thing can leave another one wrong, such as a mapping without a key that it needs.
_ROUNDS = 5


def value_problems(content: Any, found: Sequence[Problem]) -> Iterator[Problem]:
    """What is wrong with the values that have the right form.

    Args:
        content: the file, with references in place of secrets.
        found: the problems of its form.
    """
    if not isinstance(content, dict):
        return
    kept = deepcopy(content)
    cut: list[Path] = []
    for _ in range(_ROUNDS):
        for problem in found:
            if not any(problem.path[: len(gone)] == gone for gone in cut):
                cut.append(_cut(kept, problem.path))
        added = {name: value for name, value in _stand_ins(content).items() if name not in kept}
        try:
            settings = Settings.model_validate_json(json.dumps(kept | added))
        except ValidationError as error:
            found = list(validation_problems(error, kept | added))
            continue
        hidden = [*cut, *((name,) for name in added)]
        yield from (
            problem
            for problem in settings_problems(settings)
            if not _touches(problem.path, hidden) and not _names_what_is_gone(problem.path, hidden)
        )
        return


def _cut(content: dict[str, Any], path: Path) -> Path:
    """Take out what stands at a path, or what holds it where nothing stands there; tells what went."""
    holder: Any = content
    for depth, part in enumerate(path):
        last = depth == len(path) - 1
        here = holder.get(part) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and part in holder and (last or not isinstance(here, dict)):
            del holder[part]
            return path[: depth + 1]
        if here is None:
            return _cut(content, path[:depth]) if depth else path[:1]
        holder = here
    return path


def _touches(path: Path, hidden: Sequence[Path]) -> bool:
    return any(path[: len(other)] == other or other[: len(path)] == path for other in hidden)


def _names_what_is_gone(path: Path, hidden: Sequence[Path]) -> bool:
    """Whether what stands at a path is a name: of an action group, a registry, or of a detection or its variant."""
    if any(gone[:1] == ("action_groups",) and len(gone) <= len(("action_groups", "name")) for gone in hidden) and (
        path[:1] == ("routing",) or "action_groups" in path[1:]
    ):
        return True
    tops = {gone[:1] for gone in hidden}
    if ("registries",) in tops and path[:1] == ("maintenance_windows",) and "registries" in path[1:]:
        return True
    if not tops.isdisjoint({("detections",), ("detections_dir",)}) and names_a_detection(path):
        return True
    return ("detections_dir",) in hidden and path[:1] == ("detections",) and len(path) == len(("detections", "id"))


def _stand_ins(content: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the required keys that cause no problem of their own."""
    workspace = content.get("workspace")
    subscription = subscription_of(workspace) if isinstance(workspace, str) else None
    form = {kind: expected_form(kind).replace("<subscription>", subscription or _ID) for kind in IdKind}
    named = {kind: text.replace("<group>", "group").replace("<name>", "name") for kind, text in form.items()}
    return {
        "subscription_id": subscription or _ID,
        "location": "westeurope",
        "resource_group": {"name": "group"},
        "workspace": named[IdKind.WORKSPACE],
        "registries": {"name": named[IdKind.REGISTRY]},
        "action_groups": {"name": named[IdKind.ACTION_GROUP]},
    }
