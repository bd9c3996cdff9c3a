"""Runs many calls at once, gives the results in order, and waits for none of them for ever.

Each call's own patience is that of `patience`. What it cannot bound, such as an answer that trickles in byte by byte,
ends here: the call is given up and its result is unknown. Its thread keeps its place until it ends, so that never more
calls are under way than were set, and it does not keep the process from ending.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from acrwatch.live.unknown import CallFailed, Unknown

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""

_LOOK = 0.2
"""Seconds between two looks at which calls have taken too long."""


@dataclass
class _Outcome(Generic[Result]):
    result: Result | Unknown | None = None
    error: BaseException | None = None


@dataclass
class _Run(Generic[Item, Result]):
    function: Callable[[Item], Result]
    waiting: deque[tuple[int, Item]]
    started: dict[int, float] = field(default_factory=dict)
    done: SimpleQueue[tuple[int, _Outcome[Result]]] = field(default_factory=SimpleQueue)

    def work(self) -> None:
        while True:
            try:
                position, item = self.waiting.popleft()
            except IndexError:
                return
            self.started[position] = time.monotonic()
            self.done.put((position, self._outcome(item)))

    def _outcome(self, item: Item) -> _Outcome[Result]:
        try:
            return _Outcome(result=self.function(item))
        except CallFailed as failure:
            return _Outcome(result=failure.unknown)
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits for the result
            return _Outcome(error=error)


def run_all(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    parallel: int,
    longest: float,
    progress: Progress | None = None,
) -> list[Result | Unknown]:
    """Call a function for each item, several at once.

    Args:
        function: makes calls; a `CallFailed` of it becomes the `Unknown` of its item.
        items: what it is called with.
        parallel: items that are under way at once.
        longest: seconds after which an item is given up.
        progress: told of each item that is done.

    Returns:
        A result or an `Unknown` for each item, in their order.
    """
    run = _Run[Item, Result](function, deque(enumerate(items)))
    threads = min(parallel, len(items))
    for _ in range(threads):
        Thread(target=run.work, daemon=True).start()
    found: dict[int, Result | Unknown] = {}
    stuck: set[int] = set()
    while len(found) < len(items):
        try:
            position, outcome = run.done.get(timeout=_LOOK)
        except Empty:
            stuck |= _overdue(run, found, longest)
            for given_up in stuck - found.keys():
                found[given_up] = _given_up(longest)
            if len(stuck) >= threads:
                # Nobody is left who could do the rest.
                while run.waiting:
                    found[run.waiting.popleft()[0]] = _given_up(longest)
            continue
        if outcome.error is not None:
            run.waiting.clear()
            raise outcome.error
        if position in stuck:
            # It came after all, and its thread is at work again. What was said of it stays.
            stuck.discard(position)
            continue
        found[position] = outcome.result  # type: ignore[assignment]  # None only where the function returns it
        if progress is not None:
            progress(len(found), len(items))
    return [found[position] for position in range(len(items))]


def _overdue(run: _Run[Item, Result], found: dict[int, Result | Unknown], longest: float) -> set[int]:
    now = time.monotonic()
    return {
        position for position, since in list(run.started.items()) if position not in found and now - since > longest
    }


def _given_up(longest: float) -> Unknown:
    return Unknown(
        reason=f"no whole answer within {longest:g} seconds", way_out="try again; look at the network if it stays so"
    )


def shown_on_a_terminal(what: str) -> Progress | None:
    """Progress on standard error, where a person looks at it; None where nobody does.

    Args:
        what: what is done, such as `reading registries`.
    """
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        sys.stderr.write(f"\r{what}: {done} of {of}" + ("\n" if done == of else ""))
        sys.stderr.flush()

    return show
