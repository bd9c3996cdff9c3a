"""From files to sources: each file goes to the source of its shape, together with others like it.

The fast way is taken first. A file that DuckDB stumbles over gets a clean copy, and what was wrong is told.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from acrwatch.kql.engine import DatabaseError
from acrwatch.rehearsal.reading import api, csv, parquet
from acrwatch.rehearsal.reading.content import EMPTY, Content, Shape, lines_of, look
from acrwatch.rehearsal.reading.json_lines import JsonLines
from acrwatch.rehearsal.reading.source import Source
from acrwatch.rehearsal.reading.spool import Spooled
from acrwatch.rehearsal.reading.unpacking import CutShort, unpacked
from acrwatch.rehearsal.reading.unreadable import Place, Unreadable, Unreadables

_INPUT = "standard input"
_HEADER = 1 << 20
# DuckDB takes these for patterns.
_PATTERN = frozenset("*?[]{}")


@dataclass
class _Groups:
    """Files of one shape that can be read in one scan: the file that DuckDB reads -> what people call it."""

    lines: dict[str, str] = field(default_factory=dict)
    envelopes: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    tables: dict[csv.Header, dict[str, str]] = field(default_factory=dict)
    parquets: dict[tuple[tuple[str, str], ...], dict[str, str]] = field(default_factory=dict)
    answers: list[Source] = field(default_factory=list)

    def sources(self) -> list[Source]:
        return [
            *([JsonLines(self.lines)] if self.lines else []),
            *([JsonLines(self.envelopes, enveloped=True)] if self.envelopes else []),
            *([JsonLines(self.members, unit="record")] if self.members else []),
            *self.answers,
            *(csv.Csv(group, header) for header, group in self.tables.items()),
            *(parquet.Parquet(group, dict(kinds)) for kinds, group in self.parquets.items()),
        ]


class Opener:
    """Opens files.

    Args:
        connection: where sources are asked.
        folder: where clean copies are put.
        progress: is told what is being done.
    """

    def __init__(self, connection: Any, folder: Path, progress: Callable[[str], None]) -> None:
        self._connection = connection
        self._folder = folder
        self._progress = progress
        self._copies = 0
        self.unreadable = Unreadables()
        self.partial: list[str] = []
        self.notes: list[str] = []

    def open(self, files: Iterable[Path | None]) -> list[Source]:
        """The sources of some files; what cannot be read is in `unreadable`, `partial` and `notes`.

        Args:
            files: the files; None is standard input.
        """
        groups = _Groups()
        for file in files:
            shown = str(file) if file is not None else _INPUT
            try:
                # What is not a file, such as a pipe, can be read only once.
                path = file if file is not None and file.is_file() else self._copied(file)
                content = look(path)
                if content.trouble == EMPTY and _ends_too_early(path):
                    self.partial.append(f"{shown}: it ends in the middle, before its first line")
                elif content.trouble == EMPTY:
                    self.notes.append(f"{shown} is empty")
                elif content.trouble is not None:
                    self._whole(shown, content.trouble)
                else:
                    self._sort(path, content, shown, groups)
            except OSError as error:
                self._whole(shown, f"it cannot be read: {error.strerror}")
            except DatabaseError as error:
                self._whole(shown, f"it looks like {content.shape}, but cannot be read: {_first_line(error)}")
        return groups.sources()

    def _sort(self, path: Path, content: Content, shown: str, groups: _Groups) -> None:
        if content.differs_from(shown):
            self.notes.append(f"{shown} holds {content.shape}, whatever its name says, and was read as that")
        if content.shape is Shape.DOCUMENT:
            groups.members[self._members(path, content, shown)] = shown
            return
        if content.shape is Shape.API:
            groups.answers += api.tables_of(self._connection, self._plain(path, content, shown), shown)
            return
        readable = self._readable(path, content)
        match content.shape:
            case Shape.LINES:
                (groups.envelopes if content.enveloped else groups.lines)[readable] = shown
            case Shape.PARQUET:
                kinds = tuple(parquet.kinds_of(self._connection, readable).items())
                groups.parquets.setdefault(kinds, {})[readable] = shown
            case Shape.CSV:
                header = _header(path, content)
                if header.trouble is None:
                    groups.tables.setdefault(header, {})[readable] = shown
                else:
                    self._whole(shown, header.trouble)

    def mended(self, source: Source, error: DatabaseError) -> list[Source]:
        """Sources that DuckDB can read, in place of one that it stumbles over.

        Args:
            source: that one.
            error: what DuckDB says.
        """
        if isinstance(source, JsonLines) and not source.clean:
            files = dict(self._clean(*file) for file in source.files.items())
            return [JsonLines(files, unit=source.unit, enveloped=source.enveloped, clean=True)]
        if len(source.files) > 1:
            # One of them is damaged, and the others are not to be lost with it.
            paths, half = list(source.files), len(source.files) // 2
            return [source.part(paths[:half]), source.part(paths[half:])]
        if isinstance(source, csv.Csv) and not source.tolerant:
            return self._tolerant(source)
        for shown in source.files.values():
            self._whole(shown, f"it cannot be read: {_first_line(error)}")
        return []

    def _tolerant(self, source: csv.Csv) -> list[Source]:
        """A CSV file without the lines that do not fit, which are told."""
        ((path, shown),) = source.files.items()
        plain = self._plain(Path(path), look(Path(path)), shown)
        tolerant = csv.Csv({plain: shown}, source.header, tolerant=True)
        try:
            rejected = tolerant.rejected(self._connection)
        except DatabaseError as error:
            self._whole(shown, f"it cannot be read: {_first_line(error)}")
            return []
        self.unreadable.add(Unreadable(place=Place(file=shown, number=line), reason=said) for line, said in rejected)
        return [tolerant]

    def _clean(self, path: str, shown: str) -> tuple[str, str]:
        """The file itself when DuckDB can read it, else a clean copy."""
        try:
            self._connection.execute(f"SELECT count(text) FROM ({JsonLines({path: shown}).lines()})").fetchall()
        except DatabaseError:
            spooled = Spooled(self._copy(".jsonl"))
            spooled.lines(unpacked(Path(path), look(Path(path)).packed))
            self._tell(spooled, shown, "line")
            return str(spooled.path), shown
        return path, shown

    def _plain(self, path: Path, content: Content, shown: str) -> str:
        """A name of the file, or of a copy of what can be unpacked of it."""
        if not content.packed:
            return self._readable(path, content)
        copy = self._copy(".txt")
        with copy.open("w+b") as opened:
            try:
                for piece in unpacked(path, packed=True):
                    opened.write(piece)
            except CutShort as error:
                _drop_last_line(opened)
                self.partial.append(f"{shown}: {error}; what stands before that was read")
        return str(copy)

    def _members(self, path: Path, content: Content, shown: str) -> str:
        self._progress(f"taking {shown} apart")
        spooled = Spooled(self._copy(".jsonl"))
        spooled.members(unpacked(path, content.packed))
        self._tell(spooled, shown, "record")
        return str(spooled.path)

    def _tell(self, spooled: Spooled, shown: str, unit: str) -> None:
        self.unreadable.add(
            Unreadable(place=Place(file=shown, unit=unit, number=number), reason=said) for number, said in spooled.wrong
        )
        if spooled.cut is not None:
            self.partial.append(f"{shown}: {spooled.cut}; what stands before that was read")

    def _readable(self, path: Path, content: Content) -> str:
        """A name of the file under which DuckDB reads it."""
        absolute = path.absolute()
        if content.packed == path.name.endswith(".gz") and _PATTERN.isdisjoint(str(absolute)):
            return str(absolute)
        # DuckDB goes by the name, and a link gives the file a right one.
        link = self._copy(".gz" if content.packed else ".txt")
        link.symlink_to(absolute)
        return str(link)

    def _copied(self, file: Path | None) -> Path:
        copy = self._copy(".txt")
        with copy.open("wb") as opened, nullcontext(sys.stdin.buffer) if file is None else file.open("rb") as given:
            copyfileobj(given, opened)
        return copy

    def _copy(self, suffix: str) -> Path:
        self._copies += 1
        return self._folder / f"copy-{self._copies}{suffix}"

    def _whole(self, shown: str, reason: str) -> None:
        self.unreadable.add([Unreadable(place=Place(file=shown), reason=reason)])


def _header(path: Path, content: Content) -> csv.Header:
    text = b""
    try:
        for piece in unpacked(path, content.packed):
            text += piece
            if b"\n" in text or len(text) > _HEADER:
                break
    except CutShort:
        pass
    return csv.Header(lines_of(text.decode("utf-8", errors="replace").lstrip("\ufeff"))[0])


def _drop_last_line(opened: BinaryIO) -> None:
    """Take away the line in which a file was cut short; half a value looks like a whole one."""
    end = opened.tell()
    while end:
        begin = max(0, end - _HEADER)
        opened.seek(begin)
        if (found := opened.read(end - begin).rfind(b"\n")) >= 0:
            opened.truncate(begin + found + 1)
            return
        end = begin
    opened.truncate(0)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _ends_too_early(path: Path) -> bool:
    """Whether a file is a packed one of which not even the first line is there."""
    with path.open("rb") as opened:
        if opened.read(2) != b"\x1f\x8b":
            return False
    try:
        with gzip.open(path) as unpacked:
            unpacked.read(1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return True
    return False
