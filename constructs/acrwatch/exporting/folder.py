"""Brings a module to disk: the whole folder or nothing, and never over something that is no module of ours."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from acrwatch.errors import InputError
from acrwatch.exporting.content import MARK

MAIN = "main.tf.json"


def write_module(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a module, in place of an earlier export.

    Args:
        folder: where to; what is above it must be there.
        files: path in the folder -> content.

    Raises:
        InputError: there is something else, or it cannot be written.
    """
    # What a link names is written, not the link.
    folder = folder.resolve()
    _refuse_others(folder, files)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as work:
            made, before = Path(work) / "made", Path(work) / "before"
            for name, text in files.items():
                file = made / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            _swap(made, folder, before)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None


def _swap(made: Path, folder: Path, before: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    folder.rename(before)
    try:
        made.rename(folder)
    except OSError:
        before.rename(folder)
        raise
    shutil.rmtree(before)


def _refuse_others(folder: Path, files: Mapping[str, str]) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file, and a module is a folder")
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink()}
    if not there:
        return
    if not _is_ours(folder / MAIN):
        raise InputError(f"{folder} holds something that acrwatch did not write, and nothing is overwritten")
    others = sorted(there - set(files))
    if others:
        named = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")
        raise InputError(f"{folder} also holds {named}, which an export would take away; move it elsewhere")


def _is_ours(main: Path) -> bool:
    try:
        return bool(json.loads(main.read_text(encoding="utf-8")).get("//") == MARK)
    except (OSError, ValueError, AttributeError):
        return False


def module_files(content: Mapping[str, object], readme: str, caller: str) -> Iterator[tuple[str, str]]:
    """Path -> content of all files of a module.

    Args:
        content: the module.
        readme: its README.
        caller: how it is called.
    """
    yield MAIN, json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    yield "README.md", readme
    yield "examples/caller.tf", caller
