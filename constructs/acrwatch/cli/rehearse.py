"""`acrwatch rehearse`: which alerts the rules of a stack would have fired over a log of events."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrwatch.cli.options import OutputOption, PlanOption, StackOption, stack_of
from acrwatch.cli.progress import ProgressBar, progress_bar
from acrwatch.cli.rehearsing import (
    Chance,
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
    refuse_without_log,
)
from acrwatch.errors import ExitCode, InputError
from acrwatch.output.result import RehearsalFormat, ReportFormat
from acrwatch.output.show import show_tests, show_text
from acrwatch.synthesised import SynthesisedStack

if TYPE_CHECKING:
    from acrwatch.output.rehearsal import Rehearsed
    from acrwatch.rehearsal.delivery import Deliveries, Target
    from acrwatch.rehearsal.difference import Difference
    from acrwatch.rehearsal.messages import Messages
    from acrwatch.rehearsal.model import Rehearsal

EXAMPLE = "Example: acrwatch rehearse --events logs/ --expect expected.yaml"

ExpectOption = Annotated[
    Path | None, typer.Option("--expect", help="A YAML file of tests: which alerts, when and for whom.")
]


def command(
    more: MoreEvents = None,
    stack: StackOption = None,
    plan: PlanOption = None,
    events: EventsOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    delay: DelayOption = None,
    jitter: JitterOption = "0m",
    skip: SkipOption = 0.0,
    seed: SeedOption = 0,
    expect: ExpectOption = None,
    deliver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RECEIVER=URL",
            help="Post what this receiver is told to a server on this machine (loopback only). Repeatable.",
        ),
    ] = None,
    format_: Annotated[
        RehearsalFormat,
        typer.Option("--format", help="For people, machines, a browser, or pipelines that show tests."),
    ] = RehearsalFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Play the rules of a stack over a log of events: which alerts would have fired, when, and for whom."""
    from acrwatch.rehearsal.delivery import read_target
    from acrwatch.rehearsal.expectation_file import read_expectations
    from acrwatch.rehearsal.rehearse import rehearse

    paths = [*(events or []), *(more or [])]
    if not paths:
        if expect is None:
            raise InputError("there is nothing to rehearse: give a log with --events, or tests with --expect")
        html = format_ is RehearsalFormat.HTML
        refuse_without_log({"--from": from_, "--to": to, "--delay": delay, "--deliver": deliver, "--format html": html})
    start, end = period_of(from_, to)
    chance = chance_of(jitter, skip, seed)
    what = stack_of(stack, plan)
    # What is wrong with these is said before a long log is read.
    targets = [read_target(what, text) for text in deliver or []]
    if expect is not None:
        read_expectations(expect, [what], log=bool(paths))
    rehearsal = None
    with progress_bar("evaluations") as bar:
        if paths:
            with read_log(paths, delay, seed, bar) as log:
                rehearsal = rehearse(what, log, start=start, end=end, progress=bar.step, **asdict(chance))
        found = _judged(what, rehearsal, expect, targets, chance, bar)
    _show(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)


def _show(found: Rehearsed, format_: RehearsalFormat, output: Path | None) -> None:
    if format_ is not RehearsalFormat.HTML or found.rehearsal is None:
        show_tests(found, ReportFormat(format_.value), output)
        return
    from acrwatch.output.rehearsal_html import as_html
    from acrwatch.output.table import as_table

    show_text(as_html(found.rehearsal, found.messages), output)
    lost = found.messages is not None and (found.messages.failures or found.messages.unknown)
    if found.differences is not None or found.deliveries is not None or lost:
        # The page is about the log; what came of tests and posts, and what the exit code is about, is said beside it.
        beside = replace(found, rehearsal=None)
        sys.stderr.write(as_table(beside, terminal=False))


def _judged(
    stack: SynthesisedStack,
    rehearsal: Rehearsal | None,
    expect: Path | None,
    targets: Sequence[Target],
    chance: Chance,
    bar: ProgressBar,
) -> Rehearsed:
    """Run the tests and post what is to be posted; after an interruption, as far as that takes no time."""
    from acrwatch.output.rehearsal import Rehearsed
    from acrwatch.rehearsal.expectation_file import START, read_expectations
    from acrwatch.rehearsal.expectation_run import run_expectations
    from acrwatch.rehearsal.messages import build_messages

    differences: list[Difference] | None = None
    messages: Messages | None = None
    deliveries: Deliveries | None = None
    interrupted = rehearsal is not None and rehearsal.interrupted is not None
    try:
        if expect is not None:
            differences = []
            log_start = START if rehearsal is None else rehearsal.clock.start
            tests = read_expectations(expect, [stack], log=rehearsal is not None, log_start=log_start)
            at_once = [test for test in tests if test.events is None or not interrupted]
            for one in run_expectations(stack, at_once, rehearsal, progress=bar.step, **asdict(chance)):
                differences.append(one)  # kept one by one, for whoever interrupts
            interrupted = interrupted or len(differences) < len(tests)
        if rehearsal is not None and not interrupted:
            bar.doing("messages")
            messages = build_messages(rehearsal.alerts, progress=bar.step)
        if targets and rehearsal is not None:
            deliveries = _delivered(stack, rehearsal, targets, interrupted=interrupted)
    except KeyboardInterrupt:
        interrupted = True
    return Rehearsed(
        rehearsal=rehearsal,
        differences=differences,
        deliveries=deliveries,
        messages=messages,
        interrupted=interrupted,
    )


def _delivered(
    stack: SynthesisedStack, rehearsal: Rehearsal, targets: Sequence[Target], *, interrupted: bool
) -> Deliveries:
    from acrwatch.rehearsal.delivery import Deliveries, deliver

    if interrupted:
        return Deliveries(delivered={}, failures=(), unknown=("nothing was posted after the interruption",))
    return deliver(stack, rehearsal.alerts, targets)
