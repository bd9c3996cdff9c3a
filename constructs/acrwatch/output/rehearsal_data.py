"""A rehearsal as plain values, for machines: everything, with moments in ISO 8601 and lengths in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from acrwatch.rehearsal.behind import RowsBehind
from acrwatch.rehearsal.difference import Difference
from acrwatch.rehearsal.model import Alert, LogReport, Notification, Rehearsal, RuleReport
from acrwatch.routing import Route


def rehearsal_data(rehearsal: Rehearsal) -> Mapping[str, Any]:
    """All that a rehearsal found.

    Args:
        rehearsal: what was found.
    """
    clock = rehearsal.clock
    return {
        "stack": str(rehearsal.stack),
        "complete": rehearsal.complete,
        "interrupted": plain(rehearsal.interrupted),
        "period": {
            "start": plain(clock.start),
            "end": plain(clock.end),
            "jitter_seconds": plain(clock.jitter),
            "skip": clock.skip,
            "seed": clock.seed,
        },
        "log": _log(rehearsal.log),
        "rules": [_rule(report) for report in rehearsal.rules],
        "alerts": [alert_data(alert) for alert in rehearsal.alerts],
        "unknown": list(rehearsal.unknown),
    }


def alert_data(alert: Alert) -> Mapping[str, Any]:
    """One alert, with the payloads, the rows behind it and who is told.

    Args:
        alert: the alert.
    """
    return {
        "rule": alert.rule.id,
        "address": alert.rule.address,
        "severity": alert.rule.severity,
        "fired": plain(alert.fired),
        "resolved": plain(alert.resolved),
        "delay_seconds": plain(alert.delay),
        "dimensions": dict(alert.dimensions),
        "value": alert.value,
        "condition": alert.rule.condition,
        "result": plain(alert.result),
        "behind": None if alert.behind is None else _behind(alert.behind),
        "notifications": [_notification(one) for one in alert.notifications],
    }


def difference_data(found: Difference) -> Mapping[str, Any]:
    """How one test of an expectation file did.

    Args:
        found: the test and what differs.
    """
    return {
        "name": found.expectation.name,
        "line": found.expectation.line,
        "passed": found.failure is None and found.unknown is None,
        "failure": found.failure,
        "unknown": found.unknown,
    }


def plain(value: Any) -> Any:
    """A value as JSON takes it; a moment without a zone is UTC, as the log has it."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        # JSON has no such numbers.
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else _text(value)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _log(log: LogReport) -> Mapping[str, Any]:
    return {
        "paths": list(log.paths),
        "rows": dict(log.rows),
        "first": plain(log.first),
        "last": plain(log.last),
        "interval_seconds": plain(log.interval),
        "volume": {
            table: [{"from": plain(begin), "rows": rows} for begin, rows in counted]
            for table, counted in log.volume.items()
        },
        "unreadable": log.unreadable,
        "unreadable_details": list(log.details),
        "notes": list(log.notes),
        "partial": list(log.partial),
    }


def _rule(report: RuleReport) -> Mapping[str, Any]:
    rule = report.rule
    return {
        "id": rule.id,
        "address": rule.address,
        "name": rule.name,
        "title": rule.title,
        "enabled": rule.enabled,
        "severity": rule.severity,
        "frequency": rule.frequency,
        "condition": rule.condition,
        "evaluations": report.evaluations,
        "alerts": report.alerts,
        "series": report.series,
        "busiest": report.busiest,
        "limits": [str(limit) for limit in report.limits],
        "slowest_seconds": plain(report.slowest),
        "alerts_per_day": report.per_day,
        "monthly_price_usd": report.monthly_price,
        "unknown": report.unknown,
    }


def _behind(behind: RowsBehind) -> Mapping[str, Any]:
    return {
        "count": behind.count,
        "first": plain(behind.first),
        "last": plain(behind.last),
        "rows": plain(behind.rows),
    }


def _notification(sent: Notification) -> Mapping[str, Any]:
    return {
        "time": plain(sent.time),
        "condition": str(sent.route.alert.condition),
        "muted": sent.muted,
        "route": _route(sent.route),
        "payload": plain(sent.payload),
    }


def _route(route: Route) -> Mapping[str, Any]:
    return {
        "groups": [
            {
                "name": one.name,
                "address": None if one.group is None else one.group.address,
                "told": one.told,
                "because": one.because,
                "receivers": []
                if one.group is None
                else [
                    {"name": receiver.name, "kind": receiver.kind, "goes_to": receiver.goes_to}
                    for receiver in one.group.receivers
                ],
            }
            for one in route.groups
        ],
        "processing_rules": [
            {
                "name": one.rule.name,
                "address": one.rule.address,
                "action": str(one.rule.action),
                "applies": one.applies,
                "because": one.because,
            }
            for one in route.decisions
        ],
        "unknown": list(route.unknown),
    }
