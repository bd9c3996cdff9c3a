"""Rehearsals of every kind that a report has to show: an ordinary day, a quiet one, hostile texts, a flood."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from acrwatch.detection.events import Event
from acrwatch.detection.samples import filled
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.model import Alert, Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.rehearsal.state import Limit
from tests.rehearsal.rules import REPOSITORY_EVENTS, at, pull, stack_with
from tests.rehearsal.watch import deployed

ACTIVITY = "AzureActivity"
_PLAN = "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Security/pricings/Containers"
_FREE = '{"requestbody":"{\\"properties\\":{\\"pricingTier\\":\\"Free\\"}}"}'

# Of the shape that tells which rows of the log are behind an alert.
_SHAPED = (
    "let Events = union isfuzzy=true (datatable(TimeGenerated: datetime, OperationName: string, Identity: string)[]), "
    f"{REPOSITORY_EVENTS} | where OperationName =~ 'pull'; "
    "Events | where TimeGenerated > ago(1h) | summarize Pulls = count() by Identity"
)

# What a log may hold when somebody wants the report to do their work.
SCRIPT = "<script>document.title = 'owned'</script>"
IMAGE = '"><img src=x onerror="document.title=\'owned\'">'
CLOSING = "</title></style></script></svg><b id=owned>"
TURNED = "team/\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe\N{LEFT-TO-RIGHT MARK}\0"
HALF = "\ud800"
HOSTILE = (SCRIPT, IMAGE, CLOSING, TURNED, "' onfocus='document.title=1' autofocus='", "a" * 700)


def event(minutes: float, table: str = REPOSITORY_EVENTS, *, arrives: float = 5, **columns: Any) -> Event:
    """A whole row as Azure writes it.

    Args:
        minutes: when it happened, after the start.
        table: where it stands.
        arrives: minutes until it can be queried.
        columns: columns other than usual.
    """
    time = at(minutes)
    row = {**filled(table, {**columns, TIME: time.isoformat()}), TIME: time}
    return Event(table=table, row=row, time=time, arrived=time + timedelta(minutes=arrives))


@cache
def day() -> Rehearsal:
    """A day of one registry with something for each of the five rules, and a purge task that is excused."""
    excused = {"identity": "purge-task@example.com", "client": "*acr-cli*", "reason": "the nightly purge"}
    stack = deployed(detections={"images_deleted_in_repository": {"except": [excused]}})
    return rehearse(stack, _day(), start=at(0), end=at(24 * 60))


def _day() -> Iterator[Event]:
    chance = Random(1)  # it can be repeated, and hides nothing
    for minute in range(0, 24 * 60, 3):
        # More by day than by night.
        for _ in range(chance.randrange(1 + 6 * (7 * 60 < minute < 19 * 60))):
            image = f"{chance.choice(('api', 'web', 'worker', 'cron'))}"
            who = chance.choice(("cluster-blue", "cluster-green", "ci@example.com"))
            yield event(
                minute + chance.random(),
                arrives=chance.uniform(3, 12),
                OperationName=chance.choice(("Pull", "Pull", "Pull", "Push")),
                Repository=f"team/{image}",
                Tag=f"1.{minute // 360}",
                Identity=who,
            )
    for number in range(12):
        yield event(
            120 + number,
            OperationName="Delete",
            Repository="team/web",
            Digest=f"sha256:{number:064x}",
            Identity="purge-task@example.com",
            UserAgent="acr-cli/0.16",
        )
    yield event(
        182.5, ACTIVITY, OperationNameValue="Microsoft.Security/pricings/write", ResourceId=_PLAN, Properties=_FREE
    )
    theft: dict[str, Any] = {
        "Identity": "former-contractor@example.com",
        "CallerIpAddress": "198.51.100.7",
        "UserAgent": "skopeo/1.16",
    }
    for number in range(64):
        yield event(200 + number / 8, OperationName="Pull", Repository=f"team/{number % 9}", Tag=f"2.{number}", **theft)
    for number in range(26):
        yield event(226 + number / 4, OperationName="Push", Repository="base/alpine", Tag=f"3.{number}", **theft)
    for number in range(7):
        yield event(
            241 + number, OperationName="Delete", Repository="team/api", Digest=f"sha256:{number:064x}", **theft
        )
    yield event(254, OperationName="Delete", Repository="team/payments", Tag="", Digest="", **theft)


@cache
def quiet() -> Rehearsal:
    """Nothing fires, and some of the log and the stack could not be read."""
    found = rehearse(stack_with({"threshold": 1000}), [pull(0), pull(3)], end=at(60))
    log = replace(
        found.log, unreadable=7, details=(f"day.jsonl:3: {SCRIPT}",), notes=(IMAGE,), partial=("day.jsonl.gz: cut",)
    )
    (report,) = found.rules
    return replace(
        found,
        log=log,
        rules=(replace(report, unknown=f"the query has {SCRIPT}", limits=(Limit.STATEFUL,)),),
        unknown=(f"module.x: {IMAGE}",),
        interrupted=at(30),
    )


@cache
def hostile() -> Rehearsal:
    """Alerts whose dimensions and rows hold what would run if it were not escaped."""
    rows = [pull(number, Identity=text, UserAgent=text, Repository=text) for number, text in enumerate(HOSTILE)]
    rows += [pull(20 + number, Identity=HOSTILE[0], Repository=text) for number, text in enumerate(HOSTILE)]
    stack = stack_with({"query": _SHAPED}, display_name=f"Pulls {SCRIPT}", description=f"About {IMAGE}", severity=1)
    found = rehearse(stack, rows, end=at(240))
    # A database refuses what is no UTF-8; a stack and its texts may hold it.
    return replace(found, unknown=(f"half a pair {HALF}",))


@cache
def muted() -> Rehearsal:
    """A stateless rule that keeps firing, and tells somebody every second time."""
    rule: dict[str, Any] = {"auto_mitigation_enabled": False, "mute_actions_after_alert_duration": "PT10M"}
    return rehearse(stack_with(**rule), [pull(0)], end=at(30))


@cache
def flood() -> Rehearsal:
    """5,000 alerts of one rule and a single one of another, last of all."""
    (noisy, *_) = day().alerts
    other = next(alert for alert in day().alerts if alert.rule.address != noisy.rule.address)
    start = day().clock.start
    many = [_moved(noisy, start + timedelta(seconds=15 * number), f"team/{number}") for number in range(5000)]
    alone = _moved(other, start + timedelta(hours=23), "alone")
    counts = {noisy.rule.address: 5000, other.rule.address: 1}
    reports = (
        replace(report, alerts=counts.get(report.rule.address, 0), per_day=counts.get(report.rule.address, 0))
        for report in day().rules
    )
    return replace(day(), alerts=(*many, alone), rules=tuple(reports))


def _moved(alert: Alert, fired: datetime, name: str) -> Alert:
    first, *rest = alert.series
    return replace(alert, series=((first[0], name), *rest), fired=fired, resolved=None)
