"""The pages about rehearsing and tuning hold from top to bottom, each in a folder that looks like a clone.

Their blocks are done in their order: `file` is written, `into` replaces keys of a YAML file, `sh` runs, `python` has
the values it shows, and `output` is what the command prints.
"""

import os
import re
import shutil
import subprocess
import sys
from doctest import DocTestParser, DocTestRunner
from pathlib import Path

import pytest
import yaml

from acrwatch.cli.rehearse import command
from acrwatch.rehearsal import expectation_file
from tests import needs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rehearse.md"
PAGES = [PAGE, ROOT / "docs" / "tune.md"]
BLOCK = re.compile(r"(?:^<!-- (?P<remark>.*) -->\n)?^```(?P<kind>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
EACH = pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])


def blocks(page: Path) -> list[tuple[str, str, str]]:
    return [(found["remark"] or "", found["kind"], found["text"]) for found in BLOCK.finditer(page.read_text("utf-8"))]


def run(folder: Path, commands: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACRWATCH_", "COLUMNS", "CDKTF"))}
    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=folder,
        env={
            **kept,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
    return done.stdout


@EACH
def test_every_block_is_done(page: Path) -> None:
    """But for those that need an account, which are parsed."""
    assert {kind for _, kind, _ in blocks(page)} <= {"sh", "sh azure", "yaml", "python", "text"}
    assert [text for remark, kind, text in blocks(page) if kind in ("yaml", "text") and not remark] == []


@needs.command("bash")
@needs.package("cdktf")
@EACH
def test_the_page_can_be_followed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    for name, line in (("python", '"$@"'), ("acrwatch", '-c "from acrwatch.cli import main; main()" "$@"')):
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {line}\n')
        (tmp_path / "bin" / name).chmod(0o755)
    shutil.copy(ROOT / "main.py", tmp_path)
    shutil.copy(ROOT / "acrwatch.example.yaml", tmp_path / "acrwatch.yaml")
    monkeypatch.chdir(tmp_path)

    for remark, kind, text in blocks(page):
        verb, _, name = remark.partition(": ")
        if verb == "file":
            (tmp_path / name).write_text(text)
        elif verb == "into":
            content = yaml.safe_load((tmp_path / name).read_text())
            (tmp_path / name).write_text(yaml.safe_dump({**content, **yaml.safe_load(text)}, sort_keys=False))
        elif verb == "output":
            printed = iter(run(tmp_path, name).splitlines())
            assert [line for line in text.splitlines() if line not in printed] == []
        elif kind == "sh":
            run(tmp_path, text)
        elif kind == "sh azure":
            assert subprocess.run(["bash", "-n", "-c", text], capture_output=True).returncode == 0
        else:
            said: list[str] = []
            result = DocTestRunner().run(DocTestParser().get_doctest(text, {}, page.name, None, 0), out=said.append)
            assert (result.failed, "".join(said)) == (0, "")


def test_every_option_and_every_key_is_described() -> None:
    page = PAGE.read_text()
    options = [re.sub("_$", "", name) for name in command.__annotations__ if name not in ("more", "return")]
    keys = [*expectation_file._Written.__annotations__, *expectation_file._WrittenAlert.__annotations__]

    assert [name for name in options if f"`--{name}" not in page] == []
    assert [name for name in keys if f"| `{name}` |" not in page] == []
