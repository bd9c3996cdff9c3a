"""`acrwatch notify` as a person runs it: a real process, a real log-in, the stand-in for Azure."""

import json
import shlex
from pathlib import Path

import pytest

from acrwatch.cli import notify
from acrwatch.testing.azure import AzureStandIn
from tests.cli.running import process
from tests.cli.test_verify import azure, project  # noqa: F401  # fixtures
from tests.live.conftest import empty, stack  # noqa: F401  # fixtures
from tests.live.verify.test_drift import SECURITY

COMMAND = shlex.split(notify.EXAMPLE.removeprefix("Example: acrwatch "))


def posts(azure: AzureStandIn) -> int:  # noqa: F811
    return sum("createNotifications" in request.path for request in azure.record.requests)


def test_the_example_of_the_command_runs(project: Path, azure: AzureStandIn) -> None:  # noqa: F811
    done = process(*COMMAND, cwd=project, env=azure.environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert "3 receivers, reached: 3 yes" in done.stdout
    assert "canary" not in done.stdout
    assert posts(azure) == 1


def test_a_group_by_its_id_needs_no_stack(tmp_path: Path, azure: AzureStandIn) -> None:  # noqa: F811
    azure.receiver_states["team"] = "Failed"

    done = process("notify", SECURITY, "--yes", "--format", "json", cwd=tmp_path, env=azure.environment)

    assert done.returncode == 1
    assert [one["reached"] for one in json.loads(done.stdout)["receivers"]] == ["no", "yes", "yes"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["acrwatch-security"], "give --yes"),
        (["acrwatch-securty", "--yes"], "did you mean acrwatch-security?"),
        (["/subscriptions/x", "--yes"], "is not the id of a Microsoft.Insights/actionGroups resource"),
    ],
)
def test_nobody_is_told_without_being_asked_for(
    project: Path,  # noqa: F811
    azure: AzureStandIn,  # noqa: F811
    arguments: list[str],
    says: str,
) -> None:
    done = process("notify", *arguments, cwd=project, env=azure.environment)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert azure.record.requests == []


@pytest.mark.parametrize("call", ["GET", "POST"])
def test_what_cannot_be_told_is_a_document_for_machines(tmp_path: Path, azure: AzureStandIn, call: str) -> None:  # noqa: F811
    """Whether the group cannot be read, or the test cannot be sent."""
    azure.answer(call, "*/actionGroups/*", status=403, code="AuthorizationFailed")

    done = process("notify", SECURITY, "--yes", "--format", "json", cwd=tmp_path, env=azure.environment)

    assert done.returncode == 3
    data = json.loads(done.stdout)
    assert (data["group"], data["receivers"]) == (SECURITY, [])
    assert data["unknown"]["reason"].startswith("403 AuthorizationFailed from")
    assert data["unknown"]["way_out"] in done.stderr


def test_a_permission_that_is_missing_is_named(project: Path, azure: AzureStandIn) -> None:  # noqa: F811
    azure.answer("POST", "*/createNotifications", status=403, code="AuthorizationFailed")

    done = process(*COMMAND, cwd=project, env=azure.environment)

    assert (done.returncode, done.stdout) == (3, "")
    assert "Microsoft.Insights/actionGroups/createNotifications/action" in done.stderr
    assert "Monitoring Contributor" in done.stderr
