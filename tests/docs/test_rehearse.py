"""The page about rehearsing holds from top to bottom, in a folder that looks like a clone.

Its blocks are done in their order: `file` is written, `sh` runs, `python` has the values it shows, and `output` is what
the command prints.
"""

import os
import re
import shutil
import subprocess
import sys
from doctest import DocTestParser, DocTestRunner
from pathlib import Path

import pytest

from acrwatch.cli.rehearse import command
from acrwatch.rehearsal import expectation_file
from tests import needs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rehearse.md"
BLOCK = re.compile(r"(?:^<!-- (?P<remark>.*) -->\n)?^```(?P<kind>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
BLOCKS = [(found["remark"] or "", found["kind"], found["text"]) for found in BLOCK.finditer(PAGE.read_text())]


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


def test_every_block_is_done() -> None:
    assert {kind for _, kind, _ in BLOCKS} == {"sh", "yaml", "python", "text"}
    assert [text for remark, kind, text in BLOCKS if kind in ("yaml", "text") and not remark] == []


@needs.command("bash")
@needs.package("cdktf")
def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    for name, line in (("python", '"$@"'), ("acrwatch", '-c "from acrwatch.cli import main; main()" "$@"')):
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {line}\n')
        (tmp_path / "bin" / name).chmod(0o755)
    shutil.copy(ROOT / "main.py", tmp_path)
    shutil.copy(ROOT / "acrwatch.example.yaml", tmp_path / "acrwatch.yaml")
    monkeypatch.chdir(tmp_path)

    for remark, kind, text in BLOCKS:
        verb, _, name = remark.partition(": ")
        if verb == "file":
            (tmp_path / name).write_text(text)
        elif verb == "output":
            printed = iter(run(tmp_path, name).splitlines())
            assert [line for line in text.splitlines() if line not in printed] == []
        elif kind == "sh":
            run(tmp_path, text)
        else:
            said: list[str] = []
            result = DocTestRunner().run(DocTestParser().get_doctest(text, {}, PAGE.name, None, 0), out=said.append)
            assert (result.failed, "".join(said)) == (0, "")

    assert 'failures="0" errors="0"' in (tmp_path / "rehearsal.xml").read_text()


def test_every_option_and_every_key_is_described() -> None:
    page = PAGE.read_text()
    options = [re.sub("_$", "", name) for name in command.__annotations__ if name not in ("more", "return")]
    keys = [*expectation_file._Written.__annotations__, *expectation_file._WrittenAlert.__annotations__]

    assert [name for name in options if f"`--{name}" not in page] == []
    assert [name for name in keys if f"| `{name}` |" not in page] == []
