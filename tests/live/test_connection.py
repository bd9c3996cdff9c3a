"""A connection logs in as people do, and nothing it logs, at any level, is a secret."""

import re
from collections.abc import Mapping

import pytest

from acrwatch.errors import InputError
from acrwatch.live.clouds import CLOUDS, VARIABLE, CloudName, cloud_of
from acrwatch.live.connection import connect
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.stand_in import SECRET, TOKEN


@pytest.fixture
def logged_in(empty: AzureStandIn, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The environment of a command that talks to the stand-in; azure-identity reads it itself."""
    for name, value in empty.environment.items():
        monkeypatch.setenv(name, value)
    return empty.environment


def test_neither_log_in_nor_calls_log_a_secret(
    empty: AzureStandIn, logged_in: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """With the loggers of SDK, MSAL and urllib3 at their most talkative, and an operation whose address is signed."""
    caplog.set_level(1)
    for name in ("azure", "azure.identity", "azure.core", "msal", "urllib3"):
        caplog.set_level(1, logger=name)
    empty.long_running.add("microsoft.insights/actiongroups")
    path = "/subscriptions/x/resourceGroups/r/providers/Microsoft.Insights/actionGroups/g"
    hook = "https://hooks.example.com/canary"

    arm = connect(environment=logged_in).arm
    begun = arm.put(path, "2023-01-01", {"properties": {"webhookReceivers": [{"serviceUri": hook}]}})
    arm.follow(begun, path, 5)
    arm.get(path, "2023-01-01")

    assert path in caplog.text
    assert re.search(f"{TOKEN}|{SECRET}|canary|stand-in-signature", caplog.text) is None


def test_a_connection_does_not_show_its_credential(empty: AzureStandIn) -> None:
    assert repr(empty.azure()) == f"Azure({empty.url})"


@pytest.mark.parametrize("name", CloudName)
def test_each_cloud_has_addresses_of_its_own(name: CloudName) -> None:
    """None of them is that of another one, and a token is only good for its own."""
    cloud = cloud_of(name, {})
    others = [other for each, other in CLOUDS.items() if each is not name]

    for member in ("arm", "arm_scope", "logs", "authority"):
        assert getattr(cloud, member).startswith("https://")
        assert getattr(cloud, member) not in [getattr(other, member) for other in others]


def test_the_clouds_are_those_of_the_sdk() -> None:
    """So that a release of it that moves one is noticed."""
    from azure.core import AzureClouds
    from azure.mgmt.core.tools import get_arm_endpoints

    theirs = {
        CloudName.PUBLIC: AzureClouds.AZURE_PUBLIC_CLOUD,
        CloudName.US_GOVERNMENT: AzureClouds.AZURE_US_GOVERNMENT,
        CloudName.CHINA: AzureClouds.AZURE_CHINA_CLOUD,
    }
    for name, cloud in CLOUDS.items():
        endpoints = get_arm_endpoints(theirs[name])
        assert cloud.arm == endpoints["resource_manager"].rstrip("/")
        assert [cloud.arm_scope] == endpoints["credential_scopes"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"arm": 1}',
        '{"arm": "https://a", "arm_scope": "s", "logs": "http://b", "authority": "https://c"}',
    ],
)
def test_a_file_that_is_no_cloud_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("cloud") / "cloud.json"
    file.write_text(text)

    with pytest.raises(InputError, match=VARIABLE):
        cloud_of(CloudName.PUBLIC, {VARIABLE: str(file)})
