"""Which files are meant by paths, folders, globs and `-`.

What is in them is decided in `content`, whatever their names end with.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from acrwatch.errors import Problem, SettingsError

STANDARD_INPUT = "-"
SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".parquet", ".log")
"""What files of a folder are read end with; `.gz` may follow."""

_MAGIC = "*?["


def expand(paths: Sequence[str | Path]) -> list[Path | None]:
    """The files that are meant, each once, in the order in which they are named and then by name.

    Args:
        paths: files, folders (read recursively, as far as `SUFFIXES` goes), globs (`**` goes into folders), or `-`.

    Returns:
        The files; None is standard input.

    Raises:
        SettingsError: a path does not exist, cannot be read, or a folder or glob holds nothing; all of them at once.
    """
    problems: list[Problem] = []
    # Each file once, under whatever name comes first.
    found: dict[Path | None, Path | None] = {}
    for position, path in enumerate(paths):
        if str(path) == STANDARD_INPUT:
            found[None] = None
            continue
        members, said = _members(Path(path))
        if said is not None:
            problems.append(Problem(path=(position,), message=f"{path}: {said}"))
        for file in members:
            found.setdefault(file.resolve(), file)
    if not paths:
        problems.append(Problem(path=(), message="no file was named", way_out="name files, folders, or - for input"))
    if problems:
        raise SettingsError(problems, "the events", "nothing was read")
    return list(found.values())


def _members(path: Path) -> tuple[list[Path], str | None]:
    """The files of a path, or what is wrong with it."""
    try:
        if path.is_dir():
            members = _known(path.rglob("*"))
            return members, None if members else f"the folder holds no file that ends with {', '.join(SUFFIXES)}"
        if path.exists():
            return [path], None
    except OSError as error:
        return [], f"it cannot be read: {error.strerror}"
    if any(character in str(path) for character in _MAGIC):
        named = [Path(name) for name in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207  # absolute too
        members = [file for file in named if file.is_file()]
        return members, None if members else "no file fits this"
    return [], "there is no such file or folder"


def _known(files: Iterable[Path]) -> list[Path]:
    return sorted(file for file in files if file.is_file() and file.name.lower().removesuffix(".gz").endswith(SUFFIXES))
