"""`acrwatch show` has everything about a detection, and its query ready to paste."""

import json
from pathlib import Path

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.cli.new import write_skeleton
from acrwatch.cli.show import shown
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.query import deployed_query
from acrwatch.detection.tuning import Variant
from acrwatch.errors import InputError
from acrwatch.output.result import Table
from tests.cli.running import EXAMPLE, run
from tests.detection.content import EVENT, EVENT_QUERY
from tests.detection.content import written as detection_written
from tests.settings.content import example, written

PULLED = "excessive_images_pulled"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("id_", catalogue())
def test_everything_a_detection_says_is_shown(id_: str) -> None:
    detection = catalogue()[id_]
    output = words(run("show", id_).stdout)

    for text in (
        detection.title,
        detection.description,
        detection.impact,
        *detection.mitigation,
        *detection.false_positives,
        *detection.known_gaps,
        *detection.references,
    ):
        assert words(text) in output
    for name in (*detection.parameters, *detection.dimensions):
        assert name in output


@pytest.mark.parametrize("id_", catalogue())
def test_the_query_alone_is_what_azure_gets(id_: str) -> None:
    """To the letter: a wrapped or indented query could not be pasted."""
    assert run("show", id_, "--kql").stdout == deployed_query(catalogue()[id_], Variant()) + "\n"


def test_the_query_can_be_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "x.kql"

    assert run("show", PULLED, "--kql", "--output", str(file)).stdout == ""
    assert file.read_text() == run("show", PULLED, "--kql").stdout


def test_the_tuning_of_a_settings_file_is_shown_with_its_reasons() -> None:
    output = words(run("show", PULLED, "--settings", str(EXAMPLE)).stdout)

    assert "images_limit 40 30" in output
    assert "Images >= 40" in output
    assert "kubelet identity" in output


def test_a_variant_is_shown_with_its_own_tuning_alone() -> None:
    found = json.loads(
        run("show", PULLED, "--settings", str(EXAMPLE), "--variant", "payments", "--format", "json").stdout
    )

    assert found["settings"]["severity"] == 1
    assert [limit["parameters"] for limit in found["settings"]["limits"]] == [{"images_limit": 50}]
    assert "50, 10) };" in found["kql"]
    assert "200" not in found["kql"].partition(";")[0]


def test_json_has_the_rules_numbers_as_people_write_them() -> None:
    found = json.loads(run("show", PULLED, "--format", "json").stdout)

    assert found["rule"]["look_back"] == "55m"
    assert found["rule"]["interval"] == "15m"
    assert found["bound_minutes"] == 28
    assert "query" not in found


def test_the_bound_is_that_of_the_frequency_in_the_settings(tmp_path: Path) -> None:
    """A rule that runs less often keeps its promise for less late rows."""
    changes = {"detections/forced_repository_deleted": {"frequency": "1h"}}
    file = written(tmp_path, example(changes))
    arguments = ["show", "forced_repository_deleted", "--settings", str(file)]

    assert "198 minutes late" in words(run(*arguments).stdout)
    assert json.loads(run(*arguments, "--format", "json").stdout)["bound_minutes"] == 198


def test_plain_tables_are_shown_where_the_settings_want_them(tmp_path: Path) -> None:
    file = written(tmp_path, example({"tolerate_missing_tables": False}))

    assert "isfuzzy" not in run("show", PULLED, "--settings", str(file), "--kql").stdout


def test_a_users_own_detection_is_shown(tmp_path: Path) -> None:
    detection_written(tmp_path / "own", EVENT, EVENT_QUERY)
    file = written(tmp_path, example({"detections_dir": "own"}))

    assert "Mine (mine 1.0.0" in run("show", "mine", "--detections-dir", str(tmp_path / "own")).stdout
    assert "Mine (mine 1.0.0" in run("show", "mine", "--settings", str(file)).stdout


def test_an_unknown_variant_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"has no variant 'payment'; did you mean payments\?"):
        shown(PULLED, settings_file=EXAMPLE, variant="payment")
    with pytest.raises(InputError, match="it has none in these settings"):
        shown("forced_repository_deleted", settings_file=EXAMPLE, variant="x")


def test_the_query_alone_is_no_json() -> None:
    """It would be neither; JSON has the query anyway."""
    done = run("show", PULLED, "--kql", "--format", "json")

    assert done.stdout == ""
    assert isinstance(done.exception, InputError)
    assert (
        json.loads(run("show", PULLED, "--format", "json").stdout)["kql"] + "\n" == run("show", PULLED, "--kql").stdout
    )


def test_a_list_is_shown_as_people_write_it(tmp_path: Path) -> None:
    write_skeleton("push_by_hand", Kind.EVENT, tmp_path)
    parameters = {"repositories": ["release", "base"]}
    changes = {"detections_dir": ".", "detections/push_by_hand": {"parameters": parameters}}

    output = words(run("show", "push_by_hand", "--settings", str(written(tmp_path, example(changes)))).stdout)

    assert "repositories release, base release Names of the repositories" in output


def test_every_column_has_a_name() -> None:
    parts = shown(PULLED, settings_file=EXAMPLE).table()
    columns = {part.title: part.columns for part in parts if isinstance(part, Table)}

    assert columns.keys() == {"Rule", "Parameters", "Tuning"}
    assert all(name for names in columns.values() for name in names)
