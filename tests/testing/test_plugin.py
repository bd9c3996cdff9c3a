"""The plugin in somebody else's tests: fixtures, files, and what it costs those who do not use it."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import acrwatch.testing as kit
from acrwatch import DetectionAlert
from acrwatch.detection.events import Event
from tests.project import environment
from tests.synthesis import WORKSPACE_ID
from tests.test_import import HEAVY, loaded_by
from tests.testing.test_valid import stack

TEST = """
from acrwatch import Email, ActionGroup

def group(address):
    return lambda scope: ActionGroup(
        scope, "group", name="people", short_name="people", resource_group_name="rg",
        receivers=[Email(name="team", email_address=address)],
    )

def test_group(acrwatch_synth, acrwatch_snapshot, acrwatch_assert_valid, acrwatch_assert_same):
    stack = acrwatch_synth(group("ADDRESS"))
    acrwatch_assert_valid(stack)
    acrwatch_assert_same(stack, group("ADDRESS"))
    assert stack == acrwatch_snapshot
"""
FILE = """resource:
  azurerm_monitor_action_group:
    group:
      email_receiver:
        - email_address: team@example.com
          name: team
          use_common_alert_schema: true
      enabled: true
      name: people
      resource_group_name: rg
      short_name: people
"""


def run(folder: Path, address: str, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest in a project of somebody's, whose test makes an action group."""
    (folder / "test_mine.py").write_text(TEST.replace("ADDRESS", address))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", *options],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stack_becomes_one_file_and_a_change_is_named(tmp_path: Path) -> None:
    """From the first run to the first difference."""
    missing = run(tmp_path, "team@example.com")
    written = run(tmp_path, "team@example.com", "--snapshot-update")
    (file,) = (tmp_path / "__snapshots__").rglob("*.*")
    same = run(tmp_path, "team@example.com")
    other = run(tmp_path, "other@example.com")

    assert (missing.returncode, written.returncode, same.returncode, other.returncode) == (1, 0, 0, 1), other.stdout
    assert file.relative_to(tmp_path / "__snapshots__") == Path("test_mine/test_group.yaml")
    assert file.read_text().replace(file.read_text().splitlines()[2].strip(), "group:") == FILE
    changed = "email_receiver[team].email_address: expected 'team@example.com', found 'other@example.com'"
    assert changed in other.stdout


def test_the_plugin_loads_nothing_that_costs() -> None:
    """Every run of pytest loads it, where acrwatch is installed."""
    modules, started = loaded_by("import acrwatch.testing.plugin")

    assert modules.isdisjoint({*HEAVY, "syrupy"})
    assert started == []


def test_the_lazy_table_of_the_kit_has_what_type_checkers_see() -> None:
    """The same test as for `acrwatch` itself."""
    assert kit.__all__ == dir(kit)
    for name, home in kit._HOME.items():
        assert getattr(kit, name) is getattr(sys.modules[f"acrwatch.{home}"], name)


def test_an_unknown_name_of_the_kit_is_answered_with_what_there_is() -> None:
    """As `acrwatch` does."""
    with pytest.raises(AttributeError, match=r"acrwatch.testing has no 'Nope'; it has .*synth"):
        kit.Nope  # noqa: B018  # the look-up is what is tested


def test_a_rehearsal_takes_whatever_becomes_a_stack(acrwatch_rehearse: Callable[..., Any]) -> None:
    """One pull of one image fires nothing, and forty do."""

    def alert(scope: Any) -> None:
        DetectionAlert(
            scope,
            "pulls",
            detection="excessive_images_pulled",
            workspace_id=WORKSPACE_ID,
            resource_group_name="rg",
            location="westeurope",
        )

    def pulled(images: int) -> list[Event]:
        begin = datetime(2026, 1, 15, 12, tzinfo=UTC)
        return [
            Event(
                table="ContainerRegistryRepositoryEvents",
                row={
                    "OperationName": "Pull",
                    "ResultDescription": "200",
                    "Repository": f"team/{image}",
                    "Digest": f"sha256:{image}",
                    "Identity": "ci@example.com",
                    "LoginServer": "contosoprod.azurecr.io",
                    "TimeGenerated": begin,
                },
                time=begin,
                arrived=begin + timedelta(minutes=5),
            )
            for image in range(images)
        ]

    few, many = (acrwatch_rehearse(alert, pulled(images)) for images in (1, 40))

    assert (few.complete, few.alerts) == (True, ())
    assert [fired.dimensions for fired in many.alerts] == [{"Registry": "contosoprod", "Identity": "ci@example.com"}]


def test_a_rehearsal_reads_files_and_folders(tmp_path: Path) -> None:
    """A stack that lies in a folder, and events beside it."""
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack()))
    line = {"Type": "ContainerRegistryRepositoryEvents", "TimeGenerated": "2026-01-15T12:00:00Z", "Repository": "a"}
    (tmp_path / "events.jsonl").write_text(json.dumps(line) + "\n")

    found = kit.rehearse(tmp_path, tmp_path / "events.jsonl")

    assert found.log.rows == {"ContainerRegistryRepositoryEvents": 1}


def test_azure_stands_in_for_itself(acrwatch_azure: Any, tmp_path: Path) -> None:
    """The commands of acrwatch talk to it as they do to Azure, over TLS and with a log-in; it begins empty."""
    done = subprocess.run(
        [sys.executable, "-c", "from acrwatch.cli import main; main()", "discover"],
        env=environment(**acrwatch_azure.environment),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert acrwatch_azure.record.requests
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 3)
