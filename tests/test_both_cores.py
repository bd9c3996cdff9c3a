"""cdktf and cdktn write the same stack, side by side in one process."""

import json
from pathlib import Path
from typing import Any

import pytest

from acrwatch import Settings, WatchStack
from acrwatch.core import CORES, core_named
from acrwatch.stack import synthesise
from acrwatch.testing import assert_same, assert_valid
from tests.synthesis import Body, Host, everything, loaded, watch_settings


def written(core: str, settings: Settings, folder: Path) -> Body:
    """The stack as an app writes it, with all that the core notes."""
    app = core_named(core).App(outdir=str(folder))
    WatchStack(app, settings)
    synthesise(app)
    stack: Body = json.loads((folder / "stacks" / settings.name / "cdk.tf.json").read_text("utf-8"))
    return stack


def test_everything_is_everything() -> None:
    """A key of the settings file that is missing here would be compared nowhere."""
    left = set(Settings.model_fields) - set(everything())

    assert left == {"detections_dir"}


@pytest.mark.parametrize("content", [watch_settings(), everything()], ids=["nothing", "everything"])
def test_both_cores_write_the_same_json(tmp_path: Path, content: Body) -> None:
    """But for the version that a core notes of itself."""
    settings = loaded(tmp_path, content)
    stacks = [written(core, settings, tmp_path / core) for core in CORES]
    versions = [stack["//"]["metadata"].pop("version") for stack in stacks]

    assert_same(*stacks)
    assert stacks[0] == stacks[1]
    assert len(set(versions)) == 2
    assert_valid(stacks[0])


def test_both_cores_write_the_same_hcl(tmp_path: Path) -> None:
    """Byte for byte."""
    settings = loaded(tmp_path, everything())
    texts = []
    for core in CORES:
        host = Host(core)
        stack: Any = WatchStack(host.app, settings).stack
        texts.append(host.core.Testing.synth_hcl(stack))

    assert texts[0] == texts[1]
    assert texts[0].count('resource "azurerm_monitor_scheduled_query_rules_alert_v2"') == 7


def test_what_another_form_left_is_cleared_away(tmp_path: Path) -> None:
    """Terraform reads `cdk.tf` beside `cdk.tf.json`, and would find everything twice; its own files stay."""
    settings = loaded(tmp_path, watch_settings())
    folder = tmp_path / "out" / "stacks" / settings.name
    (folder / ".terraform").mkdir(parents=True)
    for name in ("cdk.tf", ".terraform.lock.hcl", ".terraform/providers"):
        (folder / name).write_text("x", "utf-8")
    written("cdktf", settings, tmp_path / "out")

    assert {path.name for path in folder.iterdir()} == {"cdk.tf.json", ".terraform", ".terraform.lock.hcl"}
    assert (folder / ".terraform/providers").exists()
