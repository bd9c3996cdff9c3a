"""What a file holds, by its first bytes. A name that says something else is no reason to trust it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.reading.unpacking import CutShort, Damaged, unpacked

GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_HEAD = 1 << 20
_LINES = 100
_LINE_END = re.compile(r"\r\n|\n|\r")
EMPTY = "it is empty"
"""The trouble of a file without content."""

_REFUSED = {
    b"PK\x03\x04": "it is a zip; unpack it first",
    b"BZh": "it is a bzip2 file; unpack it first",
    b"\xfd7zXZ": "it is an xz file; unpack it first",
    b"\x28\xb5\x2f\xfd": "it is a zstd file; unpack it first",
    b"Obj\x01": "it is Avro, as Event Hubs Capture writes it; have it written as JSON or Parquet",
    b"\xff\xfe": "it is text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "it is text in UTF-16; save it as UTF-8",
}
_API = re.compile(r'\s*\{.{0,400}?"tables"\s*:\s*\[\s*\{\s*"(?:name|columns)"', re.DOTALL)
# As a key, it is the rest of a line of JSON.
_NAMES_IN_HEADER = re.compile(r"(?:^|[,;\t\"])\s*TimeGenerated\b(?!\"\s*:)")


class Shape(StrEnum):
    """The shapes of a log that can be read, each by a source of its own."""

    LINES = "lines of JSON"
    DOCUMENT = "a JSON document"
    API = "a result of the query API"
    CSV = "CSV"
    PARQUET = "Parquet"


_SUFFIXES = {
    ".jsonl": (Shape.LINES, Shape.DOCUMENT, Shape.API),
    ".ndjson": (Shape.LINES, Shape.DOCUMENT, Shape.API),
    ".json": (Shape.LINES, Shape.DOCUMENT, Shape.API),
    ".csv": (Shape.CSV,),
    ".parquet": (Shape.PARQUET,),
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the beginning of a file tells.

    Args:
        shape: its shape, or None when it cannot be read.
        packed: whether it is packed with gzip.
        enveloped: whether its first line is an envelope, an object with a list `records` and no time.
        trouble: why it cannot be read.
    """

    shape: Shape | None
    packed: bool = False
    enveloped: bool = False
    trouble: str | None = None

    def differs_from(self, name: str) -> bool:
        """Whether a name's ending promises another shape."""
        suffix = Path(name.lower().removesuffix(".gz")).suffix
        return self.shape is not None and self.shape not in _SUFFIXES.get(suffix, (self.shape,))


def look(path: Path) -> Content:
    """Look at the beginning of a file.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as opened:
        packed = opened.read(len(GZIP)) == GZIP
    head = b""
    try:
        for piece in unpacked(path, packed):
            head += piece
            if len(head) >= _HEAD:
                break
    except Damaged:
        if not head:
            return Content(shape=None, packed=True, trouble="it begins like a gzip file, but is none")
    except CutShort:
        pass
    shape, trouble = _shape(head, packed)
    enveloped = shape is Shape.LINES and _is_enveloped(_text(head))
    return Content(shape=shape, packed=packed, enveloped=enveloped, trouble=trouble)


def _text(head: bytes) -> str:
    return head.decode("utf-8", errors="replace").lstrip("\ufeff").lstrip()


def _shape(head: bytes, packed: bool) -> tuple[Shape | None, str | None]:
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        return None, EMPTY
    for magic, said in _REFUSED.items():
        if head.startswith(magic):
            return None, said
    if head.startswith(_PARQUET):
        return (None, "it is Parquet inside gzip; unpack it first") if packed else (Shape.PARQUET, None)
    shape = _shape_of_text(_text(head))
    if shape is not None:
        return shape, None
    kind = "text nor Parquet" if b"\x00" in head else f"JSON, CSV with a column {TIME}, nor Parquet"
    return None, f"it is neither {kind}"


def _shape_of_text(text: str) -> Shape | None:
    if text.startswith("["):
        return Shape.DOCUMENT
    if text.startswith("{"):
        return Shape.API if _API.match(text) else _lines_or_document(text)
    if _NAMES_IN_HEADER.search(lines_of(text)[0]):
        return Shape.CSV
    return Shape.LINES if any(_is_object(line) for line in lines_of(text)) else None


def lines_of(text: str) -> list[str]:
    """The first lines of a text, which end as those of files do, and not at every character that Python ends one at."""
    return _LINE_END.split(text, maxsplit=_LINES)[:_LINES]


def _lines_or_document(text: str) -> Shape:
    """Lines, unless the first value goes on over several of them, or over more than the beginning."""
    lines = lines_of(text)
    if any(map(_is_object, lines)):
        return Shape.LINES
    # An object that is broken off is a line that nobody could read, and one over several lines a document.
    return Shape.DOCUMENT if len(lines) == 1 or not lines[1].lstrip().startswith("{") else Shape.LINES


def _is_enveloped(text: str) -> bool:
    first = next(filter(_is_object, lines_of(text)), "{}")
    found = json.loads(first)
    return isinstance(found.get("records"), list) and TIME not in found


def _is_object(line: str) -> bool:
    try:
        return line.lstrip().startswith("{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
