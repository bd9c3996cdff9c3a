"""A settings file becomes a whole stack: provider, backend, variables and outputs around a watch."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from constructs import Construct

from acrwatch import SettingsError, WatchStack
from acrwatch.azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from acrwatch.azurerm.provider import AzurermProvider, AzurermProviderFeatures
from acrwatch.core import CORES
from acrwatch.stack import synthesise
from acrwatch.testing.provider_tables import VERSIONS, violations
from tests.synthesis import (
    GROUP,
    OTHER_SUBSCRIPTION,
    QUIET,
    RESOURCE_GROUP,
    RULE,
    SUBSCRIPTION,
    WORKSPACE,
    WORKSPACE_ID,
    Body,
    Host,
    loaded,
    synthesised,
    watch_settings,
)

STORE = {"resource_group_name": "rg-state", "storage_account_name": "ststate", "container_name": "tfstate"}
HCP = {"organization": "contoso", "workspace": "acr"}
SECRETS = {
    "hook": {"type": "webhook"},
    "on-call": {"type": "pagerduty"},
    "flow": {
        "type": "logic_app",
        "resource_id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Logic/workflows/w",
    },
}


class Stacks:
    """Makes stacks of settings, under an app of one core."""

    def __init__(self, core: str, folder: Path) -> None:
        self.app = Host(core).app
        self.folder = folder

    def made(self, **changed: Any) -> WatchStack:
        return WatchStack(self.app, loaded(self.folder, watch_settings(**changed)))

    def json(self, **changed: Any) -> Body:
        return synthesised(self.made(**changed).stack)


@pytest.fixture(params=CORES)
def stacks(request: pytest.FixtureRequest, tmp_path: Path) -> Stacks:
    """Of each core, both in this process."""
    return Stacks(request.param, tmp_path)


def only(stack: Body, type_: str) -> Body:
    """The one resource of a type."""
    (body,) = stack["resource"][type_].values()
    return dict(body)


def test_the_provider_is_the_stacks_own(stacks: Stacks) -> None:
    """With the version it was tested with, without which `cdktf deploy` stops."""
    stack = stacks.json()

    assert stack["provider"] == {
        "azurerm": [{"features": {}, "subscription_id": SUBSCRIPTION, "environment": "public"}]
    }
    assert stack["terraform"]["required_providers"] == {"azurerm": {"source": "hashicorp/azurerm", "version": "~> 5.2"}}


@pytest.mark.parametrize(
    ("backend", "name", "body"),
    [
        (None, "local", {"path": "../../../terraform.acrwatch.tfstate"}),
        ({"type": "local", "path": "state/a.tfstate"}, "local", {"path": "../../../state/a.tfstate"}),
        (
            {"type": "azurerm", **STORE},
            "azurerm",
            {**STORE, "key": "acrwatch.tfstate", "use_azuread_auth": True},
        ),
        (
            {"type": "azurerm", **STORE, "key": "k", "subscription_id": OTHER_SUBSCRIPTION},
            "azurerm",
            {**STORE, "key": "k", "subscription_id": OTHER_SUBSCRIPTION, "use_azuread_auth": True},
        ),
        ({"type": "remote", **HCP}, "remote", {"organization": "contoso", "workspaces": {"name": "acr"}}),
        (
            {"type": "remote", **HCP, "hostname": "tfe.example.com"},
            "remote",
            {"organization": "contoso", "hostname": "tfe.example.com", "workspaces": {"name": "acr"}},
        ),
    ],
)
def test_the_state_is_where_it_was_said(stacks: Stacks, backend: Body | None, name: str, body: Body) -> None:
    """A file beside cdktf.json unless something else is said: the stack's own folder is thrown away."""
    assert stacks.json(backend=backend)["terraform"]["backend"] == {name: body}


def test_the_state_can_be_in_hcp_terraform(stacks: Stacks) -> None:
    """Which is a block of its own and no backend."""
    terraform = stacks.json(backend={"type": "cloud", **HCP, "hostname": "tfe.example.com"})["terraform"]

    assert terraform["cloud"] == {
        "organization": "contoso",
        "hostname": "tfe.example.com",
        "workspaces": {"name": "acr"},
    }
    assert "backend" not in terraform


@pytest.mark.parametrize(
    ("key", "value", "path", "expected"),
    [
        ("name", "team", ("terraform", "backend", "local", "path"), "../../../terraform.team.tfstate"),
        ("provider_version", "~> 4.81", ("terraform", "required_providers", "azurerm", "version"), "~> 4.81"),
        ("environment", "usgovernment", ("provider", "azurerm", 0, "environment"), "usgovernment"),
        (
            "resource_provider_registrations",
            "none",
            ("provider", "azurerm", 0, "resource_provider_registrations"),
            "none",
        ),
    ],
)
def test_what_only_a_stack_has_reaches_the_json(
    stacks: Stacks, key: str, value: str, path: tuple[Any, ...], expected: str
) -> None:
    """The watch's own keys are those of RegistryWatch and tested there."""
    found: Any = stacks.json(**{key: value})
    for part in path:
        found = found[part]

    assert found == expected


def test_the_state_of_another_cloud_is_in_that_cloud(stacks: Stacks) -> None:
    """The backend logs in by itself, and would look in the public one."""
    stack = stacks.json(environment="china", backend={"type": "azurerm", **STORE})

    assert stack["terraform"]["backend"]["azurerm"]["environment"] == "china"


def test_a_resource_group_that_exists_is_named(stacks: Stacks) -> None:
    """And not made."""
    stack = stacks.json(resource_group={"name": "there"})

    assert RESOURCE_GROUP not in stack["resource"]
    assert only(stack, GROUP)["resource_group_name"] == "there"


def test_a_resource_group_that_is_made_is_what_all_else_refers_to(stacks: Stacks) -> None:
    """So that it is there first."""
    stack = stacks.json(
        resource_group={"name": "new", "create": True},
        workspace={"name": "log-new"},
        tags={"team": "a"},
        ignored_tags=["Cost"],
    )

    assert only(stack, RESOURCE_GROUP) == {
        "name": "new",
        "location": "westeurope",
        "tags": {"team": "a"},
        "lifecycle": {"ignore_changes": ['tags["Cost"]']},
    }
    inside = [body for type_ in (RULE, QUIET, GROUP, WORKSPACE) for body in stack["resource"][type_].values()]
    assert {body["resource_group_name"] for body in inside} == {f"${{{RESOURCE_GROUP}.resource_group.name}}"}


def test_a_workspace_is_made_with_its_retention(stacks: Stacks) -> None:
    """Without a daily cap, which would stop the logs and with them every alert."""
    stack = stacks.json(workspace={"name": "log-new", "retention_in_days": 30})

    workspace = only(stack, WORKSPACE)
    assert workspace["retention_in_days"] == 30
    assert "daily_quota_gb" not in workspace
    (address,) = stack["resource"][WORKSPACE]
    assert stack["output"]["workspace_id"]["value"] == f"${{{WORKSPACE}.{address}.id}}"


def test_each_secret_is_a_sensitive_variable(stacks: Stacks) -> None:
    """Which must have a value, and whose description says how it gets one."""
    stack = stacks.json(action_groups={"people": {"receivers": SECRETS}})

    assert set(stack["variable"]) == {"hook_service_uri", "on_call_integration_key", "flow_callback_url"}
    assert stack["variable"]["on_call_integration_key"] == {
        "type": "string",
        "sensitive": True,
        "nullable": False,
        "description": "integration_key of the receiver on-call; set TF_VAR_on_call_integration_key",
    }
    group = only(stack, GROUP)
    assert group["webhook_receiver"][0]["service_uri"] == "${var.hook_service_uri}"
    assert group["webhook_receiver"][1]["service_uri"].count("${var.on_call_integration_key}") == 1
    assert group["logic_app_receiver"][0]["callback_url"] == "${var.flow_callback_url}"


def test_without_secrets_there_are_no_variables(stacks: Stacks) -> None:
    """A mail address is none."""
    assert "variable" not in stacks.json()


def test_outputs_name_what_was_made(stacks: Stacks) -> None:
    """By fixed names, since the stack is ours."""
    stack = stacks.json(detections={"excessive_images_pulled": {"variants": {"x": {}}}})

    outputs = {name: output["value"] for name, output in stack["output"].items()}
    assert set(outputs) == {"workspace_id", "alert_rule_ids", "action_group_ids"}
    assert outputs["workspace_id"] == WORKSPACE_ID
    assert len(outputs["alert_rule_ids"]) == 6
    assert outputs["alert_rule_ids"]["excessive_images_pulled.x"].startswith(f"${{{RULE}.watch_alert_")
    assert list(outputs["action_group_ids"]) == ["people"]


def test_the_handle_leads_to_the_cores_stack_and_the_watch(stacks: Stacks) -> None:
    """For what acrwatch does not offer."""
    made = stacks.made()
    made.stack.add_override("terraform.required_version", ">= 1.9")

    assert synthesised(made.stack)["terraform"]["required_version"] == ">= 1.9"
    assert made.watch.workspace_id == WORKSPACE_ID


def test_two_stacks_live_under_one_app(stacks: Stacks) -> None:
    """One for each subscription, with states of their own."""
    first = stacks.json(name="one")["terraform"]["backend"]
    second = stacks.json(name="two", diagnostics="existing")["terraform"]["backend"]

    assert first != second


def test_two_stacks_that_would_make_the_same_are_refused_before_anything_of_the_second_is_made(
    stacks: Stacks,
) -> None:
    """Each would have a state of its own, and Azure one thing: the second apply fails, or overwrites the first."""
    stacks.made(name="one", resource_group={"name": "new", "create": True})

    with pytest.raises(SettingsError, match="one has the resource group 'NEW' already") as error:
        stacks.made(name="two", resource_group={"name": "NEW", "create": True})
    assert "one/watch/registry_diagnostics has the logs of" in str(error.value)
    assert [child.node.id for child in stacks.app.node.children] == ["host", "one"]


@pytest.mark.parametrize("version", VERSIONS)
def test_both_provider_versions_take_it(stacks: Stacks, version: str) -> None:
    """With everything that a stack can make."""
    stack = stacks.json(
        resource_group={"name": "new", "create": True},
        workspace={"name": "log-new"},
        action_groups={"people": {"receivers": SECRETS}},
        resource_provider_registrations="core",
        ignored_tags=["*"],
    )

    assert violations(stack, version) == []


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"subscription_id": OTHER_SUBSCRIPTION}, "workspace"),
        ({"subscription_id": "prod"}, "subscription_id"),
        ({"provider_version": "latest"}, "provider_version"),
        ({"provider_version": "~> 5.2,"}, "provider_version"),
        ({"backend": {"type": "local", "path": "/var/state"}}, "backend.path"),
        ({"backend": {"type": "local", "path": "cdktf.out/a.tfstate"}}, "backend.path"),
        ({"backend": {"type": "local", "path": "a/../cdktf.out/a.tfstate"}}, "backend.path"),
        ({"backend": {"type": "local", "path": ""}}, "backend.path"),
        ({"backend": {"type": "azurerm", **STORE, "subscription_id": "prod"}}, "backend.subscription_id"),
        ({"name": "my stack"}, "name"),
        (
            {"action_groups": {"a": {"receivers": {"x": SECRETS["hook"]}}, "b": {"receivers": {"x": SECRETS["hook"]}}}},
            "action_groups.b.receivers.x",
        ),
    ],
)
def test_what_a_stack_cannot_be_is_refused(tmp_path: Path, changed: Body, place: str) -> None:
    """Before a core is started."""
    subscription = changed.get("subscription_id", "")
    if subscription == "prod":
        changed = {**changed, "workspace": {"name": "log-new"}}
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, watch_settings(**changed))

    assert place in {problem.place for problem in error.value.problems}


def test_a_stack_checks_settings_that_no_file_was_read_for(tmp_path: Path) -> None:
    """`WatchStack` takes a `Settings` from anywhere, and rules must lie where their workspace is."""
    elsewhere = loaded(tmp_path, watch_settings()).model_copy(update={"subscription_id": OTHER_SUBSCRIPTION})
    with pytest.raises(SettingsError, match="it lies in subscription"):
        WatchStack(Host("cdktf").app, elsewhere)


def test_what_refers_to_another_stack_of_the_app_is_carried_over(tmp_path: Path) -> None:
    """By the other one's outputs and its state, to which the core finds its way before it writes."""
    for core in CORES:
        app = import_module(core).App(outdir=str(tmp_path / core))
        shared = Host(core, app=app, name="shared")
        AzurermProvider(shared.scope, "azurerm", features=AzurermProviderFeatures())
        workspace = LogAnalyticsWorkspace(shared.scope, "w", name="w", resource_group_name="rg", location="westeurope")
        settings = loaded(tmp_path, watch_settings()).model_copy(update={"workspace": workspace.id})
        WatchStack(app, settings)
        synthesise(app)
        written = tmp_path / core / "stacks" / settings.name / "cdk.tf.json"
        stack = json.loads(written.read_text(encoding="utf-8"))

        ((source, state),) = stack["data"]["terraform_remote_state"].items()
        rules = stack["resource"][RULE].values()
        assert state["backend"] == "local"
        assert {rule["scopes"][0].partition("outputs.")[0] for rule in rules} == {
            f"${{data.terraform_remote_state.{source}."
        }


def test_what_refers_to_a_stack_inside_of_it_is_carried_over(tmp_path: Path) -> None:
    """Though it is the only one right below the app."""
    for core in CORES:
        made = import_module(core)
        app = made.App(outdir=str(tmp_path / core))
        stack = WatchStack(app, loaded(tmp_path, watch_settings())).stack
        inner = Host(core, app=Construct(stack, "folder"), name="inner")
        AzurermProvider(inner.scope, "azurerm", features=AzurermProviderFeatures())
        workspace = LogAnalyticsWorkspace(inner.scope, "w", name="w", resource_group_name="rg", location="westeurope")
        made.TerraformOutput(stack, "inner", value=workspace.id)
        synthesise(app)
        written = json.loads((tmp_path / core / "stacks" / stack.node.id / "cdk.tf.json").read_text(encoding="utf-8"))

        (source,) = written["data"]["terraform_remote_state"]
        assert written["output"]["inner"]["value"].startswith(f"${{data.terraform_remote_state.{source}.")
