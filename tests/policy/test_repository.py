"""What the repository as a whole promises: the folder `constructs/`, the lock files, and what no file may tell."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests import needs
from tests.conftest import LONGEST

ROOT = Path(__file__).parents[2]

# Written in two parts, so that this file does not name what it forbids.
HOSTS = ("files.python" + "hosted", "pypi." + "org", "registry.npm" + "js", "deb." + "debian")
REGISTRIES = re.compile("|".join(map(re.escape, HOSTS)))
# A home or a work folder of whoever wrote the file. In a URL or below another folder it is something else.
MACHINE_PATH = re.compile(r"(?<![\w./~${}-])/(?:work|root|home|Users)/[\w.]")


def _files() -> list[Path]:
    """What git tracks or would: a source tree without git (an sdist) has nothing to look at."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in _files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def _project() -> dict[str, object]:
    project: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def test_the_folder_constructs_does_not_hide_the_package_constructs() -> None:
    """With an `__init__.py` in it, `import cdktf` fails for everybody who runs Python in the root."""
    assert not (ROOT / "constructs" / "__init__.py").exists()


def test_no_test_lives_below_constructs() -> None:
    """Collecting one would put the folder in front of the PyPI package of the same name."""
    source = ROOT / "constructs"
    tests = [*source.rglob("test_*.py"), *source.rglob("*_test.py"), *source.rglob("conftest.py")]
    doctests = [file for file in source.rglob("*.py") if re.search(r"^\s*>>> ", file.read_text(), re.MULTILINE)]

    assert tests == []
    assert doctests == []


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []


def test_the_python_lock_names_no_index() -> None:
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    lock = json.loads((ROOT / "Pipfile.lock").read_text())

    assert "source" not in pipfile
    assert lock["_meta"]["sources"] == [], "pipenv wrote its index back; make the lock with `make lock`"
    assert "://" not in (ROOT / "Pipfile.lock").read_text()


def test_the_npm_lock_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_lock_is_made_from_this_pipfile() -> None:
    """Everything the Pipfile and pyproject.toml ask for is in the lock."""
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    lock = json.loads((ROOT / "Pipfile.lock").read_text())
    project = _project()
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    asked = [*project["dependencies"], *(line for lines in extras.values() for line in lines)]  # type: ignore[misc]
    wanted = {*pipfile["packages"], *pipfile["dev-packages"], *(re.split(r"[^\w-]", line)[0].lower() for line in asked)}

    assert wanted - {*lock["default"], *lock["develop"]} == set()


@pytest.mark.parametrize("secret", [REGISTRIES, MACHINE_PATH], ids=["a registry's host", "a path of one machine"])
def test_no_file_names(secret: re.Pattern[str]) -> None:
    assert _lines_that_match(secret) == []


def test_the_changelog_is_about_this_version() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == _project()["version"]


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (document.relative_to(ROOT).as_posix(), target)
        for document in documents
        for target in re.findall(r"(?:^ *|`|&& )make ([a-z]+)", document.read_text(), re.MULTILINE)
    }

    assert named, "no document names a target"
    assert {(document, target) for document, target in named if target not in targets} == set()


@needs.command("make")
@pytest.mark.parametrize("finished", [False, True])
def test_a_setup_that_was_interrupted_is_begun_anew(tmp_path: Path, finished: bool) -> None:
    """One that was finished is brought up to date where it is."""
    environment = tmp_path / "venv"
    environment.mkdir()
    if finished:
        (environment / ".ready").touch()
        os.utime(environment / ".ready", (0, 0))

    said = subprocess.run(
        ["make", "-n", "setup", f"VENV_DIR={environment}"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (f"-m venv --clear {environment}" in said.stdout) is not finished
    assert str(environment) in said.stdout


def test_every_make_target_is_listed_by_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)

    assert phony is not None
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == set(phony[1].split())
