"""Reads a settings file and says everything that is wrong with it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from acrwatch.errors import Problem, SettingsError
from acrwatch.references import literal
from acrwatch.settings.checks import settings_problems
from acrwatch.settings.model import Settings
from acrwatch.settings.secrets import receivers_with_variables, text_problems
from acrwatch.settings.validation import validation_problems
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
    problems = list(text_problems(raw))
    settings = None
    if not problems:
        filled = json.dumps(receivers_with_variables(_escaped(_with_folder(raw, path.parent)), problems))
        try:
            settings = Settings.model_validate_json(filled)
        except ValidationError as error:
            # Read back, so that keys such as 1, true and null are the texts in the error's paths.
            problems += validation_problems(error, json.loads(filled))
    if settings is not None:
        problems += settings_problems(settings)
    if settings is None or problems:
        raise SettingsError(with_lines(_told_once(problems), path), str(path), NOTHING_WRITTEN)
    return settings


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
    if not isinstance(raw, dict) or not isinstance(raw.get("detections_dir"), str):
        return raw
    return {**raw, "detections_dir": str(folder / raw["detections_dir"])}


def _escaped(raw: Any) -> Any:
    """The file's texts as literals for Terraform; those of detections are escaped with the query."""
    if isinstance(raw, dict):
        return {
            _escaped(key): value if key in ("detections", "detections_dir") else _escaped(value)
            for key, value in raw.items()
        }
    if isinstance(raw, list):
        return [_escaped(value) for value in raw]
    return literal(raw) if isinstance(raw, str) else raw


def _told_once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
