"""A progress bar on a terminal, when it takes long enough for somebody to wonder; nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

PATIENCE_SECONDS = 2
"""A shorter run shows no progress bar."""
_REFRESH_SECONDS = 0.1


class ProgressBar(Protocol):
    """What work tells of how far it is."""

    def step(self, done: int, total: int, /) -> None:
        """Say how much is done, and of how much."""

    def doing(self, what: str, /) -> None:
        """Say what is being done, where nobody knows of how much."""


class _Silent:
    def step(self, done: int, total: int, /) -> None:
        pass

    def doing(self, what: str, /) -> None:
        pass


@contextmanager
def progress_bar(what: str) -> Iterator[ProgressBar]:
    """Show how far some work is, on standard error.

    Args:
        what: what is counted.
    """
    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as shown:
        task = shown.add_task(what, visible=False)
        begun = time.monotonic()
        last = 0.0

        class Bar:
            def step(self, done: int, total: int, /) -> None:
                self._update(description=what, completed=done, total=total)

            def doing(self, what: str, /) -> None:
                self._update(description=what, completed=0, total=None)

            def _update(self, *, description: str, completed: int, total: int | None) -> None:
                nonlocal last
                now = time.monotonic()
                # Drawing costs more than an evaluation that reads nothing.
                if now - begun > PATIENCE_SECONDS and (now - last > _REFRESH_SECONDS or completed == total):
                    last = now
                    shown.update(
                        task, description=description, completed=completed, total=total, visible=True, refresh=True
                    )

        yield Bar()
