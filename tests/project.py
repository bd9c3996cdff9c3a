"""A clone in a folder of its own, in which `main.py` runs as a process, as people and the CDK's CLIs run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.synthesis import Body

ROOT = Path(__file__).parents[1]
# A pytest that is started as a process is nobody's xdist worker.
OURS = ("PYTEST_", "ACRWATCH_", "TF_VAR_", "CDKTF_", "JSII_", "SYNTH_HCL_OUTPUT")


def environment(**changed: str) -> dict[str, str]:
    """The environment without what steers the app, and with what is given."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)} | changed


class Project:
    """What of a clone `main.py` needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        for name in ("main.py", "cdktf.json", "acrwatch.example.yaml"):
            shutil.copy(ROOT / name, folder)

    def run(self, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run `python main.py` with these environment variables."""
        return subprocess.run(
            [sys.executable, "main.py"],
            cwd=self.folder,
            env=environment(**changed),
            capture_output=True,
            text=True,
            check=False,
        )

    def settings(self, content: Body, name: str = "acrwatch.yaml") -> Path:
        """Write a settings file."""
        file = self.folder / name
        file.write_text(yaml.safe_dump(content), "utf-8")
        return file

    def written(self) -> list[str]:
        """The stacks' files, from the folder of the stacks."""
        stacks = self.folder / "cdktf.out" / "stacks"
        return sorted(str(path.relative_to(stacks)) for path in stacks.rglob("*") if path.is_file())

    def stack(self, name: str) -> Body:
        """A stack that was written as JSON."""
        text = (self.folder / "cdktf.out" / "stacks" / name / "cdk.tf.json").read_text("utf-8")
        stack: Body = json.loads(text)
        return stack
