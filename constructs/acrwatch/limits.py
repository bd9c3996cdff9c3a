"""What Azure refuses, or what could never fire, as tables of checks over plain values.

The provider lets much of this through to `terraform apply` (see the sources); here it is said
before Terraform sees it. All checks of a table are evaluated, so all problems come at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar

from acrwatch.alert_rule import Aggregation, AlertRule, Kind
from acrwatch.durations import short
from acrwatch.errors import Path, Problem, one_of, shown
from acrwatch.kql.text import code_of
from acrwatch.record import Record
from acrwatch.references import folded, is_reference

T = TypeVar("T")

_AZURERM_RULE = "azurerm: monitor_scheduled_query_rules_alert_v2"
_CREATE_RULE = "Azure Monitor: alerts-create-log-alert-rule"
_LIMITS = "Azure Monitor: azure-monitor-limits-alerts"
_DESIGN = "acrwatch: docs/architecture.md"


def _minutes(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=number) for number in numbers)


_HOURS = _minutes(*(60 * hours for hours in range(1, 7)))
_DAY = _minutes(1440)
FREQUENCIES = _minutes(1, 5, 10, 15, 30, 45) + _HOURS + _DAY
WINDOWS = FREQUENCIES + _minutes(2880)
MUTES = _minutes(5, 10, 15, 30, 45) + _HOURS + _DAY + _minutes(2880)

MINUTE = timedelta(minutes=1)
SEVERITIES = range(5)
DIMENSIONS_MAX = 6
QUERY_BYTES_MAX = 64 * 1024
DESCRIPTION_MAX = 4096
ACTION_GROUPS_MAX = 5
PAYLOAD_PROPERTIES_MAX = 256 * 1024
BOUND_MIN = timedelta(minutes=20)
STATEFUL_FREQUENCY_MAX = timedelta(hours=12)
RESERVED_COLUMN = "AggregatedValue"

# Evaluations may be this late without an alert being lost; part of every promised bound.
JITTER = timedelta(minutes=2)

RULE_NAME = re.compile(r"[^#<>%&:\\?/{}*\x00-\x1f]{1,260}")
FORBIDDEN_KQL = ("bag_unpack", "pivot", "narrow")
FORBIDDEN_KQL_EACH_MINUTE = ("search", "union", "take", "limit", "ingestion_time", "adx")


class Check(Record, Generic[T]):
    """One rule about values that go together.

    Args:
        field: where the problem is shown, below the path of the values.
        wrong: true when the values break the rule.
        says: the value and what is allowed.
        way_out: what to do instead, when that does not follow.
        source: the document or schema the rule comes from.
    """

    field: str
    wrong: Callable[[T], bool]
    says: Callable[[T], str]
    way_out: str | None = None
    source: str

    def problem(self, values: T, path: Path) -> Problem:
        """The problem this check has with the values, at a path."""
        return Problem(path=(*path, self.field), message=self.says(values), way_out=self.way_out)


def check(checks: Iterable[Check[T]], values: T, *path: str | int) -> list[Problem]:
    """Evaluate a whole table.

    Args:
        checks: the table.
        values: what it is about.
        path: where the values stand.
    """
    return [rule.problem(values, path) for rule in checks if rule.wrong(values)]


def bound(look_back: timedelta, span: timedelta, frequency: timedelta) -> timedelta:
    """The delay up to which a rule keeps its promise (one evaluation skipped, the next one late).

    Args:
        look_back: the query's literal `ago()`.
        span: the bin of an event rule, the interval of a volume rule.
        frequency: time between evaluations.
    """
    return look_back - span - 2 * frequency - JITTER


def _listed(durations: Sequence[timedelta]) -> str:
    return one_of(short(duration) for duration in durations)


def _mute(rule: AlertRule) -> str:
    return "none" if rule.mute is None else short(rule.mute)


@lru_cache(maxsize=64)
def _words(query: str) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_]\w*", code_of(query)))


def _kql(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))


RULE_CHECKS: tuple[Check[AlertRule], ...] = (
    Check(
        field="name",
        wrong=lambda rule: not is_reference(rule.name) and RULE_NAME.fullmatch(rule.name) is None,
        says=lambda rule: (
            f"{shown(rule.name)} cannot name a rule: 1 to 260 characters, none of # < > % & : \\ ? / {{ }} *"
        ),
        source="Azure REST: ScheduledQueryRules, ruleName",
    ),
    Check(
        field="severity",
        wrong=lambda rule: rule.severity not in SEVERITIES,
        says=lambda rule: f"{shown(rule.severity)} is not a severity Azure has; {one_of(SEVERITIES)}",
        source=_AZURERM_RULE,
    ),
    Check(
        field="frequency",
        wrong=lambda rule: rule.frequency not in FREQUENCIES,
        says=lambda rule: f"{short(rule.frequency)} is not a frequency Azure has; {_listed(FREQUENCIES)}",
        source=_AZURERM_RULE,
    ),
    Check(
        field="window",
        wrong=lambda rule: rule.window not in WINDOWS,
        says=lambda rule: f"{short(rule.window)} is not a window Azure has; {_listed(WINDOWS)}",
        source=_AZURERM_RULE,
    ),
    Check(
        field="frequency",
        wrong=lambda rule: rule.frequency > rule.window,
        says=lambda rule: (
            f"{short(rule.frequency)} is longer than the {short(rule.window)} the rule reads: "
            "what happens in between would never be seen"
        ),
        source=_CREATE_RULE,
    ),
    Check(
        field="window",
        wrong=lambda rule: rule.frequency == MINUTE and rule.window > timedelta(hours=6),
        says=lambda rule: f"{short(rule.window)} is longer than 6h, the most a rule with frequency 1m may read",
        source=_AZURERM_RULE,
    ),
    Check(
        field="window",
        wrong=lambda rule: rule.window == MINUTE and rule.frequency != MINUTE,
        says=lambda rule: f"a window of 1m goes only with frequency 1m, and this one is {short(rule.frequency)}",
        source=_AZURERM_RULE,
    ),
    Check(
        field="look_back",
        wrong=lambda rule: rule.look_back > rule.window,
        says=lambda rule: f"the query looks back {short(rule.look_back)}, but the rule reads only {short(rule.window)}",
        source=_CREATE_RULE,
    ),
    Check(
        field="frequency",
        wrong=lambda rule: rule.bound < BOUND_MIN,
        says=lambda rule: (
            f"{short(rule.frequency)} leaves log rows only {max(0, int(rule.bound.total_seconds()) // 60)}m to arrive, "
            f"and they need up to {short(BOUND_MIN)}"
        ),
        way_out="choose a shorter frequency",
        source="Azure Monitor: data-ingestion-time (3 to 20 minutes)",
    ),
    Check(
        field="frequency",
        wrong=lambda rule: rule.auto_mitigation and rule.frequency > STATEFUL_FREQUENCY_MAX,
        says=lambda rule: f"{short(rule.frequency)} is longer than 12h, the most for a rule that resolves itself",
        source=_CREATE_RULE,
    ),
    Check(
        field="mute",
        wrong=lambda rule: rule.mute is not None and rule.mute not in MUTES,
        says=lambda rule: f"{_mute(rule)} is not a mute duration Azure has; {_listed(MUTES)}",
        source=_AZURERM_RULE,
    ),
    Check(
        field="mute",
        wrong=lambda rule: rule.mute is not None and rule.auto_mitigation,
        says=lambda rule: f"mute is {_mute(rule)}, but Azure does not mute a rule that resolves itself",
        way_out="leave mute out, or set auto_mitigation to false",
        source=_AZURERM_RULE,
    ),
    Check(
        field="mute",
        wrong=lambda rule: rule.mute is not None and rule.mute < rule.frequency,
        says=lambda rule: f"{_mute(rule)} is shorter than the frequency, {short(rule.frequency)}",
        source=_CREATE_RULE,
    ),
    Check(
        field="measure",
        wrong=lambda rule: rule.aggregation is not Aggregation.COUNT and rule.measure is None,
        says=lambda rule: f"aggregation {rule.aggregation} needs a measured column, and none is named",
        source=_AZURERM_RULE,
    ),
    Check(
        field="measure",
        wrong=lambda rule: rule.aggregation is Aggregation.COUNT and rule.measure is not None,
        says=lambda rule: f"{rule.measure} is measured, but aggregation Count counts rows and takes no column",
        way_out="leave measure out, or use Maximum or Total",
        source=_AZURERM_RULE,
    ),
    Check(
        field="dimensions",
        wrong=lambda rule: len(rule.dimensions) > DIMENSIONS_MAX,
        says=lambda rule: f"{len(rule.dimensions)} dimensions are too many; Azure takes at most {DIMENSIONS_MAX}",
        source=_CREATE_RULE,
    ),
    Check(
        field="dimensions",
        wrong=lambda rule: len(set(rule.dimensions)) < len(rule.dimensions),
        says=lambda rule: f"a dimension is named twice: {', '.join(rule.dimensions)}",
        source=_CREATE_RULE,
    ),
    Check(
        field="dimensions",
        wrong=lambda rule: not rule.dimensions and rule.kind is Kind.EVENT,
        says=lambda rule: "there are no dimensions, so a second operation would not be a second alert",
        source=_DESIGN,
    ),
    Check(
        field="measure",
        wrong=lambda rule: rule.measure is not None and rule.measure in rule.dimensions,
        says=lambda rule: f"{rule.measure} is measured and a dimension: each new value would be a new alert",
        source=_DESIGN,
    ),
    Check(
        field="query",
        wrong=lambda rule: len(rule.query.encode()) > QUERY_BYTES_MAX,
        says=lambda rule: (
            f"the query has {len(rule.query.encode()):,} bytes with its tuning; Azure takes {QUERY_BYTES_MAX:,}"
        ),
        way_out="shorten the tuning: wildcards instead of lists",
        source=_CREATE_RULE,
    ),
    Check(
        field="query",
        wrong=lambda rule: not _words(rule.query).isdisjoint(FORBIDDEN_KQL),
        says=lambda rule: f"log alerts refuse {_kql(_words(rule.query).intersection(FORBIDDEN_KQL))}",
        source=_CREATE_RULE,
    ),
    Check(
        field="query",
        wrong=lambda rule: RESERVED_COLUMN in _words(rule.query),
        says=lambda rule: f"the name {RESERVED_COLUMN} is reserved in log alerts",
        source=_CREATE_RULE,
    ),
    Check(
        field="frequency",
        wrong=lambda rule: rule.frequency == MINUTE and not _words(rule.query).isdisjoint(FORBIDDEN_KQL_EACH_MINUTE),
        says=lambda rule: (
            "1m is refused for a query with " + _kql(_words(rule.query).intersection(FORBIDDEN_KQL_EACH_MINUTE))
        ),
        way_out="use 5m; union goes away with tolerate_missing_tables: false, once the tables have rows",
        source=_CREATE_RULE,
    ),
    Check(
        field="description",
        wrong=lambda rule: len(rule.description) > DESCRIPTION_MAX,
        says=lambda rule: f"it has {len(rule.description):,} characters; Azure takes {DESCRIPTION_MAX:,}",
        source=_LIMITS,
    ),
    Check(
        field="custom_properties",
        wrong=lambda rule: (
            sum(len(key.encode()) + len(value.encode()) for key, value in rule.custom_properties.items())
            > PAYLOAD_PROPERTIES_MAX
        ),
        says=lambda rule: f"they pass the {PAYLOAD_PROPERTIES_MAX:,} bytes of an alert's payload",
        source="Azure Monitor: alerts-create-log-alert-rule (payload 256 KB)",
    ),
)


def told_groups_problems(groups: Sequence[Any], *path: str | int) -> list[Problem]:
    """At most five action groups per rule, each once (azure-monitor-limits-alerts)."""
    problems = []
    if len(groups) > ACTION_GROUPS_MAX:
        problems.append(
            Problem(
                path=path,
                message=f"{len(groups)} action groups are too many; a rule takes at most {ACTION_GROUPS_MAX}",
                way_out="route by severity or detection, or put the receivers into fewer groups",
            )
        )
    if len({folded(str(group)) for group in groups}) < len(groups):
        problems.append(Problem(path=path, message=f"an action group is named twice: {', '.join(map(str, groups))}"))
    return problems
