"""Every detection of ours passes the whole gate, and a query that is broken on purpose does not."""

import shutil
from pathlib import Path

import pytest
import yaml

from acrwatch.detection.cases import CASES, read_cases
from acrwatch.detection.catalogue import catalogue, shipped_folder
from acrwatch.detection.checking import QUIET_MIN, Checked, Checking, check_detections
from acrwatch.kql.parser import PACKAGE
from tests import needs

with_parser = needs.npm_package(PACKAGE)
DELETED = "forced_repository_deleted"
PULLED = "excessive_images_pulled"


@pytest.fixture(scope="module")
def checking() -> Checking:
    """All of ours at once, as `acrwatch test` does it."""
    return check_detections([shipped_folder() / id_ for id_ in catalogue()])


def of(checking: Checking, id_: str) -> Checked:
    (checked,) = (one for one in checking.detections if one.id == id_)
    return checked


@pytest.mark.parametrize("id_", catalogue())
def test_a_shipped_detection_has_nothing_wrong_in_its_files_and_its_query(checking: Checking, id_: str) -> None:
    checked = of(checking, id_)

    assert checked.unreadable is None
    assert list(map(str, checked.structure)) == []
    assert list(map(str, checked.lint)) == []


@with_parser
@pytest.mark.parametrize("id_", catalogue())
def test_the_parser_finds_nothing_in_a_shipped_query(checking: Checking, id_: str) -> None:
    """With and without the empty leg, and its columns are the declared ones."""
    checked = of(checking, id_)

    assert checking.parser_absent is None
    assert checked.parser_ran
    assert list(map(str, checked.parser)) == []


@pytest.mark.parametrize("id_", catalogue())
def test_a_shipped_detection_passes_its_cases(checking: Checking, id_: str) -> None:
    checked = of(checking, id_)

    assert [f"{case.case.name}: {case.said}" for case in checked.cases if not case.passed] == []
    assert len(checked.cases) == len(read_cases(shipped_folder() / id_, catalogue()[id_])) > 0


# Each in its line of the query that keeps whole bins; the code is that of what is found.
BROKEN = {
    "a column that is not there": ("ago(350m)", 'ago(350m) and Repositry != ""', "KS142"),
    "operands that do not fit": ("ago(350m)", "ago(350m) and Repository > 5", "KS106"),
    "ago without a literal": ("ago(350m)", "ago(10 * 35m)", "ago-literal"),
    "a measure of another type": ("Deletions = count()", "Deletions = tostring(count())", "measure-type"),
}


def broken(folder: Path, id_: str, text: str, other: str, bites: str | None = None) -> Path:
    """One of ours with another text in its query, in a folder of its own, with the fewest cases and the one named."""
    copied = folder / id_
    shutil.copytree(shipped_folder() / id_, copied)
    fires = {case.name: case.fires for case in read_cases(copied, catalogue()[id_])}
    firing, quiet = ([name for name in fires if fires[name] is wanted] for wanted in (True, False))
    kept = {firing[0], *quiet[: QUIET_MIN + 1], bites}
    cases = copied / CASES
    cases.write_text(yaml.safe_dump([case for case in yaml.safe_load(cases.read_text()) if case["name"] in kept]))
    query = copied / "query.kql"
    kql = query.read_text(encoding="utf-8")
    assert text in kql
    query.write_text(kql.replace(text, other), encoding="utf-8")
    return copied


@with_parser
@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_query_is_found_with_its_line_and_column(tmp_path: Path, name: str) -> None:
    text, other, code = BROKEN[name]
    folder = broken(tmp_path, DELETED, text, other)

    (checked,) = check_detections([folder]).detections

    assert checked.failed
    (finding,) = [finding for finding in (*checked.parser, *checked.lint) if finding.id == code]
    if code == "measure-type":
        assert "Deletions is string" in finding.message
        return
    assert finding.line is not None
    assert finding.column is not None
    line = (folder / "query.kql").read_text(encoding="utf-8").splitlines()[finding.line - 1]
    assert 0 <= finding.column - 1 - line.index(other) < len(other)


@pytest.mark.parametrize(
    ("id_", "text", "other", "bites"),
    [
        (
            PULLED,
            "Images >= images_limit(Identity)",
            "Images > images_limit(Identity)",
            "thirty images pulled by one identity fire, with all columns",
        ),
        (
            PULLED,
            "Images >= images_limit(Identity)",
            "Images >= images_limit(Identity) - 1",
            "one image below one limit and one repository below the other stay quiet",
        ),
        (PULLED, 'OperationName =~ "pull"', 'OperationName == "pull"', "the operation is a pull in any casing"),
        (
            DELETED,
            "tolower(Repository)",
            "Repository",
            "the rows of one operation are one deletion, whatever their time, size and casing",
        ),
    ],
    ids=[
        "a threshold one too high",
        "a threshold one too low",
        "a compare that sees casing",
        "a name in its own casing",
    ],
)
def test_a_query_that_means_something_else_fails_in_a_case_that_is_named(
    tmp_path: Path, id_: str, text: str, other: str, bites: str
) -> None:
    """No parser can know."""
    (checked,) = check_detections([broken(tmp_path, id_, text, other, bites)], ask_parser=False).detections

    failed = [case for case in checked.cases if not case.passed]
    assert bites in [case.case.name for case in failed]
    assert all(case.case.name and ("missing" in case.said or "unexpected" in case.said) for case in failed)
    assert checked.failed
