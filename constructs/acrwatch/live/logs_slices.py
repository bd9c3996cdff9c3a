"""A long time of a workspace, asked for in slices that the service can answer, several at once.

A slice whose answer passes a limit is halved, and those behind it are asked for in the shorter length at once. What one
question is like is decided in `logs`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread

from acrwatch.live.logs import AT_ONCE, Answer, Logs, TooMuch, TooSlow
from acrwatch.live.unknown import CallFailed, Unknown

FIRST = timedelta(days=1)
FLOOR = timedelta(minutes=1)
"""A slice is not halved any more below this: more than half a million rows a minute are no business of ours."""
ENOUGH = 100_000
"""Rows of an answer from which on the next slices are shorter: several answers are in memory at once."""
SLOW_FLOOR = timedelta(hours=2)
"""The same for a slice that takes too long: each try costs minutes, and it may not be the rows that are slow."""

Query = Callable[[datetime, datetime], str]
Span = tuple[datetime, datetime]


_LOOK = 0.5
"""Seconds between two looks at which questions have taken too long."""


@dataclass(frozen=True)
class _Slice:
    start: datetime
    end: datetime
    since: float


class Slices:
    """Asks a workspace for long times.

    Args:
        logs: whom to ask.
        workspace: its guid or resource id.
        at_once: questions under way at once. Default: as many as the service runs for one user.
        first: length of the first slices.
        floor: the shortest length.
    """

    def __init__(
        self,
        logs: Logs,
        workspace: str,
        *,
        at_once: int = AT_ONCE,
        first: timedelta = FIRST,
        floor: timedelta = FLOOR,
    ) -> None:
        self._logs = logs
        self._workspace = workspace
        self._at_once = min(at_once, AT_ONCE)
        self._first = first
        self._floor = floor

    def fetch(self, query: Query, start: datetime, end: datetime, take: Callable[[Answer], None]) -> None:
        """Ask for a time, and hand over each answer; in any order, in the calling thread.

        Args:
            query: makes the KQL of a slice, from its start and before its end.
            start: from when.
            end: to when.
            take: is given the answers.

        Raises:
            CallFailed: one of the slices has no answer. What was handed over till then is a part of it only.
        """
        length = self._first
        again: list[Span] = []
        running: dict[Future[Answer], _Slice] = {}
        asked = start
        while asked < end or again or running:
            while len(running) < self._at_once and (again or asked < end):
                begin, until = again.pop() if again else (asked, min(asked + length, end))
                asked = max(asked, until)
                one = _Slice(begin, until, time.monotonic())
                running[self._begin(query(begin, until), (begin, until))] = one
            for future in wait(running, _LOOK, FIRST_COMPLETED).done:
                one = running.pop(future)
                half = max(self._floor, (one.end - one.start) / 2)
                try:
                    answer = future.result()
                except TooMuch as error:
                    again += self._halves(one, error)
                    length = min(length, half)
                else:
                    take(answer)
                    length = min(length, half) if len(answer.rows) > ENOUGH else length
            # What no time-out bounds is an answer that trickles in byte by byte.
            if any(time.monotonic() - one.since > self._logs.longest for one in running.values()):
                reason = f"an answer of Log Analytics took over {self._logs.longest:g} s"
                raise CallFailed(Unknown(reason=reason, way_out="look at the network between here and Azure"))

    def _begin(self, kql: str, timespan: Span) -> Future[Answer]:
        """Ask in a thread that keeps nobody from ending: not when another slice fails, nor when a person wants out."""
        future: Future[Answer] = Future()

        def work() -> None:
            try:
                future.set_result(self._logs.ask(self._workspace, kql, timespan))
            except BaseException as error:  # noqa: BLE001  # raised again by whoever waits for the result
                future.set_exception(error)

        Thread(target=work, daemon=True).start()
        return future

    def _halves(self, one: _Slice, error: TooMuch) -> list[Span]:
        middle = one.start + (one.end - one.start) / 2
        middle = middle.replace(microsecond=0)
        floor = max(self._floor, SLOW_FLOOR) if isinstance(error, TooSlow) else self._floor
        if one.end - one.start <= floor or not one.start < middle < one.end:
            reason = f"{error.unknown.reason}, for {one.start:%Y-%m-%d %H:%M:%S}Z to {one.end:%H:%M:%S}Z alone"
            raise CallFailed(Unknown(reason=reason, way_out="ask for less, such as fewer registries or days"))
        return [(middle, one.end), (one.start, middle)]
