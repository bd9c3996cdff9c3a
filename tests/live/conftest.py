"""The example, deployed in the stand-in for Azure, and whoever asks its logs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from acrwatch import AzurermProvider, Email, RegistryWatch, Settings, WatchStack, load_settings
from acrwatch.synthesised import SynthesisedStack, read_stack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from tests.cli.running import EXAMPLE
from tests.synthesis import SUBSCRIPTION, WORKSPACE_ID, Host, everything, loaded, registry_id, synthesised


def _read(folder: Path, settings: Settings) -> SynthesisedStack:
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(synthesised(WatchStack(Host("cdktf").app, settings).stack)), "utf-8")
    return read_stack(file)


def embedded(folder: Path) -> SynthesisedStack:
    """A stack of somebody else, with a watch that was given neither resource group nor region."""
    host = Host("cdktf")
    AzurermProvider(host.scope, "azurerm", subscription_id=SUBSCRIPTION)
    people = [Email(name="team", email_address="team@example.com")]
    RegistryWatch(host.scope, "watch", registries={"one": registry_id("one")}, workspace=WORKSPACE_ID, receivers=people)
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(host.json()), "utf-8")
    return read_stack(file)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    """The example as a synthesised stack."""
    return _read(tmp_path_factory.mktemp("example"), load_settings(EXAMPLE))


@pytest.fixture(scope="session")
def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    """A stack with a receiver of every kind, a workspace of its own, variants and more."""
    folder = tmp_path_factory.mktemp("everything")
    return _read(folder, loaded(folder, everything()))


@pytest.fixture
def empty() -> Iterator[AzureStandIn]:
    """Azure with nothing in it."""
    with AzureStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def azure(empty: AzureStandIn, stack: SynthesisedStack) -> AzureStandIn:
    """Azure with the example deployed."""
    apply_stack(empty, stack)
    return empty
