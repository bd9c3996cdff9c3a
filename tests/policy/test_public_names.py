"""What users import: each name says what it is for, is in use in an example that runs, and changes only on purpose.

The page with all signatures is `docs/public-api.md`, which `tests/docs` holds up to date: look at its difference before
you run `make docs`.
"""

import ast
import dataclasses
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from acrwatch.binding import Provider
from docs.public_api import MODULES, fixtures

ROOT = Path(__file__).parents[2]
NAMES = [pytest.param(module, name, id=f"{module.__name__}.{name}") for module in MODULES for name in module.__all__]


def _used_in_examples() -> set[str]:
    """Names that an example uses, beyond importing them; a fixture is used as an argument."""
    found: set[str] = set()
    for file in (ROOT / "examples").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found


USED = _used_in_examples()


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_public_name_says_what_it_is_for(module: ModuleType, name: str) -> None:
    """So does everything public that can be reached on it."""
    value = getattr(module, name)
    page = (ROOT / "docs" / "public-api.md").read_text(encoding="utf-8")
    heading = f"\n### {name}\n\n"
    members = vars(value).items() if inspect.isclass(value) else ()
    silent = [
        key
        for key, member in members
        if (isinstance(member, property) or inspect.isfunction(member))
        and not key.startswith("_")
        and not inspect.getdoc(member)
    ]

    assert silent == []
    # A text of its own, and not the one of a base or of the value's type.
    assert vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
    assert page.count(heading) >= 1
    assert not page.partition(heading)[2].startswith("```")


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_public_name_is_in_use_in_an_example(module: ModuleType, name: str) -> None:
    """Examples run in the tests, so what they show is so."""
    assert name in USED, f"use {module.__name__}.{name} in a program in examples/"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_arguments_of_a_public_name_are_in_its_docstring(module: ModuleType) -> None:
    """Each of them by its name; those of functions too."""
    untold = [
        f"{name}: {argument}"
        for name in module.__all__
        for argument in _own_arguments(getattr(module, name))
        if f"\n    {argument}: " not in (inspect.getdoc(getattr(module, name)) or "")
    ]

    assert untold == []


def test_a_fixture_says_what_it_is_for_and_is_in_use_in_an_example() -> None:
    found = dict(fixtures())

    assert found["acrwatch_azure"].startswith("A stand-in for Azure")
    assert [name for name, text in found.items() if not text] == []
    assert [name for name in found if name not in USED] == []


def _own_arguments(value: object) -> list[str]:
    if not inspect.isclass(value):
        return list(inspect.signature(value).parameters) if callable(value) else []
    if issubclass(value, Provider):
        # Generated: each argument is Terraform's own, by its name.
        return []
    if dataclasses.is_dataclass(value):
        # `type` is the key of the settings file, which a person never writes in Python.
        own = inspect.get_annotations(value)
        return [field.name for field in dataclasses.fields(value) if field.name in own and field.name != "type"]
    if "__init__" not in vars(value):
        return []
    return list(inspect.signature(vars(value)["__init__"]).parameters)[1:]
