"""A watch that is not told its resource group and region takes those of the workspace, or says why it cannot."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acrwatch import (
    ActivityLogSettings,
    AzapiProvider,
    AzurermProvider,
    Email,
    MaintenanceWindow,
    NewWorkspace,
    Ownership,
    RegistryWatch,
    SettingsError,
    Slack,
)
from acrwatch.core import CORES
from acrwatch.testing import assert_same, assert_valid, synth
from tests.project import environment
from tests.synthesis import GROUP, QUIET, RULE, SUBSCRIPTION, WORKSPACE, WORKSPACE_ID, Body, Host, registry_id

SMALLEST: dict[str, Any] = {
    "registries": {"one": registry_id("one")},
    "workspace": WORKSPACE_ID,
    "receivers": [Email(name="team", email_address="team@example.com")],
}
GIVEN: dict[str, Any] = {"resource_group_name": "rg-host", "location": "westeurope"}
OTHERS_LOG: dict[str, Any] = {"activity_log": ActivityLogSettings(diagnostics=Ownership.EXISTING)}
MODULE = "acrwatch.azurerm.data_azurerm_log_analytics_workspace"


def stack_of(core: str = "cdktf", **arguments: Any) -> Body:
    return synth(lambda scope: RegistryWatch(scope, "watch", **SMALLEST | arguments), core=core)


def refused(**arguments: Any) -> dict[str, str]:
    """Place -> what is said there."""
    host = Host("cdktf")
    with pytest.raises(SettingsError) as error:
        RegistryWatch(host.scope, "watch", **SMALLEST | arguments)
    assert host.json().keys().isdisjoint({"resource", "data"})
    return {problem.place: str(problem) for problem in error.value.problems}


@pytest.mark.parametrize("core", CORES)
def test_the_smallest_watch_lies_where_its_workspace_does(core: str) -> None:
    """In its group, by its id, and in its region, which Terraform looks up."""
    stack = stack_of(core)

    ((address, looked_up),) = stack["data"][WORKSPACE].items()
    assert {key: value for key, value in looked_up.items() if key != "//"} == {
        "name": "log-host",
        "resource_group_name": "rg-host",
    }
    region = f"${{data.{WORKSPACE}.{address}.location}}"
    assert {rule["location"] for rule in stack["resource"][RULE].values()} == {region}
    placed = [*stack["resource"][RULE].values(), *stack["resource"][GROUP].values(), *stack["resource"][QUIET].values()]
    assert {body["resource_group_name"] for body in placed} == {"rg-host"}
    assert_valid(stack)


@pytest.mark.parametrize("core", CORES)
def test_a_watch_brings_one_data_source_and_only_where_the_region_is_left_out(core: str) -> None:
    """Nothing else goes into the host's stack behind its back."""
    assert list(stack_of(core, **GIVEN)) == ["resource"]
    assert list(stack_of(core, location="westeurope")) == ["resource"]

    stack = stack_of(core, resource_group_name="rg-host")

    assert sorted(stack) == ["data", "resource"]
    assert {type_: len(bodies) for type_, bodies in stack["data"].items()} == {WORKSPACE: 1}


def test_both_cores_write_the_same() -> None:
    """In JSON and in HCL."""
    hosts = [Host(core) for core in CORES]
    for host in hosts:
        RegistryWatch(host.scope, "watch", **SMALLEST)

    assert_same(hosts[0].json(), hosts[1].json())
    assert hosts[0].hcl() == hosts[1].hcl()
    assert f'data "{WORKSPACE}" "watch_existing_workspace_' in hosts[0].hcl()


def test_leaving_the_place_out_changes_no_address_and_nothing_but_the_region() -> None:
    """So that somebody may leave it out later, or give it later, and no rule forgets what it alerted."""
    without, given = stack_of(), stack_of(**GIVEN)
    ((address, _),) = without.pop("data")[WORKSPACE].items()
    region = f"${{data.{WORKSPACE}.{address}.location}}"

    assert_same(json.loads(json.dumps(without).replace(json.dumps(region), '"westeurope"')), given)


def test_the_workspace_is_looked_up_in_its_own_group(host: Host) -> None:
    """Wherever the rules lie."""
    RegistryWatch(host.scope, "watch", **SMALLEST, resource_group_name="rg-alerts")

    (looked_up,) = host.json()["data"][WORKSPACE].values()
    assert looked_up["resource_group_name"] == "rg-host"
    assert {rule["resource_group_name"] for rule in host.all(RULE)} == {"rg-alerts"}


def test_the_workspace_is_looked_up_by_the_provider_of_the_watch(host: Host) -> None:
    """Which is the one that reaches the workspace's subscription."""
    AzurermProvider(host.scope, "azurerm")
    other = AzurermProvider(host.scope, "other", alias="logs", subscription_id=SUBSCRIPTION)
    watch = RegistryWatch(host.scope, "watch", **SMALLEST, provider=other)

    (looked_up,) = host.json()["data"][WORKSPACE].values()
    assert looked_up["provider"] == "azurerm.logs"
    assert watch.existing_workspace is not None
    assert watch.existing_workspace.construct.handle is watch.existing_workspace


def test_a_watch_that_was_given_its_region_has_looked_up_nothing(host: Host) -> None:
    """And says so."""
    assert RegistryWatch(host.scope, "watch", **SMALLEST, **GIVEN).existing_workspace is None


def test_logic_apps_and_windows_lie_there_too(host: Host) -> None:
    """In the group by its id, and in the region."""
    AzapiProvider(host.scope, "azapi")
    window = MaintenanceWindow(reason="a move", from_="2026-02-07T22:00", until="2026-02-08T04:00")
    arguments = {"receivers": [Slack(name="chat", webhook_url="${var.chat}")], "maintenance_windows": {"move": window}}
    watch = RegistryWatch(host.scope, "watch", **SMALLEST | arguments)

    (app,) = host.all("azapi_resource")
    assert app["parent_id"] == f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-host"
    assert app["location"] == host.one(RULE, "acrwatch-forced_repository_deleted")["location"]
    (name,) = [name for name in watch.processing_rules if "move" in name]
    assert host.one(QUIET, name)["resource_group_name"] == "rg-host"


@pytest.mark.parametrize("given", [{}, {"resource_group_name": "RG-HOST"}])
def test_a_default_takes_names_as_if_it_had_been_written(host: Host, given: dict[str, Any]) -> None:
    """Two watches that would overwrite each other's rules are refused, in any casing."""
    RegistryWatch(host.scope, "one", **SMALLEST, **OTHERS_LOG)

    with pytest.raises(
        SettingsError, match=r"(?i)has the action group 'rg-host' / 'acrwatch-default' already"
    ) as error:
        RegistryWatch(host.scope, "two", **SMALLEST | {"registries": {"two": registry_id("two")}} | given, **OTHERS_LOG)
    assert len(error.value.problems) > 1


def test_a_default_takes_names_across_the_stacks_of_an_app() -> None:
    """The subscription is in the workspace's id."""
    host = Host("cdktf")
    RegistryWatch(host.scope, "one", **SMALLEST, **OTHERS_LOG)
    other = Host("cdktf", app=host.app, name="other")

    with pytest.raises(SettingsError, match="host/one/action_group_default has the action group"):
        RegistryWatch(other.scope, "two", **SMALLEST | {"registries": {"two": registry_id("two")}}, **OTHERS_LOG)


@pytest.mark.parametrize(
    ("workspace", "why", "group", "region"),
    [
        ("${azurerm_log_analytics_workspace.log.id}", "id is a reference", "resource_group.name", "workspace.location"),
        (NewWorkspace(name="log-new"), "yet to be made", "resource_group.name", "resource_group.location"),
    ],
    ids=["reference", "new"],
)
def test_what_does_not_follow_from_the_workspace_is_asked_for(
    workspace: str | NewWorkspace, why: str, group: str, region: str
) -> None:
    """Both at once, each with the reason and what to give; one alone where the other is given."""
    said = refused(workspace=workspace)

    assert set(said) == {"resource_group_name", "location"}
    assert all(why in one for one in said.values())
    assert group in said["resource_group_name"]
    assert region in said["location"]
    assert set(refused(workspace=workspace, location="westeurope")) == {"resource_group_name"}
    assert set(refused(workspace=workspace, resource_group_name="rg")) == {"location"}


def test_an_id_that_is_none_is_said_once() -> None:
    """The rest would only repeat it."""
    assert set(refused(workspace=registry_id("one"))) == {"workspace"}
    assert set(refused(workspace="log-host")) == {"workspace"}


@pytest.mark.parametrize("given", [{}, {"resource_group_name": "rg"}, {"location": "westeurope"}])
def test_a_group_that_azurerm_does_not_take_is_said_of_the_id(host: Host, given: dict[str, Any]) -> None:
    """Azure allows letters of any script there; who gives both does not need it."""
    odd = WORKSPACE_ID.replace("rg-host", "rg-größe")

    assert "'rg-größe' cannot name a resource group" in refused(workspace=odd, **given)["workspace"]
    RegistryWatch(host.scope, "watch", **SMALLEST | GIVEN | {"workspace": odd})


def test_a_watch_that_is_given_both_loads_no_data_source(tmp_path: Path) -> None:
    """The smallest use costs nobody else anything."""
    program = tmp_path / "program.py"
    program.write_text(
        "import json, sys, cdktf\n"
        "from acrwatch import Email, RegistryWatch\n"
        "given = json.loads(sys.argv[1])\n"
        "stack = cdktf.TerraformStack(cdktf.App(), 'stack')\n"
        "people = [Email(name='team', email_address='team@example.com')]\n"
        "RegistryWatch(stack, 'watch', receivers=people, **given)\n"
        f"print({MODULE!r} in sys.modules)\n"
    )
    common = {"registries": SMALLEST["registries"], "workspace": WORKSPACE_ID}

    def loads_it(**given: str) -> str:
        arguments = [sys.executable, str(program), json.dumps({**common, **given})]
        return subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment()).stdout.strip()

    assert (loads_it(**GIVEN), loads_it()) == ("False", "True")
