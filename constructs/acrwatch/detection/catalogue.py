"""Finds detections and reads them: ours, and those in a folder of the user's.

A detection is a folder named by its id, with `detection.yaml` and `query.kql`. A user's folder
adds detections, and replaces ours where it has the same id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from acrwatch.detection.model import Detection
from acrwatch.detection.reading import read
from acrwatch.errors import Problem, SettingsError
from acrwatch.limits import QUERY_BYTES_MAX
from acrwatch.value_types import take_for_right

Catalogue = Mapping[str, Detection]
Checks = Callable[[Detection, str], list[Problem]]
CONTENT = "detection.yaml"
QUERY = "query.kql"
SHIPPED = "shipped.json"
"""What stands in each `detection.yaml` of ours, with the file's checksum."""


def catalogue(detections_dir: str | Path | None = None) -> Catalogue:
    """All detections by id, in the order of their ids.

    Args:
        detections_dir: a folder of further detections. Default: none.

    Raises:
        SettingsError: a detection cannot work; all problems of the first such file.
    """
    if detections_dir is None:
        return _shipped()
    folder = Path(detections_dir)
    said = None
    try:
        # A glob finds nothing where it may not look. This looks at all, so that none is missed without a word.
        there = [path for path in folder.iterdir() if (path / CONTENT).exists()]
        if not there:
            said = f"it holds no detection, that is no folder with a {CONTENT}"
    except (FileNotFoundError, NotADirectoryError, ValueError):
        said = "there is no such folder"
    except OSError as error:
        said = f"{error.filename} cannot be read: {error.strerror}"
    if said is not None:
        raise SettingsError([Problem(path=(), message=said)], str(folder), "nothing was read")
    found = {**_shipped(), **_detections_in(folder, None)}
    return MappingProxyType(dict(sorted(found.items())))


def shipped_folder() -> Path:
    """Where our own detections are: inside the installed wheel, or beside the source root."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "detections"
    return installed if installed.is_dir() else package.parents[1] / "detections"


@cache
def _shipped() -> Catalogue:
    # Ours have passed the checks in the tests; a watch need neither repeat nor load them at each synth.
    return MappingProxyType(_detections_in(shipped_folder(), lambda _detection, _folder: []))


def _detections_in(folder: Path, checks: Checks | None) -> dict[str, Detection]:
    return {path.parent.name: read_detection(path.parent, checks) for path in sorted(folder.glob(f"*/{CONTENT}"))}


def read_detection(folder: Path, checks: Checks | None = None) -> Detection:
    """Read one detection.

    Args:
        folder: holds `detection.yaml` and `query.kql`.
        checks: what finds the problems of a detection with the name of its folder. Default: all there are.

    Raises:
        SettingsError: the detection cannot work.
    """
    content = folder / CONTENT
    raw = _content(content)
    query = read_query(folder / QUERY)
    problems: list[Problem] = []
    detection = read(Detection, raw, (), problems, query=query)
    if detection is not None:
        problems += (checks or _all_checks)(detection, folder.name)
    if detection is None or problems:
        from acrwatch.yaml_text import with_lines

        raise SettingsError(with_lines(problems, content), str(content), "nothing was read")
    take_for_right(detection)
    return detection


def shipped_content() -> str:
    """The text of `shipped.json`, made from the detections as they are."""
    from acrwatch.yaml_text import read_yaml

    found = {
        file.parent.name: {"crc32": _checksum(file), "content": read_yaml(file)}
        for file in sorted(shipped_folder().glob(f"*/{CONTENT}"))
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _content(file: Path) -> Any:
    """What a `detection.yaml` holds; from `shipped.json` where it stands there just as it is.

    A watch would otherwise load PyYAML at each synth, for nothing else (docs/performance.md).
    """
    known = _known(file.parents[1] / SHIPPED).get(file.parent.name)
    if known is not None and file.is_file() and known.get("crc32") == _checksum(file):
        return known["content"]
    from acrwatch.yaml_text import read_yaml

    return read_yaml(file)


@cache
def _known(file: Path) -> Mapping[str, Any]:
    # Without it, or with half of it, the detections are read from their own files.
    if file != shipped_folder() / SHIPPED or not file.is_file():
        return {}
    try:
        known: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return known


def _checksum(file: Path) -> int:
    # It tells an edited file from the one that was read; a hash would load OpenSSL at each synth.
    return crc32(file.read_bytes())


def read_query(file: Path) -> str:
    """The text of a query.

    Args:
        file: where it stands.

    Raises:
        SettingsError: the file is missing, not UTF-8, empty, or larger than any query that Azure takes.
    """
    try:
        size = file.stat().st_size
        # Some editors begin a file with a mark, which is no part of the query.
        text = file.read_text(encoding="utf-8").removeprefix("\ufeff") if size <= QUERY_BYTES_MAX else ""
        if _has_code(text):
            return text
        said = f"it has {size:,} bytes; Azure takes {QUERY_BYTES_MAX:,}" if size > QUERY_BYTES_MAX else "it is empty"
    except UnicodeDecodeError:
        said = "this is not a text in UTF-8"
    except OSError as error:
        said = f"it cannot be read: {error.strerror}"
    raise SettingsError([Problem(path=(), message=said)], str(file), "nothing was read")


def _has_code(text: str) -> bool:
    return any(line and not line.startswith("//") for line in map(str.strip, text.split("\n")))


def _all_checks(detection: Detection, folder: str) -> list[Problem]:
    from acrwatch.detection.checks import detection_problems

    return detection_problems(detection, folder)
