"""The built wheel, alone in a clean environment with one core, used from another folder.

Versions are those of Pipfile.lock, so that a failure here is about us and not about a release of today.
"""

import json
import re
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acrwatch.detection.catalogue import SHIPPED
from tests.packaging.environments import ROOT, install, without_python_settings

CORES = ("cdktf", "cdktn")
DETECTIONS = {
    "excessive_images_pulled",
    "excessive_images_pushed",
    "forced_repository_deleted",
    "image_vulnerability_scan_disabled",
    "images_deleted_in_repository",
}

SYNTHESIS = """
import {core} as core
from acrwatch import Email, RegistryWatch
from acrwatch.azurerm.provider import AzurermProvider

group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/"
app = core.App()
stack = core.TerraformStack(app, "watch")
AzurermProvider(stack, "azurerm")
RegistryWatch(
    stack,
    "watch",
    registries={{"exampleregistry": group + "Microsoft.ContainerRegistry/registries/exampleregistry"}},
    workspace=group + "Microsoft.OperationalInsights/workspaces/logs",
    resource_group_name="rg",
    location="westeurope",
    receivers=[Email(name="security", email_address="security@example.com")],
)
app.synth()
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the wheel and one core, and an empty folder to work in."""

    core: str
    bin: Path
    folder: Path

    def run(self, *command: str) -> str:
        """What the command says on stdout; what it says on stderr is shown when it fails."""
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.folder,
            env=without_python_settings(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout

    def python(self, program: str) -> str:
        return self.run("python", "-W", "error", "-c", program)


@pytest.fixture(scope="module", params=CORES)
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    core: str = request.param
    bin_ = install(wheel, tmp_path_factory.mktemp(core), core)
    return Environment(core=core, bin=bin_, folder=tmp_path_factory.mktemp("elsewhere"))


def test_the_sdist_holds_what_a_clone_has(wheel: Path) -> None:
    """So that it can be built and tested."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    (sdist,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    there = {name for name in tracked.split("\0") if (ROOT / name).is_file()}

    assert sorted(there - held) == []
    assert {name.split("/")[0] for name in held}.isdisjoint({".venv", "node_modules", "cdktf.out", "dist"})


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {"acrwatch", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert "acrwatch/py.typed" in names
    assert [name for name in names if re.search(r"/(tests?|codegen|__pycache__)/|/test_", name)] == []
    assert {name.split("/")[2] for name in names if name.startswith("acrwatch/detections/")} == {
        *DETECTIONS,
        SHIPPED,
    }


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Modules, the data that they read, and the detections; beside them the licence and the command."""
    names = zipfile.ZipFile(wheel).namelist()
    sources = {"acrwatch": ROOT / "constructs" / "acrwatch", "acrwatch/detections": ROOT / "detections"}
    files = [
        f"{home}/{file.relative_to(folder).as_posix()}"
        for home, folder in sources.items()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]

    assert [name for name in files if name not in names] == []
    assert {"acrwatch/kql/parser.cjs", "acrwatch/detections/forced_repository_deleted/query.kql"} <= set(files)
    assert {"LICENSE", "entry_points.txt"} <= {Path(name).name for name in names if ".dist-info/" in name}


def test_only_the_core_asked_for_is_installed(installed: Environment) -> None:
    found = installed.python(
        f"from importlib.util import find_spec; print(*(core for core in {CORES} if find_spec(core)))"
    )

    assert found.split() == [installed.core]


def test_what_is_imported_is_the_wheel(installed: Environment) -> None:
    home = installed.python("import acrwatch; print(acrwatch.__file__)")

    assert Path(home.strip()).is_relative_to(installed.bin.parent)


def test_the_wheel_brings_its_detections(installed: Environment) -> None:
    found = installed.python("import acrwatch; print(*acrwatch.catalogue())")

    assert set(found.split()) == DETECTIONS


def test_the_command_line_works_from_any_folder(installed: Environment) -> None:
    said = installed.run("acrwatch", "detections", "--format", "json")

    assert all(name in json.dumps(json.loads(said)) for name in DETECTIONS)


def test_a_new_detection_is_made_and_what_tests_it_is_asked_for(installed: Environment) -> None:
    installed.run("acrwatch", "new", "mine")
    done = subprocess.run(
        [str(installed.bin / "acrwatch"), "test", "my_detections"],
        cwd=installed.folder,
        env=without_python_settings(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'acrwatch[rehearse]'" in done.stderr


def test_a_stack_is_synthesised(installed: Environment) -> None:
    stack = _synthesised(installed, SYNTHESIS.format(core=installed.core))

    assert len(stack["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]) == len(DETECTIONS)


def _synthesised(environment: Environment, program: str) -> dict[str, Any]:
    """What the program leaves in the one stack it makes."""
    environment.python(program)
    (file,) = environment.folder.glob("cdktf.out/stacks/*/cdk.tf.json")
    stack: dict[str, Any] = json.loads(file.read_text())
    return stack
