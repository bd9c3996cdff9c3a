"""What every detection of ours has to have; each offender is a failure of its own."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.detection.attack import TACTICS, TECHNIQUES
from acrwatch.detection.catalogue import catalogue, read_detection, shipped_folder
from acrwatch.detection.checks import detection_problems
from acrwatch.detection.model import AttackMapping, Detection, Parameter, Status
from acrwatch.detection.query import deployed_query
from acrwatch.detection.rule import alert_rule
from acrwatch.detection.tuning import Variant
from acrwatch.kql.text import code_of

DETECTIONS = list(catalogue().values())
EVENTS = [detection for detection in DETECTIONS if detection.kind is Kind.EVENT]
VOLUMES = [detection for detection in DETECTIONS if detection.kind is Kind.VOLUME]
PLACES = [(detection, place) for detection in DETECTIONS for place in detection.attack]
PARAMETERS = [(detection, name) for detection in DETECTIONS for name in detection.parameters]
REFERENCES = [(detection, url) for detection in DETECTIONS for url in detection.references]
STEPS = [(detection, step) for detection in DETECTIONS for step in detection.mitigation]

# The product brief: id -> title, tactic, technique, kind.
BRIEF = {
    "image_vulnerability_scan_disabled": ("Image Vulnerability Scan Disabled", "TA0005", "T1578", "event"),
    "forced_repository_deleted": ("Forced Repository Deleted", "TA0005", "T1578", "event"),
    "excessive_images_pulled": ("Excessive DCR Images Pulled", "TA0009", "T1530", "volume"),
    "images_deleted_in_repository": ("Images Within a Repository Deleted", "TA0040", "T1485", "event"),
    "excessive_images_pushed": ("Excessive DCR Image Pushed", "TA0005", "T1578", "volume"),
}
# An alert's payload holds 256 KB; custom properties share it with everything else and are shown on a phone.
PROPERTIES_MAX = 8 * 1024


def by_id(value: object) -> str:
    return value.id if isinstance(value, Detection) else str(getattr(value, "technique", value))[:40]


def test_there_are_the_five_detections_of_the_brief() -> None:
    assert set(catalogue()) == set(BRIEF)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_a_detection_passes_the_checks_that_a_users_own_has_to_pass(detection: Detection) -> None:
    """The catalogue leaves them out for ours, so that a watch need not repeat them at each synth."""
    assert detection_problems(detection, detection.id) == []
    assert read_detection(shipped_folder() / detection.id) == detection


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_title_kind_and_first_place_in_attack_are_the_briefs(detection: Detection) -> None:
    """Users know them by these; the mapping of version 19 stands beside the brief's."""
    first = detection.attack[0]

    assert (detection.title, first.tactic, first.technique, detection.kind) == BRIEF[detection.id]
    assert first.version == "18"


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_the_folder_has_the_id_and_nothing_that_is_not_shipped(detection: Detection) -> None:
    files = {file.name for file in (shipped_folder() / detection.id).iterdir()}

    assert {"detection.yaml", "query.kql"} <= files <= {"detection.yaml", "query.kql", "cases.yaml"}


def test_every_folder_is_a_detection() -> None:
    folders = {path.name for path in Path(shipped_folder()).iterdir() if path.is_dir()}

    assert folders == set(catalogue())


@pytest.mark.parametrize("field", [field.name for field in fields(Detection)])
@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_a_detection_leaves_no_field_empty(detection: Detection, field: str) -> None:
    """A known gap or false positive there always is. Severity is a number, of which 0 is one."""
    assert getattr(detection, field) or field == "severity"


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_a_detection_is_stable_and_its_words_are_sentences(detection: Detection) -> None:
    assert detection.status is Status.STABLE
    for text in (detection.description, detection.impact, *detection.false_positives, *detection.known_gaps):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "TODO" not in text


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_no_sentence_of_a_detection_repeats_another(detection: Detection) -> None:
    """Nor is one a part of another, as when the description begins with the title."""
    said = [detection.title, detection.description, detection.impact, *detection.mitigation]
    said += [*detection.false_positives, *detection.known_gaps, *detection.columns.values()]
    said += [parameter.doc for parameter in detection.parameters.values()]
    plain = [text.lower().rstrip(".") for text in said]

    assert [one for at, one in enumerate(plain) for other in plain[:at] + plain[at + 1 :] if one in other] == []


@pytest.mark.parametrize(("detection", "place"), PLACES, ids=by_id)
def test_a_technique_belongs_to_the_tactic_in_the_stated_version(detection: Detection, place: AttackMapping) -> None:
    assert place.tactic in TACTICS[place.version]
    assert place.tactic in TECHNIQUES[place.version][place.technique].tactics, f"{detection.id}: {place}"


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_every_place_in_attack_is_named_in_both_versions(detection: Detection) -> None:
    versions = [place.version for place in detection.attack]

    assert versions.count("18") == versions.count("19")
    assert len(set(detection.attack)) == len(detection.attack)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_a_place_beside_the_first_has_its_reason(detection: Detection) -> None:
    for place in detection.attack:
        assert (place.reason is not None) == (place.technique != detection.attack[0].technique)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_the_first_step_asks_who_it_was_and_some_step_has_a_command(detection: Detection) -> None:
    """The first question is always whether the caller knows of it and whether it is legitimate."""
    assert detection.mitigation[0].startswith("Find out who Identity is")
    assert "know of" in detection.mitigation[0]
    assert any(re.search(r"`az [a-z-]+ [^`]+`", step) for step in detection.mitigation)


@pytest.mark.parametrize(("detection", "step"), STEPS, ids=by_id)
def test_every_command_in_a_step_is_whole(detection: Detection, step: str) -> None:
    """Backticks in pairs, and long options as the CLI has them."""
    commands = re.findall(r"`([^`]*)`", step)

    assert step.count("`") == 2 * len(commands), detection.id
    for command in commands:
        assert not re.search(r"\s-[a-zA-Z]\b|[^\x00-\x7f]", command)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_every_dimension_is_a_column_and_the_measure_is_the_one_that_is_none(detection: Detection) -> None:
    """Dimensions are all a responder sees; what is measured may not be among them."""
    assert set(detection.dimensions) <= set(detection.columns)
    assert 1 <= len(detection.dimensions) <= 6
    assert detection.rule.measure not in detection.dimensions
    assert detection.rule.measure in detection.columns


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_the_documented_columns_are_those_of_the_last_summarize(detection: Detection) -> None:
    """In a query of ours the result is made by its last line of code."""
    last = code_of(detection.query).rpartition("| summarize ")[2]
    values, _, keys = last.partition(" by")
    named = {part.partition("=")[0].strip() for part in re.split(r",(?![^()]*\))", f"{values},{keys}")}

    assert named == set(detection.columns)


@pytest.mark.parametrize(("detection", "url"), REFERENCES, ids=by_id)
def test_a_reference_is_an_https_url_without_a_locale(detection: Detection, url: str) -> None:
    assert re.fullmatch(r"https://[\w.-]+/\S+", url), detection.id
    assert "/en-us/" not in url


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_references_are_unique_and_name_the_techniques_pages(detection: Detection) -> None:
    assert len(set(detection.references)) == len(detection.references)
    first = detection.attack[0].technique.replace(".", "/")
    assert f"https://attack.mitre.org/techniques/{first}/" in detection.references


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_what_the_rule_says_of_itself_is_small(detection: Detection) -> None:
    rule, problems = alert_rule(detection, Variant(), runbook_base_url="https://wiki.example.com/runbooks")
    assert rule is not None, problems
    size = sum(len(key.encode()) + len(value.encode()) for key, value in rule.custom_properties.items())

    assert size <= PROPERTIES_MAX
    assert set(rule.custom_properties) >= {"meaning", "first_steps", "attack", "attack_url", "runbook"}


@pytest.mark.parametrize(("detection", "name"), PARAMETERS, ids=by_id)
def test_a_parameter_has_a_range_and_a_sentence_about_it(detection: Detection, name: str) -> None:
    parameter: Parameter = detection.parameters[name]

    assert len(parameter.doc.split()) >= 5
    assert parameter.doc[0].isupper()
    assert parameter.doc.endswith(".")
    if parameter.type in ("integer", "number"):
        assert parameter.minimum is not None
        assert parameter.maximum is not None


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_the_log_categories_fill_the_tables_it_reads(detection: Detection) -> None:
    wanted = {
        "AzureActivity": "Administrative",
        "ContainerRegistryRepositoryEvents": "ContainerRegistryRepositoryEvents",
    }

    assert {wanted[table] for table in detection.data.tables} == set(detection.data.categories)
    assert all(table in code_of(detection.query) for table in detection.data.tables)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_the_query_begins_with_what_counts_as_an_event(detection: Detection) -> None:
    """First `let Events`, row by row and without a clock; aggregates and `ago` come after it."""
    first, _, rest = code_of(detection.query).strip().partition(";")

    assert first.startswith("let Events =")
    assert not re.search(r"\b(ago|now|summarize|distinct|join|lookup|mv-expand|top|take|count\(\))\b", first)
    assert re.search(r"\bago\(", rest)
    assert detection.query.startswith("// ")


@pytest.mark.parametrize("detection", EVENTS, ids=by_id)
def test_an_event_rule_folds_so_that_no_more_than_300_alerts_can_be_open(detection: Detection) -> None:
    """Azure stops at 300 alerts a rule; whole bins inside the look-back, each with its flood limit."""
    numbers = detection.rule
    assert numbers.bin is not None
    bins = -(-numbers.look_back // numbers.bin)
    flood = detection.parameters["flood_over"].maximum
    assert flood is not None

    assert bins * flood <= 300
    assert {"fold_over", "flood_over"} <= set(detection.parameters)


@pytest.mark.parametrize("detection", VOLUMES, ids=by_id)
def test_a_volume_rule_fires_at_the_limits_its_query_applies(detection: Detection) -> None:
    threshold = detection.rule.threshold
    assert isinstance(threshold, tuple)

    assert set(threshold) == set(detection.per_identity)
    for name in threshold:
        assert f"{name}(Identity)" in code_of(detection.query)


@pytest.mark.parametrize("detection", DETECTIONS, ids=by_id)
def test_no_datetime_column_is_in_the_result(detection: Detection) -> None:
    """Azure would bin the result by it; times are text."""
    assert "TimeGenerated" not in detection.columns
    assert "TimeGenerated" not in code_of(deployed_query(detection, Variant())).rpartition("| summarize ")[2]
