"""Who looks like a machine: a cluster, a pipeline, a scanner, a clean-up; and by what.

A name or a client proves nothing, since a caller chooses its client and an intruder may hold a machine's identity. So
what counts is habit: the same client, on most days, or at the same hours, or around the clock. What speaks for it is
shown, and a person decides.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from statistics import median
from typing import Any

from acrwatch.kql.tables import TIME
from acrwatch.live.backtest.asking import leg, tolerant
from acrwatch.live.logs import Answer
from acrwatch.live.logs_slices import Slices
from acrwatch.live.unknown import CallFailed, Unknown

_TABLE = "ContainerRegistryRepositoryEvents"
NOBODY = "(unknown)"

# Below three days nobody can tell a habit from a visit.
_DAYS, _SHARE_OF_DAYS = 3, 0.5
_ONE_CLIENT = 0.9
_BUSY_HOURS = 8
_SAME_HOURS = 2


@dataclass(frozen=True, kw_only=True)
class Habit:
    """What an identity did in a period, by the hour.

    Args:
        identity: who, in lower case.
        requests: how many requests succeeded.
        share: share of all requests that did.
        pulls: how many of them pulled.
        pushes: how many pushed.
        deletes: how many deleted.
        client: the client of most of them, without its version.
        client_share: the share of that client.
        days: on how many days it was active.
        of_days: out of how many on which anybody was.
        hours: median of the hours in which it was active on such a day.
        same_hours: hours of the day, in UTC, within which nearly all happened; None where they are spread.
        registries: where.
    """

    identity: str
    requests: int
    share: float
    pulls: int
    pushes: int
    deletes: int
    client: str
    client_share: float
    days: int
    of_days: int
    hours: float
    same_hours: tuple[int, int] | None
    registries: tuple[str, ...]

    @property
    def machine(self) -> bool:
        """Whether this is the habit of a machine."""
        steady = self.days >= _DAYS and self.days / self.of_days >= _SHARE_OF_DAYS
        # Callers without a name go by their address, which somebody else may have tomorrow.
        if self.identity == NOBODY or _is_address(self.identity) or self.client_share < _ONE_CLIENT:
            return False
        if "@" in self.identity:
            # People come every day, too; but not by the clock.
            return steady and self.same_hours is not None
        return steady or self.hours >= _BUSY_HOURS

    @property
    def kind(self) -> str:
        """What kind of machine, as far as client and requests tell."""
        client = self.client.lower()
        if self.pulls > self.pushes and re.search(r"containerd|cri-o|kubelet", client):
            return "a cluster's kubelet"
        if self.deletes and re.search(r"\bacr", client):
            return "a clean-up task"
        if self.pushes > self.deletes:
            return "a pipeline"
        if self.pulls and not self.pushes and not self.deletes:
            return "a scanner or a mirror" if client in ("", NOBODY) else "a machine that reads"
        return "a machine"

    @property
    def evidence(self) -> tuple[str, ...]:
        """What is known of it, in words."""
        did = ", ".join(
            f"{count:,} {what}"
            for count, what in ((self.pulls, "pulls"), (self.pushes, "pushes"), (self.deletes, "deletes"))
            if count
        )
        named = "no client named" if self.client == NOBODY else f"client {self.client}"
        when = f"{self.hours:g} hours a day"
        if self.same_hours is not None:
            first, last = self.same_hours
            when = f"{when}, between {first:02}:00 and {(last + 1) % 24:02}:00 UTC"
        return (
            f"active on {self.days} of {self.of_days} days",
            when,
            f"{named} in {self.client_share:.0%} of its requests",
            f"{self.share:.1%} of all requests ({did or f'{self.requests:,} others'})",
        )


@dataclass
class _Seen:
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)
    hours: Counter[datetime] = field(default_factory=Counter)
    registries: set[str] = field(default_factory=set)


def fetch_habits(slices: Slices, start: datetime, end: datetime) -> tuple[Habit, ...]:
    """Ask what everybody did, and sum it up; the busiest come first.

    Args:
        slices: whom to ask.
        start: from when.
        end: to when.

    Raises:
        CallFailed: the answer is not whole.
    """
    rows: list[Mapping[str, Any]] = []

    def take(answer: Answer) -> None:
        names = [name for name, _ in answer.columns]
        rows.extend(dict(zip(names, row, strict=True)) for row in answer.rows)

    slices.fetch(question, start, end, take)
    try:
        return habits(rows)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        said = "an answer of Log Analytics lacks what was asked for"
        raise CallFailed(Unknown(reason=said, way_out="see what is between here and it")) from None


def habits(rows: Iterable[Mapping[str, Any]]) -> tuple[Habit, ...]:
    """What everybody did.

    Args:
        rows: with `Identity`, `Client`, `Registry`, `Kind`, `Hour` and `Requests`.
    """
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for row in rows:
        one, count = seen[row["Identity"]], int(row["Requests"])
        one.requests += count
        one.kinds[row["Kind"]] += count
        one.clients[product(row["Client"])] += count
        one.hours[datetime.fromisoformat(row["Hour"])] += count
        one.registries.add(row["Registry"])
    everything = sum(one.requests for one in seen.values())
    of_days = len({hour.date() for one in seen.values() for hour in one.hours})
    found = [_habit(identity, one, everything, of_days) for identity, one in seen.items()]
    return tuple(sorted(found, key=lambda one: (-one.requests, one.identity)))


def _is_address(identity: str) -> bool:
    try:
        ip_address(identity)
    except ValueError:
        return False
    return True


def product(client: str) -> str:
    """A user agent without versions: what stands ahead of the first slash."""
    return client.partition("/")[0].partition(" ")[0] or NOBODY


def _habit(identity: str, seen: _Seen, everything: int, of_days: int) -> Habit:
    days: dict[Any, set[int]] = defaultdict(set)
    for hour in seen.hours:
        days[hour.date()].add(hour.hour)
    (client, most), *_ = seen.clients.most_common(1)
    return Habit(
        identity=identity,
        requests=seen.requests,
        share=seen.requests / everything,
        pulls=seen.kinds["pull"],
        pushes=seen.kinds["push"],
        deletes=seen.kinds["delete"],
        client=client,
        client_share=most / seen.requests,
        days=len(days),
        of_days=of_days,
        hours=median(len(hours) for hours in days.values()),
        same_hours=_same_hours(seen.hours, len(days)),
        registries=tuple(sorted(seen.registries)),
    )


def _same_hours(hours: Mapping[datetime, int], days: int) -> tuple[int, int] | None:
    """The clock hours, at most two, that nearly everything falls into on nearly every day."""
    if days < _DAYS:
        return None
    for first in range(24):
        within = [hour for hour in hours if (hour.hour - first) % 24 < _SAME_HOURS]
        count = sum(hours[hour] for hour in within)
        if count >= 0.9 * sum(hours.values()) and len({hour.date() for hour in within}) >= 0.8 * days:
            members = sorted({(hour.hour - first) % 24 for hour in within})
            return (first + members[0]) % 24, (first + members[-1]) % 24
    return None


def question(start: datetime, end: datetime) -> str:
    """The KQL of what everybody did in a slice.

    Args:
        start: from when.
        end: before when.
    """
    clean: Sequence[str] = ("Identity", "UserAgent", "CallerIpAddress")
    cleaned = ", ".join(f'{one} = iff({one} in~ ("-", "<nil>"), "", {one})' for one in clean)
    return f"""{tolerant(_TABLE, leg(_TABLE, start, end))}
| where ResultDescription startswith_cs "2"
| extend {cleaned}
| extend
    Identity = coalesce(tolower(Identity), CallerIpAddress, "{NOBODY}"),
    Client = coalesce(extract(@"^[^ /]+", 0, UserAgent), "{NOBODY}"),
    Registry = coalesce(tolower(extract(@"(?i)/registries/([^/]+)", 1, _ResourceId)),
        tolower(extract(@"^[A-Za-z0-9]+", 0, LoginServer)), "{NOBODY}"),
    Kind = case(OperationName =~ "pull", "pull", OperationName =~ "push", "push",
        OperationName matches regex "(?i)delete|untag|purge", "delete", "other"),
    Hour = bin({TIME}, 1h)
| summarize Requests = count() by Registry, Identity, Client, Kind, Hour"""
