"""`import acrwatch` costs next to nothing, and what needs no core loads none."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import acrwatch

PACKAGE = Path(acrwatch.__file__).parent
HEAVY = {"jsii", "constructs", "cdktf", "cdktn", "azure", "duckdb", "typer", "click", "rich", "pydantic", "yaml"}
CORES = {"jsii", "constructs", "cdktf", "cdktn"}

# Says on its last line what is loaded after a piece of code, and which processes were begun.
PROBE = """
import json, os, subprocess, sys
started = []
processes = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.exec")
sys.addaudithook(lambda event, args: started.append(event) if event in processes else None)
{code}
sys.stderr.write("\\n" + json.dumps([sorted({{name.partition(".")[0] for name in sys.modules}}), started]))
"""


def loaded_by(code: str) -> tuple[set[str], list[str]]:
    """Top-level modules that a fresh process has loaded after the code, and the processes it began."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(code=code)], capture_output=True, text=True, cwd=PACKAGE.parents[1]
    )
    assert done.returncode == 0, done.stderr
    modules, started = json.loads(done.stderr.splitlines()[-1])
    return set(modules), started


def typed_names() -> dict[str, str]:
    """name -> module of the imports under TYPE_CHECKING, as type checkers read them."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return {
        str(alias.asname): f"{node.module}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }


def modules_below(*parts: str) -> list[str]:
    folder = PACKAGE.joinpath(*parts)
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    dotted = (".".join(("acrwatch", *file.relative_to(PACKAGE).with_suffix("").parts)) for file in files)
    return [name.removesuffix(".__init__") for name in dotted]


def test_import_loads_nothing_heavy_and_starts_no_process() -> None:
    """Even `import constructs` starts a node process."""
    modules, started = loaded_by("import acrwatch")

    assert modules.isdisjoint(HEAVY)
    assert started == []


def test_the_lazy_table_has_the_names_and_homes_that_type_checkers_see() -> None:
    assert {name: f"acrwatch.{home}" for name, home in acrwatch._HOME.items()} == typed_names()


@pytest.mark.parametrize("name", sorted(acrwatch._HOME))
def test_a_public_name_is_what_its_home_says(name: str) -> None:
    value = getattr(acrwatch, name)

    assert value is getattr(import_module(f"acrwatch.{acrwatch._HOME[name]}"), name)
    assert getattr(value, "__name__", name) == name
    assert value.__module__ == f"acrwatch.{acrwatch._HOME[name]}"


def test_the_public_list_is_the_lazy_table() -> None:
    """`from acrwatch import *`, `dir()` and the table agree."""
    assert acrwatch.__all__ == dir(acrwatch) == sorted(acrwatch._HOME)


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"acrwatch has no 'Nope'; it has .*RegistryWatch") as caught:
        acrwatch.Nope  # noqa: B018  # the look-up is what is tested

    assert all(name in str(caught.value) for name in acrwatch.__all__)


@pytest.mark.parametrize("part", ["detection", "kql", "settings", "cli", "output", "limits", "synthesised", "routing"])
def test_a_part_that_works_on_plain_values_loads_no_core(part: str) -> None:
    """So that checking, listing and showing start no node."""
    names = modules_below(part)

    modules, started = loaded_by("\n".join(f"import {name}" for name in names))

    assert modules.isdisjoint(CORES)
    assert started == []


@pytest.mark.parametrize(
    "part", ["detection", "kql", "limits", "watch_settings", "watch_checks", "watch_plan", "synthesised", "errors"]
)
def test_a_part_that_an_embedded_watch_needs_loads_neither_pydantic_nor_typer(part: str) -> None:
    """They cost more than all the rest of such a watch."""
    modules, _ = loaded_by("\n".join(f"import {name}" for name in modules_below(part)))

    assert modules.isdisjoint({"pydantic", "typer", "rich"})


@pytest.mark.parametrize(
    "arguments",
    [["check", "acrwatch.example.yaml"], ["detections"], ["show", "excessive_images_pulled"], ["schema"]],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_reads_no_stack_starts_no_node(arguments: list[str]) -> None:
    code = f"from acrwatch.cli.app import app\napp({arguments!r}, standalone_mode=False)"

    modules, started = loaded_by(code)

    assert modules.isdisjoint(CORES)
    assert started == []


def test_the_stack_command_starts_no_node(tmp_path: Path) -> None:
    file = tmp_path / "cdk.tf.json"
    file.write_text('{"resource": {"azurerm_monitor_action_group": {"people": {"name": "people"}}}}')

    modules, started = loaded_by(
        f"from acrwatch.cli.app import app\napp(['stack', '--stack', {str(file)!r}], standalone_mode=False)"
    )

    assert modules.isdisjoint(CORES)
    assert started == []
