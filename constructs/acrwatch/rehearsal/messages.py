"""Whether the Logic Apps of a stack can make a message of every alert of a rehearsal, and one that its target takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from acrwatch.rehearsal import words
from acrwatch.rehearsal.delivery import receivers_told
from acrwatch.rehearsal.message import message_of
from acrwatch.rehearsal.model import Alert
from acrwatch.synthesised import Workflow

SHOWN = 10
"""More failures than these are counted in the table; JSON has all."""


@dataclass(frozen=True, kw_only=True)
class Messages:
    """What became of the messages.

    Args:
        built: what workflows go to -> how many messages of theirs are as their target takes them.
        failures: messages that cannot be built, or that their target would refuse.
        unknown: messages of which nothing can be said.
    """

    built: dict[str, int]
    failures: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def said(self) -> str:
        """It in words."""
        lines = [f"  {count} built for {called}" for called, count in self.built.items()]
        lines += [*_cut("!", self.failures), *_cut("?", self.unknown)]
        return "\n".join(["Messages", *lines])

    def data(self) -> Any:
        """It as plain values."""
        return {"built": dict(self.built), "failures": list(self.failures), "unknown": list(self.unknown)}


def build_messages(alerts: Sequence[Alert], progress: Callable[[int, int], None] | None = None) -> Messages | None:
    """Build the message of every notification that tells a receiver with a Logic App of the same stack.

    Args:
        alerts: what fired.
        progress: is told how many are done, and of how many.

    Returns:
        What became of them; None where no such receiver is told of anything.
    """
    wanted = [
        (alert, sent, workflow)
        for alert in alerts
        for sent in alert.notifications
        for workflow in _workflows(sent_to=[one.workflow for one in receivers_told(sent)])
    ]
    built: dict[str, int] = {workflow.called: 0 for _, _, workflow in wanted}
    failures: list[str] = []
    unknown: list[str] = []
    for done, (alert, sent, workflow) in enumerate(wanted, 1):
        message = message_of(workflow, sent.payload)
        said = f"{words.rule_name(alert.rule)} {words.fields(alert.dimensions)}, "
        said += f"{sent.route.alert.condition.lower()} at {words.moment(sent.time)}"
        if message.failure is not None:
            failures.append(f"{said}: {message.failure}")
        elif message.unknown is not None:
            unknown.append(f"{said}: {message.unknown}")
        else:
            built[workflow.called] += len(message.sent)
        if progress is not None:
            progress(done, len(wanted))
    return Messages(built=built, failures=tuple(failures), unknown=tuple(unknown)) if wanted else None


def _workflows(sent_to: Sequence[Workflow | None]) -> Sequence[Workflow]:
    """Each once, though several receivers may call it."""
    return list({workflow.address: workflow for workflow in sent_to if workflow is not None}.values())


def _cut(mark: str, lines: Sequence[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [*(f"  {mark} {line}" for line in lines[:SHOWN]), *([f"  {mark} and {more} more"] if more > 0 else [])]
