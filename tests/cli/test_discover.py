"""`acrwatch discover` as a person runs it: a real process, a real log-in, the stand-in for Azure."""

import json
import shlex
from pathlib import Path

import pytest

from acrwatch.cli import discover
from acrwatch.testing.azure import AzureStandIn
from tests.cli.running import process
from tests.live.conftest import azure, empty, stack  # noqa: F401  # fixtures
from tests.live.rows import ZERO

COMMAND = shlex.split(discover.EXAMPLE.removeprefix("Example: acrwatch "))


def test_the_example_of_the_command_runs_and_its_file_is_right(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    """The first step of somebody who has registries and no settings file."""
    done = process(*COMMAND, cwd=tmp_path, env=azure.environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Written: acrwatch.yaml; next: acrwatch check acrwatch.yaml" in done.stdout
    checked = process("check", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "acrwatch.yaml: fine, 5 rules\n")


def test_a_file_that_is_there_is_not_touched_and_azure_not_asked(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    (tmp_path / "acrwatch.yaml").write_text("mine")

    done = process(*COMMAND, cwd=tmp_path, env=azure.environment)

    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing is overwritten" in done.stderr
    assert (tmp_path / "acrwatch.yaml").read_text() == "mine"
    assert azure.record.requests == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--write", "a.yaml"], "give --email or --action-group"),
        (["--subscription", "mine"], "'mine' is not a GUID"),
        (["--workspace", "mine"], "is not the id of a Microsoft.OperationalInsights/workspaces resource"),
    ],
)
def test_what_cannot_work_is_refused_before_any_call(
    tmp_path: Path,
    azure: AzureStandIn,  # noqa: F811
    arguments: list[str],
    says: str,
) -> None:
    done = process("discover", *arguments, cwd=tmp_path, env=azure.environment)

    assert done.returncode == 2
    assert says in done.stderr
    assert azure.record.requests == []


WRONG = {"AZURE_CLIENT_SECRET": "canary-of-a-wrong-secret"}


def test_without_a_log_in_machines_get_a_document_all_the_same(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    """What reads standard output learns why nothing is known."""
    done = process("discover", "--format", "json", cwd=tmp_path, env={**azure.environment, **WRONG})

    assert done.returncode == 3
    (unread,) = json.loads(done.stdout)["unread"]
    assert unread["what"] == "subscriptions"
    assert unread["reason"].startswith("not logged in")
    assert "az login" in unread["way_out"]
    assert "az login" in done.stderr


def test_a_log_in_that_is_missing_is_said_once(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    arguments = ("discover", "--subscription", ZERO)
    told = process(*arguments, cwd=tmp_path, env={**azure.environment, **WRONG})
    data = process(*arguments, "--format", "json", cwd=tmp_path, env={**azure.environment, **WRONG})

    assert (told.returncode, data.returncode) == (3, 3)
    assert told.stdout.count("not logged in") == 1
    assert len(json.loads(data.stdout)["unread"]) > 1


def test_subscriptions_that_cannot_be_listed_end_with_unknown(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    azure.answer("GET", "/subscriptions", status=403, code="AuthorizationFailed")

    done = process(*COMMAND, cwd=tmp_path, env=azure.environment)

    assert (done.returncode, done.stdout) == (3, "")
    assert "Microsoft.Resources/subscriptions/read" in done.stderr
    assert list(tmp_path.iterdir()) == []
