"""Finds the file of a stack, and reads it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from acrwatch.errors import InputError

FILE = "cdk.tf.json"
STACKS = Path("cdktf.out") / "stacks"


def find_stack(given: Path | None) -> Path:
    """The file of a stack: the one that is given, or the only one that was synthesised here.

    Args:
        given: a folder or file. Default: the only one below `cdktf.out/stacks`.

    Raises:
        InputError: there is none, or there are several.
    """
    if given is not None:
        file = given / FILE if given.is_dir() else given
        if not file.is_file():
            raise InputError(f"{given} holds no synthesised stack ({FILE}); synthesise one with: python main.py")
        return file
    found = _last_synthesised() or sorted(STACKS.glob(f"*/{FILE}"))
    if not found:
        raise InputError(f"there is no stack below {STACKS}; synthesise one with: python main.py")
    if len(found) > 1:
        names = ", ".join(file.parent.name for file in found)
        raise InputError(f"there are several stacks below {STACKS}: {names}; choose one with --stack {STACKS}/<name>")
    return found[0]


def _last_synthesised() -> list[Path]:
    """The stacks of the last synthesis, as the core notes them; the folders of earlier ones stay."""
    manifest = STACKS.parent / "manifest.json"
    try:
        stacks = json.loads(manifest.read_text(encoding="utf-8"))["stacks"].values()
        files = [manifest.parent / stack["synthesizedStackPath"] for stack in stacks]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return []
    return sorted(file for file in files if file.name == FILE and file.is_file())


def read_json(file: Path) -> Mapping[str, Any]:
    """The content of a file that holds a JSON object.

    Args:
        file: the file.

    Raises:
        InputError: it cannot be read, or holds something else.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        way_out = " (a plan as Terraform writes it is no JSON: terraform show -json <plan>)" if _is_zip(file) else ""
        raise InputError(f"{file} is not JSON: {error}{way_out}") from None
    if not isinstance(content, dict):
        raise InputError(f"{file} is not a stack of Terraform in JSON")
    return content


def _is_zip(file: Path) -> bool:
    """A plan file of Terraform is an archive."""
    with file.open("rb") as opened:
        return opened.read(2) == b"PK"
