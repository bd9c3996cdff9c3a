"""The options that several commands have, each with one meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from acrwatch.output.result import Format

FormatOption = Annotated[Format, typer.Option("--format", help="For people, or for machines.")]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file, whole or not at all.")]
DetectionsDirOption = Annotated[
    Path | None, typer.Option("--detections-dir", help="A folder of further detections, or of others in place of ours.")
]
StackOption = Annotated[
    Path | None,
    typer.Option("--stack", help="A synthesised stack: folder or file. Default: the only one in cdktf.out/stacks."),
]
