"""The pipelines in `examples/pipelines/`, step by step, in a project that is made as their page says.

What a pipeline gets from outside stands in: `pip`, `npm` and `gh` only note that they were called. All else is real.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrwatch.kql.parser import PACKAGE
from tests import needs
from tests.project import environment

FOLDER = Path(__file__).parents[2] / "examples" / "pipelines"
BLOCK = re.compile(r"(?:^<!-- (?P<remark>.*) -->\n)?^```(?P<kind>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
COMMITTER = {
    **{f"GIT_{who}_NAME": "Somebody" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "somebody@example.com" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


@dataclass(frozen=True)
class Step:
    """One step that runs commands."""

    name: str
    commands: str
    env: Mapping[str, str]


def steps(name: str) -> Iterator[Step]:
    """The steps of a pipeline in their order."""
    content = yaml.safe_load((FOLDER / name).read_text())
    listed: list[Any] = content["steps"] if "steps" in content else content["jobs"]["watch"]["steps"]
    for step in listed:
        commands = step.get("run") or step.get("bash")
        if commands is not None:
            yield Step(step.get("name") or step["displayName"], commands, step.get("env", {}))


class Runner:
    """A machine that a pipeline runs on, with a clone of the project."""

    def __init__(self, folder: Path, clone: Path) -> None:
        self.clone = clone
        self.noted = folder / "noted.txt"
        self.summary = folder / "summary.md"
        self.bin = folder / "bin"
        self.bin.mkdir()
        python = f'exec "{sys.executable}"'
        shims = {
            "python": f'{python} "$@"',
            "pytest": f'{python} -m pytest -p no:cacheprovider "$@"',
            "acrwatch": f'{python} -c "from acrwatch.cli import main; main()" "$@"',
            **{name: f'echo {name} "$@" >> "{self.noted}"' for name in ("pip", "npm", "gh")},
        }
        for name, line in shims.items():
            (self.bin / name).write_text(f"#!/bin/sh\n{line}\n")
            (self.bin / name).chmod(0o755)

    def run(
        self, commands: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run commands as both services do: with bash, which ends at the first failure."""
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],
            cwd=cwd or self.clone,
            env=environment(
                PATH=f"{self.bin}:{os.environ['PATH']}",
                JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="20",
                GITHUB_STEP_SUMMARY=str(self.summary),
                **COMMITTER,
                **(env or {}),
            ),
            capture_output=True,
            text=True,
            check=False,
        )

    def pipeline(
        self, name: str, base: str, only: Collection[str] | None = None
    ) -> dict[str, subprocess.CompletedProcess[str]]:
        """Every step up to the first that fails, or of those named alone, by its name."""
        known = {
            "${{ github.event.pull_request.base.sha }}": base,
            "${{ github.event.pull_request.number }}": "7",
            "${{ github.token }}": "no-token",
        }
        done = {}
        for step in steps(name):
            if only is not None and step.name not in only:
                continue
            env = {key: known[value] for key, value in step.env.items()}
            env["SYSTEM_PULLREQUEST_TARGETBRANCH"] = "refs/heads/main"
            done[step.name] = self.run(step.commands, env=env)
            if done[step.name].returncode != 0:
                break
        return done


def project_of(folder: Path) -> Path:
    """The project of the page, committed on main."""
    project = folder / "project"
    project.mkdir()
    runner = Runner(folder, project)
    for found in BLOCK.finditer((FOLDER / "README.md").read_text()):
        verb, _, name = (found["remark"] or "").partition(": ")
        if verb == "file":
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(found["text"])
        elif found["kind"] == "sh":
            done = runner.run(found["text"])
            assert done.returncode == 0, done.stdout + done.stderr
    done = runner.run("git init --quiet --initial-branch main && git add . && git commit --quiet --message first")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_of(tmp_path_factory.mktemp("pipelines"))


def changed(folder: Path, project: Path, old: str, new: str) -> tuple[Runner, str]:
    """A runner with a pull request that changes the settings file, and the commit of the base."""
    runner = Runner(folder, folder / "clone")
    runner.run(f'git clone --quiet "{project}" "{runner.clone}"', cwd=folder)
    (runner.clone / "node_modules").symlink_to(needs.NPM.parent)
    settings = runner.clone / "acrwatch.yaml"
    base = runner.run("git rev-parse HEAD").stdout.strip()
    assert old in settings.read_text()
    settings.write_text(settings.read_text().replace(old, new))
    done = runner.run("git checkout --quiet -b change && git commit --quiet --all --message change")
    assert done.returncode == 0, done.stderr
    return runner, base


NAMES = ["github-actions.yml", "azure-pipelines.yml"]
TUNED = """detections:
  forced_repository_deleted:
    severity: 0
detections_dir:"""


# What differs between the two; the rest is run by one of them alone.
DIFFERENT = {"Synthesise the base", "Show the comparison"}


@needs.command("git")
@needs.npm_package(PACKAGE)
def test_a_pipeline_runs_and_says_what_changes(tmp_path: Path, project: Path) -> None:
    """With the snapshot that the change comes with; the second goes on from what the first has left."""
    runner, base = changed(tmp_path, project, "detections_dir:", TUNED)
    runner.run("pytest --quiet --snapshot-update && git commit --quiet --all --message snapshot")
    github, azure = NAMES

    done = runner.pipeline(github, base)

    assert {step: (one.returncode, one.stderr[-2000:]) for step, one in done.items() if one.returncode} == {}
    assert list(done) == [step.name for step in steps(github)]
    comparison = runner.clone / "comparison.md"
    assert "`forced_repository_deleted` changed" in comparison.read_text()
    assert "pip install --requirement requirements.txt" in runner.noted.read_text()
    for report in ("detections.xml", "stack.xml", "rehearsal.xml"):
        assert 'failures="0"' in (runner.clone / report).read_text()
    assert runner.summary.read_text() == comparison.read_text()
    assert "gh pr comment 7 --edit-last --create-if-none --body-file comparison.md" in runner.noted.read_text()

    synthesised = runner.clone / ".base" / "cdktf.out" / "stacks" / "acrwatch" / "cdk.tf.json"
    of_github = synthesised.read_text()
    runner.run("git worktree remove --force .base")
    done = runner.pipeline(azure, base, DIFFERENT)

    assert {step: (one.returncode, one.stderr[-2000:]) for step, one in done.items() if one.returncode} == {}
    assert done.keys() == DIFFERENT
    assert synthesised.read_text() == of_github
    assert f"##vso[task.uploadsummary]{runner.clone}/comparison.md" in done["Show the comparison"].stdout


@needs.command("git")
@needs.npm_package(PACKAGE)
@pytest.mark.parametrize(
    ("new", "step", "said"),
    [
        ("location2: x\ndetections_dir:", "Check the settings", "location2"),
        (TUNED, "Test the stack", "severity: expected 1, found 0"),
    ],
)
def test_a_pipeline_stops_at_the_step_that_finds_something(
    tmp_path: Path, project: Path, new: str, step: str, said: str
) -> None:
    """And shows what it is."""
    runner, base = changed(tmp_path, project, "detections_dir:", new)

    done = runner.pipeline("github-actions.yml", base)

    assert list(done)[-1] == step
    assert done[step].returncode in (1, 2)
    assert said in done[step].stdout + done[step].stderr


@needs.command("git")
@needs.npm_package(PACKAGE)
def test_a_lost_alert_stops_the_rehearsal(tmp_path: Path, project: Path) -> None:
    """Somebody excuses whom they should not."""
    excused = "detections:\n  forced_repository_deleted:\n    except: [{identity: eve@example.com}]\ndetections_dir:"
    runner, base = changed(tmp_path, project, "detections_dir:", excused)
    runner.run("pytest --quiet --snapshot-update")

    done = runner.pipeline("github-actions.yml", base)

    assert list(done)[-1] == "Rehearse"
    assert done["Rehearse"].returncode == 1


def test_both_pipelines_have_the_same_steps() -> None:
    """By their names; how the base is found, and where the comparison is shown, differs."""
    one, other = ({step.name: step for step in steps(name)} for name in NAMES)
    differ = {
        name for name in one if one[name].commands.split() != other[name].commands.replace("set -e\n", "").split()
    }

    assert list(one) == list(other)
    assert differ == DIFFERENT


def test_a_pipeline_may_do_no_more_than_it_needs() -> None:
    """It reads the code, and writes a comment; no secret of a deploy is in it."""
    content = yaml.safe_load((FOLDER / "github-actions.yml").read_text())
    text = "".join((FOLDER / name).read_text() for name in NAMES)

    assert content["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert re.findall(r"secrets\.\w+|AZURE_\w+|ARM_\w+", text) == []


def test_the_page_names_both() -> None:
    """By links."""
    text = (FOLDER / "README.md").read_text()

    assert [name for name in NAMES if f"]({name})" not in text] == []
    assert shutil.which("bash") is not None
