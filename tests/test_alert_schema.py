"""What is not of the form of a log alert is named with its place, and all that may be passes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch.alert_schema import LONGEST, problems
from tests.payloads import SAMPLES, Payload, criterion, odd_payloads, payload, without

CRITERION = ("data", "alertContext", "condition", "allOf", 0)
AT = "data.alertContext.condition.allOf[0]"
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def changed(*path: str | int, to: object) -> Payload:
    """A fired alert with one other value."""
    value = payload()
    inner: Any = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return value


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_the_documentation_has_no_problem(name: str) -> None:
    """Else every test that uses the samples would be about something that Azure does not send."""
    assert problems(SAMPLES[name]) == []


@given(odd_payloads())
@settings(max_examples=50)
def test_an_odd_payload_is_still_of_the_form(value: Payload) -> None:
    """What the messages are tried with has odd values, not another form."""
    assert problems(value) == []


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, ""),
        ([], ""),
        (changed("schemaId", to="another"), "schemaId"),
        (changed("data", to=[]), "data"),
        (changed("more", to=1), "more"),
        (changed("data", "essentials", "severity", to="Sev5"), "data.essentials.severity"),
        (changed("data", "essentials", "severity", to=2), "data.essentials.severity"),
        (changed("data", "essentials", "monitorCondition", to="fired"), "data.essentials.monitorCondition"),
        (changed("data", "essentials", "signalType", to="Metric"), "data.essentials.signalType"),
        (changed("data", "essentials", "monitoringService", to="Platform"), "data.essentials.monitoringService"),
        (changed("data", "essentials", "alertTargetIDs", to="x"), "data.essentials.alertTargetIDs"),
        (changed("data", "essentials", "alertTargetIDs", to=[1]), "data.essentials.alertTargetIDs[0]"),
        (changed("data", "essentials", "firedDateTime", to="yesterday"), "data.essentials.firedDateTime"),
        (changed("data", "essentials", "firedDateTime", to=None), "data.essentials.firedDateTime"),
        (changed("data", "essentials", "resolvedDateTime", to=""), "data.essentials.resolvedDateTime"),
        (changed("data", "essentials", "alertID", to="x"), "data.essentials.alertID"),
        (without(payload(), "data", "essentials", "alertId"), "data.essentials.alertId"),
        (without(payload(), "data", "alertContext"), "data.alertContext"),
        (changed("data", "customProperties", to=[]), "data.customProperties"),
        (changed("data", "alertContext", "conditionType", to="X"), "data.alertContext.conditionType"),
        (changed(*CRITERION, "threshold", to=50), f"{AT}.threshold"),
        (changed(*CRITERION, "metricValue", to="64"), f"{AT}.metricValue"),
        (changed(*CRITERION, "metricValue", to=True), f"{AT}.metricValue"),
        (changed(*CRITERION, "operator", to=">"), f"{AT}.operator"),
        (changed(*CRITERION, "dimensions", to={}), f"{AT}.dimensions"),
        (changed(*CRITERION, "dimensions", to=[{"name": "A"}]), f"{AT}.dimensions[0].value"),
        (changed(*CRITERION, "linkToSearchResultsUI", to=1), f"{AT}.linkToSearchResultsUI"),
    ],
)
def test_what_is_not_of_the_form_is_named_with_its_place(value: object, place: str) -> None:
    """One wrong value is one problem, at the value."""
    assert [problem.place for problem in problems(value)] == [place]


def test_an_alert_that_is_too_large_is_a_problem() -> None:
    """Azure cuts off at 256 KB, counted in bytes and not in characters."""
    fits, too_large = (payload(criterion(searchQuery="é" * (LONGEST // 2 - less))) for less in (5000, 0))

    assert problems(fits) == []
    assert "262144" in problems(too_large)[0].message


@given(ANY_JSON)
@settings(max_examples=100)
def test_any_json_is_looked_at_without_a_crash(value: object) -> None:
    """A payload comes from outside."""
    assert problems(value)
