"""The module itself, as Terraform's JSON: what a watch makes, with variables and outputs, without provider or backend.

Which values are variables is decided in `variables`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from acrwatch.exporting.variables import REGISTRIES, SUBSCRIPTIONS, Variable
from acrwatch.watch_settings import WatchSettings

MARK = "Written by acrwatch. Change the settings file and export again, or a change here is lost."
# The oldest that was looked at, and all majors whose schemas the bindings fit.
AZURERM_VERSION = ">= 4.55.0, < 6.0.0"
OLDEST_TERRAFORM = ">= 1.5.0"


def module_content(watch: WatchSettings, variables: Sequence[Variable], core: Any) -> dict[str, Any]:
    """Make the content of `main.tf.json`.

    Args:
        watch: the watch, with references to the variables.
        variables: the variables.
        core: module of the core that builds it; the content is the same for each.

    Raises:
        SettingsError: something in the watch cannot work.
    """
    # Here the node process of the core is started.
    from acrwatch.azapi._source import AZAPI
    from acrwatch.azurerm._source import AZURERM
    from acrwatch.stack import OLDEST_TERRAFORM as OLDEST_WITH_WRITE_ONLY
    from acrwatch.watch import RegistryWatch

    stack = core.TerraformStack(core.Testing.app(), "module")
    made = RegistryWatch(stack, "watch", **vars(watch))
    outputs = {
        "workspace_id": ("Id of the workspace.", made.workspace_id),
        "alert_rule_ids": ("Detection, or detection.variant => id of its rule.", _ids(made.alerts)),
        "action_group_ids": ("Name => id of the action groups.", dict(made.action_group_ids)),
    }
    for name, (description, value) in outputs.items():
        core.TerraformOutput(stack, name, value=value, description=description, static_id=True)
    content = json.loads(core.Testing.synth(stack))
    resources = content["resource"]
    for_each = {
        made.registry_diagnostics.resource: f"${{var.{REGISTRIES}}}",
        made.activity_log_diagnostics.resource if made.activity_log_diagnostics else None: (
            f'${{{{ for name, id in var.{SUBSCRIPTIONS} : name => "/subscriptions/${{id}}" }}}}'
        ),
    }
    for setting, expression in for_each.items():
        if setting is not None:
            resources[setting.TYPE][setting.construct.friendly_unique_id]["for_each"] = expression
    needs_azapi = any(type_.startswith("azapi_") for type_ in resources)
    providers = {AZURERM.name: {"source": AZURERM.source, "version": AZURERM_VERSION}}
    if needs_azapi:
        providers[AZAPI.name] = {"source": AZAPI.source, "version": AZAPI.constraint}
    return {
        "//": MARK,
        "terraform": {
            "required_version": OLDEST_WITH_WRITE_ONLY if needs_azapi else OLDEST_TERRAFORM,
            "required_providers": providers,
        },
        "variable": {variable.name: _variable(variable) for variable in variables},
        "resource": resources,
        "output": content["output"],
    }


def _ids(made: Any) -> dict[str, str]:
    return {id_: alert.id for id_, alert in made.items()}


def _variable(variable: Variable) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": variable.type,
        "description": variable.description,
        "nullable": False,
    }
    if variable.sensitive:
        body["sensitive"] = True
    if variable.ephemeral:
        body["ephemeral"] = True
    if variable.conditions:
        body["validation"] = [
            {"condition": f"${{{condition}}}", "error_message": message}
            for condition, message in variable.conditions.items()
        ]
    return body
