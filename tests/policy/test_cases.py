"""What the cases of every detection of ours have to show. Whether they bite is told by the mutants, `make mutation`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from acrwatch.detection.cases import CASES, Case, read_cases
from acrwatch.detection.catalogue import catalogue, shipped_folder
from acrwatch.detection.model import Detection
from acrwatch.detection.tuning import TuningEntry
from acrwatch.kql.records import is_record
from acrwatch.yaml_text import read_yaml

DETECTIONS = list(catalogue().values())
ALL = {detection.id: read_cases(shipped_folder() / detection.id, detection) for detection in DETECTIONS}
PARAMETERS = [(detection, name) for detection in DETECTIONS for name in detection.parameters]
FIELDS = [(detection, field.value) for detection in DETECTIONS for field in detection.tuning]
# What ends a text, a statement or a line somewhere between the settings file and Azure.
HOSTILE = ('"', "'", "\\", "|", "//", "${")
# Columns that the queries clean of what stands for nothing.
CLEANED = re.compile(r'(\w+) in~ \("-", "<nil>"\)')


def by_id(value: object) -> str:
    return value.id if isinstance(value, Detection) else str(value)


def texts(case: Case, column: str) -> Iterator[str]:
    """What stands in a column of the events of a case."""
    return (str(event.row[column]) for event in case.events if column in event.row)


def entries(case: Case, name: str) -> Sequence[TuningEntry]:
    """What a case excuses (`except`), or is limited to (`only`)."""
    return case.settings.only if name == "only" else case.settings.except_


@pytest.fixture(params=DETECTIONS, ids=by_id)
def detection(request: pytest.FixtureRequest) -> Detection:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def cases(detection: Detection) -> tuple[Case, ...]:
    return ALL[detection.id]


def test_more_cases_are_quiet_than_fire(cases: tuple[Case, ...]) -> None:
    firing = sum(case.fires for case in cases)

    assert 0 < firing < len(cases) - firing


def test_a_case_is_a_claim_with_a_reason_of_its_own(cases: tuple[Case, ...]) -> None:
    assert [case.name for case in cases if len(case.name.split()) < 3 or not case.why or case.why == case.name] == []


def test_a_table_that_is_missing_and_a_log_without_rows_are_quiet(cases: tuple[Case, ...]) -> None:
    assert [case.fires for case in cases if case.missing_tables] == [False]
    assert any(not case.events and not case.missing_tables for case in cases)


@pytest.mark.parametrize("fires", [True, False], ids=["firing", "quiet"])
def test_events_come_in_both_shapes(detection: Detection, fires: bool) -> None:
    """As Log Analytics has them, and as a diagnostic setting writes them."""
    raw = read_yaml(shipped_folder() / detection.id / CASES)
    of_records = {case["name"]: [is_record(event) for event in case["events"]] for case in raw}
    wanted = [of_records[case.name] for case in ALL[detection.id] if case.fires is fires]

    assert any(any(shapes) for shapes in wanted)
    assert any(shapes and not any(shapes) for shapes in wanted)


def test_rows_come_late_out_of_order_and_twice(detection: Detection, cases: tuple[Case, ...]) -> None:
    """As late as promised, and later than that; the doubled row is the same in every column."""
    bound = detection.bound(detection.rule.frequency)
    delays = [event.arrived - event.time for case in cases for event in case.events]
    doubled = [
        case.name for case in cases if max(Counter(str(event.row) for event in case.events).values(), default=0) > 1
    ]
    arrivals = [[event.arrived for event in sorted(case.events, key=lambda event: event.time)] for case in cases]

    assert bound in delays
    assert any(delay > bound for delay in delays)
    assert len(doubled) > 1
    assert any(times != sorted(times) for times in arrivals)


def test_a_case_rises_and_ages_out(cases: tuple[Case, ...]) -> None:
    """Quiet at first, then firing, then quiet again, in one case."""
    courses = [[bool(moment.rows) for moment in case.moments] for case in cases]

    assert any(fires[0] is False and fires[-1] is False and any(fires) for fires in courses)


def test_a_burst_comes_from_one_identity_and_from_several(detection: Detection, cases: tuple[Case, ...]) -> None:
    column = "Caller" if "AzureActivity" in detection.data.tables else "Identity"
    most = max(len(set(texts(case, column))) for case in cases)

    assert most >= (2 if detection.per_identity else 100)
    assert any(len(case.events) >= 25 and len(set(texts(case, column))) == 1 for case in cases)


def test_each_column_is_empty_in_every_way_in_which_it_may_be(detection: Detection, cases: tuple[Case, ...]) -> None:
    cleaned = set(CLEANED.findall(detection.query))
    seen = {(column, text.lower()) for case in cases for column in cleaned for text in texts(case, column)}

    assert cleaned
    assert {(column, text) for column in cleaned for text in ("", "<nil>", "-")} - seen == set()


def test_operations_come_in_several_casings_and_fail(detection: Detection, cases: tuple[Case, ...]) -> None:
    of_activity = "AzureActivity" in detection.data.tables
    operation, outcome = (
        ("OperationNameValue", "ActivityStatusValue") if of_activity else ("OperationName", "ResultDescription")
    )
    words = {text for case in cases if case.fires for text in texts(case, operation)}
    outcomes = {text for case in cases if not case.fires for text in texts(case, outcome)}
    failed = {"Failure", "Failed"} if of_activity else {"401", "403", "404", "429"}

    assert max(Counter(word.lower() for word in words).values()) >= 2
    assert outcomes >= failed or (of_activity and outcomes & failed)


@pytest.mark.parametrize(("detection", "name"), PARAMETERS, ids=by_id)
def test_each_parameter_is_tested_away_from_its_default(detection: Detection, name: str) -> None:
    parameter = detection.parameters[name]
    values: list[Any] = [case.settings.parameters.get(name, parameter.default) for case in ALL[detection.id]]
    limits = [limit.parameters.get(name) for case in ALL[detection.id] for limit in case.settings.limits]

    assert parameter.default in values
    assert any(value != parameter.default for value in values)
    if parameter.optional:
        assert None in values
    if parameter.per_identity:
        assert [value for value in limits if value is not None]


@pytest.mark.parametrize("name", ["only", "except"])
@pytest.mark.parametrize(("detection", "field"), FIELDS, ids=by_id)
def test_each_field_of_the_tuning_is_tested(detection: Detection, field: str, name: str) -> None:
    using = [case for case in ALL[detection.id] for entry in entries(case, name) if getattr(entry, field) is not None]

    assert any(case.fires for case in using)
    assert any(not case.fires for case in using)


@pytest.mark.parametrize("field", ["identity", "client"])
def test_hostile_text_in_the_tuning_means_itself(detection: Detection, cases: tuple[Case, ...], field: str) -> None:
    """Names of registries and repositories hold no such text, and the settings refuse it there."""
    given = [getattr(entry, field) for case in cases for name in ("only", "except") for entry in entries(case, name)]
    given += [getattr(limit, field, None) for case in cases for limit in case.settings.limits]
    wanted = HOSTILE if field in detection.tuning else ()

    assert [text for text in wanted if not any(text in (value or "") for value in given)] == []


def test_hostile_text_in_a_row_is_only_text(detection: Detection, cases: tuple[Case, ...]) -> None:
    rows = [event.row for case in cases for event in case.events]
    columns = set(CLEANED.findall(detection.query)) - {"ActivityStatusValue", "ResourceId", "_ResourceId"}
    odd = {column for column in columns for row in rows if any(text in str(row.get(column)) for text in HOSTILE)}

    told = "".join(str(row.get(name)) for row in rows for name in sorted(odd))

    assert columns - odd == set()
    assert [text for text in (*HOSTILE, "\n") if text not in told] == []
