"""`acrwatch new` writes a detection that works, whole or not at all, and overwrites nothing."""

from pathlib import Path

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.cli.new import write_skeleton
from acrwatch.detection.catalogue import catalogue, read_detection
from acrwatch.errors import InputError
from tests.cli.running import process, run

FILES = ["cases.yaml", "detection.yaml", "query.kql"]


@pytest.mark.parametrize("kind", Kind)
def test_what_it_writes_passes_the_test_at_once(tmp_path: Path, kind: Kind) -> None:
    folder = tmp_path / "detections" / "push_at_night"

    made = run("new", "push_at_night", "--kind", kind.value, "--into", str(folder.parent))

    assert made.exit_code == 0
    assert made.stdout.splitlines()[-1] == f"Next: acrwatch test {folder}"
    assert [name in made.stdout for name in FILES] == [True] * 3
    assert run("test", str(folder), "--no-parser").exit_code == 0


@pytest.mark.parametrize("kind", Kind)
def test_it_has_the_id_and_the_kind_that_were_asked_for(tmp_path: Path, kind: Kind) -> None:
    detection = read_detection(write_skeleton("push_at_night", kind, tmp_path))

    assert (detection.id, detection.title, detection.kind) == ("push_at_night", "Push At Night", kind)
    assert catalogue(tmp_path)["push_at_night"] == detection


def test_only_the_folder_is_left(tmp_path: Path) -> None:
    write_skeleton("mine", Kind.EVENT, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == FILES


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_what_is_there_stays(tmp_path: Path, there: str) -> None:
    place = tmp_path / "mine"
    if there == "folder":
        place.mkdir()
    elif there == "file":
        place.write_text("kept")
    else:
        place.symlink_to(tmp_path / "nowhere")

    with pytest.raises(InputError, match="is there already, and nothing is overwritten"):
        write_skeleton("mine", Kind.EVENT, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("id_", ["My-Detection", "../mine", "ab", "a" * 61, "mine/x", ""])
def test_what_cannot_be_an_id_is_refused(tmp_path: Path, id_: str) -> None:
    with pytest.raises(InputError, match="lower-case letters"):
        write_skeleton(id_, Kind.EVENT, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_an_id_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another id"):
        write_skeleton("forced_repository_deleted", Kind.EVENT, tmp_path)


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    done = process("new", "mine", "--into", str(tmp_path / "a" / "b"))

    assert done.returncode == 2
    assert done.stdout == ""
    assert "cannot be written: No such file or directory" in done.stderr
