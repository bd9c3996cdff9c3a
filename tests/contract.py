"""What a state of Terraform holds on to: addresses, and the arguments whose change destroys and re-creates.

    python -m tests.contract    # writes the contract of the version in pyproject.toml to tests/released/

The contract of a released version is never written again: `test_addresses` compares with all of them.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from constructs import Construct

from acrwatch import (
    ActionGroupSettings,
    DetectionSettings,
    Email,
    NewWorkspace,
    RegistryWatch,
    Variant,
    load_settings,
)
from acrwatch.testing import block_text, synth
from tests.synthesis import Body, action_group_id, everything, loaded, registry_id

ROOT = Path(__file__).parents[1]
RELEASED = Path(__file__).parent / "released"

# azurerm and azapi, documentation of each resource: "Changing this forces a new resource to be created".
RECREATES = {
    "azapi_resource": ("type", "name", "parent_id", "location"),
    "azurerm_log_analytics_workspace": ("name", "resource_group_name", "location"),
    "azurerm_monitor_action_group": ("name", "resource_group_name", "location"),
    "azurerm_monitor_alert_processing_rule_action_group": ("name", "resource_group_name"),
    "azurerm_monitor_alert_processing_rule_suppression": ("name", "resource_group_name"),
    "azurerm_monitor_diagnostic_setting": ("name", "target_resource_id"),
    "azurerm_monitor_scheduled_query_rules_alert_v2": ("name", "resource_group_name", "location"),
    "azurerm_resource_group": ("name", "location"),
}
# Nothing in Azure is behind it: another address calls an action again, and that only reads.
ONLY_READS = ("azapi_resource_action",)


def contract(stack: Body) -> Body:
    """Address -> the arguments that must stay; of variables and outputs the address alone."""
    return dict(sorted(_contract(stack)))


def _contract(stack: Body) -> Iterator[tuple[str, Any]]:
    for type_, resources in stack["resource"].items():
        stays = () if type_ in ONLY_READS else RECREATES[type_]
        for name, body in resources.items():
            kept = {argument: body[argument] for argument in stays if argument in body}
            for key in [f'["{key}"]' for key in body.get("for_each", ())] or [""]:
                yield f"{type_}.{name}{key}", kept
    for kind, word in {"output": "output", "variable": "var"}.items():
        for name in stack.get(kind, ()):
            yield f"{word}.{name}", {}


def _embedded(scope: Construct) -> None:
    """Below the host's own construct, from whose id the addresses begin."""
    RegistryWatch(
        Construct(scope, "Platform"),
        "Watch",
        registries={"a.b c": registry_id("one")},
        workspace=NewWorkspace(name="log-new"),
        resource_group_name="rg",
        location="westeurope",
        receivers=[Email(name="team", email_address="team@example.com")],
        action_groups={
            "there": action_group_id("x"),
            "new": ActionGroupSettings(receivers=[Email(name="t", email_address="t@example.com")]),
        },
        detections={"forced_repository_deleted": DetectionSettings(variants={"strict-1": Variant()})},
    )


def _everything(core: str) -> Body:
    with TemporaryDirectory() as folder:
        return synth(loaded(Path(folder), everything()), core=core)


STACKS: dict[str, Callable[[str], Body]] = {
    "example": lambda core: synth(load_settings(ROOT / "acrwatch.example.yaml"), core=core),
    "embedded": lambda core: synth(_embedded, core=core, name="host"),
    "everything": _everything,
}
"""Name -> the stack, of a core, whose contract is kept."""


def version() -> str:
    """The version that is being made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def file_of(release: str, stack: str) -> Path:
    """Where a contract is kept."""
    return RELEASED / release / f"{stack}.yaml"


if __name__ == "__main__":
    for name, make in STACKS.items():
        file = file_of(version(), name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block_text(contract(make("cdktf"))), "utf-8")
