"""The page about writing a detection holds from top to bottom, in an empty folder outside the project.

Its blocks are done in their order: `file` is written, `into` replaces keys of a YAML file, `sh` runs, and `output` is
what the command prints.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.kql.parser import PACKAGE
from tests import needs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "write-a-detection.md"
BLOCK = re.compile(r"(?:^<!-- (?P<remark>.*) -->\n)?^```(?P<kind>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
DETECTION = "my_detections/push_at_night"


@dataclass(frozen=True)
class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    folder: Path

    def do(self, remark: str, kind: str, text: str) -> None:
        verb, _, name = remark.partition(": ")
        file = self.folder / name
        if verb == "file":
            file.write_text(text, encoding="utf-8")
        elif verb == "into":
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            file.write_text(yaml.safe_dump({**content, **yaml.safe_load(text)}, sort_keys=False), encoding="utf-8")
        elif verb == "output":
            printed = iter(self.run(name).splitlines())
            assert [line for line in text.splitlines() if line and line not in printed] == []
        elif kind == "sh":
            self.run(text)

    def run(self, commands: str) -> str:
        """What the commands print; where node's parser is absent, they do without it."""
        if "acrwatch test" in commands and not PARSER.exists():
            commands = re.sub(r"(acrwatch test.*)", r"\1 --no-parser", commands)
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACRWATCH_", "COLUMNS"))}
        done = subprocess.run(
            ["bash", "-e", "-c", commands],
            cwd=self.folder,
            env={**kept, "PATH": path, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
        return done.stdout


PARSER = needs.NPM.parent / PACKAGE


def blocks() -> list[tuple[str, str, str]]:
    text = PAGE.read_text(encoding="utf-8")
    return [(found["remark"] or "", found["kind"].strip(), found["text"]) for found in BLOCK.finditer(text)]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The folder after the whole page was done."""
    folder = tmp_path_factory.mktemp("reader")
    bin_ = folder / "bin"
    bin_.mkdir()
    for name, line in (("python", '"$@"'), ("acrwatch", '-c "from acrwatch.cli import main; main()" "$@"')):
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {line}\n')
        (bin_ / name).chmod(0o755)
    shutil.copy(ROOT / "acrwatch.example.yaml", folder / "acrwatch.yaml")
    reader = Reader(folder)
    for remark, kind, text in blocks():
        if PARSER.exists() or not remark.startswith("output"):
            reader.do(remark, kind, text)
    return reader


def test_every_block_is_done_or_needs_no_doing() -> None:
    assert {kind for _, kind, _ in blocks()} <= {"sh", "sh elsewhere", "yaml", "kql", "python", "text"}
    assert [kind for remark, kind, _ in blocks() if kind in ("yaml", "kql", "python") and not remark] == []


@needs.command("bash")
@needs.package("cdktf")
def test_the_detection_is_deployed_by_a_watch(reader: Reader) -> None:
    stack = json.loads((reader.folder / "cdktf.out" / "stacks" / "platform" / "cdk.tf.json").read_text())
    rules: dict[str, Any] = stack["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]
    (rule,) = (rule for rule in rules.values() if rule["name"] == "acrwatch-push_at_night")

    assert len(rules) == 6
    assert 'let repositories = dynamic(["release", "payments/release"]);' in rule["criteria"][0]["query"]
    assert rule["criteria"][0]["query"].endswith((reader.folder / DETECTION / "query.kql").read_text().strip())


@needs.command("bash")
@needs.package("cdktf")
def test_the_report_for_pipelines_is_there(reader: Reader) -> None:
    assert 'failures="0" errors="0"' in (reader.folder / "detections.xml").read_text()


@needs.command("bash")
@needs.package("cdktf")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("< work_begins", "<= work_begins", "the first push at work is quiet"),
        (">= work_ends", "> work_ends", "the first push after work fires"),
        ("tolower(Repository)", "Repository", "a push at three in the morning fires"),
    ],
)
def test_a_mistake_in_the_query_is_found_by_the_cases_of_the_page(
    reader: Reader, tmp_path: Path, old: str, new: str, said: str
) -> None:
    shutil.copytree(reader.folder / DETECTION, tmp_path / "push_at_night")
    query = tmp_path / "push_at_night" / "query.kql"
    query.write_text(query.read_text().replace(old, new))
    command = f"acrwatch test {tmp_path} --no-parser || echo code $?"

    printed = reader.run(command)

    assert f"case  {said}" in printed
    assert printed.endswith("code 1\n")
