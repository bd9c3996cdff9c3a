"""Makes a PNG small: one byte for a pixel, of the 256 colours that it has most of.

A page of text has a few hundred shades, most of them of the edges of letters, so nobody sees the difference. Form of
the file: W3C, "Portable Network Graphics (PNG) Specification".
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache

Colour = tuple[int, ...]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256
_RGB, _PALETTE = 2, 3
_CHANNELS = 3


def small(content: bytes) -> bytes:
    """The same picture in 256 colours.

    Args:
        content: a PNG in RGB with 8 bits, as Chromium takes pictures.

    Raises:
        ValueError: it is another kind of PNG, or none.
    """
    chunks = list(_chunks(content)) if content.startswith(_SIGNATURE) else []
    if not chunks or struct.unpack(">BBBBB", chunks[0][1][8:]) != (8, _RGB, 0, 0, 0):
        raise ValueError("this is no PNG in RGB with 8 bits")
    width, height = struct.unpack(">II", chunks[0][1][:8])
    rows = list(_rows(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width, height))
    counted = Counter(pixel for row in rows for pixel in _pixels(row))
    palette = [colour for colour, _ in counted.most_common(_COLOURS)]

    @cache
    def nearest(colour: Colour) -> int:
        return min(
            range(len(palette)), key=lambda at: sum((a - b) ** 2 for a, b in zip(colour, palette[at], strict=True))
        )

    lines = b"".join(b"\0" + bytes(nearest(pixel) for pixel in _pixels(row)) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)
    made = {
        b"IHDR": header,
        b"PLTE": b"".join(bytes(colour) for colour in palette),
        b"IDAT": zlib.compress(lines, 9),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in made.items())


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data: bytes, width: int, height: int) -> Iterator[bytes]:
    """The rows without the filter that each begins with."""
    stride = width * _CHANNELS
    above = bytes(stride)
    for number in range(height):
        at = number * (stride + 1)
        filter_, row = data[at], bytearray(data[at + 1 : at + 1 + stride])
        for place in range(stride):
            left = row[place - _CHANNELS] if place >= _CHANNELS else 0
            corner = above[place - _CHANNELS] if place >= _CHANNELS else 0
            row[place] = (row[place] + _predicted(filter_, left, above[place], corner)) % 256
        above = bytes(row)
        yield above


def _predicted(filter_: int, left: int, above: int, corner: int) -> int:
    if filter_ == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda value: abs(guess - value))
    return (0, left, above, (left + above) // 2)[filter_]


def _pixels(row: bytes) -> Iterator[Colour]:
    return zip(row[::3], row[1::3], row[2::3], strict=True)
