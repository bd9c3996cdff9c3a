"""`acrwatch new`: the folder of a detection that works, to be made into one's own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from acrwatch.alert_rule import Kind
from acrwatch.detection.catalogue import CONTENT, catalogue
from acrwatch.detection.checks import ID
from acrwatch.errors import InputError, shown
from acrwatch.output.show import show_text

EXAMPLE = "Example: acrwatch new push_to_release --into my_detections"

_SKELETON = Path(__file__).parents[1] / "detection" / "skeleton"
_ID, _TITLE = "id: my_detection", "title: My Detection"


def write_skeleton(id_: str, kind: Kind, into: Path) -> Path:
    """Write a detection, whole or not at all.

    Args:
        id_: its id, and the name of its folder.
        kind: event or volume.
        into: where the folder is made; it is made itself if need be.

    Returns:
        The folder.

    Raises:
        InputError: the id cannot be one, there is something already, or it cannot be written.
    """
    folder = into / id_
    if ID.fullmatch(id_) is None:
        allowed = "3 to 60 lower-case letters, digits and _ are allowed, a letter first"
        raise InputError(f"{shown(id_)} cannot be the id of a detection; {allowed}")
    if id_ in catalogue():
        raise InputError(f"{id_} is a detection of acrwatch, which yours would replace; choose another id")
    if folder.exists() or folder.is_symlink():
        raise InputError(f"{folder} is there already, and nothing is overwritten")
    try:
        into.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=f".{id_}.") as work:
            made = Path(work) / id_
            made.mkdir()
            for source in sorted((_SKELETON / kind.value).iterdir()):
                text = source.read_text(encoding="utf-8")
                if source.name == CONTENT:
                    title = f"title: {id_.replace('_', ' ').title()}"
                    text = text.replace(_ID, f"id: {id_}", 1).replace(_TITLE, title, 1)
                (made / source.name).write_text(text, encoding="utf-8")
            # Fails where another process was faster, unless that left an empty folder.
            made.rename(folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None
    return folder


def command(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the detection, and name of its folder.")],
    kind: Annotated[
        Kind, typer.Option("--kind", help="An alert for each operation, or for a burst by one identity.")
    ] = Kind.EVENT,
    into: Annotated[Path, typer.Option("--into", help="The folder of your detections, made if need be.")] = Path(
        "my_detections"
    ),
) -> None:
    """Write a detection that works, with its cases, to be made into your own. Overwrites nothing."""
    folder = write_skeleton(id_, kind, into)
    files = "".join(f"{file}\n" for file in sorted(folder.iterdir()))
    show_text(f"{files}\nNext: acrwatch test {folder}\n", None)
