"""`python main.py` writes the stack of the settings it finds, says nothing, and on a mistake writes nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from acrwatch.core import CORES
from acrwatch.errors import ExitCode
from tests.project import Project, environment
from tests.synthesis import watch_settings


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh clone."""
    return Project(tmp_path)


def outcome(ran: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit code and all that was printed."""
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("core", CORES)
def test_the_example_is_written_by_either_core_without_a_word(project: Project, core: str) -> None:
    """The CDK's CLIs show what an app prints as errors; Node's age is no news here."""
    ran = project.run(ACRWATCH_CORE=core)

    assert outcome(ran) == (0, "", "")
    assert project.written() == ["acrwatch/cdk.tf.json"]
    version = project.stack("acrwatch")["//"]["metadata"]["version"]
    assert version.startswith({"cdktf": "0.21.", "cdktn": "0.24."}[core])


def test_ones_own_settings_come_before_the_example(project: Project) -> None:
    """Without a word, since they are there to be used."""
    project.settings(watch_settings(name="mine"))

    assert outcome(project.run()) == (0, "", "")
    assert project.written() == ["mine/cdk.tf.json"]


def test_the_environment_comes_before_ones_own_settings(project: Project) -> None:
    """So that one clone deploys several environments; from the folder it is started in."""
    project.settings(watch_settings(name="mine"))
    project.settings(watch_settings(name="prod"), "prod.yaml")

    assert outcome(project.run(ACRWATCH_SETTINGS="prod.yaml")) == (0, "", "")
    assert project.written() == ["prod/cdk.tf.json"]


def test_a_mistake_is_told_and_nothing_is_written(project: Project) -> None:
    """On stderr, with exit code 2, and with every problem."""
    project.settings(watch_settings(location="", subscription_id="prod"))
    ran = project.run()

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[0].endswith("acrwatch.yaml: 3 problems, nothing was written")
    assert all(place in ran.stderr for place in ("subscription_id", "location", "workspace"))
    assert "Traceback" not in ran.stderr
    assert project.written() == []


def test_a_mistake_leaves_the_last_output_as_it_was(project: Project) -> None:
    """Whoever runs terraform in the folder next still has what was good."""
    project.run()
    file = project.folder / "cdktf.out" / "stacks" / "acrwatch" / "cdk.tf.json"
    before = file.read_bytes(), file.stat().st_mtime_ns
    project.settings(watch_settings(registries={}))

    assert project.run().returncode == 2
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ACRWATCH_CORE": "pulumi"}, "ACRWATCH_CORE is 'pulumi', which is no core; allowed are cdktf, cdktn"),
        ({"ACRWATCH_SETTINGS": "missing.yaml"}, "it cannot be read: No such file or directory"),
        ({"ACRWATCH_SETTINGS": "main.py"}, "main.py: 1 problem, nothing was written"),
    ],
)
def test_a_wrong_environment_is_told(project: Project, environment: dict[str, str], says: str) -> None:
    """In the same way as a mistake in the file."""
    ran = project.run(**environment)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
    assert project.written() == []


@pytest.mark.parametrize(
    ("in_the_way", "outdir", "says"),
    [
        ("taken", "taken", "taken/stacks cannot be written: not a directory"),
        ("taken", "taken/out", "taken/out cannot be written: not a directory"),
        ("out/stacks", "out", "out/stacks/acrwatch cannot be written: not a directory"),
        ("out/manifest.json/", "out", "out/manifest.json cannot be written: illegal operation on a directory"),
    ],
)
def test_an_output_that_cannot_be_written_is_told(project: Project, in_the_way: str, outdir: str, says: str) -> None:
    """Whether Python or node finds out: node's error is a traceback of its own."""
    place = project.folder / in_the_way
    place.parent.mkdir(exist_ok=True)
    if in_the_way.endswith("/"):
        place.mkdir()
    else:
        place.touch()
    ran = project.run(CDKTF_OUTDIR=outdir)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"{says}\n"


def test_an_interruption_while_it_loads_is_no_traceback(project: Project) -> None:
    """Loading takes a large part of the time."""
    (project.folder / "yaml.py").write_text("raise KeyboardInterrupt", "utf-8")

    assert outcome(project.run()) == (ExitCode.INTERRUPTED, "", "")


def test_one_form_replaces_the_other(project: Project) -> None:
    """Terraform reads both, and would find everything twice."""
    found = []
    for hcl in ("", "true", ""):
        assert outcome(project.run(SYNTH_HCL_OUTPUT=hcl)) == (0, "", "")
        found += [[name for name in project.written() if "/cdk.tf" in name]]

    assert found == [["acrwatch/cdk.tf.json"], ["acrwatch/cdk.tf"], ["acrwatch/cdk.tf.json"]]


def test_output_and_state_stay_with_the_project_wherever_it_is_run(tmp_path: Path) -> None:
    """Else a run from another folder would begin a second, empty state."""
    made = Project(tmp_path / "project")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, str(made.folder / "main.py")]
    subprocess.run(command, cwd=elsewhere, env=environment(), check=True)

    assert list(elsewhere.iterdir()) == []
    assert made.stack("acrwatch")["terraform"]["backend"]["local"]["path"] == "../../../terraform.acrwatch.tfstate"


def test_without_node_it_says_what_is_missing(tmp_path: Path) -> None:
    """The core's own message is a traceback."""
    made = Project(tmp_path).run(JSII_NODE="no-such-node")

    assert made.returncode == ExitCode.INPUT
    assert made.stderr.startswith("no-such-node is not on the PATH; the CDK needs Node 20 or later")
    assert "Traceback" not in made.stderr
