"""The cdktf CLI writes with the committed cdktf.json what `main.py` writes, and Terraform reads both forms of it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import hcl2
import pytest

from acrwatch.core import CORES
from tests import needs
from tests.project import Project, environment
from tests.synthesis import Body, everything

FORMS = {"json": "cdk.tf.json", "hcl": "cdk.tf"}
UNQUOTED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def project(folder: Path, **changed: Any) -> Project:
    """A clone with settings in which nothing is left to a default."""
    made = Project(folder)
    made.settings({**everything(), **changed})
    (folder / ".venv").symlink_to(sys.prefix)
    return made


def cdktf(where: Project, *arguments: str, core: str) -> subprocess.CompletedProcess[str]:
    """Run the CLI as `npx cdktf` would."""
    given = environment(ACRWATCH_CORE=core, CHECKPOINT_DISABLE="1", CI="1")
    command = [str(needs.NPM / "cdktf"), *arguments]
    return subprocess.run(command, cwd=where.folder, env=given, capture_output=True, text=True, check=False)


def plain(value: Any) -> Any:
    """What python-hcl2 read, with its strings as Terraform would read them."""
    if isinstance(value, str) and value.startswith('"'):
        escape = re.compile(r'\\(?:u([0-9a-f]{4})|([nrt"\\]))')
        return escape.sub(lambda found: chr(int(found[1], 16)) if found[1] else UNQUOTED[found[2]], value[1:-1])
    if isinstance(value, dict):
        return {plain(key): plain(member) for key, member in value.items() if key != "__is_block__"}
    return [plain(member) for member in value] if isinstance(value, list) else value


def like(value: Any, model: Any) -> Any:
    """Blocks as the JSON has them: one of at most one is an object there, labels are keys, and order is none."""
    if isinstance(value, list) and isinstance(model, dict):
        merged: Body = {}
        for block in value:
            for key, member in block.items():
                several = isinstance(merged.get(key), dict) and isinstance(member, dict)
                merged[key] = merged[key] | member if several else member
        value = merged
    if isinstance(value, dict) and isinstance(model, list):
        value = [value]
    if isinstance(value, dict) and isinstance(model, dict):
        return {key: like(member, model.get(key)) for key, member in value.items()}
    if isinstance(value, list) and isinstance(model, list) and len(value) == len(model):
        return [like(*pair) for pair in zip(value, model, strict=True)]
    return value


@needs.npm("cdktf")
@pytest.mark.parametrize("core", CORES)
def test_the_cli_writes_what_the_app_writes(tmp_path: Path, core: str) -> None:
    """Through the committed cdktf.json, whichever core the app uses."""
    where = project(tmp_path)
    assert where.run(ACRWATCH_CORE=core).returncode == 0
    alone = where.stack("team")
    ran = cdktf(where, "synth", core=core)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Generated Terraform code for the stacks: team" in ran.stdout
    assert where.stack("team") == alone


@needs.npm("cdktf")
@pytest.mark.parametrize("core", CORES)
def test_the_clis_hcl_is_complete(tmp_path: Path, core: str) -> None:
    """Read by another parser, it has every block and every value that the JSON has, and no other."""
    where = project(tmp_path)
    assert where.run(ACRWATCH_CORE=core).returncode == 0
    wanted = where.stack("team")
    ran = cdktf(where, "synth", "--hcl", core=core)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    text = (tmp_path / "cdktf.out" / "stacks" / "team" / "cdk.tf").read_text("utf-8")

    for part in [wanted, *(body for bodies in wanted["resource"].values() for body in bodies.values())]:
        # Where the core notes what each part comes from; for HCL that is a file of its own.
        del part["//"]
    for variable in wanted["variable"].values():
        # The core leaves it out of HCL; a variable without a default is asked for all the same.
        del variable["nullable"]
    assert like(plain(hcl2.loads(text)), wanted) == wanted
    assert not [name for name in where.written() if name.endswith("cdk.tf.json")]


@needs.npm("cdktf")
def test_the_cli_shows_a_mistake_in_the_settings(tmp_path: Path) -> None:
    """With the place and the way out, and a failure behind it."""
    where = project(tmp_path, location="")
    ran = cdktf(where, "synth", core="cdktf")

    assert ran.returncode != 0
    assert "is not a region like westeurope" in ran.stdout + ran.stderr
    assert where.written() == []


def initialised(folder: Path) -> set[str]:
    """The errors of `terraform init` where no provider is to be had."""
    (folder / "none").mkdir()
    config = folder / "cli.tfrc"
    config.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}/none"\n  }}\n}}\n', "utf-8"
    )
    ran = subprocess.run(
        ["terraform", "init", "-input=false", "-no-color"],
        cwd=folder / "cdktf.out" / "stacks" / "team",
        env=environment(TF_CLI_CONFIG_FILE=str(config), CHECKPOINT_DISABLE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    return set(re.findall(r"Error: (.+)", ran.stdout + ran.stderr))


@needs.command("terraform")
@pytest.mark.parametrize("form", FORMS)
def test_terraform_init_lacks_nothing_but_the_provider(tmp_path: Path, form: str) -> None:
    """All the rest of the configuration, the backend included, is as Terraform wants it."""
    where = project(tmp_path, backend={"type": "local"})
    assert where.run(SYNTH_HCL_OUTPUT="true" if form == "hcl" else "").returncode == 0

    assert FORMS[form] in {name.rpartition("/")[2] for name in where.written()}
    assert initialised(tmp_path) == {"Failed to query available provider packages"}


@needs.command("terraform")
def test_terraform_init_would_find_more(tmp_path: Path) -> None:
    """Else the test above could not fail: the other form beside the one gives everything twice."""
    where = project(tmp_path, backend={"type": "local"})
    where.run(SYNTH_HCL_OUTPUT="true")
    folder = tmp_path / "cdktf.out" / "stacks" / "team"
    text = (folder / "cdk.tf").read_text("utf-8")
    where.run()
    (folder / "cdk.tf").write_text(text, "utf-8")

    assert any("Duplicate" in error for error in initialised(tmp_path))
