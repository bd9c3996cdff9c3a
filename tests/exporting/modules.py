"""Modules as Terraform itself evaluates them, without a provider from the network.

Each resource becomes a `terraform_data`, which Terraform brings along: its arguments are evaluated, variables are
validated and instances are made as they would be; only what azurerm does with them is not seen.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.project import environment
from tests.synthesis import Body

META = ("for_each", "depends_on")
_OURS = re.compile(r"\b(?:azurerm|azapi)_\w+\.([\w-]+)")


def stand_ins(content: Body) -> Body:
    """The module with a resource of Terraform's own for each of ours."""
    made = {}
    for bodies in content["resource"].values():
        for name, body in bodies.items():
            kept = {key: value for key, value in body.items() if key not in (*META, "lifecycle", "sensitive_body")}
            made[name] = {**{key: body[key] for key in META if key in body}, "input": kept}
    rest = {key: value for key, value in content.items() if key != "resource"}
    rest["terraform"] = {"required_version": content["terraform"]["required_version"]}
    text = json.dumps({**rest, "resource": {"terraform_data": made}})
    changed: Body = json.loads(_OURS.sub(r"terraform_data.\1", text))
    return changed


class Caller:
    """A configuration that calls a module, in a folder of its own."""

    def __init__(self, folder: Path, content: Body, caller: str) -> None:
        self.folder = folder
        module = folder / "module"
        (module / "examples").mkdir(parents=True)
        (module / "main.tf.json").write_text(json.dumps(stand_ins(content)))
        self.main = module / "examples"
        # The provider is configured in the caller, and the group it makes is azurerm's.
        text = re.sub(r'^provider "\w+" \{\n(?:  .*\n)*\}\n', "", caller, flags=re.MULTILINE)
        text = re.sub(r'resource "azurerm_resource_group" "watch" \{\n(?:  .*\n)*\}', "", text)
        text = text.replace("azurerm_resource_group.watch.name", '"rg-watch"')
        (self.main / "caller.tf").write_text(text)

    def terraform(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        secrets = {f"TF_VAR_{name}": value for name, value in variables.items()}
        return subprocess.run(
            ["terraform", *command, "-no-color"],
            cwd=self.main,
            env=environment(CHECKPOINT_DISABLE="1", TF_INPUT="0", TF_IN_AUTOMATION="1", **secrets),
            capture_output=True,
            text=True,
            check=False,
        )

    def applied(self, **variables: str) -> dict[str, Any]:
        """Address in the module -> arguments, after an apply."""
        for command in (("init",), ("apply", "-auto-approve")):
            done = self.terraform(*command, **variables)
            assert done.returncode == 0, done.stdout + done.stderr
        state = json.loads(self.terraform("show", "-json").stdout)
        (module,) = state["values"]["root_module"]["child_modules"]
        return {
            resource["address"].removeprefix("module.acrwatch.terraform_data."): resource["values"]["input"]
            for resource in module["resources"]
        }
