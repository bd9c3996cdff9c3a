"""A notification to look at is made up for any rule, or taken from a rehearsal."""

import re
from typing import Any

import pytest

from acrwatch.alert_schema import problems
from acrwatch.errors import InputError, UnknownError
from acrwatch.rehearsal.sample import recorded_payload, sample_payload
from acrwatch.synthesised import ScheduledQueryRule
from tests.rehearsal import notified
from tests.rehearsal.rules import stack_with

RULES = {str(rule.id): rule for rule in notified.stack().rules}


def dimensions(payload: object) -> dict[str, str]:
    (criterion,) = payload["data"]["alertContext"]["condition"]["allOf"]  # type: ignore[index]
    return {one["name"]: one["value"] for one in criterion["dimensions"]}


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("id_", RULES)
def test_a_sample_is_such_as_azure_posts(id_: str, resolved: bool) -> None:
    """With every dimension of the rule, none of them the word for what is not known."""
    rule = RULES[id_]

    sample = sample_payload(notified.stack(), rule, resolved=resolved)

    assert list(problems(sample)) == []
    assert list(dimensions(sample)) == [one.name for one in rule.criteria[0].dimensions]
    assert "sample" not in dimensions(sample).values()
    assert sample["data"]["essentials"]["monitorCondition"] == ("Resolved" if resolved else "Fired")


@pytest.mark.parametrize(
    ("operator", "threshold", "value"),
    [
        ("GreaterThanOrEqual", 1, 1),
        ("GreaterThan", 1, 2),
        ("GreaterThan", 0, 1),
        ("GreaterThanOrEqual", 40, 64),
        ("LessThan", 5, 4),
        ("LessThanOrEqual", 5, 4),
        ("Equal", 5, 5),
    ],
)
def test_the_measure_meets_the_condition(operator: str, threshold: int, value: float) -> None:
    stack = stack_with({"operator": operator, "threshold": threshold})

    sample = sample_payload(stack, stack.rules[0])

    assert sample["data"]["alertContext"]["condition"]["allOf"][0]["metricValue"] == value


def test_dimensions_are_as_given_and_others_made_up() -> None:
    stack = stack_with({"dimension": [{"name": name, "operator": "Include", "values": ["*"]} for name in ("A", "B")]})

    assert dimensions(sample_payload(stack, stack.rules[0], {"B": "<b>"})) == {"A": "sample", "B": "<b>"}


@pytest.mark.parametrize("unknown", [{"severity": "${var.severity}"}, {"criterion": {"threshold": "${var.limit}"}}])
def test_what_is_not_known_before_the_apply_is_made_up_by_nobody(unknown: dict[str, Any]) -> None:
    stack = stack_with(**unknown)

    with pytest.raises(UnknownError, match="what pulls would say is not known in full"):
        sample_payload(stack, stack.rules[0])


def test_a_dimension_that_the_rule_lacks_is_refused() -> None:
    rule, given = RULES["excessive_images_pulled"], {"Identit": "x"}
    said = "excessive_images_pulled has no dimension 'Identit'; did you mean Identity"

    with pytest.raises(InputError, match=said):
        sample_payload(notified.stack(), rule, given)
    with pytest.raises(InputError, match=said):
        recorded_payload(rule, notified.rehearsal().alerts, given)


def of(rule: ScheduledQueryRule, **given: str) -> dict[str, str]:
    alerts = [alert for alert in notified.rehearsal().alerts if alert.rule is rule]
    return dimensions(recorded_payload(rule, alerts, given))


def test_the_first_alert_that_has_the_dimensions_is_taken() -> None:
    rule = RULES["forced_repository_deleted"]

    assert of(rule)["Repository"] in ("team/odd", "team/web"), "both fire at the same evaluation"
    assert of(rule, Repository="team/web")["Identity"] == "ci@example.com"
    assert of(rule, Repository="team/odd")["Identity"] == notified.HOSTILE.lower(), "as the query has it"
    with pytest.raises(InputError, match=re.escape("has no fired alert of {Repository: team/none} in this log")):
        of(rule, Repository="team/none")


def test_its_resolution_is_another_notification() -> None:
    rule = RULES["excessive_images_pulled"]
    alerts = [alert for alert in notified.rehearsal().alerts if alert.rule is rule]

    fired, over = (recorded_payload(rule, alerts, resolved=resolved) for resolved in (False, True))

    assert fired["data"]["essentials"]["alertId"] == over["data"]["essentials"]["alertId"]
    assert over["data"]["essentials"]["monitorCondition"] == "Resolved"
