"""Runs the tests of `--expect FILE`: those with events on these, the others on the rehearsal of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from acrwatch.rehearsal.difference import Difference, difference
from acrwatch.rehearsal.expectation import Expectation
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.rehearse import Progress, rehearse
from acrwatch.synthesised import SynthesisedStack


def run_expectations(
    stack: SynthesisedStack,
    expectations: Sequence[Expectation],
    of_log: Rehearsal | None = None,
    *,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[Difference]:
    """Run tests, one after the other; none after one that Ctrl-C interrupted.

    Args:
        stack: what is tested.
        expectations: the tests.
        of_log: the rehearsal of the log; needed where a test has no events.
        jitter: as for `rehearse`, for tests with events.
        skip: as for `rehearse`, for tests with events.
        seed: as for `rehearse`, for tests with events.
        progress: is told how many evaluations of a test are done, and of how many.
    """
    for expectation in expectations:
        rehearsal = rehearsal_of(stack, expectation, of_log, jitter=jitter, skip=skip, seed=seed, progress=progress)
        yield difference(expectation, rehearsal)
        if expectation.events is not None and rehearsal.interrupted is not None:
            return


def rehearsal_of(
    stack: SynthesisedStack,
    expectation: Expectation,
    of_log: Rehearsal | None,
    *,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Rehearsal:
    """The rehearsal that a test looks at; arguments as for `run_expectations`."""
    if expectation.events is None:
        if of_log is None:
            raise ValueError(f"{expectation.name} has no events and there is no log")
        return of_log
    with EventLog.of(expectation.events) as log:
        return rehearse(
            stack,
            log,
            start=expectation.start,
            end=expectation.until,
            jitter=jitter,
            skip=skip,
            seed=seed,
            progress=progress,
        )
