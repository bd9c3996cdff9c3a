"""A PNG becomes smaller and stays the picture it was."""

import struct
import zlib

import pytest

from docs.png import small


def guess(filter_: int, left: int, above: int, corner: int) -> int:
    if filter_ == 4:
        return min((left, above, corner), key=lambda value: abs(left + above - corner - value))
    return (0, left, above, (left + above) // 2)[filter_]


def png(rows: list[list[tuple[int, int, int]]], filters: list[int], kind: int = 2) -> bytes:
    """A picture whose rows are filtered as given."""
    above = bytes(len(rows[0]) * 3)
    lines = b""
    for row, filter_ in zip(rows, filters, strict=True):
        plain = bytes(value for pixel in row for value in pixel)
        around = zip(plain, bytes(3) + plain[:-3], above, bytes(3) + above[:-3], strict=True)
        lines += bytes([filter_, *((value - guess(filter_, *others)) % 256 for value, *others in around)])
        above = plain
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def pixels(content: bytes) -> list[list[tuple[int, ...]]]:
    """The pixels of a picture with a palette and no filters."""
    width, height = struct.unpack(">II", content[16:24])
    found, at = {}, 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        found[content[at + 4 : at + 8]] = content[at + 8 : at + 8 + length]
        at += 12 + length
    palette = [tuple(found[b"PLTE"][place : place + 3]) for place in range(0, len(found[b"PLTE"]), 3)]
    lines = zlib.decompress(found[b"IDAT"])
    return [
        [palette[value] for value in lines[row * (width + 1) + 1 : (row + 1) * (width + 1)]] for row in range(height)
    ]


def test_every_filter_is_undone() -> None:
    """Up to 256 colours nothing changes."""
    rows = [[(x * 40, y * 50, (x + y) * 20) for x in range(6)] for y in range(5)]

    assert pixels(small(png(rows, [0, 1, 2, 3, 4]))) == rows


def test_of_many_colours_the_nearest_one_is_taken() -> None:
    rows = [[(x, y, 0) for x in range(0, 250, 5)] for y in range(0, 250, 5)]

    found = pixels(small(png(rows, [0] * 50)))

    assert len({pixel for row in found for pixel in row}) <= 256
    assert found[0][0] == (0, 0, 0)


@pytest.mark.parametrize("content", [b"GIF89a", png([[(0, 0, 0)]], [0], kind=6)])
def test_another_kind_of_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no PNG in RGB"):
        small(content)
