"""What the commands that look at Azure say of a watch, without Azure: a stand-in on this machine answers them over TLS.

Needs: pip install "acrwatch[azure,cdktf,testing]"
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from constructs import Construct

from acrwatch import AzurermProvider, Email, RegistryWatch, SynthesisedStack, read_stack
from acrwatch.testing import synth
from acrwatch.testing.azure import AzureStandIn, apply_stack

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-acrwatch/providers"


def platform(scope: Construct) -> None:
    """What is tested; in your project, what you deploy."""
    AzurermProvider(scope, "azurerm", subscription_id=SUBSCRIPTION)
    RegistryWatch(
        scope,
        "watch",
        registries={"contosoprod": f"{PROVIDERS}/Microsoft.ContainerRegistry/registries/contosoprod"},
        workspace=f"{PROVIDERS}/Microsoft.OperationalInsights/workspaces/log-security",
        resource_group_name="rg-acrwatch",
        location="westeurope",
        receivers=[Email(name="team", email_address="security@example.com")],
    )


@pytest.fixture
def stack(tmp_path: Path) -> SynthesisedStack:
    """The stack, synthesised into a file."""
    file = tmp_path / "cdk.tf.json"
    file.write_text(json.dumps(synth(platform)), "utf-8")
    return read_stack(file)


def acrwatch(azure: AzureStandIn, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command, which talks to the stand-in."""
    return subprocess.run(
        [sys.executable, "-c", "from acrwatch.cli import main; main()", *arguments],
        env={**os.environ, **azure.environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_registry_is_watched_once_the_stack_is_applied(acrwatch_azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """`apply_stack` stands in for Terraform."""
    apply_stack(acrwatch_azure, stack)

    found = acrwatch(acrwatch_azure, "discover")

    assert found.returncode == 0, found.stderr
    assert "contosoprod" in found.stdout


def test_what_may_not_be_read_is_unknown(acrwatch_azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """A schedule that runs `acrwatch verify` must take this for an alarm, too."""
    apply_stack(acrwatch_azure, stack)
    acrwatch_azure.answer("GET", "*/scheduledQueryRules/*", status=403)

    found = acrwatch(acrwatch_azure, "verify", "--format", "json", "--stack", str(stack.file))

    assert found.returncode == 3, found.stdout
    assert "the role Monitoring Reader there has it" in found.stdout


def test_what_is_not_there_is_a_finding(acrwatch_azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """Nothing was applied."""
    found = acrwatch(acrwatch_azure, "verify", "--format", "json", "--stack", str(stack.file))

    assert found.returncode == 1, found.stdout
    assert "forced_repository_deleted" in found.stdout
