"""The programs in `examples/` that embed a watch: each synthesises on its core, with the real prebuilt package.

In each, resources of the host's own bindings and ours refer to each other.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acrwatch import catalogue, load_settings
from acrwatch.core import CORES
from acrwatch.settings.secrets import RECEIVERS
from acrwatch.testing import assert_same, assert_valid, synth
from tests import needs
from tests.cli.running import run as command_line
from tests.project import environment
from tests.synthesis import GROUP, RULE, SETTING, WORKSPACE, Body, watch_settings

EXAMPLES = Path(__file__).parents[2] / "examples"
CDKTF, CDKTN = "cdktf_cdktf_provider_azurerm", "cdktn_provider_azurerm"
PROGRAMS = {"host_cdktf": CDKTF, "host_cdktn": CDKTN, "fleet": CDKTN, "own_content": CDKTN, "team_rules": CDKTN}


NIGHT = json.dumps(
    {
        "TimeGenerated": "2026-01-15T02:00:00Z",
        "OperationName": "Delete",
        "ResultDescription": "200",
        "Repository": "team/api",
        "Identity": "eve",
    }
)
"""A log in which somebody deletes a repository."""


def run(folder: Path, name: str, change: tuple[str, str] = ("", "")) -> subprocess.CompletedProcess[str]:
    """Run an example in a folder of its own, as somebody who copied it does."""
    shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns("cdktf.out", "__pycache__"))
    program = folder / name / "main.py"
    assert change[0] in program.read_text()
    program.write_text(program.read_text().replace(*change))
    return subprocess.run(
        [sys.executable, "main.py"],
        cwd=program.parent,
        env=environment(JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="20"),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What each example leaves, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("examples")
    made: dict[str, Body] = {}

    def stack(name: str) -> Body:
        if name not in made:
            done = run(folder, name)
            assert (done.returncode, done.stderr) == (0, "")
            (file,) = (folder / name).glob("cdktf.out/stacks/*/cdk.tf.json")
            made[name] = json.loads(file.read_text())
        return made[name]

    return stack


OWN = ("every_receiver", "pieces", "smallest")
"""Those that need no bindings but ours."""


def example(name: str) -> Any:
    return pytest.param(name, marks=needs.package(PROGRAMS[name]))


EACH = pytest.mark.parametrize("name", [example(name) for name in PROGRAMS])


def test_every_example_that_embeds_a_watch_is_tested() -> None:
    """`embedded` is the one in the README, which is tested with it."""
    assert {file.parent.name for file in EXAMPLES.glob("*/main.py")} == {
        *PROGRAMS,
        *OWN,
        "embedded",
        "rehearsal",
        "settings_file",
    }


@EACH
def test_an_example_is_a_stack_that_providers_and_azure_take(stacks: Any, name: str) -> None:
    """The host's resources of the types that there are tables of, too."""
    assert_valid(stacks(name))


@pytest.mark.parametrize("name", OWN)
def test_an_example_without_bindings_of_a_host_is_such_a_stack(stacks: Any, name: str) -> None:
    """With the receivers of each kind, and with each construct."""
    stack = stacks(name)
    # An override of the host, and no argument of the tables.
    for rule in stack["resource"][RULE].values():
        rule.pop("timeouts", None)

    assert_valid(stack)
    assert all(variable["sensitive"] for variable in stack.get("variable", {}).values())


def test_the_smallest_example_is_a_whole_watch_beside_its_workspace(stacks: Any) -> None:
    """Every rule, the logs they need, and who is told, from three arguments."""
    stack = stacks("smallest")
    program = (EXAMPLES / "smallest" / "main.py").read_text()

    assert re.findall(r"^    (\w+)=", program, re.M) == ["registries", "workspace", "receivers"]
    assert len(stack["resource"][RULE]) == len(catalogue())
    assert {body["resource_group_name"] for body in stack["resource"][RULE].values()} == {"rg-platform"}
    assert [len(stack["resource"][type_]) for type_ in (SETTING, GROUP)] == [2, 1]
    assert list(stack["data"]) == [WORKSPACE]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["stack"], "5 rules, 2 diagnostic settings, 1 receiver"),
        (["routes"], "5 alerts, 0 that nobody is told of, 0 that cannot be known"),
        (["rehearse", "--events", "night.jsonl"], "1 alert of 5 rules"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_the_commands_read_a_stack_whose_region_is_looked_up(
    stacks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    """Nothing of it is unknown to them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stacks("smallest")))
    (tmp_path / "night.jsonl").write_text(NIGHT)

    done = command_line(*command, "--stack", str(tmp_path))

    assert (done.exit_code, done.stderr) == (0, "")
    assert said in done.stdout


def test_the_receivers_are_all_that_there_are(stacks: Any) -> None:
    """A new kind shows up here."""
    program = (EXAMPLES / "every_receiver" / "main.py").read_text()

    assert [kind.__name__ for kind in RECEIVERS if f" {kind.__name__}(" not in program] == []
    assert len(stacks("every_receiver")["resource"][GROUP]) == 2


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({}, 0, "Forced Repository Deleted is switched off\n5 rules"),
        ({"location": "west/europe"}, 2, "line 1: location: 'west/europe' is not a region"),
        ({"detections_dir": "nowhere"}, 2, "nowhere"),
    ],
)
def test_the_settings_file_in_a_program_ends_as_the_command_does(
    tmp_path: Path, change: Body, code: int, said: str
) -> None:
    """With all problems, each with its line."""
    off = {"detections": {"forced_repository_deleted": {"enabled": False}}}
    (tmp_path / "acrwatch.yaml").write_text(json.dumps(watch_settings(**off, **change)))
    program = EXAMPLES / "settings_file" / "main.py"
    done = subprocess.run(
        [sys.executable, str(program), "acrwatch.yaml", "cdktn"],
        cwd=tmp_path,
        env=environment(JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="20"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize(("days", "code", "said"), [(1, 0, "   1 forced_repository_deleted\n"), (0, 2, "no events")])
def test_a_rehearsal_in_a_program_counts_the_alerts(tmp_path: Path, days: int, code: int, said: str) -> None:
    """And ends as the command does."""
    stack, night = tmp_path / "cdk.tf.json", tmp_path / "night.jsonl"
    stack.write_text(json.dumps(synth(load_settings(EXAMPLES.parent / "acrwatch.example.yaml"))))
    night.write_text(NIGHT * days + "\n")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "rehearsal" / "main.py"), str(stack), str(night)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize(("name", "said"), [("stack_tests", "2 snapshots passed"), ("azure_tests", "3 passed")])
def test_the_tests_of_a_stack_pass(tmp_path: Path, name: str, said: str) -> None:
    """In a project of their own, with the plugin that pytest finds by itself; the snapshot is held."""
    shutil.copytree(EXAMPLES / name, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."],
        cwd=tmp_path / "project",
        env=environment(JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="20"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert said in done.stdout


@EACH
def test_resources_of_the_host_and_ours_refer_to_each_other(stacks: Any, name: str) -> None:
    """By Terraform's references, in both directions."""
    resources = [
        (id_.startswith("registry_watch_"), f"{type_}.{id_}", json.dumps(body))
        for type_, bodies in stacks(name)["resource"].items()
        for id_, body in bodies.items()
    ]
    of = {ours: [(address, text) for own, address, text in resources if own is ours] for ours in (True, False)}

    for ours in (True, False):
        assert [1 for _, text in of[ours] for address, _ in of[not ours] if f"${{{address}." in text]


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_example_says_what_it_needs(name: str) -> None:
    """With the version that is installed here, as CI does."""
    package = PROGRAMS[name].replace("_", "-")
    program = (EXAMPLES / name / "main.py").read_text()
    (said,) = re.findall(rf"{package}==([\d.]+)", program)

    assert f"{package}=={said}" in (EXAMPLES.parent / ".ci" / "run").read_text()
    assert PROGRAMS[name] in program


@needs.package(CDKTF)
@needs.package(CDKTN)
def test_a_host_is_the_same_on_both_cores(stacks: Any) -> None:
    """But for what the prebuilt packages say of their provider."""
    one, other = (dict(stacks(f"host_{core}")) for core in CORES)
    for stack in (one, other):
        del stack["terraform"]

    assert_same(one, other)


@needs.package(CDKTN)
def test_the_fleet_is_one_setting_for_thirty_registries_and_one_provider(stacks: Any) -> None:
    """The one whose setting exists is left alone."""
    stack = stacks("fleet")
    (registries,) = (body for id_, body in stack["resource"][SETTING].items() if "registry_diagnostics" in id_)
    targets = registries["for_each"]

    assert len(targets) == 30
    assert "legacy" not in targets
    assert {target.split("/")[2][-1] for target in targets.values()} == {"1", "2"}
    assert len(stack["provider"]["azurerm"]) == 1


@needs.package(CDKTN)
def test_the_receiver_of_ones_own_gets_its_secret_by_reference(stacks: Any) -> None:
    """No key in the file."""
    (group,) = stacks("own_content")["resource"][GROUP].values()
    (hook,) = group["webhook_receiver"]

    assert hook["service_uri"] == "https://api.eu.opsgenie.com/v1/json/azure?apiKey=${var.opsgenie_api_key}"


@needs.package(CDKTN)
def test_the_detection_of_ones_own_is_deployed_and_tuned(stacks: Any) -> None:
    """Beside the five."""
    rules = stacks("own_content")["resource"][RULE].values()
    (own,) = (rule for rule in rules if rule["name"] == "acrwatch-push_at_night")

    assert len(rules) == 6
    assert 'let repositories = dynamic(["release", "payments/release"]);' in own["criteria"][0]["query"]
    assert "release-train@example" in own["criteria"][0]["query"]


@needs.package(CDKTN)
def test_a_literal_key_is_refused_by_the_receiver_of_ones_own(tmp_path: Path) -> None:
    """What receivers have in common holds for it too."""
    done = run(tmp_path, "own_content", ("api_key=key.string_value", 'api_key="0123456789"'))

    assert done.returncode == 1
    assert "a literal would lie in every file Terraform reads" in done.stderr
    assert "0123456789" not in done.stderr.split("SettingsError")[-1]


@needs.package(CDKTN)
def test_the_teams_tags_are_on_every_resource_that_has_tags(stacks: Any) -> None:
    """Ours and the host's; a lock and a diagnostic setting have none."""
    resources = stacks("team_rules")["resource"]
    tagged = {
        type_
        for type_, bodies in resources.items()
        for body in bodies.values()
        if body.get("tags", {}).get("cost-centre") == "4711"
    }

    assert set(resources) - tagged == {SETTING, "azurerm_management_lock"}
    assert all(body["tags"]["acrwatch_detection"] for body in resources[RULE].values())


@needs.package(CDKTN)
def test_the_team_refuses_a_rule_that_nobody_has_tuned(tmp_path: Path) -> None:
    """With its place in the tree."""
    tuned = '"excessive_images_pushed": DetectionSettings(parameters={"images_limit": 15}),'
    done = run(tmp_path, "team_rules", (tuned, ""))

    assert done.returncode == 1
    said = "team/registry_watch/alert_excessive_images_pushed is deployed as it comes; tune it, or say why"
    assert said in done.stderr
