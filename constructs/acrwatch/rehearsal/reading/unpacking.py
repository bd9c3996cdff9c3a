"""The bytes of a file, unpacked as far as they go."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

_AT_ONCE = 1 << 20


class CutShort(Exception):
    """A packed file ends in the middle, or is damaged there; what stood before has been given."""


class Damaged(CutShort):
    """It is damaged."""


def unpacked(path: Path, packed: bool) -> Iterator[bytes]:
    """The content of a file in pieces.

    Args:
        path: the file.
        packed: whether it is packed with gzip.

    Raises:
        CutShort: it ends in the middle.
        Damaged: it is damaged there.
    """
    with path.open("rb") as opened:
        if not packed:
            while piece := opened.read(_AT_ONCE):
                yield piece
            return
        member = zlib.decompressobj(wbits=31)
        rest = b""
        while piece := rest or opened.read(_AT_ONCE):
            try:
                yield member.decompress(piece, _AT_ONCE)
            except zlib.error:
                raise Damaged("it is damaged in the middle") from None
            rest = member.unconsumed_tail
            if member.eof:
                # What follows may be a further member, and gzip allows zeros to fill up a block.
                rest = member.unused_data.lstrip(b"\x00") or opened.read(_AT_ONCE).lstrip(b"\x00")
                if not rest:
                    return
                member = zlib.decompressobj(wbits=31)
        raise CutShort("it ends in the middle")
