"""What a log holds does nothing to a terminal, a pipe or a page."""

import subprocess
import sys
from pathlib import Path

import pytest

from acrwatch.output.result import Part, Table
from acrwatch.output.table import as_table
from acrwatch.output.visible import visible
from tests.cli.running import process

HOSTILE = "\x1b[31mred\x1b[0m \u202egnp"


class _Shown:
    """A result with a hostile text wherever there can be one."""

    def table(self) -> list[Part]:
        return [Table(title=HOSTILE, columns=("name",), rows=[(HOSTILE,)]), HOSTILE]

    def data(self) -> object:
        return None


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    """Neither in a title, nor in a cell, nor in a paragraph."""
    text = as_table(_Shown(), terminal=False)

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("⟨U+001B⟩[31mred") == 3


@pytest.mark.parametrize("text", ["plain", "Zürich", "two\nlines\tand a tab", "日本"])
def test_what_people_read_stays(text: str) -> None:
    """Letters of any script, and the layout of a paragraph."""
    assert visible(text) == text


def test_an_output_that_takes_nothing_is_told_in_a_line() -> None:
    """And not by a traceback."""
    command = [sys.executable, "-c", "from acrwatch.cli import main; main()", "detections"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (2, "standard output cannot be written: No space left on device\n")


def test_a_console_of_an_old_code_page_shows_what_it_lacks_by_number() -> None:
    """Rather than failing at the first line of a table."""
    done = process("detections", env={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2500" in done.stdout
