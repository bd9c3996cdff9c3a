"""Reads a settings file and says everything that is wrong with it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from acrwatch.errors import Problem, SettingsError
from acrwatch.references import literal, unescaped
from acrwatch.secrecy import masked, secret_in
from acrwatch.settings.checks import settings_problems
from acrwatch.settings.model import Settings
from acrwatch.settings.secrets import receivers_with_variables, text_problems
from acrwatch.yaml_text import read_yaml, with_lines

NOTHING_WRITTEN = "nothing was written"


def load_settings(file: str | Path) -> Settings:
    """Read and check a settings file.

    Args:
        file: the YAML file; `detections_dir` in it is relative to its folder.

    Returns:
        The settings, with their texts escaped for Terraform and references in place of secrets.

    Raises:
        SettingsError: the file cannot be read, or something in it cannot work; all problems with
            their lines.
    """
    path = Path(file)
    raw = read_yaml(path, NOTHING_WRITTEN)
    told = list(text_problems(raw))
    problems: list[Problem] = []
    filled = json.dumps(receivers_with_variables(_escaped(_with_folder(raw, path.parent)), problems))
    try:
        settings = Settings.model_validate_json(filled)
        problems += settings_problems(settings)
        if not told + problems:
            return settings
    except ValidationError as error:
        from acrwatch.settings.partial import value_problems
        from acrwatch.settings.validation import validation_problems

        # Read back, so that keys such as 1, true and null are the texts in the error's paths.
        content = json.loads(filled)
        found = list(validation_problems(error, content))
        problems += [*found, *value_problems(content, found)]
    told += map(_as_written, problems)
    raise SettingsError(map(_without_secrets, with_lines(_told_once(told), path)), str(path), NOTHING_WRITTEN)


def settings_file(project: Path, environment: Mapping[str, str]) -> Path:
    """The settings file of a project: ACRWATCH_SETTINGS, else `acrwatch.yaml`, else the example.

    Args:
        project: folder of `main.py`.
        environment: the process's environment variables.
    """
    if chosen := environment.get("ACRWATCH_SETTINGS"):
        return Path(chosen)
    own = project / "acrwatch.yaml"
    return own if own.exists() else project / "acrwatch.example.yaml"


def _with_folder(raw: Any, folder: Path) -> Any:
    """`detections_dir` seen from where the process runs."""
    own = raw.get("detections_dir") if isinstance(raw, dict) else None
    if not isinstance(own, str):
        return raw
    if secret_in(own):
        # Told already. As a path it is spelled in other ways, which need not look like a secret.
        return {key: value for key, value in raw.items() if key != "detections_dir"}
    return {**raw, "detections_dir": str(folder / own)}


def _escaped(raw: Any) -> Any:
    """The file's texts as literals for Terraform, but for the path of a folder."""
    if isinstance(raw, dict):
        return {_escaped(key): value if key == "detections_dir" else _escaped(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_escaped(value) for value in raw]
    return literal(raw) if isinstance(raw, str) else raw


def _as_written(problem: Problem) -> Problem:
    """The texts in a problem as they stand in the file, not as Terraform gets them."""
    if problem.path == ("detections_dir",):
        return problem
    way_out = None if problem.way_out is None else unescaped(problem.way_out)
    path = tuple(part if isinstance(part, int) else unescaped(part) for part in problem.path)
    return replace(problem, path=path, message=unescaped(problem.message), way_out=way_out)


def _without_secrets(problem: Problem) -> Problem:
    """A key may be a secret too; the lines have been looked up by it already."""
    return replace(problem, path=tuple(part if isinstance(part, int) else masked(part) for part in problem.path))


def _told_once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
