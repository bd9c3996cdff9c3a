"""Where the form of a file is wrong in one place, its values are checked everywhere else, and nowhere twice."""

from pathlib import Path
from typing import Any

import pytest

from tests.detection.content import EVENT, EVENT_QUERY
from tests.detection.content import written as detection_written
from tests.settings.content import GONE, GROUP_ID, example, refusal

PULLED = "detections/excessive_images_pulled"
WINDOW = {"reason": "x", "until": "2026-02-01T00:00"}
TEAM = "action_groups/security/receivers/team"


def places(folder: Path, changes: dict[str, Any]) -> list[str]:
    return sorted(problem.place for problem in refusal(folder, example(changes)).problems)


# What is wrong of the form -> where it is told.
FORM: list[tuple[dict[str, Any], list[str]]] = [
    ({"loction": "x"}, ["loction"]),
    ({"location": 3}, ["location"]),
    ({"location": GONE}, ["location"]),
    ({"subscription_id": GONE}, ["subscription_id"]),
    ({"subscription_id": 7, "workspace": 7}, ["subscription_id", "workspace"]),
    ({"workspace": {}}, ["workspace.name"]),
    ({"workspace": {"nam": "x"}}, ["workspace.nam", "workspace.name"]),
    ({"registries": GONE}, ["registries"]),
    ({"registries": {"x": 7}}, ["registries.x"]),
    ({"resource_group": {"create": 1}}, ["resource_group.create", "resource_group.name"]),
    ({"action_groups": 7}, ["action_groups"]),
    ({"action_groups": GONE}, ["action_groups"]),
    ({"action_groups/security": None}, ["action_groups.security"]),
    ({"action_groups/security/receivers": {"team": None}}, ["action_groups.security.receivers.team"]),
    ({f"{TEAM}/type": "emial"}, ["action_groups.security.receivers.team.type"]),
    ({f"{TEAM}/typ": "x"}, ["action_groups.security.receivers.team.typ"]),
    ({TEAM: {"type": "email"}}, ["action_groups.security.receivers.team.email_address"]),
    ({"routing/severity": {"high": ["oncall"]}}, ["routing.severity.high"]),
    ({"backend": {"type": "s3"}}, ["backend.type"]),
    ({"logs": 7, "diagnostics": "no"}, ["diagnostics", "logs"]),
    ({f"{PULLED}/only": [{"identity": "a"}, "b"]}, ["detections.excessive_images_pulled.only[1]"]),
    ({f"{PULLED}/variants/payments/sevrity": 1}, ["detections.excessive_images_pulled.variants.payments.sevrity"]),
    ({"detections_dir": 7, "detections/mine": {}}, ["detections_dir"]),
    ({"registries": {"x": 7}, "maintenance_windows": {"w": WINDOW | {"registries": ["x"]}}}, ["registries.x"]),
    (
        {f"{PULLED}/variants": {"y": 7}, "maintenance_windows": {"w": WINDOW | {"detections": [f"{PULLED[11:]}.y"]}}},
        ["detections.excessive_images_pulled.variants.y"],
    ),
    (
        {"detections_dir": 7, "maintenance_windows": {"w": WINDOW | {"detections": ["mine"]}}},
        ["detections_dir"],
    ),
    ({"maintenance_windows": {"w": {"reason": "x", "until": 7}}}, ["maintenance_windows.w.until"]),
]


@pytest.mark.parametrize(("changes", "told"), FORM, ids=[", ".join(told) for _, told in FORM])
def test_a_wrong_form_is_told_alone_where_the_values_are_right(
    tmp_path: Path, changes: dict[str, Any], told: list[str]
) -> None:
    """Nothing is said of what stands in for it, and nothing of what names it, such as a route to the group."""
    assert places(tmp_path, changes) == told


@pytest.mark.parametrize(("changes", "told"), FORM, ids=[", ".join(told) for _, told in FORM])
def test_a_wrong_form_hides_no_wrong_value(tmp_path: Path, changes: dict[str, Any], told: list[str]) -> None:
    """A person wants to mend the file once."""
    values = {"name": "a.b", "tags": {"acrwatch_x": "y"}, "detections/images_deleted_in_repository/frequency": "7m"}

    assert places(tmp_path, changes | values) == sorted(
        [*told, "name", "tags.acrwatch_x", "detections.images_deleted_in_repository.frequency"]
    )


def test_a_value_beside_a_wrong_form_in_the_same_mapping_is_checked(tmp_path: Path) -> None:
    changes = {f"{TEAM}/typo": 1, f"{TEAM}/email_address": "nobody", f"{PULLED}/sevrity": 1, f"{PULLED}/severity": 9}

    assert places(tmp_path, changes) == [
        "action_groups.security.receivers.team.email_address",
        "action_groups.security.receivers.team.typo",
        "detections.excessive_images_pulled.severity",
        "detections.excessive_images_pulled.sevrity",
    ]


def test_a_route_to_a_group_that_there_never_was_is_told_though_a_receiver_is_wrong(tmp_path: Path) -> None:
    changes = {f"{TEAM}/type": "emial", "routing/default": ["securty"]}

    assert places(tmp_path, changes) == ["action_groups.security.receivers.team.type", "routing.default[0]"]


def test_the_line_of_a_value_is_that_of_the_file_and_not_of_what_was_left_of_it(tmp_path: Path) -> None:
    changes = {"name": 7, "tags": {"a": "x", "acrwatch_x": "y"}}
    error = refusal(tmp_path, example(changes))
    lines = (tmp_path / "acrwatch.yaml").read_text().splitlines()

    assert [lines[(problem.line or 0) - 1].strip() for problem in error.problems] == ["name: 7", "acrwatch_x: y"]


def test_a_broken_folder_of_detections_is_told_problem_by_problem_and_hides_nothing_else(tmp_path: Path) -> None:
    detection_written(tmp_path / "own", EVENT | {"severity": "x", "titel": "y"}, EVENT_QUERY)
    error = refusal(tmp_path, example({"detections_dir": "own", "location": "", "detections/mine": {"severity": 9}}))

    assert [problem.place for problem in error.problems] == ["location", "detections_dir", "detections_dir"]
    assert ["severity: 'x' is not a whole number" in problem.message for problem in error.problems] == [
        False,
        True,
        False,
    ]
    assert all("own/mine/detection.yaml, " in problem.message for problem in error.problems[1:])


def test_a_window_may_name_what_a_broken_folder_would_bring(tmp_path: Path) -> None:
    """Nobody knows which detections it holds."""
    detection_written(tmp_path / "own", EVENT | {"severity": "x"}, EVENT_QUERY)
    named = {"maintenance_windows": {"w": WINDOW | {"detections": ["mine"], "time_zone": "Nowhere"}}}

    assert places(tmp_path, {"detections_dir": "own", **named}) == ["detections_dir", "maintenance_windows.w.time_zone"]


def test_what_a_broken_folder_would_replace_is_not_held_to_our_own_of_that_id(tmp_path: Path) -> None:
    """Its parameters may be others; those of the rest are checked."""
    own = tmp_path / "own"
    detection_written(own, EVENT | {"severity": "x"}, EVENT_QUERY).rename(own / "excessive_images_pulled")
    tuning = {f"{PULLED}/parameters": {"theirs": 1}, "detections/excessive_images_pushed/parameters": {"theirs": 1}}

    assert places(tmp_path, {"detections_dir": "own", **tuning}) == [
        "detections.excessive_images_pushed.parameters.theirs",
        "detections_dir",
    ]


def test_a_folder_without_a_detection_is_told_at_its_key(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (problem,) = refusal(tmp_path, example({"detections_dir": "own"})).problems

    assert problem.place == "detections_dir"
    assert "it holds no detection" in problem.message
    assert problem.line is not None


def test_an_existing_group_beside_one_of_a_wrong_form_is_still_checked(tmp_path: Path) -> None:
    changes = {"action_groups/security": 7, "action_groups/x": f"{GROUP_ID}/Microsoft.Storage/storageAccounts/x"}

    assert places(tmp_path, changes) == ["action_groups.security", "action_groups.x"]
