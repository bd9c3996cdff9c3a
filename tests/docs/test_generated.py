"""The pages that `python -m docs.generate` writes are what it would write now, and leave nothing out."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch import catalogue
from acrwatch.detection.cases import read_cases
from acrwatch.detection.catalogue import shipped_folder
from acrwatch.detection.query import deployed_query
from acrwatch.detection.tuning import Variant
from acrwatch.limits import RULE_CHECKS
from acrwatch.settings.schema import settings_schema
from docs.generate import pages
from docs.parts import with_part

ROOT = Path(__file__).parents[2]
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    committed = ROOT / "docs" / name

    assert committed.read_text(encoding="utf-8") == PAGES[name], "run: python -m docs.generate"


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
def test_the_runbook_of_a_detection_is_all_that_is_needed_at_night(id_: str) -> None:
    """Under its id, to which links lead: what it is, a query, what is innocent, what to do."""
    detection = catalogue()[id_]
    runbook = PAGES["operate.md"].partition(f"### `{id_}`")[2].partition("\nClose: ")[0]
    told = (detection.title, detection.description, detection.impact, *detection.false_positives, *detection.mitigation)

    assert [text for text in told if " ".join(text.split()) not in runbook] == []
    assert runbook.count("```kql\n") == 1
    assert f"(../operate.md#{id_})" in PAGES[f"detections/{id_}.md"]


@pytest.mark.parametrize("name", ["notifications.md", "operate.md", "cost.md"])
def test_a_page_without_a_place_for_its_part_is_told(name: str) -> None:
    with pytest.raises(SystemExit, match=f"{name} has not the two lines"):
        with_part("# A page\n", name, ["text"])


@pytest.mark.parametrize("id_", catalogue())
def test_the_page_of_a_detection_leaves_nothing_out(id_: str) -> None:
    """What a responder or a reviewer would look for, and the query as it is deployed."""
    detection = catalogue()[id_]
    page = PAGES[f"detections/{id_}.md"]
    told = (*detection.mitigation, *detection.known_gaps, *detection.false_positives, *detection.references)
    cases = [case.name for case in read_cases(shipped_folder() / id_, detection)]

    assert [text for text in (*told, *cases) if " ".join(text.split()) not in page] == []
    assert deployed_query(detection, Variant()) in page
    assert f"[{detection.title}]({id_}.md)" in PAGES["detections/README.md"]
