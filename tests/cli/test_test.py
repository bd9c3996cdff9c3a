"""`acrwatch test` says how detections do, to people, machines and pipelines, and ends with the code that says so."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.cli import progress
from acrwatch.cli.new import write_skeleton
from acrwatch.cli.test import folders_of
from acrwatch.detection.catalogue import catalogue, shipped_folder
from acrwatch.errors import InputError
from acrwatch.kql.parser import PACKAGE
from acrwatch.kql.text import line_and_column
from tests import needs
from tests.cli.running import process, run

with_parser = needs.npm_package(PACKAGE)

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A new detection with a text of its query exchanged; its folder of detections is `tmp_path`."""

    def write(id_: str = "mine", old: str = "", new: str = "") -> Path:
        folder = write_skeleton(id_, Kind.EVENT, tmp_path)
        query = folder / "query.kql"
        kql = query.read_text(encoding="utf-8")
        assert old in kql
        query.write_text(kql.replace(old, new, 1), encoding="utf-8")
        return folder

    return write


def place_of(folder: Path, text: str) -> str:
    """Where a text is in the query, in words."""
    query = (folder / "query.kql").read_text(encoding="utf-8")
    line, column = line_and_column(query, query.index(text))
    return f"line {line}, column {column}"


def test_what_is_fine_has_a_row_and_a_line_that_sums_up(written: Written) -> None:
    result = run("test", str(written()), "--no-parser")

    assert result.exit_code == 0
    (row,) = [line for line in result.stdout.splitlines() if line.split()[:1] == ["mine"]]
    assert row.split() == ["mine", "fine", "not", "asked", "fine", "7", "of", "7", "passed"]
    assert result.stdout.splitlines()[-1] == "1 detection, 7 cases, 0 with something wrong"


@with_parser
def test_with_the_parser_it_is_fine_too(written: Written) -> None:
    result = run("test", str(written()))

    assert result.exit_code == 0
    assert "not asked" not in result.stdout


@with_parser
def test_a_mistake_is_shown_with_its_file_line_and_column(written: Written) -> None:
    folder = written("mine", "tolower(Repository)", "tolower(Nope)")

    result = run("test", str(folder))

    assert result.exit_code == 1
    place = place_of(folder, "Nope")
    assert f"query.kql {place}: The name 'Nope' does not refer" in " ".join(result.stdout.split())
    assert "not run" in result.stdout


def test_a_case_that_fails_is_shown_with_its_name_and_the_difference(written: Written) -> None:
    folder = written("mine", '=~ "push"', '== "push"')

    result = run("test", str(folder), "--no-parser")

    assert result.exit_code == 1
    said = result.stdout
    assert "  case  casing hides nothing\n    at +0m\n      missing     Repository: release" in said
    assert "5 of 7 passed" in said


def test_a_finding_of_the_lint_is_shown_with_its_way_out(written: Written) -> None:
    result = run("test", str(written("mine", "ago(350m)", "ago(10*35m)")), "--no-parser")

    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "log alerts take ago() with a literal, not ago(10*35m) [ago-literal]; write a length" in said


def test_without_the_parser_it_could_not_be_found_out(
    written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = written()
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))

    result = run("test", str(folder))

    assert result.exit_code == 3
    assert f"npm install {PACKAGE}@" in " ".join(result.stdout.split())


def test_a_finding_counts_more_than_what_is_not_known(
    written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = written("mine", '=~ "push"', '== "push"')
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))

    assert run("test", str(folder)).exit_code == 1


def test_what_the_engine_refuses_is_not_known(written: Written) -> None:
    folder = written("mine", "| summarize Pushes", "| extend X = hash(Registry)\n| summarize Pushes")

    result = run("test", str(folder), "--no-parser")

    assert result.exit_code == 3
    assert "the local engine cannot run this query" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("1 with cases the local engine refuses")


def test_a_file_that_cannot_be_read_is_bad_input(written: Written) -> None:
    folder = written()
    (folder / "cases.yaml").write_text("- nope")

    result = run("test", str(folder), "--no-parser")

    assert result.exit_code == 2
    assert "cases.yaml: 1 problem" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n// nothing yet\n", "it is empty"),
        (b"\xff\xfe", "this is not a text in UTF-8"),
        (b"x" * 65_537, "it has 65,537 bytes; Azure takes 65,536"),
    ],
    ids=["empty", "comments", "not UTF-8", "huge"],
)
def test_a_query_that_is_none_is_bad_input(written: Written, content: bytes, said: str) -> None:
    folder = written()
    (folder / "query.kql").write_bytes(content)

    result = run("test", str(folder), "--no-parser")

    assert result.exit_code == 2
    assert said in " ".join(result.stdout.split())


@with_parser
@pytest.mark.parametrize("mark", [True, False], ids=["byte order mark", "line ends of Windows"])
def test_what_an_editor_of_windows_writes_is_fine(written: Written, mark: bool) -> None:
    folder = written()
    for name in ("query.kql", "cases.yaml", "detection.yaml"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + content if mark else content.replace(b"\n", b"\r\n"))

    assert run("test", str(folder)).exit_code == 0


def test_what_keeps_all_cases_from_running_is_said_once(written: Written) -> None:
    folder = written("mine", "| summarize Pushes", "| extend X = hash(Registry)\n| summarize Pushes")

    said = run("test", str(folder), "--no-parser").stdout

    assert said.count("the local engine cannot run this query") == 1
    assert said.count("  case  ") == 7


def test_a_text_is_told_from_a_number(written: Written) -> None:
    folder = written()
    cases = folder / "cases.yaml"
    cases.write_text(cases.read_text().replace("Pushes: 1", 'Pushes: "1"', 1))

    said = run("test", str(folder), "--no-parser").stdout

    assert 'Pushes: "1"' in said
    assert "Pushes: 1" in said


def test_an_empty_name_is_not_the_current_folder(
    written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As a variable gives it that is not set."""
    written()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match="an empty name is no detection"):
        folders_of([""], None)


def test_a_missing_extra_is_named(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb_kql", None)
    monkeypatch.delitem(sys.modules, "acrwatch.kql.engine", raising=False)

    result = run("test", str(written()), "--no-parser")

    assert "acrwatch[rehearse]" in str(result.exception)


def test_a_process_says_what_is_wrong_with_its_arguments() -> None:
    done = process("test", "forced_repository_delete")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "did you mean forced_repository_deleted?" in done.stderr


def test_json_has_places_and_every_case(written: Written) -> None:
    folder = written("mine", "ago(350m)", "ago(10*35m)")
    result = run("test", str(folder), "--no-parser", "--format", "json")
    (found,) = json.loads(result.stdout)["detections"]

    assert result.exit_code == 1
    assert found["failed"] is True
    assert found["parser"] is None
    (finding,) = found["lint"]
    assert finding["id"] == "ago-literal"
    assert f"line {finding['line']}, column {finding['column']}" == place_of(folder, "ago(")
    assert found["structure"][0]["path"] == "query"
    assert [case["passed"] for case in found["cases"]].count(True) == len(found["cases"]) == 7


def test_junit_has_a_test_for_each_case_and_each_part(written: Written) -> None:
    result = run("test", str(written("mine", '=~ "push"', '== "push"')), "--no-parser", "--format", "junit")

    root = ET.fromstring(result.stdout)  # noqa: S314  # our own
    names = [case.get("name") for case in root.iter("testcase")]
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert names[:2] == ["files", "lint"]
    assert len(names) == 9
    assert "casing hides nothing" in failed


def test_junit_shows_an_absent_parser_as_an_error(
    written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = written()
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))

    root = ET.fromstring(run("test", str(folder), "--format", "junit").stdout)  # noqa: S314  # our own

    assert (root.get("failures"), root.get("errors")) == ("0", "1")


def test_a_result_reaches_the_file_that_was_asked_for(written: Written, tmp_path: Path) -> None:
    output = tmp_path / "junit.xml"

    result = run("test", str(written()), "--no-parser", "--format", "junit", "--output", str(output))

    assert (result.exit_code, result.output) == (0, "")
    assert ET.fromstring(output.read_text()).get("failures") == "0"  # noqa: S314  # our own


def test_by_default_all_of_ours_are_tested() -> None:
    assert [folder.name for folder in folders_of([], None)] == list(catalogue())


def test_a_users_folder_adds_to_ours_and_stands_before_them(written: Written, tmp_path: Path) -> None:
    own = written()
    (tmp_path / "forced_repository_deleted").mkdir()
    (tmp_path / "forced_repository_deleted" / "detection.yaml").write_text("x")

    found = folders_of([], tmp_path)

    assert [folder.name for folder in found] == sorted([*catalogue(), "mine"])
    assert own in found
    assert tmp_path / "forced_repository_deleted" in found


def test_a_detection_is_named_by_id_by_folder_or_by_a_folder_of_several(written: Written, tmp_path: Path) -> None:
    one, two = written("one"), written("two")

    assert folders_of(["excessive_images_pulled"], None) == [shipped_folder() / "excessive_images_pulled"]
    assert folders_of([str(one)], None) == [one]
    assert folders_of([str(tmp_path)], None) == [one, two]
    assert folders_of([str(one), str(tmp_path)], None) == [one, two]
    assert folders_of(["two"], tmp_path) == [two]


@pytest.mark.parametrize("name", ["nope", ".", "/"])
def test_what_is_no_detection_is_refused(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match="there is no detection"):
        folders_of([name], None)


def test_a_folder_without_detections_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no detection"):
        folders_of([], tmp_path)


def test_progress_stays_off_standard_output_and_out_of_pipes(written: Written) -> None:
    done = process("test", str(written()), "--no-parser")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("patience", "drawn"), [(-1, True), (60, False)])
def test_a_terminal_sees_a_bar_when_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], patience: int, drawn: bool
) -> None:
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")

    with progress.progress_bar("cases") as bar:
        bar.step(1, 2)

    said = capsys.readouterr()
    assert said.out == ""
    assert ("50%" in said.err) == drawn
