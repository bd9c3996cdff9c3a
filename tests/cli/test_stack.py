"""`acrwatch stack` shows what would be deployed and what a person still has to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run
from tests.synthesised.test_stack import CANARY, FOREIGN, GROUP, RULE, SETTING

CONTENT: dict[str, Any] = {
    "resource": {
        "azurerm_monitor_scheduled_query_rules_alert_v2": {"ours": RULE, "theirs": FOREIGN},
        "azurerm_monitor_diagnostic_setting": {
            "registries": SETTING,
            "activity": {"target_resource_id": "/subscriptions/abc", "enabled_log": [{"category": "Administrative"}]},
        },
        "azurerm_monitor_action_group": {"g": GROUP},
        "azurerm_monitor_alert_processing_rule_suppression": {"q": {"name": "x-resolved"}},
    },
    "variable": {"siem_service_uri": {"sensitive": True}, "region": {"default": "x"}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cdk.tf.json").write_text(json.dumps(CONTENT))
    return tmp_path


def test_rules_settings_and_receivers_are_shown(folder: Path) -> None:
    output = " ".join(run("stack", "--stack", str(folder)).stdout.split())

    assert "X costs ${money} and 5%{ (not enabled) Sev2 volume 5m Images >= 30 TA0005 / T1578" in output
    assert "other Sev0 1d rows = 0.5" in output
    assert "activity log of abc Administrative" in output
    assert "webhook secret the URL in TF_VAR_siem_service_uri" in output


def test_what_a_person_has_to_do_is_shown(folder: Path) -> None:
    output = " ".join(run("stack", "--stack", str(folder)).stdout.split())

    assert "export TF_VAR_siem_service_uri=..." in output
    assert "enter the passcode that Azure mails to a@example.com within 30 minutes" in output


def test_the_last_line_counts_and_names_the_file(folder: Path) -> None:
    output = " ".join(run("stack", "--stack", str(folder)).stdout.split())

    assert "2 rules, 3 diagnostic settings, 6 receivers in" in output
    assert output.endswith("cdk.tf.json")


def test_json_has_the_same(folder: Path) -> None:
    found = json.loads(run("stack", "--stack", str(folder), "--format", "json").stdout)

    assert len(found["rules"]) == 2
    assert found["processing_rules"] == ["x-resolved"]
    assert found["variables"] == ["siem_service_uri"]
    assert found["still_to_do"]


@pytest.mark.parametrize("format_", ["table", "json"])
def test_no_url_is_shown_beyond_its_host(folder: Path, format_: str) -> None:
    assert CANARY not in run("stack", "--stack", str(folder), "--format", format_).output
