"""`acrwatch format`: the queries of detections in the one layout."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from acrwatch.cli.options import DetectionsDirOption
from acrwatch.cli.test import folders_of
from acrwatch.detection.catalogue import QUERY, read_query
from acrwatch.errors import ExitCode
from acrwatch.kql.layout import laid_out
from acrwatch.kql.parser import parse
from acrwatch.output.show import show_text, write_whole

EXAMPLE = "Example: acrwatch format my_detections"


def command(
    names: Annotated[list[str], typer.Argument(metavar="ID|DIR...", help="Detections, or folders of them.")],
    detections_dir: DetectionsDirOption = None,
) -> None:
    """Lay out queries as Microsoft's formatter does, each file whole or not at all. Changes nothing else in them."""
    # What a link names is written, not the link.
    files = [(folder / QUERY).resolve() for folder in folders_of(names, detections_dir)]
    texts = {file: read_query(file) for file in files}
    parsed = parse({str(file): text for file, text in texts.items()}, formatted=set(map(str, files)))
    left = False
    for file, text in texts.items():
        formatted = parsed[str(file)].formatted
        wanted = laid_out(text, formatted) if formatted is not None else None
        if wanted is None:
            left = True
            sys.stderr.write(f"{file} is left as it is: the formatter would change more of it than the layout\n")
        elif wanted != text:
            write_whole(file, wanted)
            show_text(f"{file}\n", None)
    if left:
        raise typer.Exit(ExitCode.FINDINGS)
