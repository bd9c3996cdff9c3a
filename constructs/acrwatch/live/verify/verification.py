"""What was found of a whole stack, as tables for people and as values for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acrwatch.errors import ExitCode
from acrwatch.live.verify.item import Item, State
from acrwatch.output.result import Part, Table

_NAMED = 12
"""Names of things that are equal which a line shows; more of them are counted."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A stack, compared with what Azure has.

    Args:
        file: the file of the stack.
        items: everything that was looked at, in a fixed order.
    """

    file: Path
    items: tuple[Item, ...]

    @property
    def exit_code(self) -> ExitCode:
        """Differences, else what could not be found out, else fine."""
        states = {item.state for item in self.items}
        if states & {State.MISSING, State.DIFFERS}:
            return ExitCode.FINDINGS
        return ExitCode.UNKNOWN if State.UNKNOWN in states or not self.items else ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """The differences, what could not be found out, what was not compared, and counts."""
        return [
            *self._findings(),
            *self._unknown(),
            *self._seen(),
            *self._not_compared(),
            *self._equal(),
            self._summary(),
        ]

    def _findings(self) -> Iterator[Part]:
        rows = [row for item in self.items for row in _rows(item)]
        if rows:
            yield Table(title="Not as deployed", columns=("what", "name", "where", "expected", "found"), rows=rows)

    def _unknown(self) -> Iterator[Part]:
        # One reason often holds for many things.
        reasons: dict[tuple[str, str], list[str]] = {}
        for item in self.items:
            for unknown in item.unknown:
                reasons.setdefault((unknown.reason, unknown.way_out), []).append(f"{item.kind} {item.name}")
        if reasons:
            rows = [(_some(names), reason, way_out) for (reason, way_out), names in reasons.items()]
            yield Table(title="Could not be found out", columns=("what", "why", "way out"), rows=rows)

    def _seen(self) -> Iterator[Part]:
        rows = [f"  - {item.name}: {one}" for item in self.items if item.state is not State.EQUAL for one in item.seen]
        if rows:
            yield "\n".join(["Azure also says", *rows])

    def _not_compared(self) -> Iterator[Part]:
        rows = [f"  - {item.kind} {item.name}: {one}" for item in self.items for one in item.not_compared]
        if rows:
            yield "\n".join(["Not compared", *rows])

    def _equal(self) -> Iterator[Part]:
        by_kind: dict[str, list[str]] = {}
        for item in self.items:
            if item.state is State.EQUAL:
                by_kind.setdefault(item.kind.value, []).append(item.name)
        if by_kind:
            yield "\n".join(["As deployed", *(f"  - {kind}: {_some(names)}" for kind, names in by_kind.items())])

    def _summary(self) -> str:
        counts = Counter(item.state for item in self.items)
        parts = [f"{counts[state]} {state}" for state in reversed(State) if counts[state]]
        return f"{len(self.items)} looked at: {', '.join(parts) or 'nothing'}"

    def data(self) -> Any:
        """Every item, with what was expected and found."""
        counts = Counter(item.state.value for item in self.items)
        return {
            "file": str(self.file),
            "counts": {state.value: counts[state.value] for state in State},
            "items": [_data(item) for item in self.items],
        }


def _rows(item: Item) -> Iterator[Sequence[str]]:
    if item.state is State.MISSING:
        yield (item.kind.value, item.name, "", "it is there", "it is not there")
    for one in item.differences:
        yield (item.kind.value, item.name, one.path, one.expected, one.found)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def _data(item: Item) -> Mapping[str, Any]:
    return {
        "kind": item.kind.value,
        "name": item.name,
        "id": item.azure_id,
        "state": item.state.value,
        "differences": [asdict(one) for one in item.differences],
        "unknown": [asdict(one) for one in item.unknown],
        "not_compared": list(item.not_compared),
        "seen": list(item.seen),
    }
