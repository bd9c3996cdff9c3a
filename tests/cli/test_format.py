"""`acrwatch format` lays out queries, and does nothing else to them."""

from pathlib import Path

import pytest

from acrwatch.alert_rule import Kind
from acrwatch.cli.new import write_skeleton
from acrwatch.errors import ExitCode, InputError, SettingsError, UnknownError
from acrwatch.kql.parser import PACKAGE
from tests import needs
from tests.cli.running import run

with_parser = needs.npm_package(PACKAGE)


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """The query of a new detection, with a line that is laid out otherwise."""
    query = write_skeleton("mine", Kind.EVENT, tmp_path) / "query.kql"
    kql = query.read_text(encoding="utf-8")
    query.write_text(kql.replace('=~ "push" and', '=~"push"   and') + "\n\n", encoding="utf-8")
    return query


@with_parser
def test_a_query_that_was_laid_out_passes_the_test(untidy: Path) -> None:
    folder = str(untidy.parent)
    found = run("test", folder)
    assert found.exit_code == ExitCode.FINDINGS
    assert 'the formatter would have here: | where OperationName =~ "push" and' in " ".join(found.stdout.split())

    done = run("format", folder)

    assert (done.exit_code, done.output) == (0, f"{untidy}\n")
    assert run("test", folder).exit_code == 0
    assert run("format", folder).output == ""


@with_parser
def test_a_folder_of_several_is_laid_out_at_once(untidy: Path, tmp_path: Path) -> None:
    write_skeleton("other", Kind.VOLUME, tmp_path)

    assert run("format", str(tmp_path)).output == f"{untidy}\n"


@with_parser
def test_only_the_query_is_read_so_that_other_files_may_be_wrong(untidy: Path) -> None:
    (untidy.parent / "detection.yaml").write_text("nope")

    assert run("format", str(untidy.parent)).exit_code == 0


@with_parser
def test_a_link_stays_a_link(untidy: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.kql"
    untidy.rename(elsewhere)
    untidy.symlink_to(elsewhere)

    assert run("format", str(untidy.parent)).output == f"{elsewhere}\n"
    assert untidy.is_symlink()


@with_parser
def test_what_the_formatter_would_damage_is_left_and_said(untidy: Path) -> None:
    """A text over several lines, one of which ends with a space."""
    kql = untidy.read_text(encoding="utf-8") + '| where Operation != @"a \nb"\n'
    untidy.write_text(kql, encoding="utf-8")

    done = run("format", str(untidy.parent))

    assert done.exit_code == ExitCode.FINDINGS
    assert f"{untidy} is left as it is" in done.output
    assert untidy.read_text(encoding="utf-8") == kql


def test_without_the_parser_nothing_is_written(untidy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = untidy.read_text(encoding="utf-8")
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))

    result = run("format", str(untidy.parent))

    assert isinstance(result.exception, UnknownError)
    assert untidy.read_text(encoding="utf-8") == before


def test_a_query_that_is_not_there_is_bad_input(untidy: Path) -> None:
    untidy.unlink()

    assert isinstance(run("format", str(untidy.parent)).exception, SettingsError)
    assert isinstance(run("format", "nope").exception, InputError)


def test_it_wants_to_be_told_what_to_write() -> None:
    """Unlike the test: it changes files."""
    assert run("format").exit_code == ExitCode.INPUT
