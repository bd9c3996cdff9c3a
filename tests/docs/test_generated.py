"""The pages that docs/generate.py writes are what it would write now, and leave nothing out."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from acrwatch import catalogue
from acrwatch.limits import RULE_CHECKS
from acrwatch.settings.schema import settings_schema

ROOT = Path(__file__).parents[2]
PAGES: dict[str, str] = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    committed = ROOT / "docs" / name

    assert committed.read_text(encoding="utf-8") == PAGES[name], "run: python docs/generate.py"


def _keys(schema: dict[str, Any]) -> set[str]:
    places = [schema, *schema["$defs"].values()]
    return {name for place in places for name in place.get("properties", {})}


def test_the_page_of_settings_has_every_key() -> None:
    assert sorted(key for key in _keys(settings_schema()) if f"| `{key}` |" not in PAGES["settings.md"]) == []


def test_the_page_of_settings_has_every_parameter() -> None:
    parameters = {name for detection in catalogue().values() for name in detection.parameters}

    assert sorted(name for name in parameters if f"| `{name}` |" not in PAGES["settings.md"]) == []


def test_the_page_of_limits_has_every_check() -> None:
    """One line each, though several have the same field."""
    table = PAGES["limits.md"].partition("## Alert rules")[2].partition("###")[0]

    assert len([line for line in table.splitlines() if line.startswith("| `")]) == len(RULE_CHECKS)


@pytest.mark.parametrize("id_", catalogue())
def test_the_page_of_detections_has_each_with_its_known_gaps(id_: str) -> None:
    detection = catalogue()[id_]
    section = PAGES["detections.md"].partition(f"\n## {id_}\n")[2].partition("\n## ")[0]

    assert detection.title in section
    assert [gap for gap in detection.known_gaps if gap.strip() not in section] == []
