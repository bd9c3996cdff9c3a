"""`acrwatch detections` lists what there is."""

import json
from pathlib import Path

from acrwatch.detection.catalogue import catalogue
from tests.cli.running import run
from tests.detection.content import EVENT, EVENT_QUERY, written


def test_a_row_for_each_detection_and_a_line_that_counts_them() -> None:
    output = run("detections").stdout

    for detection in catalogue().values():
        (row,) = [line for line in output.splitlines() if line.split()[:1] == [detection.id]]
        assert detection.title in row
        assert f"Sev{detection.severity}" in row
        assert f"{detection.attack[0].tactic} / {detection.attack[0].technique}" in row
    assert output.splitlines()[-1] == "5 detections"


def test_json_has_versions_places_and_parameters() -> None:
    listed = {row["id"]: row for row in json.loads(run("detections", "--format", "json").stdout)}

    assert set(listed) == set(catalogue())
    assert listed["excessive_images_pulled"]["parameters"] == {"images_limit": 30, "repositories_limit": None}
    assert listed["excessive_images_pulled"]["attack"][0] == {
        "version": "18",
        "tactic": "TA0009",
        "technique": "T1530",
    }


def test_a_users_own_detections_are_listed_too(tmp_path: Path) -> None:
    written(tmp_path, EVENT, EVENT_QUERY)

    output = run("detections", "--detections-dir", str(tmp_path)).stdout

    assert "mine" in output
    assert output.splitlines()[-1] == "6 detections"
