"""`acrwatch backtest`: what the rules would have done on a workspace's own history, and how to tune them by it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrwatch.cli.live_options import CloudOption
from acrwatch.cli.options import FormatOption, OutputOption, PlanOption, StackOption, stack_of
from acrwatch.counted import counted
from acrwatch.errors import ExitCode, InputError, UnknownError
from acrwatch.live.clouds import CloudName
from acrwatch.output.result import Format, Part, Table
from acrwatch.output.show import show
from acrwatch.routing.moments import parse_moment

if TYPE_CHECKING:
    from acrwatch.live.backtest.machines import Habit
    from acrwatch.live.backtest.run import Backtest, RuleHistory
    from acrwatch.live.backtest.suggesting import Suggestion

EXAMPLE = "Example: acrwatch backtest --days 30 --at-most 1"

_SHOWN = 5
"""Whom the table names at most; JSON has all."""
_MACHINES = 15
"""Machines that the table names at most, and all those that raised alerts."""


@dataclass(frozen=True, kw_only=True)
class Backtested:
    """What a backtest found, for people and machines.

    Args:
        found: it.
        exported: where rows were written, and how many; None where none were asked for.
    """

    found: Backtest
    exported: tuple[Path, int] | None = None

    @property
    def exit_code(self) -> ExitCode:
        """Findings where a rule would have fired more often than wanted; else what is unknown."""
        if any(rule.too_many for rule in self.found.rules):
            return ExitCode.FINDINGS
        if self.found.unknown or any(rule.unknown is not None for rule in self.found.rules):
            return ExitCode.UNKNOWN
        return ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """How each rule did, who looks like a machine, the lines to paste, what the tables hold, what is unknown."""
        return [
            self._rules(),
            *self._machines(),
            *self._lines(),
            *self._volumes(),
            *self._unknown(),
            self._summary(),
        ]

    def _rules(self) -> Table:
        rows = [
            (
                rule.rule.id,
                "unknown" if rule.unknown is not None else str(len(rule.alerts)),
                _names(_about(rule)),
                _names(_told(rule)),
                _needed(rule, self.found.at_most),
                "" if rule.remaining is None else str(rule.remaining),
            )
            for rule in self.found.rules
        ]
        columns = (
            "rule",
            "alerts",
            "about",
            "told",
            f"limit for at most {self.found.at_most} a week",
            "with the lines",
        )
        return Table(title=f"What {self._period()} would have raised", columns=columns, rows=rows)

    def _machines(self) -> Iterator[Part]:
        suggested = {one.habit.identity for one in self.found.suggestions}
        habits = [one for one in self.found.habits or () if one.machine]
        rows = [
            (one.identity, one.kind, "; ".join(one.evidence), "yes" if one.identity in suggested else "")
            for one in sorted(habits, key=lambda one: one.identity not in suggested)
        ]
        more = len(rows) - max(_MACHINES, len(suggested))
        if more > 0:
            rows = [*rows[:-more], ("", f"and {more} more", "--format json has all", "")]
        if rows:
            columns = ("identity", "looks like", "evidence", "raised alerts")
            yield Table(title="Who has the habits of a machine", columns=columns, rows=rows)
        elif self.found.habits is not None:
            yield "Nobody has the habits of a machine. Below three days a habit cannot be told from a visit."

    def _lines(self) -> Iterator[Part]:
        from acrwatch.live.backtest.suggesting import settings_lines

        if self.found.suggestions:
            yield "\n".join(
                [
                    "# Settings that leave these machines alone, once you know that they are yours.",
                    "# Where an identity has a limit already, put these entries first: the first one counts.",
                    settings_lines(self.found.suggestions).rstrip(),
                ]
            )

    def _volumes(self) -> Iterator[Part]:
        rows = [
            (one.registry, one.table, f"{one.rows:,}", f"{one.monthly_gigabytes(self.found.days):.3f}")
            for one in self.found.volumes or ()
        ]
        if rows:
            columns = ("registry", "table", "rows", "billed GB in 30 days")
            yield Table(title="What the tables hold; multiply by your own price per GB", columns=columns, rows=rows)

    def _unknown(self) -> Iterator[Part]:
        # One reason often holds for many things.
        reasons: dict[str, list[str]] = {}
        for rule in self.found.rules:
            if rule.unknown is not None:
                reasons.setdefault(rule.unknown, []).append(rule.rule.id)
        for one in self.found.unknown:
            what, _, reason = one.partition(": ")
            reasons.setdefault(reason, []).append(what)
        if reasons:
            lines = [f"  - {', '.join(what)}: {reason}".removesuffix(": ") for reason, what in reasons.items()]
            yield "\n".join(["Could not be found out", *lines])

    def _summary(self) -> str:
        found = self.found
        alerts = sum(len(rule.alerts) for rule in found.rules)
        unknown = sum(rule.unknown is not None for rule in found.rules)
        noisy = sum(rule.too_many for rule in found.rules)
        parts = [
            f"{counted(alerts, 'alert')} of {counted(len(found.rules), 'rule')} in {counted(round(found.days), 'day')}",
            f"{counted(noisy, 'rule')} with more than {found.at_most} a week",
            f"{counted(unknown, 'rule')} unknown",
            f"{counted(found.rows, 'row')} came from the workspace",
        ]
        if self.exported is not None:
            folder, rows = self.exported
            parts.append(f"{counted(rows, 'row')} written to {folder}")
        return ", ".join(parts)

    def _period(self) -> str:
        return f"{self.found.start:%Y-%m-%d %H:%M} to {self.found.end:%Y-%m-%d %H:%M} UTC"

    def data(self) -> Any:
        """Everything that was found."""
        from acrwatch.live.backtest.suggesting import settings_lines

        found = self.found
        return {
            "start": found.start.isoformat(),
            "end": found.end.isoformat(),
            "at_most_a_week": found.at_most,
            "rows": found.rows,
            "rules": [_rule_data(rule) for rule in found.rules],
            "machines": None if found.habits is None else [_habit_data(one) for one in found.habits if one.machine],
            "suggestions": [_suggestion_data(one) for one in found.suggestions],
            "settings": settings_lines(found.suggestions),
            "volumes": None
            if found.volumes is None
            else [
                {
                    "registry": one.registry,
                    "table": one.table,
                    "rows": one.rows,
                    "billed_bytes": one.billed,
                    "billed_gigabytes_in_30_days": one.monthly_gigabytes(found.days),
                }
                for one in found.volumes
            ],
            "exported": None if self.exported is None else {"folder": str(self.exported[0]), "rows": self.exported[1]},
            "unknown": list(found.unknown),
        }


def _about(rule: RuleHistory) -> Counter[str]:
    from acrwatch.live.backtest.suggesting import about

    return Counter(about(rule.alerts))


def _told(rule: RuleHistory) -> Counter[str]:
    return Counter(
        group.name for alert in rule.alerts for group in alert.notifications[0].route.groups if group.told is not False
    )


def _names(counted: Counter[str]) -> str:
    first = [f"{name} ({count})" for name, count in counted.most_common(_SHOWN)]
    more = len(counted) - len(first)
    return ", ".join([*first, *([f"{more} more"] if more else [])])


def _needed(rule: RuleHistory, at_most: int) -> str:
    if rule.unknown is not None:
        return ""
    if not rule.too_many:
        return "as it is"
    if rule.needed is None:
        return "it has no limit"
    if rule.needed.lowest is None:
        return f"no {rule.needed.name} gives at most {at_most}"
    return f"{rule.needed.name} {rule.needed.lowest} (now {rule.needed.value})"


def _rule_data(rule: RuleHistory) -> Mapping[str, Any]:
    needed = rule.needed
    return {
        "rule": rule.rule.address,
        "id": rule.rule.id,
        "alerts": None if rule.unknown is not None else len(rule.alerts),
        "allowed": rule.allowed,
        "about": dict(_about(rule).most_common()),
        "told": dict(_told(rule).most_common()),
        "fired": [
            {"time": alert.fired.isoformat(), "dimensions": dict(alert.series), "value": alert.value}
            for alert in rule.alerts
        ],
        "limit": None if needed is None else {"name": needed.name, "now": needed.value, "needed": needed.lowest},
        "alerts_with_suggestions": rule.remaining,
        "unknown": rule.unknown,
    }


def _habit_data(habit: Habit) -> Mapping[str, Any]:
    return {
        "identity": habit.identity,
        "looks_like": habit.kind,
        "evidence": list(habit.evidence),
        "client": habit.client,
        "client_share": habit.client_share,
        "share": habit.share,
        "days": habit.days,
        "of_days": habit.of_days,
        "hours_a_day": habit.hours,
        "registries": list(habit.registries),
    }


def _suggestion_data(one: Suggestion) -> Mapping[str, Any]:
    limit = None
    if one.limit is not None:
        limit = {"name": one.limit[0], "needed": one.limit[1], "proposed": one.limit[2]}
    return {
        "rule": one.rule.address,
        "id": one.rule.id,
        "identity": one.habit.identity,
        "alerts": one.alerts,
        "limit": limit,
        "except": one.exception,
        "reason": one.reason,
    }


def _progress() -> Any:
    """Tells on standard error what is being done, where a person looks at it."""
    if not sys.stderr.isatty():
        return lambda _: None

    def told(what: str) -> None:
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()

    return told


def command(
    stack: StackOption = None,
    plan: PlanOption = None,
    days: Annotated[int, typer.Option("--days", min=1, max=730, help="How many days are played.")] = 7,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Up to when, such as 2026-01-31T22:00Z. Default: now.")
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", metavar="ID", help="Its resource id or guid. Default: what the rules read."),
    ] = None,
    at_most: Annotated[
        int, typer.Option("--at-most", metavar="K", min=0, help="Alerts a week that are few enough for each rule.")
    ] = 1,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="DIR", help="Write the tables' rows there too, for acrwatch rehearse."),
    ] = None,
    cloud: CloudOption = CloudName.PUBLIC,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Play the rules over a workspace's own history, and say how to tune them. Nothing in Azure is changed."""
    from acrwatch.live.connection import connect

    read = stack_of(stack, plan)
    end = datetime.now(UTC).replace(second=0, microsecond=0) if until is None else parse_moment(until).astimezone(UTC)
    start = end - timedelta(days=days)
    if end > datetime.now(UTC):
        raise InputError(f"--until {until} lies ahead; history ends now")
    azure = connect(cloud)
    from acrwatch.live.backtest.export import export_tables, refuse_full
    from acrwatch.live.backtest.run import backtest, workspace_of
    from acrwatch.live.logs import Logs
    from acrwatch.live.logs_slices import Slices

    if export is not None:
        refuse_full(export)
    asked, elsewhere = workspace_of(read, workspace)
    slices = Slices(Logs(azure), asked)
    progress = _progress()
    try:
        found = backtest(read, slices, start=start, end=end, at_most=at_most, elsewhere=elsewhere, progress=progress)
        exported = None
        if export is not None:
            try:
                exported = export, export_tables(slices, read.rules, start, end, export, progress)
            except UnknownError as error:
                found = replace(found, unknown=(*found.unknown, f"{export} was not written: {error}"))
    finally:
        progress("")
    result = Backtested(found=found, exported=exported)
    show(result, format_, output)
    if result.exit_code is not ExitCode.FINE:
        raise typer.Exit(result.exit_code)
