"""A case passes only when exactly the expected rows come, and says what was different when they do not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.alert_rule import Aggregation, Operator
from acrwatch.detection.cases import Case, read_cases
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.gate import run_case, run_cases
from acrwatch.detection.model import Detection
from acrwatch.kql.engine import LocalEngine

DETECTION = catalogue()["forced_repository_deleted"]
VOLUME = catalogue()["excessive_images_pulled"]
DELETE = {"OperationName": "Delete", "Repository": "team/api"}


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with LocalEngine() as opened:
        yield opened


def case(folder: Path, detection: Detection = DETECTION, **content: Any) -> Case:
    """One case, as it would stand in a file."""
    written = {"name": "n", "why": "w", "events": [DELETE], **content}
    (folder / "cases.yaml").write_text(yaml.safe_dump([written]), encoding="utf-8")
    return read_cases(folder, detection)[0]


def test_a_row_needs_only_the_columns_that_the_case_names(engine: LocalEngine, tmp_path: Path) -> None:
    assert run_case(DETECTION, case(tmp_path, expect=[{"Repository": "team/api"}]), engine).passed


@pytest.mark.parametrize(
    ("expect", "missing", "unexpected"),
    [
        ([], 0, 1),
        ([{"Repository": "other"}], 1, 1),
        ([{"Deletions": 1}, {"Deletions": 1}], 1, 0),
        ([{"Deletions": 2}], 1, 1),
        ([{"Deletions": "1"}], 1, 1),
    ],
)
def test_a_row_too_many_or_too_few_is_a_difference(
    engine: LocalEngine, tmp_path: Path, expect: list[Any], missing: int, unexpected: int
) -> None:
    result = run_case(DETECTION, case(tmp_path, expect=expect), engine)

    assert not result.passed
    (difference,) = result.differences
    assert (len(difference.missing), len(difference.unexpected)) == (missing, unexpected)


def test_the_most_demanding_expectation_chooses_its_row_first(engine: LocalEngine, tmp_path: Path) -> None:
    """Else the vague one takes the row that only the other accepts."""
    two = [DELETE, {**DELETE, "Repository": "team/web"}]

    expect = [{"Deletions": 1}, {"Repository": "team/api", "Deletions": 1}]

    assert run_case(DETECTION, case(tmp_path, events=two, expect=expect), engine).passed


def test_a_difference_names_the_moment_and_the_rows(engine: LocalEngine, tmp_path: Path) -> None:
    result = run_case(DETECTION, case(tmp_path, at={"5m": [{"Repository": "other"}], "-20m": []}), engine)

    first, *others = result.said.splitlines()
    assert first == "at +5m"
    assert others[0] == "  missing     Repository: other"
    assert others[1].startswith("  unexpected  Registry: contoso, Repository: team/api")


def test_a_row_under_the_rules_own_threshold_fires_nothing(engine: LocalEngine, tmp_path: Path) -> None:
    """Azure compares after the query, and a query need not."""
    lenient = replace(VOLUME, query=VOLUME.query.replace("Images >= images_limit(Identity)", "Images >= 1"))
    events = [{"OperationName": "Pull", "Digest": "sha256:{n}", "times": 3}]
    content = {"events": events, "parameters": {"images_limit": 4}, "expect": []}

    assert run_case(lenient, case(tmp_path, VOLUME, **content), engine).passed
    assert not run_case(lenient, case(tmp_path, VOLUME, **content | {"parameters": {"images_limit": 3}}), engine).passed


def test_a_table_that_is_missing_is_not_there(engine: LocalEngine, tmp_path: Path) -> None:
    query = "let Events = ContainerRegistryRepositoryEvents;\nEvents | where TimeGenerated > ago(1h)"
    plain = replace(DETECTION, query=query)
    missing = case(tmp_path, events=[], missing_tables=True, expect=[])

    assert run_case(DETECTION, missing, engine).passed
    assert run_case(plain, missing, engine).failed is not None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ContainerRegistryRepositoryEvents | project Repository", "the result has no column Registry"),
        (
            "ContainerRegistryRepositoryEvents | extend Registry = 'a', Client = 'b', Operation = 'c'",
            "no column Deletions",
        ),
        (DETECTION.query + "| extend Deletions = tostring(Deletions)", "the measure Deletions is not a number"),
    ],
)
def test_a_result_that_the_rule_cannot_use_has_failed(
    engine: LocalEngine, tmp_path: Path, query: str, said: str
) -> None:
    result = run_case(replace(DETECTION, query=query), case(tmp_path, expect=[]), engine)

    assert said in (result.failed or "")


@pytest.mark.parametrize(
    ("operator", "aggregation", "measure", "threshold", "fires"),
    [
        (Operator.GREATER_THAN, Aggregation.MAXIMUM, "Deletions", 1, False),
        (Operator.GREATER_THAN, Aggregation.MAXIMUM, "Deletions", 0, True),
        (Operator.EQUAL, Aggregation.TOTAL, "Deletions", 2, True),
        (Operator.LESS_THAN, Aggregation.AVERAGE, "Deletions", 1, False),
        (Operator.LESS_THAN_OR_EQUAL, Aggregation.MINIMUM, "Deletions", 1, True),
        (Operator.GREATER_THAN_OR_EQUAL, Aggregation.COUNT, None, 2, True),
        (Operator.GREATER_THAN_OR_EQUAL, Aggregation.COUNT, None, 3, False),
    ],
)
def test_a_series_fires_as_the_numbers_of_its_rule_have_it(
    engine: LocalEngine,
    tmp_path: Path,
    operator: Operator,
    aggregation: Aggregation,
    measure: str | None,
    threshold: int,
    fires: bool,
) -> None:
    """Two rows of one series, each with one deletion."""
    numbers = replace(DETECTION.rule, operator=operator, aggregation=aggregation, measure=measure, threshold=threshold)
    detection = replace(DETECTION, rule=numbers, dimensions=("Registry",))
    two = [DELETE, {**DELETE, "Repository": "team/web"}]
    expect = [{"Repository": "team/api"}, {"Repository": "team/web"}] if fires else []

    assert run_case(detection, case(tmp_path, events=two, expect=expect), engine).passed


def test_a_query_that_cannot_be_run_has_failed_and_is_not_quiet(engine: LocalEngine, tmp_path: Path) -> None:
    broken = replace(DETECTION, query="ContainerRegistryRepositoryEvents | where Nope == 1")

    result = run_case(broken, case(tmp_path, expect=[]), engine)

    assert not result.passed
    assert result.refused is None
    assert "Nope" in result.said


def test_what_the_engine_refuses_is_neither_passed_nor_failed(engine: LocalEngine, tmp_path: Path) -> None:
    other = replace(DETECTION, query="ContainerRegistryRepositoryEvents | where ingestion_time() > ago(1h)")

    result = run_case(other, case(tmp_path, expect=[]), engine)

    assert not result.passed
    assert result.failed is None
    assert "ingestion_time" in (result.refused or "")


def test_one_case_leaves_nothing_to_the_next(engine: LocalEngine, tmp_path: Path) -> None:
    firing = case(tmp_path, expect=[{"Deletions": 1}])
    quiet = case(tmp_path, events=[], expect=[])

    assert [result.passed for result in run_cases(DETECTION, [firing, quiet, firing, quiet], engine)] == [True] * 4
