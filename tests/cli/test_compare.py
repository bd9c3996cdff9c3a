"""`acrwatch compare` shows what a change of a stack does to the alerts of a log."""

import json
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.output.comparison import ROWS_SHOWN
from acrwatch.output.comparison_markdown import code
from tests.cli.running import run
from tests.rehearsal.rules import content_with, pull, write_log, write_stack

EVE: dict[str, Any] = {"Identity": "eve@example.com"}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "base.tf.json")


@pytest.fixture
def head(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "head.tf.json", {"threshold": 2}, evaluation_frequency="PT15M")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log.jsonl", pull(7), pull(8), pull(8, **EVE))


def compared(*arguments: str | Path) -> tuple[int, str]:
    done = run("compare", *map(str, arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def test_the_table_shows_each_kind_of_difference(base: Path, head: Path, log: Path) -> None:
    code_, output = compared(base, head, "--events", log)

    said = " ".join(output.split())
    assert code_ == 0
    assert "Alerts lost fired rule who and what told" in said
    assert "2026-01-15 00:10Z pulls eve@example.com: 1 (Pulls >= 1) team" in said
    assert "2026-01-15 00:15Z pulls ci@example.com 2026-01-15 00:10Z 2026-01-15 00:15Z" in said
    assert "every: 5m -> 15m" in said
    assert "fires when: Pulls >= 1 -> Pulls >= 2" in said
    assert "about 1.50 USD a month in BASE and 0.50 in HEAD (-1.00)" in said
    assert output.splitlines()[-1].startswith("2 alerts in BASE, 1 in HEAD; 0 gained, 1 lost, 1 moved; ")


def test_the_same_stack_twice_is_no_difference(base: Path, log: Path) -> None:
    code_, output = compared(base, base, "--events", log)

    assert code_ == 0
    assert output.splitlines()[-1].split("; ") == [
        "2 alerts in BASE, 2 in HEAD",
        "0 gained, 0 lost, 0 moved",
        "0 resolved differently, 0 told to others",
        "0 rules changed",
    ]


def test_a_period_without_a_row_is_said(base: Path, log: Path) -> None:
    """Two stacks that are not played do not differ."""
    code, output = compared(base, base, "--events", log, "--from", "2027-01-01T00:00Z", "--to", "2027-01-02T00:00Z")

    assert code == 0
    assert "no row happened from 2027-01-01 00:00Z to 2027-01-02 00:00Z: the log goes from" in output


def test_json_has_both_sides_of_each_alert(base: Path, head: Path, log: Path) -> None:
    _, output = compared(base, head, "--events", log, "--format", "json")

    found = json.loads(output)
    assert [alert["dimensions"]["Identity"] for alert in found["lost"]] == ["eve@example.com"]
    assert (found["moved"][0]["base"]["fired"], found["moved"][0]["head"]["fired"]) == (
        "2026-01-15T00:10:00Z",
        "2026-01-15T00:15:00Z",
    )
    assert found["rules"][0]["state"] == "changed"
    assert found["monthly_price_usd"] == {"base": 1.5, "head": 0.5}


def test_markdown_has_tables_and_a_diff_of_the_query(base: Path, tmp_path: Path, log: Path) -> None:
    query = content_with()["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]["pulls"]["criteria"][0][
        "query"
    ]
    head = write_stack(tmp_path / "head.tf.json", {"query": f"{query} | where Identity startswith 'ci'"})
    output = tmp_path / "comment.md"

    compared(base, head, "--events", log, "--format", "markdown", "--output", output)

    said = output.read_text()
    assert "### Alerts lost\n\n| fired | rule | who and what | told |\n| --- | --- | --- | --- |\n" in said
    assert "| `2026-01-15 00:10Z` | `pulls` | `eve@example.com: 1 (Pulls >= 1)` | `team` |" in said
    assert f"```diff\n--- BASE\n+++ HEAD\n@@ -1 +1 @@\n-{query}\n+{query} | where" in said


def test_what_stands_in_a_log_means_nothing_to_markdown(base: Path, head: Path, tmp_path: Path) -> None:
    """A caller chooses its own name; it shall mention nobody and end no cell."""
    name = "``x`` | @all <b> ![](https://example.com)\nnext"
    log = write_log(tmp_path / "log.jsonl", pull(8, Identity=name))

    _, output = compared(base, head, "--events", log, "--format", "markdown")

    (row,) = (line for line in output.splitlines() if "@all" in line)
    assert "| ``` ``x`` \\| @all <b> ![](https://example.com) next: 1 (Pulls >= 1) ``` |" in row
    assert (code("a"), code("`a"), code(""), code("a\n b")) == ("`a`", "`` `a ``", "", "`a b`")


def test_an_alert_that_a_test_names_and_that_is_lost_ends_with_1(
    base: Path, head: Path, log: Path, tmp_path: Path
) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("{name: eve, alerts: [{rule: pulls, dimensions: {Identity: eve@example.com}}], others: ignore}")

    code_, output = compared(base, head, "--events", log, "--expect", file)
    kept, _ = compared(base, base, "--events", log, "--expect", file)

    assert (code_, kept) == (1, 0)
    assert "Named by a test and lost\n  - eve: pulls {Identity: eve@example.com}" in output
    assert output.splitlines()[-1].endswith("1 lost that a test names")


def test_a_rule_that_cannot_be_evaluated_ends_with_3_and_is_named(base: Path, log: Path, tmp_path: Path) -> None:
    broken = write_stack(tmp_path / "head.tf.json", {"query": "ContainerRegistryRepositoryEvents | wherever"})

    code_, output = compared(base, broken, "--events", log)

    assert code_ == 3
    assert "Not compared\n  - azurerm_monitor_scheduled_query_rules_alert_v2.pulls, HEAD: " in output


def test_a_plan_may_be_compared_with_a_stack(base: Path, log: Path, tmp_path: Path) -> None:
    """What the file is, is seen in it."""
    body = content_with()["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]["pulls"]
    resource = {
        "address": "azurerm_monitor_scheduled_query_rules_alert_v2.pulls",
        "mode": "managed",
        "type": "azurerm_monitor_scheduled_query_rules_alert_v2",
        "name": "pulls",
        "values": {**body, "action": [{"action_groups": []}]},
    }
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"planned_values": {"root_module": {"resources": [resource]}}, "configuration": {}}))

    _, output = compared(base, plan, "--events", log)

    assert "2 told to others" in output.splitlines()[-1]


def test_many_differences_are_counted(base: Path, head: Path, tmp_path: Path) -> None:
    many = ROWS_SHOWN + 3
    log = write_log(tmp_path / "log.jsonl", *(pull(8, Identity=f"{number}@example.com") for number in range(many)))

    assert "and 3 more; --format json has all of them" in compared(base, head, "--events", log)[1]
    assert f"and {many - 50} more" in compared(base, head, "--events", log, "--format", "markdown")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{base}", "{base}"), "there is nothing to compare on: give a log with --events"),
        (("{base}", "{folder}/none", "--events", "{log}"), "none holds no synthesised stack"),
        (("{base}", "{log}", "--events", "{log}"), "is not JSON"),
        (
            ("{base}", "{base}", "--events", "{log}", "--from", "2026-01-16T00:00Z", "--to", "2026-01-15T00:00Z"),
            "before",
        ),
    ],
)
def test_what_cannot_work_is_refused(
    base: Path, log: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        compared(*(text.format(base=base, log=log, folder=tmp_path) for text in arguments))
