"""A stack with receivers that come with a Logic App has what these need, and no other stack has."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from acrwatch import RegistryWatch, WatchStack
from acrwatch.core import CORES, core_of
from acrwatch.notifications.teams import NEW_WEBHOOK
from acrwatch.settings.secrets import secret_variables
from acrwatch.testing.provider_tables import AZAPI_VERSIONS, VERSIONS, violations
from tests import needs
from tests.notifications.kinds import WORKFLOW_KINDS
from tests.notifications.sending import KEY, SLACK
from tests.settings.content import refusal
from tests.synthesis import SUBSCRIPTION, WORKSPACE_ID, Body, Host, loaded, registry_id, synthesised, watch_settings

CANARY = "c4nary"
RECEIVERS: Body = {
    "slack": {"type": "slack"},
    "teams": {"type": "teams"},
    "on-call": {"type": "pagerduty_events", "service_region": "eu"},
    "jira": {"type": "json_webhook", "template": {"text": "{title}"}, "authorization": True, "send_resolved": False},
}
GROUPS = {"people": {"receivers": RECEIVERS}}
EPHEMERAL = {"slack_webhook_url", "teams_webhook_url", "on_call_routing_key", "jira_url", "jira_authorization"}


def made(core: str, folder: Path, **changed: Any) -> WatchStack:
    """The stack of a settings file."""
    return WatchStack(Host(core).app, loaded(folder, watch_settings(**{"action_groups": GROUPS, **changed})))


@pytest.mark.parametrize("core", CORES)
def test_the_stack_brings_the_provider_and_asks_for_the_version(tmp_path: Path, core: str) -> None:
    """The provider in the stack's own subscription and cloud."""
    stack = synthesised(made(core, tmp_path, environment="china").stack)

    assert stack["provider"]["azapi"] == [{"subscription_id": SUBSCRIPTION, "environment": "china"}]
    assert stack["terraform"]["required_version"] == ">= 1.11"
    assert stack["terraform"]["required_providers"]["azapi"] == {"source": "azure/azapi", "version": "~> 2.12"}
    assert len(stack["resource"]["azapi_resource"]) == len(RECEIVERS)
    assert [violations(stack, version) for version in VERSIONS] == [[], []]
    assert [violations(stack, version, "azapi") for version in AZAPI_VERSIONS] == [[]]


@pytest.mark.parametrize("core", CORES)
def test_a_stack_without_such_receivers_asks_for_neither(tmp_path: Path, core: str) -> None:
    """Older versions of Terraform and OpenTofu are fine for it."""
    stack = synthesised(made(core, tmp_path, action_groups=watch_settings()["action_groups"]).stack)

    assert "azapi" not in json.dumps(stack)
    assert "required_version" not in stack["terraform"]


def test_secrets_of_workflows_are_in_no_state(tmp_path: Path) -> None:
    """Their variables are ephemeral; that of a webhook of Azure's cannot be."""
    groups = {**GROUPS, "other": {"receivers": {"hook": {"type": "webhook"}}}}
    stack = made("cdktf", tmp_path, action_groups=groups)
    variables = synthesised(stack.stack)["variable"]

    assert {name for name, variable in variables.items() if variable.get("ephemeral")} == EPHEMERAL
    assert set(variables) == EPHEMERAL | {"hook_service_uri"}
    assert all(variable["sensitive"] for variable in variables.values())


def test_an_optional_secret_has_a_variable_only_where_there_is_one(tmp_path: Path) -> None:
    """`true` in the file."""
    hook = {"type": "json_webhook", "template": {"text": "{title}"}}
    settings = loaded(tmp_path, watch_settings(action_groups={"people": {"receivers": {"jira": hook}}}))

    assert [variable.name for variable in secret_variables(settings)] == ["jira_url"]


def test_workflows_lie_beside_the_rules(tmp_path: Path) -> None:
    """Also in a resource group that the stack makes, and in the region of the rules."""
    stack = synthesised(made("cdktf", tmp_path, resource_group={"name": "rg-new", "create": True}).stack)
    (places) = {(flow["parent_id"], flow["location"]) for flow in stack["resource"]["azapi_resource"].values()}

    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/${{azurerm_resource_group.resource_group.name}}"
    assert places == {(group, "westeurope")}


@pytest.mark.parametrize(
    ("workspace", "subscription"),
    [
        (WORKSPACE_ID, SUBSCRIPTION),
        ("var.workspace", '${element(split("/", var.workspace), 2)}'),
        ("${var.workspace}", '${element(split("/", "${var.workspace}"), 2)}'),
    ],
)
def test_an_embedded_watch_finds_its_subscription(host: Host, workspace: str, subscription: str) -> None:
    """In the workspace's id, which may be a reference: a core's token or a template."""
    RegistryWatch(
        host.scope,
        "watch",
        registries={"one": registry_id("one")},
        workspace=host.variable("workspace") if workspace == "var.workspace" else workspace,
        resource_group_name="rg",
        location="westeurope",
        receivers=[SLACK],
    )

    assert host.one("azapi_resource")["parent_id"] == f"/subscriptions/{subscription}/resourceGroups/rg"


@pytest.mark.parametrize("value", [f"https://contoso.webhook.office.com/webhookb2/{CANARY}"])
def test_a_retired_connector_is_refused_with_what_to_do_instead(tmp_path: Path, value: str) -> None:
    """In the file it is a secret besides."""
    receivers = {"teams": {"type": "teams", "webhook_url": value}}
    error = refusal(tmp_path, watch_settings(action_groups={"people": {"receivers": receivers}}))

    assert NEW_WEBHOOK in str(error)
    assert CANARY not in str(error)


WRONG = {
    "slack_webhook_url": "https://example.com/services/c4nary",
    "teams_webhook_url": "https://contoso.webhook.office.com/webhookb2/c4nary",
    "on_call_routing_key": "c4nary",
    "jira_url": "http://example.com/c4nary",
}
RIGHT = {
    "slack_webhook_url": "https://hooks.slack.com/services/T0/B0/c4nary",
    "teams_webhook_url": "https://x.environment.api.powerplatform.com:443/powerautomate/automations/direct/c4nary",
    "on_call_routing_key": KEY,
    "jira_url": "https://contoso.example.com/c4nary",
}


def planned(folder: Path, core: str, values: dict[str, str], *, hcl: bool = False) -> subprocess.CompletedProcess[str]:
    """What Terraform says of the variables of a stack, given these values; the resources are left out."""
    stack = made(core, folder, action_groups=GROUPS)
    if hcl:
        text = core_hcl(stack)
        folder = folder / "hcl"
        name = "main.tf"
    else:
        content = synthesised(stack.stack)
        text = json.dumps({"terraform": {"required_version": ">= 1.11"}, "variable": content["variable"]})
        folder = folder / "json"
        name = "main.tf.json"
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    given = [f"-var={name}={value}" for name, value in {"jira_authorization": "x", **values}.items()]
    subprocess.run(["terraform", "init", "-input=false"], cwd=folder, capture_output=True, check=True)
    return subprocess.run(
        ["terraform", "plan", "-no-color", "-input=false", *given],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def core_hcl(stack: WatchStack) -> str:
    """The variables of a stack as HCL."""
    text: str = core_of(stack.stack).Testing.synth_hcl(stack.stack)
    blocks = re.split(r"\n(?=(?:terraform|provider|variable|resource|output)\b)", text)
    return "\n".join(block for block in blocks if block.startswith("variable"))


@needs.command("terraform")
@pytest.mark.parametrize("hcl", [False, True], ids=["json", "hcl"])
@pytest.mark.parametrize("name", WRONG)
def test_a_secret_of_the_wrong_form_stops_the_plan_and_is_not_shown(tmp_path: Path, name: str, hcl: bool) -> None:
    """Later only the history of runs would tell."""
    ran = planned(tmp_path, "cdktf", {**RIGHT, name: WRONG[name]}, hcl=hcl)

    assert ran.returncode == 1
    assert "It has to be" in " ".join(ran.stderr.split())
    assert CANARY not in ran.stderr + ran.stdout


@needs.command("terraform")
def test_secrets_of_the_right_form_are_fine(tmp_path: Path) -> None:
    """And leave no trace in what Terraform says."""
    ran = planned(tmp_path, "cdktf", RIGHT)

    assert ran.returncode == 0, ran.stderr
    assert CANARY not in ran.stderr + ran.stdout


def test_every_kind_that_needs_it_is_in_this_stack() -> None:
    """One that were left out would be untested."""
    kinds = [receiver["type"] for receiver in RECEIVERS.values()]

    assert sorted(kinds) == sorted(case.make().type for case in WORKFLOW_KINDS)  # type: ignore[attr-defined]
