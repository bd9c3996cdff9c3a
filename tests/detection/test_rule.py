"""A detection with its tuning becomes the plain values of one rule."""

import re
from datetime import timedelta
from typing import Any

import pytest

from acrwatch.alert_rule import AlertRule, Kind
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query
from acrwatch.detection.rule import alert_rule, rule_id, rules_of
from acrwatch.detection.tuning import DetectionSettings, TuningEntry, Variant
from acrwatch.durations import parse_duration
from acrwatch.kql.text import code_of

SHIPPED = list(catalogue().values())
EVENTS = [detection for detection in SHIPPED if detection.kind is Kind.EVENT]
VOLUMES = [detection for detection in SHIPPED if detection.kind is Kind.VOLUME]
PULLED = catalogue()["excessive_images_pulled"]
SCAN = catalogue()["image_vulnerability_scan_disabled"]
BOUNDS = {
    "image_vulnerability_scan_disabled": 308,
    "forced_repository_deleted": 308,
    "excessive_images_pulled": 28,
    "images_deleted_in_repository": 278,
    "excessive_images_pushed": 28,
}


def by_id(detection: Detection) -> str:
    return detection.id


def made(detection: Detection, settings: Variant | None = None, **given: Any) -> AlertRule:
    rule, problems = alert_rule(detection, settings or Variant(), **given)
    assert problems == []
    assert rule is not None
    return rule


@pytest.mark.parametrize("detection", SHIPPED, ids=by_id)
def test_a_shipped_detection_becomes_a_rule_without_problems(detection: Detection) -> None:
    rule = made(detection)

    assert rule.name == f"acrwatch-{detection.id}"
    assert rule.display_name == detection.title
    assert (rule.severity, rule.dimensions, rule.kind) == (detection.severity, detection.dimensions, detection.kind)
    assert (rule.enabled, rule.auto_mitigation, rule.mute) == (True, True, None)


@pytest.mark.parametrize("detection", SHIPPED, ids=by_id)
def test_a_shipped_detection_promises_the_documented_bound(detection: Detection) -> None:
    """Look-back - bin or interval - 2 x frequency - 2 minutes, as the known gaps say it too."""
    assert made(detection).bound == detection.bound() == timedelta(minutes=BOUNDS[detection.id])
    assert any(f"within {BOUNDS[detection.id]} minutes" in gap for gap in detection.known_gaps)


@pytest.mark.parametrize("detection", SHIPPED, ids=by_id)
def test_the_numbers_of_a_shipped_rule_are_those_of_its_query(detection: Detection) -> None:
    """Read from the query once more, apart from the check that runs when it is loaded."""
    code = code_of(detection.query)
    numbers = detection.rule

    assert [parse_duration(found) for found in re.findall(r"\bago\((\w+)\)", code)] == [numbers.look_back]
    assert [parse_duration(found) for found in re.findall(r"bin\(TimeGenerated, (\w+)\)", code)] == [
        numbers.bin or numbers.hop
    ]
    assert numbers.look_back < numbers.window


@pytest.mark.parametrize("detection", VOLUMES, ids=by_id)
def test_the_windows_of_a_volume_query_make_up_its_interval(detection: Detection) -> None:
    """As many shifts as there are hops in an interval, each of one hop."""
    ((shifts, step),) = re.findall(r"dynamic\(\[([\d, ]+)\]\).*?Shift \* (\w+)", code_of(detection.query), re.DOTALL)
    numbers = detection.rule
    assert numbers.interval is not None
    assert numbers.hop is not None

    assert parse_duration(step) == numbers.hop
    assert [int(shift) for shift in shifts.split(",")] == list(range(numbers.interval // numbers.hop))


@pytest.mark.parametrize("detection", EVENTS, ids=by_id)
def test_an_event_query_names_no_other_length_than_its_bin(detection: Detection) -> None:
    """The text of a folded alert says the bin as well."""
    assert detection.rule.bin is not None
    minutes = detection.rule.bin // timedelta(minutes=1)

    assert {int(found) for found in re.findall(r"Z \+ (\d+)m", detection.query)} <= {minutes}


@pytest.mark.parametrize("detection", VOLUMES, ids=by_id)
@pytest.mark.parametrize("frequency", ["10m", "15m", "30m"])
def test_a_frequency_that_leaves_rows_too_little_time_is_refused(detection: Detection, frequency: str) -> None:
    """Rows need up to 20 minutes to arrive; 10m would leave 18."""
    _, problems = alert_rule(detection, Variant(frequency=frequency))

    assert [problem.place for problem in problems] == ["frequency"]
    assert f"{frequency} leaves log rows only" in problems[0].message


@pytest.mark.parametrize("detection", EVENTS, ids=by_id)
@pytest.mark.parametrize("frequency", ["5m", "30m", "1h", "2h"])
def test_an_event_rule_may_run_as_seldom_as_its_bound_allows(detection: Detection, frequency: str) -> None:
    minutes = BOUNDS[detection.id] + 10 - 2 * (parse_duration(frequency) // timedelta(minutes=1))

    assert made(detection, Variant(frequency=frequency)).bound == timedelta(minutes=minutes)


@pytest.mark.parametrize("frequency", ["7m", "0m", "1d", "x", "", "5 m"])
def test_a_frequency_that_azure_has_not_is_refused(frequency: str) -> None:
    _, problems = alert_rule(SCAN, Variant(frequency=frequency))

    assert {problem.place for problem in problems} == {"frequency"}


def test_each_minute_is_refused_with_union_and_fine_without() -> None:
    assert "union" in alert_rule(PULLED, Variant(frequency="1m"))[1][0].message
    assert made(PULLED, Variant(frequency="1m"), tolerate_missing_tables=False).frequency == timedelta(minutes=1)


def test_every_setting_reaches_the_rule() -> None:
    settings = Variant(
        enabled=False,
        severity=0,
        frequency="PT5M",
        parameters={"images_limit": 7},
        only=[TuningEntry(repository="payments/*")],
    )

    rule = made(PULLED, settings, name_prefix="mine")

    assert (rule.name, rule.enabled, rule.severity) == ("mine-excessive_images_pulled", False, 0)
    assert (rule.frequency, rule.threshold) == (timedelta(minutes=5), 7)
    assert rule.query == deployed_query(PULLED, settings)


def test_severity_zero_is_a_severity_and_not_the_default() -> None:
    assert made(SCAN, Variant(severity=0)).severity == 0


def test_a_rule_says_of_itself_what_it_is() -> None:
    rule = made(PULLED, variant="payments")

    assert rule.name == "acrwatch-excessive_images_pulled.payments"
    assert rule.display_name == "Excessive DCR Images Pulled (payments)"
    assert rule.tags == {
        "acrwatch_detection": "excessive_images_pulled",
        "acrwatch_variant": "payments",
        "acrwatch_kind": "volume",
    }
    assert set(rule.tags.items()) <= set(rule.custom_properties.items())
    assert rule.custom_properties["meaning"] == PULLED.description
    assert rule.custom_properties["attack"] == "TA0009 / T1530 (ATT&CK v18)"
    assert rule.custom_properties["attack_url"] == "https://attack.mitre.org/techniques/T1530/"
    assert rule.custom_properties["first_steps"].splitlines()[0] == f"1. {PULLED.mitigation[0]}"


def test_a_base_rule_has_no_variant_among_its_tags() -> None:
    assert "acrwatch_variant" not in made(PULLED).tags


@pytest.mark.parametrize(
    ("base", "url"),
    [
        (None, None),
        ("https://wiki", "https://wiki/excessive_images_pulled"),
        ("https://wiki/", "https://wiki/excessive_images_pulled"),
    ],
)
def test_the_runbook_is_named_only_where_there_is_one(base: str | None, url: str | None) -> None:
    assert made(PULLED, runbook_base_url=base).custom_properties.get("runbook") == url


@pytest.mark.parametrize("variant", ["", "a.b", "1a", "a b", "x" * 61])
def test_a_variant_with_a_name_that_is_no_id_is_refused(variant: str) -> None:
    rule, problems = alert_rule(PULLED, Variant(), variant=variant)

    assert rule is None
    assert problems


def test_tuning_and_frequency_are_told_together() -> None:
    _, problems = alert_rule(PULLED, Variant(frequency="x", parameters={"y": 1}))

    assert [problem.place for problem in problems] == ["parameters.y", "frequency"]


def test_a_tuning_too_long_for_azure_is_refused() -> None:
    entries = [TuningEntry(repository=f"{number:03}" + "x" * 240) for number in range(250)]

    _, problems = alert_rule(PULLED, Variant(only=entries))

    assert [problem.place for problem in problems] == ["query"]
    assert "Azure takes 65,536" in problems[0].message


def test_base_and_variants_are_rules_of_their_own() -> None:
    """A variant inherits nothing from the base but the detection."""
    own = DetectionSettings(severity=4, variants={"b": Variant(), "a": Variant(severity=1)})

    assert [(name, chosen.severity) for name, chosen in rules_of(own)] == [(None, 4), ("b", None), ("a", 1)]
    assert rule_id(PULLED, None) == "excessive_images_pulled"
    assert rule_id(PULLED, "a") == "excessive_images_pulled.a"


def test_a_list_that_is_changed_later_counts_in_the_next_rule() -> None:
    only = [TuningEntry(registry="contosoprod")]
    before = made(PULLED, Variant(only=only))
    only.append(TuningEntry(registry="contosotest"))

    after = made(PULLED, Variant(only=only))

    assert "contosotest" not in before.query
    assert "contosotest" in after.query


def test_who_adds_to_the_problems_of_a_rule_adds_to_nobody_elses() -> None:
    wrong = Variant(severity=7)
    _, first = alert_rule(PULLED, wrong)
    said = list(first)
    first.clear()

    assert alert_rule(PULLED, wrong)[1] == said != []


def test_a_rule_cannot_be_changed() -> None:
    """It is made once for the same settings, and what one program does with it is to reach no other."""
    rule = made(PULLED)

    for mapping in (rule.tags, rule.custom_properties):
        with pytest.raises(TypeError):
            mapping["acrwatch_kind"] = "mine"  # type: ignore[index]
