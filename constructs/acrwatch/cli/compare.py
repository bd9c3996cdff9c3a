"""`acrwatch compare`: what changes in the alerts when a stack changes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrwatch.cli.options import OutputOption, stack_or_plan
from acrwatch.cli.progress import progress_bar
from acrwatch.cli.rehearse import ExpectOption
from acrwatch.cli.rehearsing import (
    DelayOption,
    EventsOption,
    FromOption,
    JitterOption,
    MoreEvents,
    SeedOption,
    SkipOption,
    ToOption,
    chance_of,
    period_of,
    read_log,
)
from acrwatch.errors import ExitCode, InputError
from acrwatch.output.result import CompareFormat, Format
from acrwatch.output.show import show, show_text

if TYPE_CHECKING:
    from acrwatch.output.comparison import Compared
    from acrwatch.rehearsal.compare import NamedLoss

EXAMPLE = "Example: acrwatch compare main.tf.json cdktf.out/stacks/acrwatch --events logs/ --format markdown"


def command(
    base: Annotated[Path, typer.Argument(help="The stack as it is: a folder, a file, or a plan in JSON.")],
    head: Annotated[Path, typer.Argument(help="The stack as it is to be.")],
    more: MoreEvents = None,
    events: EventsOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    delay: DelayOption = None,
    jitter: JitterOption = "0m",
    skip: SkipOption = 0.0,
    seed: SeedOption = 0,
    expect: ExpectOption = None,
    format_: Annotated[
        CompareFormat, typer.Option("--format", help="For people, machines, or a pull request.")
    ] = CompareFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Play two stacks over the same log: alerts that come, go and change, what changed in the rules, and the cost.

    With --expect it ends with 1 where an alert that the file names is lost.
    """
    from acrwatch.output.comparison import Compared
    from acrwatch.rehearsal.compare import compare, named_losses
    from acrwatch.rehearsal.expectation_file import read_expectations
    from acrwatch.rehearsal.rule_changes import monthly_cost

    paths = [*(events or []), *(more or [])]
    if not paths:
        raise InputError("there is nothing to compare on: give a log with --events")
    start, end = period_of(from_, to)
    chance = asdict(chance_of(jitter, skip, seed))
    old, new = stack_or_plan(base), stack_or_plan(head)
    if expect is not None:
        read_expectations(expect, [old, new], log=True)
    losses: list[NamedLoss] | None = None
    interrupted = False
    with progress_bar("evaluations") as bar:
        with read_log(paths, delay, seed, bar) as log:
            found = compare(old, new, log, start=start, end=end, progress=bar.step, **chance)
        if expect is not None and found.head.interrupted is None:
            tests = read_expectations(expect, [old, new], log=True, log_start=found.head.clock.start)
            losses = []
            try:
                for loss in named_losses(old, new, found, tests, progress=bar.step, **chance):
                    losses.append(loss)  # kept one by one, for whoever interrupts
            except KeyboardInterrupt:
                interrupted = True
    result = Compared(
        base=str(base),
        head=str(head),
        comparison=found,
        cost=(monthly_cost(old), monthly_cost(new)),
        losses=losses,
        interrupted=interrupted,
    )
    _show(result, format_, output)
    if result.exit_code is not ExitCode.FINE:
        raise typer.Exit(result.exit_code)


def _show(result: Compared, format_: CompareFormat, output: Path | None) -> None:
    if format_ is CompareFormat.MARKDOWN:
        from acrwatch.output.comparison_markdown import as_markdown

        show_text(as_markdown(result), output)
    else:
        show(result, Format(format_.value), output)
