"""What `acrwatch compare` shows: alerts that come, go and change, what changed in the rules, and the cost.

As Markdown it is made in `comparison_markdown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acrwatch.counted import counted
from acrwatch.errors import ExitCode
from acrwatch.output.rehearsal_data import alert_data, plain
from acrwatch.output.result import Part, Table
from acrwatch.rehearsal import words
from acrwatch.rehearsal.compare import Comparison, NamedLoss, Pair
from acrwatch.rehearsal.model import Alert, Rehearsal
from acrwatch.rehearsal.rule_changes import RuleChange

ROWS_SHOWN = 100
"""More alerts of a kind than these are counted; JSON has all."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two stacks over the same log, and the tests.

    Args:
        base: what people call the first stack.
        head: what they call the second one.
        comparison: what was found.
        cost: USD a month for the rules of the first and of the second.
        losses: a member for each test; None where no alerts are named.
        interrupted: whether somebody stopped it before all tests were run.
    """

    base: str
    head: str
    comparison: Comparison
    cost: tuple[float, float]
    losses: Sequence[NamedLoss] | None = None
    interrupted: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with: an interruption, a loss, else what could not be found out."""
        if self.interrupted or self.comparison.head.interrupted is not None:
            return ExitCode.INTERRUPTED
        if any(one.lost for one in self.losses or ()):
            return ExitCode.FINDINGS
        if not self.comparison.complete or any(one.unknown is not None for one in self.losses or ()):
            return ExitCode.UNKNOWN
        return ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """A table for each kind of difference, the rules, the cost, what is not known, and a line that counts."""
        tables = [_shown(title, columns, rows) for title, columns, rows in self.lists() if rows]
        return [
            *(part for parts in tables for part in parts),
            *(_rule(change) for change in self.comparison.rules),
            *(f"{title}\n{_list(members)}" for title, members in self.remarks() if members),
            self.said_of_cost(),
            self.summary(),
        ]

    def lists(self) -> Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        """Each kind of difference: its heading, its columns and its rows."""
        found = self.comparison
        one = ("fired", "rule", "who and what", "told")
        two = ("fired", "rule", "who and what", "in BASE", "in HEAD")
        return [
            ("Alerts gained", one, [_alert(alert) for alert in found.gained]),
            ("Alerts lost", one, [_alert(alert) for alert in found.lost]),
            ("Alerts moved", two, [_pair(pair, _fired) for pair in found.moved]),
            ("Resolved differently", two, [_pair(pair, _resolved) for pair in found.resolved_differently]),
            ("Others are told", two, [_pair(pair, _told) for pair in found.told_differently]),
        ]

    def remarks(self) -> Sequence[tuple[str, Sequence[str]]]:
        """What is lost of what tests name, what could not be found out, and notes: heading and lines."""
        found = self.comparison
        named = [f"{one.expectation.name}: {lost}" for one in self.losses or () for lost in one.lost]
        unknown = [f"{one.expectation.name}: {one.unknown}" for one in self.losses or () if one.unknown is not None]
        return [
            ("Named by a test and lost", named),
            ("Could not be decided", unknown),
            ("Not compared", [f"{rule}, {reason}" for rule, reason in found.not_compared.items()]),
            ("Not readable", [*_unread("BASE", found.base), *_unread("HEAD", found.head), *_log(found.head)]),
            ("Worth knowing of the log", found.head.log.notes),
        ]

    def said_of_cost(self) -> str:
        """The price of the rules before and after."""
        before, after = self.cost
        change = "as before" if before == after else f"{after - before:+.2f}"
        return f"The rules themselves cost about {before:.2f} USD a month in BASE and {after:.2f} in HEAD ({change})"

    def summary(self) -> str:
        """The line that counts."""
        found = self.comparison
        parts = [
            f"{counted(len(found.base.alerts), 'alert')} in BASE, {len(found.head.alerts)} in HEAD",
            f"{len(found.gained)} gained, {len(found.lost)} lost, {len(found.moved)} moved",
            f"{len(found.resolved_differently)} resolved differently, {len(found.told_differently)} told to others",
            f"{counted(len(found.rules), 'rule')} changed",
        ]
        if self.losses is not None:
            lost = sum(len(one.lost) for one in self.losses)
            parts.append(f"{lost} lost that a test names")
        if found.head.interrupted is not None:
            parts.append(f"interrupted: compared up to {words.moment(found.head.interrupted)}")
        elif self.interrupted:
            parts.append("interrupted: not all tests were run")
        elif not found.complete:
            parts.append("this is not all: see above what is missing")
        return "; ".join(parts)

    def data(self) -> Any:
        """Everything that was found."""
        found = self.comparison
        return {
            "base": self.base,
            "head": self.head,
            "complete": found.complete,
            "interrupted": plain(found.head.interrupted),
            "period": {"start": plain(found.head.clock.start), "end": plain(found.head.clock.end)},
            "alerts": {"base": len(found.base.alerts), "head": len(found.head.alerts)},
            "gained": [alert_data(alert) for alert in found.gained],
            "lost": [alert_data(alert) for alert in found.lost],
            "moved": [_pair_data(pair) for pair in found.moved],
            "resolved_differently": [_pair_data(pair) for pair in found.resolved_differently],
            "told_differently": [_pair_data(pair) for pair in found.told_differently],
            "rules": [_rule_data(change) for change in found.rules],
            "not_compared": dict(found.not_compared),
            "unknown": [*_unread("BASE", found.base), *_unread("HEAD", found.head), *_log(found.head)],
            "notes": list(found.head.log.notes),
            "monthly_price_usd": {"base": self.cost[0], "head": self.cost[1]},
            "tests": None
            if self.losses is None
            else [
                {"name": one.expectation.name, "lost": list(one.lost), "unknown": one.unknown} for one in self.losses
            ],
        }


def _shown(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[Part]:
    more = len(rows) - ROWS_SHOWN
    table = Table(title=title, columns=columns, rows=rows[:ROWS_SHOWN])
    return [table, *([f"and {more} more; --format json has all of them"] if more > 0 else [])]


def _alert(alert: Alert) -> Sequence[str]:
    what = f"{words.who_and_what(alert.dimensions)}: {words.measured(alert)}".removeprefix(": ")
    return _fired(alert), words.rule_name(alert.rule), what, words.told(alert.notifications[0])


def _pair(pair: Pair, said: Callable[[Alert], str]) -> Sequence[str]:
    head = pair.head
    return (
        _fired(head),
        words.rule_name(head.rule),
        words.who_and_what(head.dimensions),
        said(pair.base),
        said(pair.head),
    )


def _fired(alert: Alert) -> str:
    return words.moment(alert.fired)


def _resolved(alert: Alert) -> str:
    return "not resolved" if alert.resolved is None else words.moment(alert.resolved)


def _told(alert: Alert) -> str:
    return words.told_in_full(alert.notifications[0])


def _rule(change: RuleChange) -> str:
    if change.base is None or change.head is None:
        return f"Rule {change.name} is {'new' if change.base is None else 'gone'}"
    members = [f"  {name}: {before or '(none)'} -> {after or '(none)'}" for name, before, after in change.members]
    query = [f"  {line}" for line in change.query.splitlines()]
    return "\n".join([f"Rule {change.name} changed", *members, *query])


def _list(members: Sequence[str]) -> str:
    return "\n".join(f"  - {member}" for member in members)


def _unread(side: str, rehearsal: Rehearsal) -> Iterator[str]:
    return (f"{side}: {one}" for one in rehearsal.unknown)


def _log(rehearsal: Rehearsal) -> Iterator[str]:
    """What of the log could not be read, which is the same for both."""
    log = rehearsal.log
    if log.unreadable:
        yield f"{counted(log.unreadable, 'record')} of the log"
        yield from log.details[:10]
    yield from log.partial


def _pair_data(pair: Pair) -> Mapping[str, Any]:
    return {"base": alert_data(pair.base), "head": alert_data(pair.head)}


def _rule_data(change: RuleChange) -> Mapping[str, Any]:
    state = "new" if change.base is None else "gone" if change.head is None else "changed"
    return {
        "name": change.name,
        "state": state,
        "members": [{"name": name, "base": before, "head": after} for name, before, after in change.members],
        "query": change.query,
    }
