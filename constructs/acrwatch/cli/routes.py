"""`acrwatch routes`: who would be told of an alert, and which rule decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from acrwatch.cli.options import OutputOption, PlanOption, StackOption, stack_of
from acrwatch.counted import counted
from acrwatch.errors import ExitCode, InputError
from acrwatch.output.result import Outcome, Part, ReportFormat, Suite, Table
from acrwatch.output.show import show_tests
from acrwatch.routing import Alert, MonitorCondition, Route, Told, route
from acrwatch.routing.expectations import Compared, compare, read_expectations
from acrwatch.routing.moments import parse_moment
from acrwatch.routing.selection import rules_of
from acrwatch.synthesised import SynthesisedStack

EXAMPLE = "Example: acrwatch routes --detection forced_repository_deleted --at 2026-01-31T22:00Z"


@dataclass(frozen=True, kw_only=True)
class Routes:
    """Who would be told of some alerts.

    Args:
        stack: the file that holds the rules.
        routes: one for each alert.
        compared: expectations and what is true; None where nothing is expected.
    """

    stack: SynthesisedStack
    routes: Sequence[Route]
    compared: Sequence[Compared] | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with: differences, else what cannot be known."""
        if any(one.failure is not None for one in self.compared or ()):
            return ExitCode.FINDINGS
        if self.stack.unknown or any(one.unknown for one in self.routes):
            return ExitCode.UNKNOWN
        return ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """A row for each group of each alert, how processing rules decide, what is not known, and a count."""
        return [
            self._groups(),
            *([self._decisions(self.routes[0])] if len(self.routes) == 1 and self.routes[0].decisions else []),
            *self._unknown(),
            *(f"{one.expectation.name}\n{one.failure}" for one in self.compared or () if one.failure is not None),
            self._summary(),
        ]

    def _groups(self) -> Table:
        rows = [row for one in self.routes for row in _rows(one)]
        columns = ("rule", "severity", "when it", "told", "receivers", "because")
        moments = sorted({f"{one.at:%Y-%m-%d %H:%M %Z}" for one in self.routes})
        return Table(title=f"Who is told ({', '.join(moments)})", columns=columns, rows=rows)

    def _decisions(self, found: Route) -> Table:
        rows = [(one.rule.name, one.rule.action.value, _answer(one.applies), one.because) for one in found.decisions]
        return Table(title="Processing rules", columns=("name", "does", "applies", "because"), rows=rows)

    def _unknown(self) -> Iterator[str]:
        lines = [f"  - {one.alert.rule.id}: {why}" for one in self.routes for why in one.unknown]
        lines += [f"  - {one}" for one in self.stack.unknown]
        if lines:
            yield "\n".join(["Not to be known from this file", *lines])

    def _summary(self) -> str:
        unknown = sum(bool(one.unknown) for one in self.routes)
        silent = sum(not one.groups or all(group.told is False for group in one.groups) for one in self.routes)
        alerts = counted(len(self.routes), "alert")
        parts = [alerts, f"{silent} that nobody is told of", f"{unknown} that cannot be known"]
        if self.compared is not None:
            wrong = sum(one.failure is not None for one in self.compared)
            parts.append(f"{wrong} other than expected")
        return f"{', '.join(parts)}, in {self.stack.file}"

    def data(self) -> Any:
        """Every alert with its groups, receivers and decisions."""
        expected = {id(one.route): one for one in self.compared or ()}
        return {
            "file": str(self.stack.file),
            "routes": [_data(one, expected.get(id(one))) for one in self.routes],
            "unknown": [asdict(one) for one in self.stack.unknown],
        }

    def tests(self) -> Sequence[Suite]:
        """A test for each expectation; without any, one for each alert, which says whether its way is known."""
        cases = [
            Outcome(name=one.expectation.name, failure=one.failure, unknown=one.unknown) for one in self.compared or ()
        ]
        if self.compared is None:
            cases = [Outcome(name=_called(one), unknown="\n".join(one.unknown) or None) for one in self.routes]
        cases += [Outcome(name=one.member, unknown=str(one)) for one in self.stack.unknown]
        return [Suite(name="routes", cases=cases)]


def _called(found: Route) -> str:
    return f"{found.alert.rule.id} {found.alert.condition.value.lower()}"


def _rows(found: Route) -> Iterator[tuple[str, str, str, str, str, str]]:
    rule = found.alert.rule
    severity = "unknown" if rule.severity is None else f"Sev{rule.severity}"
    start = (rule.id, severity, found.alert.condition.value.lower())
    for group in found.groups:
        name = group.name if group.told else f"({_answer(group.told)}) {group.name}"
        yield (*start, name, _receivers(group), group.because)
    if not found.groups:
        yield (*start, "nobody", "", "no rule names an action group")


def _receivers(group: Told) -> str:
    if group.told is False:
        return ""
    if group.group is None:
        return "not in this file"
    return ", ".join(f"{one.kind} {one.name}" for one in group.group.receivers) or "none"


def _answer(holds: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[holds]


def _data(found: Route, compared: Compared | None) -> Mapping[str, Any]:
    rule = found.alert.rule
    expected = None if compared is None else {"name": compared.expectation.name, "difference": compared.failure}
    return {
        "rule": rule.address,
        "id": rule.id,
        "detection": rule.detection,
        "variant": rule.variant,
        "severity": rule.severity,
        "condition": found.alert.condition.value,
        "dimensions": dict(found.alert.dimensions),
        "at": found.at.isoformat(),
        "groups": [_group_data(group) for group in found.groups],
        "processing_rules": [
            {
                "rule": one.rule.address,
                "name": one.rule.name,
                "action": one.rule.action.value,
                "applies": one.applies,
                "because": one.because,
            }
            for one in found.decisions
        ],
        "unknown": list(found.unknown),
        "expected": expected,
    }


def _group_data(group: Told) -> Mapping[str, Any]:
    receivers = None
    if group.group is not None:
        receivers = [{"kind": one.kind, "name": one.name, "goes_to": one.goes_to} for one in group.group.receivers]
    return {
        "name": group.name,
        "address": None if group.group is None else group.group.address,
        "told": group.told,
        "because": group.because,
        "receivers": receivers,
    }


def dimensions_of(given: Sequence[str]) -> Mapping[str, str]:
    """The dimensions of `Name=Value` options.

    Args:
        given: what was given.

    Raises:
        InputError: one has another form.
    """
    found = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise InputError(f"--dimension {text!r} is not a name and a value; write --dimension Registry=contosoprod")
        found[name] = value
    return found


def command(
    stack: StackOption = None,
    plan: PlanOption = None,
    detection: Annotated[
        str | None, typer.Option("--detection", metavar="ID", help="One detection with its variants, or ID.VARIANT.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ADDRESS", help="One rule, by Terraform address or Azure name.")
    ] = None,
    severity: Annotated[int | None, typer.Option("--severity", min=0, max=4, help="Rules of this severity.")] = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option("--dimension", metavar="NAME=VALUE", help="What the alert is about; as often as you like."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The moment, such as 2026-01-31T22:00Z. Default: now.")
    ] = None,
    resolved: Annotated[bool, typer.Option("--resolved", help="The alert resolves, in place of firing.")] = False,
    expect: Annotated[
        Path | None, typer.Option("--expect", help="A YAML file that says who should be told; fails on a difference.")
    ] = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="For people, machines, or pipelines that show tests.")
    ] = ReportFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Say who would be told of an alert, through which receivers, and which rule decides. Nothing is asked of Azure."""
    read = stack_of(stack, plan)
    if not read.rules and not read.unknown:
        raise InputError(f"{read.file} has no scheduled query rule, so nobody is told of anything")
    moment = datetime.now(UTC) if at is None else parse_moment(at)
    if expect is None:
        condition = MonitorCondition.RESOLVED if resolved else MonitorCondition.FIRED
        dimensions = dimensions_of(dimension or ())
        routes = [
            route(read, Alert(rule=one, condition=condition, dimensions=dimensions), moment)
            for one in rules_of(read, detection=detection, rule=rule, severity=severity)
        ]
        found = Routes(stack=read, routes=routes)
    else:
        if any(option is not None for option in (detection, rule, severity, dimension)) or resolved:
            raise InputError("--expect names its alerts itself; leave --detection, --rule and the like away")
        compared = [compare(read, one, moment) for one in read_expectations(expect)]
        found = Routes(stack=read, routes=[one.route for one in compared], compared=compared)
    show_tests(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)
