"""Expectations are read strictly, and what differs is said so that it can be mended."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError, SettingsError
from acrwatch.routing.expectations import Compared, compare, read_expectations
from tests.synthesised.stacks import BODY, MORE, QUIET, RULE, content, stack

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
TAGGED = BODY | {"tags": {"acrwatch_detection": "deletes"}}
WHERE = {"resource_group_name": "${azurerm_resource_group.rg.name}", "scopes": ["${azurerm_resource_group.rg.id}"]}
OVER = WHERE | {
    "name": "over",
    "condition": {"monitor_condition": {"operator": "Equals", "values": ["Resolved"]}},
}
MAYBE = WHERE | {"name": "maybe", "enabled": "${var.on}"}


def compared(folder: Path, text: str, **resources: Any) -> Compared:
    file = folder / "routes.yaml"
    file.write_text(f"routes:\n  - {{{text}}}\n")
    read = stack(folder, content(**{RULE: {"deletes": TAGGED}, QUIET: {"q": OVER}} | resources))
    (expectation,) = read_expectations(file)
    return compare(read, expectation, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "detection: deletes, told: [people]",
        "detection: deletes, told: [azurerm_monitor_action_group.people], receivers: [mail]",
        f"rule: {RULE}.deletes, told: [people], at: 2026-01-31T23:00+01:00, dimensions: {{Registry: a}}",
        "detection: deletes, resolved: true, told: [], suppressed_by: over",
    ],
)
def test_what_is_as_expected_is_no_difference(tmp_path: Path, text: str) -> None:
    """By detection or by rule, by names or addresses."""
    found = compared(tmp_path, text)

    assert (found.failure, found.unknown) == (None, None)


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("detection: deletes, told: []", "  + people  is told and should not be: the alert rule names it"),
        ("detection: deletes, told: [people, night]", "  - night  should be told and is not: nothing names it"),
        (
            "detection: deletes, told: [people], resolved: true",
            "  - people  should be told and is not: over suppresses it: its scope, filters and schedule hold",
        ),
        (
            "detection: deletes, told: [people], receivers: [owl]",
            "  - receiver owl  should be told and is not\n  + receiver mail  is told and should not be",
        ),
        (
            "detection: deletes, told: [people], suppressed_by: over",
            "  - over  should suppress it and does not apply: monitor_condition: the monitor condition is Fired",
        ),
        (
            "detection: deletes, told: [people], suppressed_by: nope",
            "  - nope  should suppress it, and there is no such processing rule",
        ),
    ],
)
def test_a_difference_names_who_and_why(tmp_path: Path, text: str, difference: str) -> None:
    """As a diff: minus what is missing, plus what is too much."""
    assert compared(tmp_path, text).failure == difference


def test_what_cannot_be_known_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    """Whatever is expected of it."""
    for told in ("[people]", "[]"):
        found = compared(tmp_path, f"detection: deletes, told: {told}", **{QUIET: {"m": MAYBE}})

        assert found.failure is None
        assert found.unknown is not None
        assert "maybe may suppress it" in found.unknown


def test_what_is_certain_is_wrong_beside_what_is_not(tmp_path: Path) -> None:
    """A group that is told for certain, though another may be told as well."""
    more = MAYBE | {"name": "more", "add_action_group_ids": ["${azurerm_monitor_action_group.night.id}"]}

    found = compared(tmp_path, "detection: deletes, told: [night]", **{MORE: {"m": more}})

    assert found.failure == "  + people  is told and should not be: the alert rule names it"
    assert found.unknown is not None


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("routes:\n  - detection: x\n", "routes[0]", "told is missing"),
        ("routes:\n  - told: []\n", "routes[0]", "names its rule once"),
        ("routes:\n  - {detection: x, rule: y, told: []}\n", "routes[0]", "names its rule once"),
        ("routes:\n  - {detection: x, tolt: []}\n", "routes[0].tolt", "did you mean told"),
        ("routes:\n  - {detection: x, told: people}\n", "routes[0].told", "not a list of names"),
        ("routes:\n  - {detection: x, told: [], at: 2026-01-31T22:00}\n", "routes[0].at", "no offset from UTC"),
        ("routes:\n  - {detection: x, told: [], at: soon}\n", "routes[0].at", "is not a moment"),
        ("routes:\n  - {detection: x, told: [], resolved: perhaps}\n", "routes[0].resolved", "not true or false"),
        ("routes:\n  - {detection: x, told: [], dimensions: [a]}\n", "routes[0].dimensions", "not a map"),
        ("routes:\n  - {detection: [x], told: []}\n", "routes[0].detection", "is not a text"),
        ("routes:\n  - told\n", "routes[0]", "is not a route"),
        ("routes: []\n", "", "at least one route"),
        ("other: 1\n", "", "one key, routes"),
        ("[]\n", "", "one key, routes"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_what(tmp_path: Path, text: str, place: str, words: str) -> None:
    """Like a settings file."""
    file = tmp_path / "routes.yaml"
    file.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_expectations(file)

    said = [f"{one}" for one in caught.value.problems if one.place == place]
    assert any(words in one for one in said), str(caught.value)


def test_an_expectation_of_several_rules_is_refused(tmp_path: Path) -> None:
    """Two rules of others may carry one name."""
    rules = {"a": BODY | {"name": "same"}, "b": BODY | {"name": "same"}}

    with pytest.raises(InputError, match="several rules are meant"):
        compared(tmp_path, "rule: same, told: []", **{RULE: rules})


def test_a_detection_is_its_base_rule_where_it_has_variants(tmp_path: Path) -> None:
    """A variant is named as one."""
    variant = BODY | {"name": "v", "tags": TAGGED["tags"] | {"acrwatch_variant": "strict"}, "action": {}}
    rules = {RULE: {"a": TAGGED, "b": variant}}

    assert compared(tmp_path, "detection: deletes, told: [people]", **rules).failure is None
    assert compared(tmp_path, "detection: deletes.strict, told: []", **rules).failure is None
