"""What the pages say is so: pasted output, examples, commands, files, and settings in YAML.

Fenced blocks say by their first line what they are: `sh` runs here, `sh azure` needs an Azure account and
`sh elsewhere` another project, so both are only parsed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from doctest import DocTestParser, DocTestRunner
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch import catalogue, load_settings
from acrwatch.cli.app import app
from acrwatch.kql.parser import PACKAGE, parse
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import RehearsedQuery
from tests import needs

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
EXAMPLE = ROOT / "acrwatch.example.yaml"
EMBEDDED = ROOT / "examples" / "embedded" / "main.py"
AT_THE_ROOT = [ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")]
PAGES = [*AT_THE_ROOT, *sorted((ROOT / "docs").glob("*.md"))]
# Those below, whose blocks are for other tests: pages of detections, and of examples.
FURTHER = [*sorted((ROOT / "docs" / "detections").glob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
DAY = ROOT / "examples" / "recorded-day" / "events"

# Made by make, by a synthesis or by the reader, so not in the tree.
MADE = re.compile(r"(?:cdktf\.out|dist|\.venv)/|acrwatch\.yaml$|\.tfstate$|manifest\.json$|cdk\.tf(?:\.json)?$")
NEEDS_AZURE = re.compile(
    r"\baz |\bterraform\b.* (?:init|plan|apply|destroy)\b|\bcdkt[fn] (?:deploy|destroy)|make deploy"
)

MINIMAL: dict[str, Any] = {
    "subscription_id": "00000000-0000-0000-0000-000000000000",
    "location": "westeurope",
    "resource_group": {"name": "rg-acrwatch"},
    "workspace": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/"
    "Microsoft.OperationalInsights/workspaces/log-security",
    "registries": {
        "contosodev": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-registries/providers/"
        "Microsoft.ContainerRegistry/registries/contosodev"
    },
    "action_groups": {"security": {"receivers": {"team": {"type": "email", "email_address": "security@example.com"}}}},
}


@dataclass(frozen=True)
class Fence:
    """One fenced block of a page."""

    page: Path
    line: int
    remark: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def _fences(page: Path) -> list[Fence]:
    found = []
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"(?:^<!-- (.*) -->\n)?^```(.*)\n((?s:.*?))^```$", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(page, line, match[1] or "", match[2].strip(), match[3]))
    return found


# Done from top to bottom, in folders of their own, by test_write_a_detection, test_rehearse and test_walk_through.
WALKED = ("write-a-detection.md", "rehearse.md", "tune.md", "get-started.md")
FENCES = [fence for page in PAGES if page.name not in WALKED for fence in _fences(page)]


def _of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(fence, id=str(fence)) for fence in FENCES if fence.kind in kinds]


def _environment(**more: str) -> dict[str, str]:
    """Ours without what would change the output, or choose another settings file."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("ACRWATCH_", "COLUMNS"))}
    return {**outer, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20", **more}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a clone after `make setup`, with the example synthesised in it."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("main.py", "acrwatch.example.yaml", "Makefile", "Pipfile.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "examples" / "recorded-day", folder / "examples" / "recorded-day")
    bin_ = folder / ".venv" / "bin"
    bin_.mkdir(parents=True)
    commands = {
        bin_ / "python": f'exec "{sys.executable}" "$@"',
        bin_ / "acrwatch": f'exec "{sys.executable}" -c "from acrwatch.cli import main; main()" "$@"',
        # The demo is run. Other targets make what this test stands on, or are tests; here they must be there.
        folder / "bin" / "make": f'make="{shutil.which("make")}"; case "$1" in demo) exec "$make" demo;; esac; '
        f'exec "$make" --directory "{ROOT}" --dry-run "$@"',
    }
    for file, line in commands.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(0o755)
    (folder / ".venv" / ".ready").touch()
    _run([str(bin_ / "python"), "main.py"], folder)
    return folder


def _ran(command: list[str], folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=_environment(**environment))


def _run(command: list[str], folder: Path) -> str:
    ran = _ran(command, folder)
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def test_every_fenced_block_is_of_a_known_kind() -> None:
    known = {"sh", "sh azure", "sh elsewhere", "yaml", "kql", "json", "python", "text", ""}

    assert [str(fence) for fence in FENCES if fence.kind not in known] == []


def test_shell_blocks_that_need_azure_say_so() -> None:
    wrong = [str(fence) for fence in FENCES if fence.kind == "sh" and NEEDS_AZURE.search(fence.text)]

    assert wrong == [], "mark them as ```sh azure"


@pytest.mark.parametrize("fence", _of_kind("sh azure", "sh elsewhere"))
def test_a_shell_block_can_be_parsed(fence: Fence) -> None:
    ran = subprocess.run(["bash", "-n"], input=fence.text, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


@needs.command("bash")
@needs.command("make")
@needs.package("cdktn")
@pytest.mark.parametrize("fence", _of_kind("sh"))
def test_a_shell_block_runs_in_a_clone(clone: Path, fence: Fence) -> None:
    shutil.copy(EXAMPLE, clone / "acrwatch.yaml")

    ran = _ran(["bash", "-e", "-c", fence.text], clone, PATH=f"{clone / 'bin'}:{os.environ['PATH']}")

    assert ran.returncode == 0, f"{fence}\n{ran.stdout}{ran.stderr}"


def test_the_pasted_output_is_what_the_command_prints(clone: Path) -> None:
    (pasted,) = (fence for fence in FENCES if fence.remark == "output: acrwatch stack")
    real = _run([str(clone / ".venv" / "bin" / "acrwatch"), "stack", "--stack", "cdktf.out/stacks/acrwatch"], clone)

    left = iter(real.splitlines())
    missing = [line for line in pasted.text.splitlines() if line and line not in left]

    assert missing == [], f"in this order these lines are not in\n{real}"


@pytest.mark.parametrize(("page", "name"), [("README.md", "embedded"), ("embed.md", "smallest")])
def test_a_program_on_a_page_is_the_example(page: str, name: str) -> None:
    file = f"examples/{name}/main.py"
    (shown,) = (fence for fence in FENCES if fence.page.name == page and fence.remark == f"file: {file}")

    assert shown.text == (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("core", [pytest.param(core, marks=needs.package(core)) for core in ("cdktf", "cdktn")])
def test_the_embedded_example_synthesises(core: str, tmp_path: Path) -> None:
    """On the other core only the import differs, as the README says."""
    program = tmp_path / "main.py"
    program.write_text(EMBEDDED.read_text(encoding="utf-8").replace("from cdktf import", f"from {core} import"))

    _run([sys.executable, "main.py"], tmp_path)

    content = json.loads((tmp_path / "cdktf.out" / "stacks" / "platform" / "cdk.tf.json").read_text())
    assert len(content["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]) == 5
    assert len(content["resource"]["azurerm_monitor_action_group"]) == 1
    assert content["output"]["rule_for_deleted_repositories"]["value"].endswith(".id}")


@pytest.mark.parametrize("fence", _of_kind("yaml"))
def test_a_yaml_block_is_part_of_a_settings_file(fence: Fence, tmp_path: Path) -> None:
    said = yaml.safe_load(fence.text)
    file = tmp_path / "acrwatch.yaml"
    file.write_text(yaml.safe_dump(said if "subscription_id" in said else {**MINIMAL, **said}))

    assert load_settings(file).registries


@needs.npm_package(PACKAGE)
def test_microsofts_parser_takes_each_query() -> None:
    found = parse({str(fence): fence.text for fence in FENCES if fence.kind == "kql"})

    assert len(found) >= len(catalogue()) + 1
    assert {name: parsed.diagnostics for name, parsed in found.items() if parsed.diagnostics} == {}


@pytest.fixture(scope="module")
def day() -> Iterator[EventLog]:
    with EventLog.read([str(DAY)]) as log:
        yield log


@pytest.mark.parametrize("fence", _of_kind("kql"))
def test_a_query_finds_what_it_is_for_in_the_recorded_day(day: EventLog, fence: Fence) -> None:
    """Each page has the values of an alert of that day in it."""
    query = RehearsedQuery(day, fence.text, timedelta(days=7), shortcuts=False)
    values = re.findall(r'^let \w+ = "(.*)";$', fence.text, re.MULTILINE)

    rows = query.run(datetime(2026, 11, 3, 12, tzinfo=UTC)).rows

    assert rows
    # Of somebody else, or of a day on which nothing was, there is nothing.
    for value in values:
        other = RehearsedQuery(day, fence.text.replace(value, "other"), timedelta(days=7), shortcuts=False)
        assert not other.run(datetime(2026, 11, 3, 12, tzinfo=UTC)).rows


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.name) for page in PAGES if page.name not in WALKED and ">>> " in page.read_text()],
)
def test_the_values_on_a_page_are_the_real_ones(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    session = "\n".join(fence.text for fence in _fences(page) if fence.kind == "python")
    said: list[str] = []

    result = DocTestRunner().run(DocTestParser().get_doctest(session, {}, page.name, str(page), 0), out=said.append)

    assert (result.failed, "".join(said)) == (0, "")


def test_every_python_block_runs() -> None:
    """As a session, or as the file that it is said to be."""
    blocks = [fence for fence in FENCES if fence.kind == "python"]

    assert [str(fence) for fence in blocks if ">>> " not in fence.text and not fence.remark.startswith("file: ")] == []


def test_every_command_that_is_named_exists() -> None:
    commands = {command.name for command in app.registered_commands}
    in_blocks = [(fence.page, fence.text) for fence in FENCES if fence.kind.startswith("sh")]
    in_text = [(page, " ".join(re.findall(r"`acrwatch [^`]*`", page.read_text(encoding="utf-8")))) for page in PAGES]
    named = {
        (page.name, name)
        for page, text in in_blocks + in_text
        for name in re.findall(r"(?:`|bin/|^)acrwatch ([a-z]\w*)", text, re.MULTILINE)
    }

    assert len(named) >= len(commands)
    assert {(page, name) for page, name in named if name not in commands} == set()


def test_the_readme_names_every_command() -> None:
    text = README.read_text(encoding="utf-8")

    assert [command.name for command in app.registered_commands if f"`acrwatch {command.name}" not in text] == []


def test_every_file_that_is_named_exists() -> None:
    """In code spans: paths from the root, or from the package, as the map of the architecture has them."""
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"`([\w./-]+\.(?:py|md|yaml|json|kql|txt)|[\w.-]+(?:/[\w.-]+)*/)`", page.read_text())
        if not MADE.search(name)
    }
    roots = (ROOT, ROOT / "constructs" / "acrwatch", ROOT / "detections" / "forced_repository_deleted")

    assert {(page, name) for page, name in named if not any((root / name).exists() for root in roots)} == set()


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in (*PAGES, *FURTHER):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.is_file() or (anchor and anchor not in _anchors(file)):
                broken.append(f"{page.name}: {target}")

    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    """By links, however many; and the index of the documentation has all of them."""
    linked = {page: set(_linked(page)) for page in (*PAGES, *FURTHER)}
    reached, left = {README}, [README]
    while left:
        new = linked.get(left.pop(), set()) - reached
        reached |= new
        left += new

    assert sorted(page.name for page in set(linked) - reached) == []
    index = ROOT / "docs" / "README.md"
    assert sorted(page.name for page in set((ROOT / "docs").glob("*.md")) - linked[index] - {index}) == []


def _linked(page: Path) -> Iterator[Path]:
    for target in re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield (page.parent / target).resolve()


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_map_of_the_tree_names_every_module() -> None:
    """The packages below it speak for their own modules."""
    package = ROOT / "constructs" / "acrwatch"
    modules = {path.name for path in package.glob("*.py")} | {
        f"{path.name}/" for path in package.iterdir() if path.is_dir() and any(path.glob("*.py"))
    }
    (shown,) = (
        fence.text for fence in _fences(ROOT / "docs" / "architecture.md") if "main.py cdktf.json" in fence.text
    )

    assert sorted(name for name in modules - {"__init__.py"} if name not in shown.split()) == []
