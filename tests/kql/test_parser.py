"""Microsoft's parser says what is wrong where, which columns come out, and that it is absent when it is."""

import json
import os
import stat
from pathlib import Path

import pytest

from acrwatch.errors import ExitCode, UnknownError
from acrwatch.kql import parser
from acrwatch.kql.parser import PACKAGE, VERSION, ParserAbsent, parse
from acrwatch.kql.tables import TABLES
from tests import needs

ROOT = Path(__file__).parents[2]
with_parser = needs.npm_package(PACKAGE)

# What the pinned release says about each fault. Its driver uses names that can move between releases.
FAULTS = {
    "an unknown column": ("AzureActivity\n| where Nope == 1", "KS142", (2, 9)),
    "a column in another casing": ("AzureActivity | where caller == 'x'", "KS142", (1, 23)),
    "a column that is gone": ("AzureActivity | project Caller | where Level == 'x'", "KS142", (1, 40)),
    "an unknown table": ("Nope | take 1", "KS204", (1, 1)),
    "an unknown function": ("AzureActivity | extend X = nope(1)", "KS211", (1, 28)),
    "operands that do not fit": ("AzureActivity | where Caller > 5", "KS106", (1, 30)),
    "an argument of another type": ("AzureActivity | extend X = strlen(TimeGenerated)", "KS141", (1, 35)),
    "a bin of a text": ("AzureActivity | extend X = bin(Caller, 1h)", "KS127", (1, 28)),
    "no aggregate in summarize": ("AzureActivity | summarize Caller by Level", "KS236", (1, 27)),
    "an expression that ends early": ("AzureActivity | where", "KS006", (1, 22)),
    "an unknown operator": ("AzureActivity | wher Level == 'x'", "KS176", (1, 17)),
    "an unknown kind of join": ("AzureActivity | join kind=nope (AzureActivity) on Caller", "KS005", (1, 27)),
}
ADVICE = {
    "a join without kind": ("AzureActivity | join (AzureActivity) on Caller", "KS508"),
    "isnull of a text": ("AzureActivity | where isnull(Caller)", "KS501"),
    "has with an address": ('AzureActivity | where Caller has "192.0.2.1"', "KS514"),
}


@pytest.fixture(scope="module")
def said() -> dict[str, parser.Parsed]:
    """All of them in one process, as the gate asks."""
    return dict(parse({name: fault[0] for name, fault in (FAULTS | ADVICE).items()}))


@with_parser
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_code_and_place(said: dict[str, parser.Parsed], name: str) -> None:
    _, code, place = FAULTS[name]
    first = said[name].diagnostics[0]

    assert (first.code, first.severity, first.analyzer) == (code, "Error", False)
    assert (first.line, first.column) == place
    assert first.message


@with_parser
@pytest.mark.parametrize("name", ADVICE)
def test_advice_of_an_analyzer_is_told_apart(said: dict[str, parser.Parsed], name: str) -> None:
    assert [(item.code, item.analyzer) for item in said[name].diagnostics] == [(ADVICE[name][1], True)]


@with_parser
def test_a_fine_query_gives_its_columns_with_their_types() -> None:
    kql = "AzureActivity | summarize Rows = count(), Last = max(TimeGenerated) by Caller"
    (parsed,) = parse({"one": kql}).values()

    assert parsed.diagnostics == ()
    assert dict(parsed.columns) == {"Caller": "string", "Rows": "long", "Last": "datetime"}


@with_parser
@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_is_known_with_its_type(table: str) -> None:
    (parsed,) = parse({"all": table}).values()

    assert dict(parsed.columns) == dict(TABLES[table])


@with_parser
def test_a_column_is_counted_in_characters() -> None:
    """Not in halves of a pair, as JavaScript counts."""
    (parsed,) = parse({"one": 'AzureActivity | where Caller == "😀" and Nope == 1'}).values()

    assert [(item.line, item.column) for item in parsed.diagnostics] == [(1, 41)]


@with_parser
def test_it_is_found_from_the_packages_own_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert parse({"one": "AzureActivity"})["one"].columns


@with_parser
def test_it_is_found_from_the_current_folder_upwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moved(monkeypatch, tmp_path)
    monkeypatch.chdir(ROOT / "docs")

    assert parse({"one": "AzureActivity"})["one"].columns


def test_without_node_it_is_absent_and_that_is_not_fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "node"))

    with pytest.raises(ParserAbsent, match=rf"npm install {PACKAGE}@{VERSION}") as caught:
        parse({"one": "AzureActivity"})

    assert caught.value.exit_code is ExitCode.UNKNOWN


@needs.command("node")
def test_without_the_package_it_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moved(monkeypatch, tmp_path)

    with pytest.raises(ParserAbsent, match="it is not here"):
        parse({"one": "AzureActivity"})


@needs.command("node")
def test_another_version_is_not_taken_for_the_pinned_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moved(monkeypatch, tmp_path)
    installed = tmp_path / "node_modules" / PACKAGE
    installed.mkdir(parents=True)
    (installed / "package.json").write_text(json.dumps({"name": PACKAGE, "version": "1.2.3"}))

    with pytest.raises(ParserAbsent, match=r"version 1\.2\.3 is here"):
        parse({"one": "AzureActivity"})


def test_a_driver_that_fails_is_not_a_fine_query(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho 'TypeError: $ctor4 is not a constructor' >&2\nexit 1\n")
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JSII_NODE", str(node))

    with pytest.raises(UnknownError, match="TypeError"):
        parse({"one": "AzureActivity"})


def test_an_answer_that_is_none_is_not_a_fine_query(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a wrapper of node's gives it."""
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho welcome\n")
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JSII_NODE", str(node))

    with pytest.raises(UnknownError, match="no answer that can be read: 'welcome"):
        parse({"one": "AzureActivity"})


def test_the_version_is_the_one_in_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]

    assert wanted[PACKAGE] == VERSION


def moved(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The driver in a folder that has no node_modules above it."""
    driver = folder / parser.DRIVER.name
    driver.write_text(parser.DRIVER.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(parser, "DRIVER", driver)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("NODE_PATH", raising=False)
    monkeypatch.setitem(os.environ, "HOME", str(folder))
