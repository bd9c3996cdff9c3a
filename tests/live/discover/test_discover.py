"""What is found, what it means, and the settings file that follows: whole, right, and never over another one."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch import load_settings
from acrwatch.errors import ExitCode, InputError
from acrwatch.live.discover import Discovery, Watched, discover, settings_text, write_settings
from acrwatch.live.discover.settings_file import _comment
from acrwatch.live.unknown import CallFailed
from acrwatch.logging_settings import Ownership, Registry
from acrwatch.output.json import as_json
from acrwatch.output.table import as_table
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from acrwatch.testing.azure.stand_in import TOKEN
from tests.live.faults import FAULTS
from tests.live.rows import REGISTRIES, ZERO
from tests.live.verify.test_faults import QUICK
from tests.synthesis import OTHER_SUBSCRIPTION, registry_id

WORKSPACE = (
    f"/subscriptions/{ZERO}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security"
)
KUBELET = "11111111-2222-3333-4444-555555555555"
PULL = f"/subscriptions/{ZERO}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
BOTH = ("ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents")


def registry(azure: AzureStandIn, name: str) -> str:
    id_ = f"{REGISTRIES}/{name}"
    azure.resources.put(id_, {"location": "westeurope"})
    return id_


def setting(azure: AzureStandIn, target: str, name: str, *logs: str, workspace: str = WORKSPACE) -> None:
    key = "categoryGroup" if logs[0] in ("audit", "allLogs") else "category"
    sent = [{key: log, "enabled": True} for log in logs]
    path = f"{target}/providers/Microsoft.Insights/diagnosticSettings/{name}"
    azure.resources.put(path, {"properties": {"workspaceId": workspace, "logs": sent}})


def only(found: Discovery, name: str) -> Any:
    (one,) = [one for one in found.registries if one.name == name]
    return one


def test_what_we_deployed_is_watched(azure: AzureStandIn) -> None:
    """Its own settings are no obstacle and nobody else's job."""
    found = discover(azure.azure())

    assert {(one.name, one.watched, one.existing) for one in found.registries} == {
        ("contosodev", Watched.YES, False),
        ("contosoprod", Watched.YES, False),
    }
    assert found.workspace is not None
    assert found.workspace.lower() == WORKSPACE.lower()
    assert found.exit_code is ExitCode.FINE


@pytest.mark.parametrize(
    ("logs", "workspace", "watched", "existing", "collides"),
    [
        (BOTH, WORKSPACE, Watched.YES, True, 0),
        (("allLogs",), WORKSPACE, Watched.YES, True, 0),
        (("audit",), WORKSPACE, Watched.UNKNOWN, True, 0),
        (BOTH[:1], WORKSPACE, Watched.YES, False, 1),
        (BOTH[1:], WORKSPACE, Watched.NO, False, 1),
        (BOTH, WORKSPACE + "2", Watched.NO, False, 0),
    ],
)
def test_a_setting_of_others_does_the_job_or_is_in_the_way(
    azure: AzureStandIn, logs: tuple[str, ...], workspace: str, watched: Watched, existing: bool, collides: int
) -> None:
    setting(azure, registry(azure, "theirs"), "setByPolicy", *logs, workspace=workspace)

    one = only(discover(azure.azure(), workspace=WORKSPACE), "theirs")

    assert (one.watched, one.existing, len(one.collides)) == (watched, existing, collides)
    assert one.why


def test_a_registry_without_settings_is_not_watched(azure: AzureStandIn) -> None:
    registry(azure, "bare")

    found = discover(azure.azure())

    assert only(found, "bare").why == "no diagnostic setting sends its logs to a workspace"
    assert found.exit_code is ExitCode.FINDINGS


def test_a_workspace_whose_rules_are_off_watches_nothing(azure: AzureStandIn) -> None:
    for id_ in azure.resources.ids("microsoft.insights/scheduledqueryrules"):
        azure.resources.change(id_, "properties", "enabled", to=False)

    assert {one.watched for one in discover(azure.azure()).registries} == {Watched.NO}


def test_clusters_that_may_pull_are_proposed_with_their_identity(azure: AzureStandIn, tmp_path: Path) -> None:
    """As comments: which limit is right, nobody knows yet."""
    cluster = f"/subscriptions/{ZERO}/resourceGroups/rg-k8s/providers/Microsoft.ContainerService/managedClusters"
    identity = {"identityProfile": {"kubeletidentity": {"objectId": KUBELET}}}
    azure.resources.put(f"{cluster}/prod", {"properties": identity})
    azure.resources.put(f"{cluster}/new", {"properties": {}})
    role = f"{REGISTRIES}/contosoprod/providers/Microsoft.Authorization/roleAssignments"
    azure.resources.put(f"{role}/one", {"properties": {"principalId": KUBELET.upper(), "roleDefinitionId": PULL}})
    azure.resources.put(f"{role}/two", {"properties": {"principalId": ZERO, "roleDefinitionId": PULL}})

    found = discover(azure.azure())
    text = settings_text(found, email="a@example.com", action_group=None)

    assert [one.name for one in only(found, "contosoprod").clusters] == ["prod"]
    assert only(found, "contosodev").clusters == ()
    assert f"#       - identity: {KUBELET}" in text
    uncommented = re.sub(r"^# ?(?=detections|  )", "", text, flags=re.MULTILINE)
    write_settings(tmp_path / "acrwatch.yaml", uncommented)
    (limit,) = load_settings(tmp_path / "acrwatch.yaml").detections["excessive_images_pulled"].limits
    assert limit.identity == KUBELET


def test_the_settings_file_is_right_and_names_everything(azure: AzureStandIn, tmp_path: Path) -> None:
    """It passes all checks, has what others do as `existing`, and a registry of any name."""
    setting(azure, registry(azure, "5thregistry"), "setByPolicy", "allLogs")
    registry(azure, "bare")
    file = tmp_path / "acrwatch.yaml"

    write_settings(file, settings_text(discover(azure.azure()), email="a@example.com", action_group=None))

    settings = load_settings(file)
    assert settings.registries["acr-5thregistry"] == Registry(
        id=f"{REGISTRIES}/5thregistry", diagnostics=Ownership.EXISTING
    )
    assert settings.registries["bare"] == f"{REGISTRIES}/bare"
    assert settings.location == "westeurope"
    assert list(tmp_path.iterdir()) == [file]


def test_subscriptions_are_those_given_or_all_that_are_seen(azure: AzureStandIn) -> None:
    other = registry_id("elsewhere", OTHER_SUBSCRIPTION)
    azure.resources.put(other, {"location": "westeurope"})
    azure.resources.put(f"/subscriptions/{OTHER_SUBSCRIPTION}", {"subscriptionId": OTHER_SUBSCRIPTION})

    assert only(discover(azure.azure()), "elsewhere").id == other
    assert [one.name for one in discover(azure.azure(), subscriptions=[OTHER_SUBSCRIPTION]).registries] == ["elsewhere"]


def test_nothing_is_overwritten_and_nothing_half_written(azure: AzureStandIn, tmp_path: Path) -> None:
    text = settings_text(discover(azure.azure()), email="a@example.com", action_group=None)
    file = tmp_path / "acrwatch.yaml"
    file.write_text("mine")

    with pytest.raises(InputError, match="nothing is overwritten"):
        write_settings(file, text)
    with pytest.raises(InputError, match="makes no right settings file"):
        write_settings(tmp_path / "other.yaml", text.replace("westeurope", "''"))
    with pytest.raises(InputError, match="cannot be written"):
        write_settings(tmp_path / "nowhere" / "acrwatch.yaml", text)

    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_to_write_of_is_said(empty: AzureStandIn) -> None:
    found = discover(empty.azure(), subscriptions=[ZERO])

    assert found.registries == ()
    with pytest.raises(InputError, match="--workspace"):
        settings_text(found, email="a@example.com", action_group=None)


@given(st.text())
def test_no_name_in_azure_leaves_the_comment_it_stands_in(name: str) -> None:
    """Else a cluster's name could write settings."""
    assert len(_comment(name).splitlines()) == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_fault_of_every_call_is_fine(
    azure: AzureStandIn, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    azure.answer("*", "*", **fault)

    with caplog.at_level(1):
        found = discover(azure.azure(patience=QUICK), subscriptions=[ZERO])
        with pytest.raises(CallFailed):
            discover(azure.azure(patience=QUICK))

    assert found.exit_code is ExitCode.UNKNOWN
    text = as_json(found) + as_table(found, terminal=False) + caplog.text
    assert re.search(f"canary|{TOKEN}|Traceback", text) is None


@pytest.mark.parametrize("call", ["diagnosticSettings", "scheduledQueryRules", "roleAssignments", "managedClusters"])
@pytest.mark.parametrize("name", ["not allowed", "not JSON", "throttled"])
def test_what_could_not_be_read_is_marked_in_the_settings_file(
    azure: AzureStandIn, tmp_path: Path, call: str, name: str
) -> None:
    """And is no reason to say that a registry is not watched, or that it is."""
    cluster = f"/subscriptions/{ZERO}/resourceGroups/rg-k8s/providers/Microsoft.ContainerService/managedClusters/prod"
    azure.resources.put(cluster, {"properties": {"identityProfile": {"kubeletidentity": {"objectId": KUBELET}}}})
    azure.answer("GET", f"*/{call}", **FAULTS[name])

    found = discover(azure.azure(patience=QUICK), workspace=WORKSPACE)
    write_settings(tmp_path / "a.yaml", settings_text(found, email="a@example.com", action_group=None))

    assert found.exit_code is ExitCode.UNKNOWN
    assert "# Could not be read: " in (tmp_path / "a.yaml").read_text()
    assert load_settings(tmp_path / "a.yaml").registries
    if call in ("diagnosticSettings", "scheduledQueryRules"):
        assert {one.watched for one in found.registries} == {Watched.UNKNOWN}


def test_everything_that_was_found_can_be_shown(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    apply_stack(azure, stack)

    table = as_table(discover(azure.azure()), terminal=False)

    assert "2 registries in 1 subscription, watched: 2 yes" in table
