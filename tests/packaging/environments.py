"""Clean environments with the built wheel in them, so that a failure is about us and not about a release of today."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def install(wheel: Path, folder: Path, extras: str) -> Path:
    """Make an environment, and give the folder of its commands."""
    constraints = folder / "constraints.txt"
    constraints.write_text(_locked())
    bin_ = folder / "venv" / "bin"
    pip = ["-m", "pip", "--python", str(bin_ / "python"), "install", "--quiet", "--quiet", "--no-compile"]
    for command in (
        ["-m", "venv", "--without-pip", str(folder / "venv")],
        [*pip, "--constraint", str(constraints), f"{wheel}[{extras}]"],
    ):
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return bin_


def without_python_settings() -> Mapping[str, str]:
    """The environment less what would let the checkout in by the back door."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "ACRWATCH"))
    }
    return {**kept, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}


def _locked() -> str:
    lock = json.loads((ROOT / "Pipfile.lock").read_text())
    packages = {**lock["develop"], **lock["default"]}
    return "".join(f"{name}{package['version']}\n" for name, package in packages.items() if "version" in package)
