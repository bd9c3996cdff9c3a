"""`acrwatch check` says what a settings file would deploy, or all that is wrong with it."""

import json
from pathlib import Path

from tests.cli.running import EXAMPLE, run
from tests.settings.content import example, written

BAD = {"name": "a.b", "detections/excessive_images_pulled/frequency": "7m"}


def test_a_fine_file_ends_with_a_line_that_says_so_and_names_the_variables() -> None:
    result = run("check", str(EXAMPLE))

    assert result.exit_code == 0
    assert "TF_VAR_slack_webhook_url, TF_VAR_siem_service_uri, TF_VAR_oncall_integration_key" in " ".join(
        result.stdout.split()
    )
    assert result.stdout.splitlines()[-1].endswith("fine, 6 rules")


def test_a_fine_file_as_json_has_rules_and_variables() -> None:
    found = json.loads(run("check", str(EXAMPLE), "--format", "json").stdout)

    assert found["problems"] == []
    assert "excessive_images_pulled.payments" in found["rules"]
    assert found["variables"] == ["slack_webhook_url", "siem_service_uri", "oncall_integration_key"]


def test_an_action_group_that_no_rule_tells_is_a_warning(tmp_path: Path) -> None:
    """On stderr, and no finding: somebody else may use the group."""
    file = written(tmp_path, example({"routing": {"default": ["security"]}}))

    result = run("check", str(file), "--format", "json")

    assert result.exit_code == 0
    assert "warning: no rule that is enabled tells the action group oncall" in result.stderr
    assert json.loads(result.stdout)["warnings"] == [result.stderr.strip().removeprefix("warning: ")]


def test_a_text_is_shown_as_it_stands_in_the_file(tmp_path: Path) -> None:
    """Not as Terraform gets it, even where it is a key."""
    content = {"location": "${westeurope}", "tags": {"a${b}<": "x"}}
    said = run("check", str(written(tmp_path, example(content)))).stdout

    assert "'${westeurope}' is not a region" in said
    assert "tags.a${b}<" in said
    assert "$${" not in said


def test_all_problems_of_a_file_are_shown_with_their_lines(tmp_path: Path) -> None:
    file = written(tmp_path, example(BAD))

    result = run("check", str(file))

    assert result.exit_code == 2
    assert result.stdout.splitlines()[0] == f"{file}: 2 problems"
    assert "7m is not a frequency Azure has" in " ".join(result.stdout.split())
    assert "line 1" in result.stdout


def test_a_file_that_is_not_there_is_told_with_ways_to_get_one(tmp_path: Path) -> None:
    """Somebody who begins has none."""
    file = tmp_path / "acrwatch.yaml"
    table = run("check", str(file))
    (problem,) = json.loads(run("check", str(file), "--format", "json").stdout)["problems"]

    assert table.exit_code == 2
    assert table.stdout.startswith(f"{file}: 1 problem\n")
    assert problem["message"] == "it cannot be read: No such file or directory"
    assert problem["way_out"] in table.stdout
    assert "acrwatch discover --write acrwatch.yaml" in problem["way_out"]


def test_the_file_may_be_named_as_with_other_commands(tmp_path: Path) -> None:
    file = str(written(tmp_path, example()))

    assert run("check", "--settings", file).stdout == run("check", file).stdout
    twice = run("check", file, "--settings", file)
    assert twice.stdout == ""
    assert "one settings file is checked at a time" in str(twice.exception)


def test_problems_as_json_have_line_path_message_and_way_out(tmp_path: Path) -> None:
    result = run("check", str(written(tmp_path, example(BAD))), "--format", "json")
    problems = {problem["path"]: problem for problem in json.loads(result.stdout)["problems"]}

    assert result.exit_code == 2
    assert problems["name"]["line"] == 1
    assert set(problems["detections.excessive_images_pulled.frequency"]) == {"line", "path", "message", "way_out"}


def test_form_and_values_are_told_together_and_no_secret_is_repeated(tmp_path: Path) -> None:
    """Not even one that was taken for a key."""
    file = written(tmp_path, example({**BAD, "loction": "x", "sig=c4nary": 1}))

    for format_ in ("table", "json"):
        said = run("check", str(file), "--format", format_).stdout
        assert "c4nary" not in said
        for words in (
            "did you mean location?",
            "cannot be a name",
            "7m is not a frequency",
            "a shared access signature",
        ):
            assert words in " ".join(said.split())


def test_a_missing_file_is_a_problem_of_the_input(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "none.yaml"))

    assert result.exit_code == 2
    assert "No such file" in result.stdout


def test_problems_reach_a_file_that_was_asked_for(tmp_path: Path) -> None:
    output = tmp_path / "found.json"
    result = run("check", str(written(tmp_path, example(BAD))), "--format", "json", "--output", str(output))

    assert (result.exit_code, result.stdout) == (2, "")
    assert json.loads(output.read_text())["problems"]
