"""The resources of a stack of ours, built through the prebuilt azurerm package of the core instead."""

import json
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.cases.host import add_provider

core_name = os.environ["ACRWATCH_CORE"]
package = {"cdktf": "cdktf_cdktf_provider_azurerm", "cdktn": "cdktn_provider_azurerm"}[core_name]
core = import_module(core_name)


def camel(name: str) -> str:
    """The form in which the prebuilt packages want keys of blocks in lists."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def nested(value: Any, in_list: bool = False) -> Any:
    """A block as the prebuilt packages take it: camel case inside lists only; maps keep their keys."""
    if isinstance(value, list):
        return [nested(item, True) for item in value]
    if isinstance(value, dict):
        return {
            camel(key) if in_list else key: member if key == "custom_properties" else nested(member, in_list)
            for key, member in value.items()
        }
    return value


wanted = json.loads(Path(sys.argv[2]).read_text())["resource"]
app = core.App(outdir=sys.argv[1])
stack = core.TerraformStack(app, "acrwatch")
add_provider(core, stack)
for kind, resources in wanted.items():
    module = import_module(f"{package}.{kind.removeprefix('azurerm_')}")
    resource_class = getattr(module, "".join(part.title() for part in kind.removeprefix("azurerm_").split("_")))
    for name, body in resources.items():
        arguments = {
            key: value if key == "tags" else nested(value)
            for key, value in body.items()
            if key not in ("//", "for_each", "provider")
        }
        if "for_each" in body:
            arguments["for_each"] = core.TerraformIterator.from_map(body["for_each"])
        resource_class(stack, name, **arguments)
app.synth()
