"""Detections are found in the checkout and in a folder of the user's, which adds to ours and replaces them."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from acrwatch import yaml_text
from acrwatch.detection import catalogue as reading
from acrwatch.detection.catalogue import SHIPPED, catalogue, read_detection, shipped_folder
from acrwatch.detection.model import Detection
from acrwatch.errors import SettingsError
from tests.detection.content import EVENT, EVENT_QUERY, spoilt, written

IDS = [
    "excessive_images_pulled",
    "excessive_images_pushed",
    "forced_repository_deleted",
    "image_vulnerability_scan_disabled",
    "images_deleted_in_repository",
]


def test_the_five_detections_are_found_in_the_order_of_their_ids() -> None:
    assert list(catalogue()) == IDS


def test_the_checkouts_own_folder_is_read() -> None:
    """No stale copy inside the package stands in its way."""
    assert shipped_folder() == Path(__file__).parents[2] / "detections"


def test_each_detection_is_known_by_its_own_id() -> None:
    assert {id_: detection.id for id_, detection in catalogue().items()} == {id_: id_ for id_ in IDS}


def test_the_shared_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        catalogue()["x"] = catalogue()[IDS[0]]  # type: ignore[index]


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our detections, which is taken for the original."""
    folder = Path(copytree(shipped_folder(), tmp_path / "detections"))
    monkeypatch.setattr(reading, "shipped_folder", lambda: folder)
    return folder


def detection_of(folder: Path) -> Detection:
    return read_detection(folder / IDS[0], lambda _detection, _folder: [])


def test_a_detection_as_it_was_when_shipped_is_read_without_yaml(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which a watch would load for nothing else."""
    monkeypatch.setattr(yaml_text, "read_yaml", lambda _file: pytest.fail("read as YAML"))

    assert detection_of(ours) == catalogue()[IDS[0]]


def test_a_detection_that_was_changed_since_is_read_from_its_file(ours: Path) -> None:
    file = ours / IDS[0] / "detection.yaml"
    file.write_text(file.read_text("utf-8").replace(catalogue()[IDS[0]].title, "Ours now"), "utf-8")

    assert detection_of(ours).title == "Ours now"


@pytest.mark.parametrize("text", [None, "", "{", "<<<<<<< HEAD", f'{{"{IDS[0]}": {{"content": {{}}}}}}'])
def test_without_what_was_shipped_the_files_are_read(ours: Path, text: str | None) -> None:
    (ours / SHIPPED).unlink()
    if text is not None:
        (ours / SHIPPED).write_text(text)

    assert detection_of(ours) == catalogue()[IDS[0]]


def test_a_users_folder_adds_detections(tmp_path: Path) -> None:
    written(tmp_path, EVENT, EVENT_QUERY)

    assert list(catalogue(tmp_path)) == [*IDS, "mine"]
    assert list(catalogue(str(tmp_path))) == [*IDS, "mine"]
    assert list(catalogue()) == IDS


def test_a_users_folder_replaces_a_detection_of_the_same_id(tmp_path: Path) -> None:
    own = tmp_path / IDS[0]
    own.mkdir()
    (own / "detection.yaml").write_text(yaml.safe_dump(spoilt(EVENT, {"id": IDS[0], "title": "Ours now"})))
    (own / "query.kql").write_text(EVENT_QUERY)

    assert list(catalogue(tmp_path)) == IDS
    assert catalogue(tmp_path)[IDS[0]].title == "Ours now"
    assert catalogue()[IDS[0]].title != "Ours now"


def test_a_folder_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such folder") as caught:
        catalogue(tmp_path / "nope")

    assert str(tmp_path / "nope") in str(caught.value)


@pytest.mark.parametrize("content", [[], ["query.kql"], ["detection.yaml"], ["mine/query.kql"], ["a/b/detection.yaml"]])
def test_a_folder_without_any_detection_is_refused(tmp_path: Path, content: list[str]) -> None:
    """It is a mistyped path, or one level too high or too deep; deploying without them would be silence."""
    for name in content:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    with pytest.raises(SettingsError, match=r"no folder with a detection\.yaml") as caught:
        catalogue(tmp_path)

    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("change", [{"severity": 5}, {"rule.bin": "15m"}, {"tuning": []}], ids=str)
def test_whatever_is_read_from_a_folder_is_checked_unless_one_says_otherwise(
    tmp_path: Path, change: Mapping[str, Any]
) -> None:
    """Only ours skip the checks, which have passed them in the tests."""
    own = written(tmp_path, spoilt(EVENT, change), EVENT_QUERY)

    with pytest.raises(SettingsError):
        read_detection(own)
    with pytest.raises(SettingsError):
        catalogue(tmp_path)
    assert read_detection(own, lambda _detection, _folder: []).id == "mine"


def test_a_broken_detection_of_a_user_is_refused_with_its_file(tmp_path: Path) -> None:
    """It never falls back to ours of the same id."""
    own = written(tmp_path, spoilt(EVENT, {"severity": "high"}), EVENT_QUERY)

    with pytest.raises(SettingsError, match="'high' is not a whole number") as caught:
        catalogue(tmp_path)

    assert str(own / "detection.yaml") in str(caught.value)


def test_a_detection_without_a_query_is_refused_with_the_missing_file(tmp_path: Path) -> None:
    own = written(tmp_path, EVENT, EVENT_QUERY)
    (own / "query.kql").unlink()

    with pytest.raises(SettingsError, match="cannot be read") as caught:
        read_detection(own)

    assert str(own / "query.kql") in str(caught.value)


def test_a_query_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    own = written(tmp_path, EVENT, EVENT_QUERY)
    (own / "query.kql").write_bytes("// ü".encode("latin-1"))

    with pytest.raises(SettingsError, match="this is not a text in UTF-8"):
        read_detection(own)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    own = written(tmp_path, EVENT, EVENT_QUERY)
    with (own / "detection.yaml").open("a") as file:
        file.write("severity: 0\n")

    with pytest.raises(SettingsError, match="'severity' stands here twice"):
        read_detection(own)
