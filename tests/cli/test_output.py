"""A result is a table for people or JSON for machines, on standard output or in a whole file."""

import json
import os
import stat
from pathlib import Path

import pytest

from acrwatch.errors import InputError
from acrwatch.output.result import Format, Table
from acrwatch.output.show import show, write_whole
from acrwatch.output.table import as_table
from tests.cli.running import EXAMPLE, process, run

RESULTS = [
    ["check", str(EXAMPLE)],
    ["detections"],
    ["show", "excessive_images_pulled"],
    ["show", "excessive_images_pulled", "--settings", str(EXAMPLE), "--variant", "payments"],
]


class Sample:
    """A result with everything that could disturb a table."""

    def table(self) -> list[Table | str]:
        rows = [("[bold]x[/bold]", "line\none"), ("é" * 200, ":smile:")]
        return [Table(title="T [red]", columns=("a", "b [i]"), rows=rows), "[link] 1 row"]

    def data(self) -> object:
        return {"b": "é", "a": [1, None]}


class Broken(Sample):
    def data(self) -> object:
        return {"a": object()}


@pytest.mark.parametrize("arguments", RESULTS, ids=" ".join)
def test_json_parses_and_nothing_else_is_on_standard_output(arguments: list[str]) -> None:
    assert json.loads(run(*arguments, "--format", "json").stdout)


@pytest.mark.parametrize("arguments", RESULTS, ids=" ".join)
def test_a_table_has_no_colours_when_it_is_no_terminal(arguments: list[str]) -> None:
    output = run(*arguments).stdout

    assert output.strip()
    assert "\x1b" not in output
    assert all(line == line.rstrip() for line in output.splitlines())


@pytest.mark.parametrize("variables", [{"FORCE_COLOR": "1"}, {"TERM": "xterm-256color"}, {"CLICOLOR_FORCE": "1"}])
def test_no_variable_brings_colours_into_a_pipe(variables: dict[str, str]) -> None:
    assert "\x1b" not in process("detections", env=variables).stdout


@pytest.mark.parametrize("arguments", RESULTS, ids=" ".join)
@pytest.mark.parametrize("format_", ["table", "json"])
def test_a_file_gets_what_standard_output_would(tmp_path: Path, arguments: list[str], format_: str) -> None:
    file = tmp_path / "result.txt"

    result = run(*arguments, "--format", format_, "--output", str(file))

    assert (result.exit_code, result.output) == (0, "")
    assert file.read_text(encoding="utf-8") == run(*arguments, "--format", format_).stdout


def test_markup_in_a_value_is_shown_as_it_is_and_nothing_is_cut() -> None:
    text = as_table(Sample(), terminal=False)

    for shown in ("[bold]x[/bold]", "T [red]", "b [i]", "[link] 1 row", ":smile:"):
        assert shown in text
    assert text.count("é") == 200
    assert max(len(line) for line in text.splitlines()) <= 120


def test_a_long_name_breaks_after_a_separator() -> None:
    """So that it is read on as one name; nothing of it is lost."""
    names = [
        "azurerm_monitor_alert_processing_rule_suppression.watch_alert_image_vulnerability_scan_disabled",
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-acrwatch/providers/Microsoft.Insights",
        "and acrwatch-forced_repository_deleted-resolved, acrwatch-images_deleted_in_repository-resolved",
    ]

    class Names(Sample):
        def table(self) -> list[Table | str]:
            return [Table(title="Names", columns=("a", "b", "c", "d"), rows=[(name,) * 4 for name in names])]

    lines = [line.split("   ")[0].strip() for line in as_table(Names(), terminal=False).splitlines()[4:]]
    written = [line for line in lines if line]
    ends = tuple(word for name in names for word in name.split())

    assert "".join(written).replace(" ", "") == "".join(ends)
    assert [line for line in written if line[-1] not in "/_.,-" and not any(end.endswith(line) for end in ends)] == []


def test_a_terminal_gets_a_styled_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert "\x1b[" in as_table(Sample(), terminal=True)


def test_a_column_in_which_nothing_stands_takes_no_place_from_the_others() -> None:
    class Sparse(Sample):
        def table(self) -> list[Table | str]:
            return [Table(title="T", columns=("rule", "remarks", "cost"), rows=[("a", "", "1"), ("b", "", "")])]

    text = as_table(Sparse(), terminal=False)

    assert "remarks" not in text
    assert text.splitlines()[2].split() == ["rule", "cost"]


@pytest.mark.parametrize("terminal", [True, False])
def test_columns_of_0_hides_nothing(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    """Some terminals and containers say 0 where they do not know their width."""
    monkeypatch.setenv("COLUMNS", "0")

    assert ":smile:" in as_table(Sample(), terminal=terminal)


def test_json_keeps_letters_and_the_order_of_keys(capsys: pytest.CaptureFixture[str]) -> None:
    show(Sample(), Format.JSON, None)

    assert capsys.readouterr().out == '{\n  "b": "é",\n  "a": [\n    1,\n    null\n  ]\n}\n'


def test_a_result_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text("old")

    with pytest.raises(TypeError):
        show(Broken(), Format.JSON, file)

    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder stands in its place."""
    target = tmp_path / "result.json"
    target.mkdir()

    with pytest.raises(InputError, match="cannot be written") as caught:
        write_whole(target, "new")

    assert str(target) in str(caught.value)
    assert list(tmp_path.iterdir()) == [target]


def test_a_text_that_cannot_be_encoded_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "result.txt"
    file.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "new \ud800")

    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_replaced_whole_with_the_usual_rights(tmp_path: Path) -> None:
    """Not with those of a temporary file, which only its owner may read."""
    file = tmp_path / "result.txt"
    file.write_text("something much longer than the new text")
    umask = os.umask(0)
    os.umask(umask)

    write_whole(file, "new")

    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~umask
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "result.txt"
    file.parent.mkdir()
    file.write_text("old")
    link = tmp_path / "result.txt"
    link.symlink_to(file)

    write_whole(link, "new")

    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Nor is a device: root would take /dev/null away from all others."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, "new")

    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
