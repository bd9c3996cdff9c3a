"""Pictures of the documentation are there, and small enough for a clone and a page."""

import struct
from pathlib import Path

import pytest

from docs.pictures import FOLDER, PICTURES

SIZE_MAX = 150_000


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_wide_as_a_page_and_small(name: str) -> None:
    """Made by `make pictures`; what it shows is tested where the page is."""
    content = (FOLDER / name).read_bytes()
    width, height = struct.unpack(">II", content[16:24])

    assert len(content) < SIZE_MAX
    assert width == PICTURES[name][1]
    assert height > width / 2


def test_no_picture_lies_there_that_nobody_makes() -> None:
    assert {file.name for file in Path(FOLDER).iterdir()} == set(PICTURES)
