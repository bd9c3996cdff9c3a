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


def test_what_make_deploys_is_the_stack_of_a_clone(tmp_path: Path) -> None:
    """In other projects there is no such target, or another one; a plan, a module and a host are deployed otherwise."""
    stack = tmp_path / "cdktf.out" / "stacks" / "acrwatch"
    stack.mkdir(parents=True)
    (stack / "cdk.tf.json").write_text(json.dumps(CONTENT))
    elsewhere = run("stack", "--stack", str(stack)).stdout
    for name in ("Makefile", "main.py", "acrwatch.example.yaml"):
        (tmp_path / name).touch()
    clone = run("stack", "--stack", str(stack)).stdout

    assert "deploy with make deploy" in clone
    assert "make deploy" not in elsewhere
    assert "deploy as you deploy your other Terraform" in elsewhere


def test_a_stack_without_rules_says_so(tmp_path: Path) -> None:
    """Diagnostic settings may well have a stack of their own."""
    settings = {"azurerm_monitor_diagnostic_setting": {"registries": SETTING}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": settings}))
    done = run("stack", "--stack", str(tmp_path))

    assert done.exit_code == 0
    assert "It has no scheduled query rule, so it alerts nobody." in done.stdout
    assert "Alert rules" not in done.stdout


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
