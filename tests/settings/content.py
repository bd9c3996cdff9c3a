"""The example as plain values, to be changed in one place at a time and written to a file."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.errors import Problem, SettingsError
from acrwatch.settings.file import load_settings
from acrwatch.settings.model import Settings

EXAMPLE_FILE = Path(__file__).parents[2] / "acrwatch.example.yaml"
EXAMPLE: Mapping[str, Any] = yaml.safe_load(EXAMPLE_FILE.read_text(encoding="utf-8"))
ZERO = "00000000-0000-0000-0000-000000000000"
GROUP_ID = f"/subscriptions/{ZERO}/resourceGroups/rg/providers"


class _Gone:
    """A mark whose name in a test's id is the same in every process."""

    def __repr__(self) -> str:
        return "nothing"


GONE: Any = _Gone()
"""Stands for a key that is taken away."""


def example(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The example's content with values at paths (parts divided by `/`) exchanged, added or taken away."""
    content = copy.deepcopy(dict(EXAMPLE))
    for path, value in (changes or {}).items():
        *above, last = path.split("/")
        place: Any = content
        for key in above:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        if value is GONE:
            del place[last]
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return content


def written(folder: Path, content: Any) -> Path:
    """A settings file with the content: a text as it is, plain values as YAML."""
    file = folder / "acrwatch.yaml"
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
    return file


def loaded(folder: Path, changes: Mapping[str, Any] | None = None) -> Settings:
    """The example with changes, accepted."""
    return load_settings(written(folder, example(changes)))


def refusal(folder: Path, content: Any) -> SettingsError:
    """The error that a content is refused with: at least one problem, each with a message."""
    with pytest.raises(SettingsError) as caught:
        load_settings(written(folder, content))
    assert caught.value.problems
    assert all(problem.message for problem in caught.value.problems)
    return caught.value


def problem_at(folder: Path, changes: Mapping[str, Any], place: str) -> Problem:
    """The one problem that the changed example has at a place."""
    error = refusal(folder, example(changes))
    found = [problem for problem in error.problems if problem.place == place]
    assert len(found) == 1, str(error)
    return found[0]
