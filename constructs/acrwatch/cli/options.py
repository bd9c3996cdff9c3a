"""The options that several commands have, each with one meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from acrwatch.errors import InputError
from acrwatch.output.result import Format
from acrwatch.synthesised import SynthesisedStack, find_stack, read_plan, read_stack
from acrwatch.synthesised.files import read_json

FormatOption = Annotated[Format, typer.Option("--format", help="For people, or for machines.")]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file, whole or not at all.")]
DetectionsDirOption = Annotated[
    Path | None, typer.Option("--detections-dir", help="A folder of further detections, or of others in place of ours.")
]
StackOption = Annotated[
    Path | None,
    typer.Option("--stack", help="A synthesised stack: folder or file. Default: the only one in cdktf.out/stacks."),
]
PlanOption = Annotated[
    Path | None,
    typer.Option("--plan", help="A plan in place of a stack: what terraform show -json PLAN writes."),
]


def stack_of(stack: Path | None, plan: Path | None) -> SynthesisedStack:
    """What `--stack` or `--plan` names.

    Args:
        stack: folder or file. Default: the only synthesised stack.
        plan: a plan in JSON.

    Raises:
        InputError: both are given, or the file cannot be read.
    """
    if plan is None:
        return read_stack(find_stack(stack))
    if stack is not None:
        raise InputError("--stack and --plan exclude each other; give the one that shall be read")
    return read_plan(plan)


def stack_or_plan(path: Path) -> SynthesisedStack:
    """What a path names, whichever of the two it is.

    Args:
        path: folder or file of a synthesised stack, or a plan in JSON.

    Raises:
        InputError: it cannot be read.
    """
    file = find_stack(path)
    return read_plan(file) if "planned_values" in read_json(file) else read_stack(file)
