"""`acrwatch preflight` as a person runs it: a real process, a real log-in, the stand-in for Azure."""

import json
import shlex
from pathlib import Path

from acrwatch.cli import preflight
from acrwatch.testing.azure import AzureStandIn
from tests.cli.running import process
from tests.cli.test_verify import project  # noqa: F401  # a fixture
from tests.live.conftest import empty, stack  # noqa: F401  # fixtures
from tests.live.preflight.test_preflight import SUBSCRIPTION, ready  # noqa: F401  # a fixture

COMMAND = shlex.split(preflight.EXAMPLE.removeprefix("Example: acrwatch "))


def test_the_example_of_the_command_runs(project: Path, ready: AzureStandIn) -> None:  # noqa: F811
    done = process(*COMMAND, cwd=project, env=ready.environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" fine\n")


def test_what_would_fail_ends_with_findings(project: Path, ready: AzureStandIn) -> None:  # noqa: F811
    ready.resources.change(f"{SUBSCRIPTION}/providers/Microsoft.Insights", "registrationState", to="NotRegistered")

    done = process(*COMMAND, "--format", "json", cwd=project, env=ready.environment)

    assert done.returncode == 1
    assert json.loads(done.stdout)["counts"]["fails"] == 1


def test_what_cannot_be_found_out_ends_with_unknown(project: Path, ready: AzureStandIn) -> None:  # noqa: F811
    ready.answer("GET", "/subscriptions/*", status=403, code="AuthorizationFailed")

    done = process(*COMMAND, cwd=project, env=ready.environment)

    assert (done.returncode, done.stderr) == (3, "")
    assert "Monitoring Reader" in done.stdout


def test_a_log_in_that_is_missing_is_said_once(project: Path, ready: AzureStandIn) -> None:  # noqa: F811
    """Of whatever was needed; machines are told of each."""
    wrong = {**ready.environment, "AZURE_CLIENT_SECRET": "wrong"}
    told = process(*COMMAND, cwd=project, env=wrong)
    data = process(*COMMAND, "--format", "json", cwd=project, env=wrong)

    assert (told.returncode, data.returncode) == (3, 3)
    assert told.stdout.count("not logged in") == 1
    said = {one["says"].partition(":")[0] for one in json.loads(data.stdout)["answers"]}
    assert said == {"not logged in"}
    assert len({one["need"] for one in json.loads(data.stdout)["answers"]}) > 1


def test_a_plan_leaves_out_what_is_there_already(project: Path, ready: AzureStandIn) -> None:  # noqa: F811
    """A plan without changes makes nothing anew, so no name has to be free."""
    plan = {"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {"root_module": {}}}
    (project / "plan.json").write_text(json.dumps(plan))

    done = process("preflight", "--plan", "plan.json", cwd=project, env=ready.environment)

    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == "0 looked at: nothing\n"
