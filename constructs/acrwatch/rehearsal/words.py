"""How moments, alerts and those who are told are put into words, the same in every place that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from acrwatch.rehearsal.model import Alert, Notification, Rehearsal
from acrwatch.routing import Told
from acrwatch.synthesised import ScheduledQueryRule

NOBODY = "nobody"
_PATHS_SHOWN = 5

# Dimension -> how its value is said; None for a key that tells people nothing. Others are said with their names.
_SAID: Mapping[str, str | None] = MappingProxyType(
    {
        "Identity": "{}",
        "Caller": "{}",
        "Action": "{}",
        "Outcome": "({})",
        "Target": "of {}",
        "Repository": "on {}",
        "Registry": "in {}",
        "CallerIpAddress": "from {}",
        "Client": "with {}",
        "Hour": "in the hour {}",
        "Operation": None,
        "CorrelationId": None,
    }
)


def made_from(rehearsal: Rehearsal) -> str:
    """What a rehearsal is of: the stack, and what the log was read from."""
    named = ["standard input" if path == "-" else path for path in rehearsal.log.paths]
    more = len(named) - _PATHS_SHOWN
    log = ", ".join([*named[:_PATHS_SHOWN], *([f"{more} more"] if more > 0 else [])])
    return f"The rules of {rehearsal.stack} on {f'the log {log}' if log else 'events that were at hand'}"


def rule_name(rule: ScheduledQueryRule) -> str:
    """What a rule is called where there is little room: its detection, or its name in Azure."""
    return rule.name if rule.detection is None else rule.id


def moment(at: datetime) -> str:
    """A moment as people read it, in UTC; seconds only where there are some."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at.second else f"{at:%Y-%m-%d %H:%M}Z"


def number(value: float | None) -> str:
    """A measure; nothing where nothing was measured."""
    return "" if value is None else f"{value:.15g}"


def measured(alert: Alert) -> str:
    """What was measured beside the condition: `64 (Images >= 40)`."""
    return f"{number(alert.value)} ({alert.rule.condition})".strip()


def who_and_what(dimensions: Mapping[str, str]) -> str:
    """The dimensions of an alert in one phrase; an address that is the identity is said once."""
    known = [(said, dimensions[name]) for name, said in _SAID.items() if dimensions.get(name)]
    phrases = dict.fromkeys(said.format(value) for said, value in known if said is not None)
    if dimensions.get("Identity") and dimensions.get("Identity") == dimensions.get("CallerIpAddress"):
        phrases.pop(f"from {dimensions['CallerIpAddress']}", None)
    others = [f"{name}={value}" for name, value in dimensions.items() if name not in _SAID]
    return " ".join([*phrases, *others])


def fields(dimensions: Mapping[str, str]) -> str:
    """The dimensions with their names, as an expectation has them."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in dimensions.items()) + "}"


def told(notification: Notification) -> str:
    """Who is told of it, or what keeps it from everybody; a question mark stands where that is not known."""
    if notification.muted:
        return f"{NOBODY}: muted by an earlier alert"
    route = notification.route
    names = [_group(one) for one in route.groups if one.told is not False]
    if names:
        return ", ".join(names)
    reasons = [f"suppressed by {', '.join(rule.name for rule in route.suppressed_by)}"] if route.suppressed_by else []
    reasons += [f"not known: {reason}" for reason in route.unknown]
    # A group that is named and not told says why; where none is named there is nothing to say.
    reasons += [one.because for one in route.groups]
    return ": ".join([NOBODY, *reasons[:1]])


def told_in_full(notification: Notification) -> str:
    """Who is told of it with the receivers of each group, or what keeps it from everybody."""
    groups = sorted((one for one in notification.route.groups if one.told is not False), key=lambda one: one.name)
    if notification.muted or not groups:
        return told(notification)
    return ", ".join(_group(one) + _receivers(one) for one in groups)


def _group(one: Told) -> str:
    """The name of a group, also of one that is elsewhere and known by its id."""
    return one.name.rpartition("/")[2] + ("?" if one.told is None else "")


def _receivers(one: Told) -> str:
    names = () if one.group is None else sorted(receiver.name for receiver in one.group.receivers)
    return f" ({', '.join(names)})" if names else ""


def summary(alert: Alert) -> str:
    """An alert in one line: rule, moment, dimensions and who is told."""
    return " ".join(_summary(alert))


def _summary(alert: Alert) -> Iterator[str]:
    yield rule_name(alert.rule)
    yield fields(alert.dimensions)
    yield f"fired at {moment(alert.fired)},"
    yield f"told: {told(alert.notifications[0])}"
