"""A newcomer with nothing but the wheel and the page `docs/get-started.md`, from an empty stack to a rehearsed watch.

The page's blocks are done in their order, in an empty folder and a clean environment, on each core.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.environments import ROOT, install, without_python_settings

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"
PAGE = ROOT / "docs" / "get-started.md"
BLOCK = re.compile(r"(?:^<!-- (?P<remark>.*) -->\n)?^```(?P<kind>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who does what the page says."""

    core: str
    bin: Path
    folder: Path

    def run(self, commands: str, code: int = 0) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", commands],
            cwd=self.folder,
            env={**without_python_settings(), "PATH": f"{self.bin}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{commands}\n{done.stdout}{done.stderr}"
        return done.stdout

    def do(self, remark: str, kind: str, text: str) -> None:
        verb, _, name = remark.partition(": ")
        if verb == "file":
            (self.folder / name).write_text(text.replace("from cdktf import", f"from {self.core} import"))
        elif verb == "output":
            printed = iter(self.run(name).splitlines())
            assert [line for line in text.splitlines() if line and line not in printed] == []
        elif kind == "sh":
            self.run(text)


def blocks() -> list[tuple[str, str, str]]:
    text = PAGE.read_text(encoding="utf-8")
    return [(found["remark"] or "", found["kind"].strip(), found["text"]) for found in BLOCK.finditer(text)]


@pytest.fixture(scope="module", params=["cdktf", "cdktn"])
def newcomer(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """After the whole page was done."""
    core: str = request.param
    bin_ = install(wheel, tmp_path_factory.mktemp(core), f"{core},rehearse,testing")
    newcomer = Newcomer(core, bin_, tmp_path_factory.mktemp("newcomer"))
    for remark, kind, text in blocks():
        newcomer.do(remark, kind, text)
    return newcomer


def test_every_block_is_done_or_needs_no_doing() -> None:
    assert {kind for _, kind, _ in blocks()} <= {"sh", "sh elsewhere", "python", "text"}
    assert [text for remark, kind, text in blocks() if kind in ("python", "text") and not remark] == []


def test_the_watch_is_in_the_stack_as_it_was_tuned(newcomer: Newcomer) -> None:
    stack = json.loads((newcomer.folder / "cdktf.out/stacks/platform/cdk.tf.json").read_text())
    rules = {rule["name"]: rule for rule in stack["resource"][RULE].values()}

    assert len(rules) == 6
    assert rules["acrwatch-excessive_images_pulled"]["criteria"][0]["threshold"] == 20
    assert "purge-task@example" in rules["acrwatch-images_deleted_in_repository"]["criteria"][0]["query"]
    assert '"payments/release"' in rules["acrwatch-push_by_hand"]["criteria"][0]["query"]


def test_the_snapshot_is_one_file_that_can_be_read(newcomer: Newcomer) -> None:
    (file,) = (newcomer.folder / "__snapshots__").rglob("*.*")

    assert file.name == "test_the_watch_is_as_it_was.yaml"
    assert len(re.findall(r"^ +query: \|-$", file.read_text(), re.MULTILINE)) == 6


def test_a_change_is_told_by_resource_and_attribute(newcomer: Newcomer) -> None:
    """As the page promises; the file is put back."""
    watch = newcomer.folder / "watch.py"
    before = watch.read_text()
    watch.write_text(before.replace('"images_limit": 20', '"images_limit": 30'))
    try:
        said = newcomer.run("pytest --quiet", code=1)
    finally:
        watch.write_text(before)

    assert "criteria[0].threshold: expected 20, found 30" in said
    assert "excessive_images_pulled" in said
