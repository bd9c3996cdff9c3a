"""The README of a module: what it makes, what it wants, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from acrwatch.exporting.variables import Variable

_MAKES = {
    "azapi_resource": "Logic Apps",
    "azapi_resource_action": "look-ups of a Logic App's URL",
    "azurerm_log_analytics_workspace": "Log Analytics workspace",
    "azurerm_monitor_action_group": "action groups",
    "azurerm_monitor_alert_processing_rule_suppression": "alert processing rules, which keep `Resolved` quiet",
    "azurerm_monitor_diagnostic_setting": "diagnostic settings, with an instance for each target",
    "azurerm_monitor_scheduled_query_rules_alert_v2": "alert rules",
}


def readme_text(content: Mapping[str, Any], variables: Sequence[Variable]) -> str:
    """The text of `README.md`.

    Args:
        content: the module.
        variables: its variables.
    """
    return "".join(f"{line}\n" for line in _lines(content, variables))


def _lines(content: Mapping[str, Any], variables: Sequence[Variable]) -> Iterator[str]:
    terraform = content["terraform"]
    yield from (
        "# Watch for Azure Container Registries",
        "",
        "A Terraform module that acrwatch wrote from a settings file. It brings no provider and no backend: both are",
        "the caller's. `examples/caller.tf` calls it with the values of that file.",
        "",
        f"It needs Terraform {terraform['required_version']}, and "
        + " and ".join(f"{name} {one['version']}" for name, one in terraform["required_providers"].items())
        + ".",
        "",
        "Do not edit `main.tf.json`. Change the settings file and run `acrwatch export` again: addresses stay the",
        "same, so that rules are changed in place and keep what they already alerted.",
        "",
        "## What it makes",
        "",
    )
    for type_, bodies in sorted(content["resource"].items()):
        yield f"- {len(bodies)} x `{type_}`: {_MAKES.get(type_, 'see there')}"
    yield from ("", "## Variables", "", "| name | type | what it is for |", "| --- | --- | --- |")
    for variable in variables:
        remark = ""
        if variable.sensitive:
            remark = " A secret" + (
                ", kept in no state and no plan." if variable.ephemeral else "; it lies in the state, so protect that."
            )
        yield f"| `{variable.name}` | `{variable.type}` | {_cell(variable.description)}{remark} |"
    yield from ("", "## Outputs", "", "| name | what it is |", "| --- | --- |")
    for name, output in content["output"].items():
        yield f"| `{name}` | {_cell(output['description'])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
