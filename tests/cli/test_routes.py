"""`acrwatch routes` says who would be told, in every format, and fails on what is not expected."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from acrwatch import WatchStack
from acrwatch.errors import ExitCode, InputError
from tests.cli.running import run
from tests.routing.test_expectations import OVER, TAGGED
from tests.synthesis import Host, loaded, synthesised, watch_settings
from tests.synthesised.stacks import BODY, QUIET, RULE, content
from tests.synthesised.test_plan import whole

CONTENT = content(**{RULE: {"deletes": TAGGED, "other": BODY | {"name": "other", "severity": 3}}, QUIET: {"q": OVER}})
AT = ("--at", "2026-01-31T22:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cdk.tf.json").write_text(json.dumps(CONTENT))
    return tmp_path


def routes(folder: Path, *arguments: str) -> Any:
    return run("routes", "--stack", str(folder), *AT, *arguments)


def test_without_a_filter_every_rule_is_shown(folder: Path) -> None:
    """Ours and others'."""
    done = routes(folder)
    output = " ".join(done.stdout.split())

    assert done.exit_code == 0
    assert "Who is told (2026-01-31 22:00 UTC)" in output
    assert "deletes Sev1 fired people email mail the alert rule names it" in output
    assert "Sev3 fired people" in output
    assert "2 alerts, 0 that nobody is told of, 0 that cannot be known" in output


def test_one_alert_is_shown_with_the_rule_that_decided(folder: Path) -> None:
    """And nobody is told of a resolution that is suppressed."""
    output = " ".join(routes(folder, "--detection", "deletes", "--resolved").stdout.split())

    assert "deletes Sev1 resolved (no) people over suppresses it" in output
    assert "over suppress yes" in output
    assert "1 alert, 1 that nobody is told of" in output


def test_json_has_groups_receivers_and_decisions(folder: Path) -> None:
    """For machines, with addresses."""
    found = json.loads(
        routes(folder, "--rule", "other", "--dimension", "Registry=a=b", "--severity", "3", "--format", "json").stdout
    )

    (one,) = found["routes"]
    assert (one["severity"], one["condition"], one["dimensions"]) == (3, "Fired", {"Registry": "a=b"})
    assert one["at"] == "2026-01-31T22:00:00+00:00"
    assert one["groups"] == [
        {
            "name": "people",
            "address": "azurerm_monitor_action_group.people",
            "told": True,
            "because": "the alert rule names it",
            "receivers": [{"kind": "email", "name": "mail", "goes_to": "a@example.com"}],
        }
    ]
    assert [(rule["name"], rule["applies"]) for rule in one["processing_rules"]] == [("over", False)]


def test_a_plan_is_read_in_place_of_a_stack(tmp_path: Path) -> None:
    """Of any Terraform configuration."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(whole()))

    done = run("routes", "--plan", str(file), *AT)

    assert done.exit_code == 0
    assert "people" in done.stdout


EXPECTED = """routes:
  - name: somebody hears of a deletion
    detection: deletes
    told: [people]
  - name: nobody hears that it is over
    detection: deletes
    resolved: true
    told: []
"""


def test_what_is_expected_is_fine(folder: Path) -> None:
    """In CI it is silent but for the table."""
    (folder / "routes.yaml").write_text(EXPECTED)

    done = routes(folder, "--expect", str(folder / "routes.yaml"))

    assert done.exit_code == 0
    assert "0 other than expected" in done.stdout


def test_what_is_not_expected_fails_with_the_difference(folder: Path) -> None:
    """In the table, in JSON and as a failed test."""
    file = folder / "routes.yaml"
    file.write_text(EXPECTED.replace("told: []", "told: [people]"))

    done = routes(folder, "--expect", str(file))
    data = json.loads(routes(folder, "--expect", str(file), "--format", "json").stdout)
    junit = ET.fromstring(routes(folder, "--expect", str(file), "--format", "junit").stdout)  # noqa: S314  # written by us

    assert done.exit_code == 1
    assert "nobody hears that it is over\n  - people  should be told and is not: over suppresses it" in done.stdout
    assert [one["expected"]["difference"] is None for one in data["routes"]] == [True, False]
    assert (junit.get("tests"), junit.get("failures"), junit.get("errors")) == ("2", "1", "0")


def test_what_cannot_be_known_ends_with_3_and_is_said(tmp_path: Path) -> None:
    """A module may hold anything, and a rule may name anybody."""
    rule = BODY | {"action": {"action_groups": ["${var.groups}"]}}
    stack = content(**{RULE: {"deletes": rule}}) | {"module": {"more": {"source": "./more"}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))

    done = routes(tmp_path)
    junit = ET.fromstring(routes(tmp_path, "--format", "junit").stdout)  # noqa: S314  # written by us

    assert done.exit_code == 3
    assert "(unknown) ${var.groups}" in done.stdout
    assert "module.more: ./more: what a module holds is not in this file" in done.stdout
    assert (junit.get("failures"), junit.get("errors")) == ("0", "2")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dimension", "Registry"], "write --dimension Registry=contosoprod"),
        (["--detection", "delete"], "did you mean deletes"),
        (["--at", "2026-01-31T22:00"], "has no offset from UTC"),
        (["--plan", "x.json"], "exclude each other"),
        (["--expect", "x.yaml", "--resolved"], "--expect names its alerts itself"),
        (["--expect", "there-is-none.yaml"], "cannot be read"),
    ],
)
def test_input_that_is_wrong_ends_with_2_and_the_way_out(folder: Path, arguments: list[str], words: str) -> None:
    """Without a traceback."""
    done = routes(folder, *arguments)

    assert isinstance(done.exception, InputError)
    assert done.exception.exit_code is ExitCode.INPUT
    assert words in str(done.exception)


def test_windows_and_extra_groups_of_a_settings_file_are_shown(tmp_path: Path) -> None:
    """Who is told at night, and which window keeps an alert from everybody."""
    people, night = (
        {"receivers": {name: {"type": "email", "email_address": f"{name}@example.com"}}} for name in ("team", "owl")
    )
    settings = watch_settings(
        action_groups={"people": people, "night": night},
        routing={
            "extra": {
                "night": {
                    "action_groups": ["night"],
                    "daily": [{"from": "18:00", "until": "08:00"}],
                    "time_zone": "Europe/Berlin",
                }
            }
        },
        maintenance_windows={
            "drill": {"reason": "a drill", "weekly": [{"days": ["Saturday"], "from": "20:00", "until": "22:30"}]}
        },
    )
    stack = synthesised(WatchStack(Host("cdktf").app, loaded(tmp_path, settings)).stack)
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))

    def output(moment: str) -> str:
        done = run("routes", "--stack", str(tmp_path), "--detection", "excessive_images_pulled", "--at", moment)
        assert done.exit_code == 0, done.stdout
        return " ".join(done.stdout.split())

    drill, evening, noon = map(output, ("2026-01-31T22:00Z", "2026-01-30T22:00Z", "2026-01-31T12:00Z"))
    assert "acrwatch-maintenance-drill suppress yes" in drill
    assert "1 that nobody is told of" in drill
    assert "email team" in evening
    assert "email owl" in evening
    assert "acrwatch-extra-night add yes" in evening
    assert "email team" in noon
    assert "email owl" not in noon
