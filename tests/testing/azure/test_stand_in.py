"""The stand-in speaks as Azure does: the SDK's own clients read, change and follow what is in it."""

import ssl
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.mgmt.monitor import MonitorManagementClient
from azure.mgmt.monitor.models import EmailReceiver, NotificationRequestBody

from acrwatch.errors import MissingExtra
from acrwatch.live.unknown import CallFailed
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from tests.live.conftest import azure, empty, stack  # noqa: F401  # fixtures
from tests.live.rows import REGISTRIES, ZERO

SETTING = f"{REGISTRIES}/contosoprod/providers/Microsoft.Insights/diagnosticSettings"
WORKSPACE = f"/subscriptions/{ZERO}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces"
VERSION = "2021-05-01-preview"


@pytest.fixture
def monitor(azure: AzureStandIn) -> Iterator[MonitorManagementClient]:  # noqa: F811
    """azure-mgmt-monitor as anybody makes it, but for the address and the certificate."""
    connection = azure.azure()
    with MonitorManagementClient(
        connection.credential,
        ZERO,
        base_url=azure.url,
        credential_scopes=[azure.cloud.arm_scope],
        connection_verify=azure.cloud.ca_file,
        retry_total=0,
        polling_interval=0,
    ) as client:
        yield client


def test_the_sdk_reads_a_rule_as_its_own_model(monitor: MonitorManagementClient, stack: SynthesisedStack) -> None:  # noqa: F811
    """So the names that the stand-in gives the members are those of Azure."""
    rule = monitor.scheduled_query_rules.get("rg-acrwatch", "acrwatch-excessive_images_pulled")
    declared = next(one for one in stack.rules if one.id == "excessive_images_pulled")

    assert rule.evaluation_frequency == timedelta(minutes=5)
    assert rule.window_size == declared.window_duration
    assert rule.severity == declared.severity
    assert rule.auto_mitigate is True
    assert rule.criteria is not None
    assert rule.criteria.all_of is not None
    (condition,) = rule.criteria.all_of
    assert condition.query == declared.criteria[0].query
    assert condition.threshold == 40
    assert [one.name for one in condition.dimensions or ()] == [one.name for one in declared.criteria[0].dimensions]
    assert rule.actions is not None
    assert len(rule.actions.action_groups or ()) == 1
    assert (rule.actions.custom_properties or {})["acrwatch_kind"] == "volume"


def test_the_sdk_lists_rules_and_groups_over_pages(monitor: MonitorManagementClient, azure: AzureStandIn) -> None:  # noqa: F811
    azure.page_size = 2

    assert len(list(monitor.scheduled_query_rules.list_by_subscription())) == 6
    assert len(list(monitor.scheduled_query_rules.list_by_resource_group("rg-acrwatch"))) == 6
    groups = {str(group.name): group for group in monitor.action_groups.list_by_subscription_id()}
    assert set(groups) == {"acrwatch-oncall", "acrwatch-security"}
    mail = next(iter(groups["acrwatch-security"].email_receivers or ()))
    assert (mail.email_address, mail.status, mail.use_common_alert_schema) == ("security@example.com", "Enabled", True)


def test_the_sdk_changes_and_deletes(monitor: MonitorManagementClient) -> None:
    rule = monitor.scheduled_query_rules.get("rg-acrwatch", "acrwatch-excessive_images_pulled")
    rule.enabled = False

    monitor.scheduled_query_rules.create_or_update("rg-acrwatch", "acrwatch-excessive_images_pulled", rule)
    monitor.scheduled_query_rules.delete("rg-acrwatch", "acrwatch-excessive_images_pushed")

    assert monitor.scheduled_query_rules.get("rg-acrwatch", "acrwatch-excessive_images_pulled").enabled is False
    with pytest.raises(ResourceNotFoundError):
        monitor.scheduled_query_rules.get("rg-acrwatch", "acrwatch-excessive_images_pushed")


def test_the_sdk_follows_a_test_notification(monitor: MonitorManagementClient, azure: AzureStandIn) -> None:  # noqa: F811
    azure.polls = 3
    azure.receiver_states["team"] = "Failed"

    body = NotificationRequestBody(
        alert_type="logalertv2", email_receivers=[EmailReceiver(name="team", email_address="a@example.com")]
    )
    done = monitor.action_groups.begin_create_notifications_at_action_group_resource_level(
        "rg-acrwatch", "acrwatch-security", body
    ).result()

    assert [(one.name, one.status) for one in done.action_details or ()] == [("team", "Failed")]


def test_the_same_logs_to_the_same_workspace_twice_are_refused(azure: AzureStandIn) -> None:  # noqa: F811
    """As Azure does, in any casing; another workspace, or other logs, it takes."""
    arm = azure.azure().arm
    logs = [{"category": "ContainerRegistryRepositoryEvents", "enabled": True}]

    twice = {"properties": {"workspaceId": f"{WORKSPACE}/LOG-security", "logs": logs}}
    with pytest.raises(CallFailed, match="409 Conflict"):
        arm.put(f"{SETTING}/second", VERSION, twice)
    arm.put(f"{SETTING}/third", VERSION, {"properties": {"workspaceId": f"{WORKSPACE}/other", "logs": logs}})

    assert sorted(str(one["name"]) for one in arm.list(SETTING, VERSION)) == ["acrwatch", "third"]


def test_what_takes_long_or_is_seen_late_is_there_in_the_end(azure: AzureStandIn) -> None:  # noqa: F811
    arm = azure.azure().arm
    azure.long_running.add("microsoft.operationalinsights/workspaces")
    azure.unseen = 2

    begun = arm.put(f"{WORKSPACE}/new", "2023-09-01", {"location": "westeurope"})
    done = arm.follow(begun, f"{WORKSPACE}/new", 5)

    assert (begun.status, done["status"]) == (202, "Succeeded")
    assert [arm.find(f"{WORKSPACE}/new", "2023-09-01") is None for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("fault", "raises"),
    [
        ({"status": 403}, HttpResponseError),
        ({"status": 404}, ResourceNotFoundError),
        ({"status": 409}, ResourceExistsError),
        ({"status": 429, "headers": {"Retry-After": "0"}}, HttpResponseError),
    ],
)
def test_faults_reach_the_sdk_as_those_of_azure_do(
    monitor: MonitorManagementClient,
    azure: AzureStandIn,  # noqa: F811
    fault: dict[str, Any],
    raises: type[Exception],
) -> None:
    """As often as they were planted, the newest first."""
    azure.answer("GET", "*/ACTIONGROUPS/*", times=1, **fault)

    with pytest.raises(raises):
        monitor.action_groups.get("rg-acrwatch", "acrwatch-security")
    assert monitor.action_groups.get("rg-acrwatch", "acrwatch-security").enabled is True


def test_nobody_without_a_token_or_the_authority_is_let_in(empty: AzureStandIn) -> None:  # noqa: F811
    """A client that does not check certificates would not notice in whose hands its token is."""
    address = f"{empty.url}/subscriptions?api-version=2022-12-01"

    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(address)  # noqa: S310  # of this machine
    context = ssl.create_default_context(cafile=empty.cloud.ca_file)
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(address, context=context)  # noqa: S310
    refused.value.close()


def test_a_stand_in_leaves_no_thread_and_no_file(stack: SynthesisedStack) -> None:  # noqa: F811
    before = threading.active_count()

    with AzureStandIn() as stand_in:
        apply_stack(stand_in, stack)
        folder = stand_in.cloud.ca_file
        list(stand_in.azure().arm.list("/subscriptions", "2022-12-01"))

    for thread in threading.enumerate():
        if thread.name.startswith("Thread-") and thread is not threading.current_thread():
            thread.join(timeout=5)
    assert threading.active_count() <= before
    assert folder is not None
    assert not Path(folder).exists()


def test_without_the_extra_the_error_says_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.delitem(sys.modules, "acrwatch.testing.azure.certificate")

    with pytest.raises(MissingExtra, match=r"pip install 'acrwatch\[azure\]'"):
        import acrwatch.testing.azure.certificate  # noqa: F401
