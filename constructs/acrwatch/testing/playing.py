"""A stack rehearsed on events, in one line.

What a rehearsal is, and how files become events, is decided in `acrwatch.rehearsal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acrwatch.errors import MissingExtra
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.files import find_stack
from acrwatch.synthesised.stack import TYPES, SynthesisedStack, read_stack, stack_of
from acrwatch.testing.synthesis import content_of

if TYPE_CHECKING:
    from acrwatch.detection.events import Event
    from acrwatch.rehearsal.model import Rehearsal


def rehearse(
    stack: Any,
    events: str | Path | Sequence[str | Path] | Iterable[Event],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    jitter: timedelta = timedelta(0),
    skip: float = 0.0,
    seed: int = 0,
) -> Rehearsal:
    """Tell which alerts the rules of a stack would have fired over a log of events.

    Args:
        stack: a stack as plain values; anything that `synth` takes; or the path of a synthesised stack, its folder or
            file.
        events: files, folders or globs of logs, one or several; or events in Python.
        start: the first moment at which rules are evaluated. Default: when the first event happened.
        end: the last one. Default: when nothing of the log can change anything any more.
        jitter: how late an evaluation is at most. Default: none is late.
        skip: share of the evaluations that do not take place, from 0 to 1. Default: 0.
        seed: what chance goes by. Default: 0.

    Returns:
        What was found. Look at `complete` too: a rule that cannot be evaluated fires no alert either.

    Raises:
        MissingExtra: what evaluates queries is not installed.
        InputError: there is nothing to rehearse, or nothing to rehearse it on.
    """
    if find_spec("duckdb") is None or find_spec("duckdb_kql") is None:
        raise MissingExtra("a rehearsal", "rehearse")
    from acrwatch.rehearsal.log import EventLog
    from acrwatch.rehearsal.rehearse import rehearse as play

    read = _read(stack)
    paths = _paths(events)
    with EventLog.of(_events(events)) if paths is None else EventLog.read(paths) as log:
        return play(read, log, start=start, end=end, jitter=jitter, skip=skip, seed=seed)


def _read(stack: Any) -> SynthesisedStack:
    if isinstance(stack, SynthesisedStack):
        return stack
    if isinstance(stack, str | Path):
        return read_stack(find_stack(Path(stack)))
    return stack_of(Path("cdk.tf.json"), read_configuration(content_of(stack), TYPES))


def _paths(events: Any) -> list[str | Path] | None:
    if isinstance(events, str | Path):
        return [events]
    if isinstance(events, Sequence) and events and all(isinstance(event, str | Path) for event in events):
        return list(events)
    return None


def _events(events: Any) -> Iterable[Event]:
    given: Iterable[Event] = events
    return given
