"""`acrwatch verify` as a person runs it: a real process, a real log-in, the stand-in for Azure."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from acrwatch.cli import verify
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from acrwatch.testing.azure.from_stack.callbacks import SIGNATURE
from acrwatch.testing.azure.stand_in import SECRET, TOKEN
from tests.cli.running import EXAMPLE, process
from tests.live.conftest import empty, stack  # noqa: F401  # fixtures
from tests.live.rows import ZERO, Rows

RULE = (
    f"/subscriptions/{ZERO}/resourceGroups/rg-acrwatch/providers/microsoft.insights"
    "/scheduledqueryrules/acrwatch-excessive_images_pulled"
)
KEY = "canary-of-a-key"
COMMAND = shlex.split(verify.EXAMPLE.removeprefix("Example: acrwatch "))


@pytest.fixture
def project(tmp_path: Path, stack: SynthesisedStack) -> Path:  # noqa: F811
    """A folder as the example of the help expects it."""
    shutil.copy(EXAMPLE, tmp_path / "acrwatch.yaml")
    folder = tmp_path / "cdktf.out" / "stacks" / "acrwatch"
    folder.mkdir(parents=True)
    shutil.copy(stack.file, folder)
    return tmp_path


@pytest.fixture
def azure(empty: AzureStandIn, stack: SynthesisedStack) -> AzureStandIn:  # noqa: F811
    """The example, deployed, with rows in its tables."""
    apply_stack(empty, stack, {"oncall_integration_key": KEY})
    empty.log_queries = Rows().reply
    return empty


def test_the_example_of_the_command_runs(project: Path, azure: AzureStandIn) -> None:
    """It logs in as DefaultAzureCredential does, and an untouched deployment is fine."""
    done = process(*COMMAND, cwd=project, env=azure.environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "21 looked at: 21 equal"
    assert "webhookReceivers/oncall/serviceUri: set TF_VAR_oncall_integration_key to compare it" in done.stdout


def test_a_difference_is_shown_as_expected_and_found(project: Path, azure: AzureStandIn) -> None:
    """It ends with 1, also where something else could not be found out."""
    azure.resources.change(RULE, "properties", "criteria", "allOf", 0, "threshold", to=500.0)
    azure.answer("GET", "*/actionGroups/*", status=403, code="AuthorizationFailed")

    done = process(*COMMAND, "--format", "json", cwd=project, env=azure.environment)

    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["counts"] == {"missing": 0, "differs": 1, "unknown": 2, "equal": 18}
    (rule,) = [item for item in found["items"] if item["state"] == "differs"]
    assert rule["differences"] == [{"path": "threshold", "expected": "40", "found": "500"}]
    (group, _) = [item for item in found["items"] if item["state"] == "unknown"]
    assert "Microsoft.Insights/actionGroups/read" in group["unknown"][0]["way_out"]
    assert "Monitoring Reader" in group["unknown"][0]["way_out"]


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        ({"AZURE_CLIENT_SECRET": "canary-of-a-wrong-secret"}, 3, "az login"),
        ({"AZURE_CLIENT_ID": "", "AZURE_CLIENT_SECRET": "canary"}, 2, "see to AZURE_CLIENT_ID"),
        ({"AZURE_TENANT_ID": "canary&canary"}, 2, "see to AZURE_CLIENT_ID"),
    ],
)
def test_a_log_in_that_fails_leaves_nothing_that_is_fine(
    project: Path, azure: AzureStandIn, changed: dict[str, str], code: int, says: str
) -> None:
    """No traceback, and no secret."""
    done = process(*COMMAND, cwd=project, env={**azure.environment, **changed})

    assert done.returncode == code
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert " equal" not in done.stdout
    assert "canary" not in done.stdout + done.stderr
    assert done.stdout.count("not logged in") == (code == 3)


def test_machines_are_told_of_each_thing_that_nobody_is_logged_in(project: Path, azure: AzureStandIn) -> None:
    done = process(*COMMAND, "--format", "json", cwd=project, env={**azure.environment, "AZURE_CLIENT_SECRET": "wrong"})

    reasons = [one["unknown"][0]["reason"] for one in json.loads(done.stdout)["items"]]
    assert len(reasons) > 1
    assert {reason.partition(":")[0] for reason in reasons} == {"not logged in"}


def test_no_secret_is_in_any_output(project: Path, azure: AzureStandIn) -> None:
    """Neither the token, nor the client's secret, nor the key of a webhook, nor the URL of a Logic App, in any form."""
    azure.resources.change(RULE, "properties", "enabled", to=False)
    for arguments in ([], ["--format", "json"]):
        done = process(
            *COMMAND, *arguments, cwd=project, env={**azure.environment, "TF_VAR_oncall_integration_key": KEY + "x"}
        )

        assert done.returncode == 1
        for secret in (TOKEN, SECRET, KEY, SIGNATURE, "canary"):
            assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rows-within", "often"], "--rows-within: 'often' is not a duration"),
        (["--subscription", "mine"], "'mine' is not a GUID"),
        (["--stack", "nowhere"], "nowhere holds no synthesised stack"),
        (["--settings", "nowhere.yaml"], "No such file"),
        (["--parallel", "0"], "--parallel"),
        (["--cloud", "moon"], "moon"),
    ],
)
def test_what_cannot_work_is_refused_before_any_call(
    project: Path, azure: AzureStandIn, arguments: list[str], says: str
) -> None:
    done = process("verify", *arguments, cwd=project, env=azure.environment)

    assert done.returncode == 2
    assert says in done.stderr
    assert azure.record.requests == []


def test_a_file_of_a_cloud_that_is_none_is_refused(project: Path, azure: AzureStandIn) -> None:
    """A token would be sent to what it names."""
    (project / "cloud.json").write_text(json.dumps({**azure.cloud.__dict__, "arm": "http://example.com"}))

    done = process(*COMMAND, cwd=project, env={**azure.environment, "ACRWATCH_CLOUD_FILE": "cloud.json"})

    assert done.returncode == 2
    assert "arm has to begin with https://" in done.stderr


def test_an_answer_in_a_file_is_whole(project: Path, azure: AzureStandIn) -> None:
    done = process(*COMMAND, "--format", "json", "--output", "found.json", cwd=project, env=azure.environment)

    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((project / "found.json").read_text())["counts"]["equal"] == 21


@pytest.mark.parametrize("command", ["verify", "preflight", "discover", "notify acrwatch-security --yes"])
def test_without_the_extra_a_command_says_what_to_install(project: Path, command: str) -> None:
    """As in an environment that only synthesises."""
    code = "import sys; sys.modules['azure'] = None; from acrwatch.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", code, *command.split()],
        capture_output=True,
        text=True,
        cwd=project,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "talking to Azure needs the extra 'azure': pip install 'acrwatch[azure]'\n"
