"""A settings file is read whole: every key reaches the watch, or everything that is wrong is told."""

import json
import os
from pathlib import Path

import pytest

from acrwatch.errors import SettingsError
from acrwatch.kql.text import pattern
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.references import literal
from acrwatch.settings.file import load_settings, settings_file
from acrwatch.watch_plan import plan_watch
from tests.detection.content import EVENT, EVENT_QUERY
from tests.detection.content import written as detection_written
from tests.settings.content import EXAMPLE_FILE, GROUP_ID, example, loaded, problem_at, refusal, written

PULLED = "excessive_images_pulled"


def test_the_example_is_fine() -> None:
    watch = load_settings(EXAMPLE_FILE).watch()

    assert list(watch.registries) == ["contosoprod", "contosodev"]
    assert list(watch.action_groups) == ["security", "oncall"]
    assert watch.detections[PULLED].variants["payments"].parameters == {"images_limit": 10}


def test_an_existing_action_group_is_named_by_its_id(tmp_path: Path) -> None:
    id_ = f"{GROUP_ID}/Microsoft.Insights/actionGroups/them"

    groups = loaded(tmp_path, {"action_groups/oncall": id_}).watch().action_groups

    assert groups["oncall"] == id_
    assert isinstance(groups["security"], ActionGroupSettings)


def test_the_folder_of_detections_is_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the process runs."""
    detection_written(tmp_path / "project" / "own", EVENT, EVENT_QUERY)
    monkeypatch.chdir(tmp_path)
    content = example({"detections_dir": "own", "detections/mine": {"severity": 1}})

    settings = load_settings(os.path.relpath(written(tmp_path / "project", content)))

    assert settings.detections["mine"].severity == 1
    assert Path(str(settings.detections_dir)).resolve() == tmp_path / "project" / "own"


def test_a_folder_of_detections_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such folder") as caught:
        load_settings(written(tmp_path, example({"detections_dir": "nope"})))

    assert str(tmp_path / "nope") in str(caught.value)


@pytest.mark.parametrize("text", ["2026-01-02", "no", "0100", "1:40"])
def test_what_is_no_number_and_no_truth_in_yaml_stays_a_text(tmp_path: Path, text: str) -> None:
    """So that a tag, or the name of a repository, needs no quotes."""
    content = written(tmp_path, example({"tags": {"since": "TEXT"}})).read_text().replace("TEXT", text)

    assert load_settings(written(tmp_path, content)).tags == {"since": text}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("${x}", "$${x}"), ("%{if}", "%%{if}"), ("$${x}", "$$${x}"), ("100 %", "100 %"), ("a$", "a$")],
)
def test_literal_text_is_escaped_for_terraform_once(tmp_path: Path, text: str, escaped: str) -> None:
    """No text of the file is a template; Terraform gives each back as it was written."""
    settings = loaded(tmp_path, {"tags": {"team": text}, "ignored_tags": [text]})

    assert settings.tags == {"team": escaped}
    assert settings.watch().ignored_tags == [escaped]


def test_a_key_that_reaches_terraform_is_escaped_as_well(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"tags": {"${x}": "y"}}).tags == {"$${x}": "y"}


@pytest.mark.parametrize("text", ["${var.x}", "%{ if true }", "x${y}", "$${x}", "a$"])
def test_texts_of_detections_are_escaped_like_all_others_and_reach_the_query_as_they_were(
    tmp_path: Path, text: str
) -> None:
    """What the rows hold is compared with the text that stands in the file, to the letter."""
    settings = loaded(tmp_path, {f"detections/{PULLED}/only": [{"identity": text}]})
    plan, _ = plan_watch(settings.watch())
    queries = {alert.id: alert.rule.query for alert in plan.alerts}

    assert settings.detections[PULLED].only[0].identity == literal(text)
    assert f"identity matches regex {pattern(text)}" in queries[PULLED]


@pytest.mark.parametrize("text", ["${var.x}", "%{ if true }", "x${y}"])
def test_a_template_where_a_name_is_wanted_is_refused_as_the_text_it_is(tmp_path: Path, text: str) -> None:
    """A file has no references, so nothing slips past a check by looking like one."""
    entry = {f"detections/{PULLED}/only": [{"repository": text}]}

    assert "is not a region" in problem_at(tmp_path, {"location": text}, "location").message
    assert "would never match" in problem_at(tmp_path, entry, f"detections.{PULLED}.only[0].repository").message


def test_all_problems_of_a_kind_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    error = refusal(tmp_path, example({"location": 3, "workspce": "x", "detections/forced": 7, "diagnostics": "no"}))

    assert [problem.place for problem in error.problems] == ["location", "diagnostics", "detections.forced", "workspce"]
    assert str(error).startswith(f"{tmp_path / 'acrwatch.yaml'}: 4 problems, nothing was written")


def test_all_values_that_cannot_work_are_told_at_once_with_the_lines_they_stand_on(tmp_path: Path) -> None:
    changes = {
        "location": "",
        f"detections/{PULLED}/frequency": "7m",
        "action_groups/security/receivers/team/email_address": "nobody",
        "detections/forced_repository_delete": {},
        "name": "a.b",
    }
    error = refusal(tmp_path, example(changes))
    lines = (tmp_path / "acrwatch.yaml").read_text().splitlines()

    assert {(problem.place, lines[(problem.line or 0) - 1].strip()) for problem in error.problems} == {
        ("name", "name: a.b"),
        ("location", "location: ''"),
        ("action_groups.security.receivers.team.email_address", "email_address: nobody"),
        (f"detections.{PULLED}.frequency", "frequency: 7m"),
        ("detections.forced_repository_delete", "forced_repository_delete: {}"),
    }


def test_a_problem_is_told_once(tmp_path: Path) -> None:
    """Though a base rule and its variants may all have it."""
    error = refusal(tmp_path, example({"action_groups/A": GROUP_ID, "action_groups/B": GROUP_ID}))

    assert len(set(error.problems)) == len(error.problems)


@pytest.mark.parametrize("content", ["", "# nothing", "~", "---\n"], ids=repr)
def test_an_empty_file_is_called_empty(tmp_path: Path, content: str) -> None:
    (problem,) = refusal(tmp_path, content).problems

    assert (problem.place, problem.message) == ("", "the file is empty")


@pytest.mark.parametrize("content", ["[]", "text", "7", "''", "false"], ids=repr)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    assert "is not a mapping" in str(refusal(tmp_path, content))


@pytest.mark.parametrize("key", ["~", "true", "7", "1.5", "no", "''"])
def test_a_key_that_is_no_text_is_refused_and_no_crash(tmp_path: Path, key: str) -> None:
    text = EXAMPLE_FILE.read_text()

    assert "there is no such key" in str(refusal(tmp_path, f"{text}\n{key}: 1\n"))
    assert str(refusal(tmp_path, text.replace("  create: true", f"  {key}: true")))


def test_what_was_read_can_be_written_as_json(tmp_path: Path) -> None:
    """So that snapshots and reports of it are possible."""
    assert json.loads(loaded(tmp_path).model_dump_json())["name"] == "acrwatch"


def test_the_settings_file_is_the_chosen_one_else_the_own_one_else_the_example(tmp_path: Path) -> None:
    assert settings_file(tmp_path, {}) == tmp_path / "acrwatch.example.yaml"
    (tmp_path / "acrwatch.yaml").touch()
    assert settings_file(tmp_path, {}) == tmp_path / "acrwatch.yaml"
    assert settings_file(tmp_path, {"ACRWATCH_SETTINGS": "x.yaml"}) == Path("x.yaml")
