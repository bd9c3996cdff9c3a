"""An exported module is a plain one: read, evaluated and called by Terraform, with nothing of a deployment in it.

`terraform validate` would need the provider from the network. So Terraform parses the module as it is, and evaluates
it with resources of its own in place of azurerm's; what azurerm takes is checked with the tables.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import hcl2
import pytest

from acrwatch import InputError
from acrwatch.cli.export import export
from acrwatch.core import CORES
from acrwatch.testing import assert_same, assert_valid
from tests import needs
from tests.cli.running import run
from tests.exporting.modules import Caller
from tests.project import environment
from tests.synthesis import SUBSCRIPTION, Body, azure_id, everything, loaded, registry_id, watch_settings

AZURE_ID = re.compile(r"/subscriptions/[0-9a-f]{8}-")
SECRETS = {
    "hook_service_uri": "https://siem.example.com/hook",
    "oncall_integration_key": "0123456789abcdef0123456789abcdef",
}
LIVED_IN = watch_settings(
    resource_group={"name": "rg-watch", "create": True},
    registries={"one": registry_id("one"), "there": {"id": registry_id("there"), "diagnostics": "existing"}},
    action_groups={
        "people": {
            "receivers": {
                "hook": {"type": "webhook"},
                "oncall": {"type": "pagerduty"},
                "job": {
                    "type": "logic_app",
                    "resource_id": azure_id("Microsoft.Logic/workflows", "job"),
                },
            }
        },
        "there": azure_id("Microsoft.Insights/actionGroups", "there"),
    },
    logs={"storage_account_id": azure_id("Microsoft.Storage/storageAccounts", "stlogs")},
    tags={"cost": '${x} "quoted"'},
)
ALL = [
    pytest.param(watch_settings(), id="least"),
    pytest.param(LIVED_IN, id="lived in"),
    pytest.param(everything(), id="everything"),
]
WITH_CALLBACK = {**SECRETS, "job_callback_url": "https://logic.example.com/call"}


def exported(folder: Path, settings: Body) -> Path:
    """The folder of a module that was made of settings."""
    loaded(folder, settings)
    export(folder / "module", folder / "acrwatch.yaml")
    return folder / "module"


def content_of(module: Path) -> Body:
    content: Body = json.loads((module / "main.tf.json").read_text())
    return content


@pytest.mark.parametrize(
    "settings", [watch_settings(), LIVED_IN, everything()], ids=["least", "lived in", "everything"]
)
def test_a_module_has_no_provider_no_backend_no_id_and_no_secret(tmp_path: Path, settings: Body) -> None:
    """All that belongs to a deployment is the caller's."""
    content = content_of(exported(tmp_path, settings))

    assert content.keys() == {"//", "terraform", "variable", "resource", "output"}
    assert content["terraform"].keys() == {"required_version", "required_providers"}
    assert AZURE_ID.search(json.dumps(content)) is None
    assert SUBSCRIPTION not in json.dumps(content)
    assert [name for name, variable in content["variable"].items() if not variable["description"]] == []
    assert_valid(content)


def test_both_cores_write_the_same_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform sees no core."""
    written = []
    for core in CORES:
        monkeypatch.setenv("ACRWATCH_CORE", core)
        (tmp_path / core).mkdir()
        written.append(exported(tmp_path / core, LIVED_IN))

    assert_same(*(content_of(module) for module in written))
    assert written[0].joinpath("README.md").read_text() == written[1].joinpath("README.md").read_text()


@needs.command("terraform")
@pytest.mark.parametrize(
    "settings", [watch_settings(), LIVED_IN, everything()], ids=["least", "lived in", "everything"]
)
def test_terraform_parses_the_module_and_its_caller(tmp_path: Path, settings: Body) -> None:
    """As they are: `get` reads all of a configuration, and of providers only the names."""
    examples = exported(tmp_path, settings) / "examples"

    for command in (["get"], ["fmt", "-check", "-diff"]):
        done = subprocess.run(
            ["terraform", *command, "-no-color"],
            cwd=examples,
            env=environment(CHECKPOINT_DISABLE="1"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, done.stdout if command == ["get"] else ""), done.stderr


@needs.command("terraform")
def test_terraform_evaluates_the_module_as_the_stack_would_be(tmp_path: Path) -> None:
    """With the ids that the caller gives, one setting for each registry, and the group that exists."""
    module = exported(tmp_path, LIVED_IN)
    caller = Caller(tmp_path / "called", content_of(module), (module / "examples" / "caller.tf").read_text())

    made = caller.applied(**WITH_CALLBACK)

    targets = {name: body["target_resource_id"] for name, body in made.items() if "target_resource_id" in body}
    rules = [body for body in made.values() if "window_duration" in body]
    (group,) = (body for body in made.values() if "short_name" in body)
    assert set(targets.values()) == {registry_id("one"), f"/subscriptions/{SUBSCRIPTION}"}
    assert {name.partition("[")[2] for name in targets} == {'"one"]', f'"{SUBSCRIPTION}"]'}
    assert {body["resource_group_name"] for body in rules} == {"rg-watch"}
    assert len(rules) == 5
    there = LIVED_IN["action_groups"]["there"]
    assert all(there in body["action"]["action_groups"] and len(body["action"]["action_groups"]) == 2 for body in rules)
    assert {body["tags"]["cost"] for body in rules} == {'${x} "quoted"'}
    hooks = {receiver["name"]: receiver["service_uri"] for receiver in group["webhook_receiver"]}
    assert hooks["hook"] == SECRETS["hook_service_uri"]
    assert group["logic_app_receiver"][0]["resource_id"] == azure_id("Microsoft.Logic/workflows", "job")


@needs.command("terraform")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("/registries/one", "/registry/one", "Each has to look like"),
        ("Microsoft.OperationalInsights/workspaces", "microsoft.operationalinsights/workspaces", "It has to look like"),
        (f'"{SUBSCRIPTION}" = "{SUBSCRIPTION}"', '"main" = "not a GUID"', "Each has to be a GUID"),
        ('"there" =', '"other" =', "The rules tell there; give the id of each."),
        (f'"one" = "{registry_id("one")}"', "", "Without a registry there are no logs"),
    ],
)
def test_terraform_refuses_a_wrong_value_with_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Before anything is made."""
    module = exported(tmp_path, LIVED_IN)
    text = (module / "examples" / "caller.tf").read_text()
    assert old in text
    caller = Caller(tmp_path / "called", content_of(module), text.replace(old, new))
    caller.terraform("init")

    planned = caller.terraform("plan", **WITH_CALLBACK)

    assert planned.returncode == 1
    assert said in " ".join(planned.stderr.replace("│", " ").split())


def test_the_caller_gives_every_variable_and_no_secret(tmp_path: Path) -> None:
    """Read by another parser of HCL; secrets are variables of the caller."""
    module = exported(tmp_path, everything())
    content = content_of(module)
    text = (module / "examples" / "caller.tf").read_text()
    ((call,),) = [[block['"acrwatch"'] for block in hcl2.loads(text)["module"]]]
    secrets = {name for name, variable in content["variable"].items() if variable.get("sensitive")}

    assert set(content["variable"]) == {name for name in call if not name.startswith("__")} - {"source"}
    assert {name: call[name] for name in secrets} == {name: f"${{var.{name}}}" for name in secrets}
    assert all(f"`{name}`" in (module / "README.md").read_text() for name in content["variable"])


def test_a_second_export_takes_the_place_of_the_first(tmp_path: Path) -> None:
    """Whole, and nothing stays beside it."""
    module = exported(tmp_path, watch_settings())
    before = content_of(module)

    exported(tmp_path, watch_settings(name="other"))

    assert content_of(module) != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acrwatch.yaml", "module"]
    assert sorted(path.name for path in module.rglob("*.*")) == ["README.md", "caller.tf", "main.tf.json"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("main.tf", "", "holds something that acrwatch did not write"),
        ("main.tf.json", "{}", "holds something that acrwatch did not write"),
        ("examples/caller.tf", "", "holds something that acrwatch did not write"),
    ],
)
def test_what_is_no_module_of_ours_is_not_overwritten(tmp_path: Path, name: str, text: str, said: str) -> None:
    """It may be somebody's work."""
    file = tmp_path / "module" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)

    with pytest.raises(InputError, match=said):
        exported(tmp_path, watch_settings())

    assert file.read_text() == text
    assert [path.name for path in (tmp_path / "module").rglob("*") if path.is_file()] == [file.name]


def test_a_file_that_was_added_to_a_module_is_not_taken_away(tmp_path: Path) -> None:
    """An override of somebody's, say."""
    module = exported(tmp_path, watch_settings())
    (module / "override.tf").write_text("")

    with pytest.raises(InputError, match=r"also holds override.tf, which an export would take away"):
        exported(tmp_path, watch_settings())


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """Somebody made it for the module."""
    (tmp_path / "module").mkdir()

    assert content_of(exported(tmp_path, watch_settings()))["resource"]


def test_wrong_settings_write_nothing(tmp_path: Path) -> None:
    """All problems at once, as everywhere."""
    settings: Any = watch_settings(location="west/europe", resource_group={"name": "a/b"})
    (tmp_path / "acrwatch.yaml").write_text(json.dumps(settings))

    result = run("export", "--module", str(tmp_path / "module"), "--settings", str(tmp_path / "acrwatch.yaml"))

    assert "2 problems, nothing was written" in str(result.exception)
    assert not (tmp_path / "module").exists()


def test_the_command_does_not_speak_of_the_age_of_node(tmp_path: Path) -> None:
    """jsii has eleven lines about Node 20 on each run, which nobody asked for."""
    loaded(tmp_path, watch_settings())
    command = [sys.executable, "-c", "from acrwatch.cli import main; main()", "export", "--module", "module"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_names_what_it_wrote(tmp_path: Path) -> None:
    """A line for each file."""
    loaded(tmp_path, watch_settings())

    result = run("export", "--module", str(tmp_path / "module"), "--settings", str(tmp_path / "acrwatch.yaml"))

    assert result.exit_code == 0
    assert [Path(line).name for line in result.stdout.splitlines()] == ["main.tf.json", "README.md", "caller.tf"]
