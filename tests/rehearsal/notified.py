"""A stack with a receiver of each kind that has a Logic App, and a rehearsal in which each detection fires."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from acrwatch.detection.events import Event
from acrwatch.detection.samples import filled
from acrwatch.kql.tables import TIME
from acrwatch.rehearsal.model import Alert, Notification, Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised import Receiver, SynthesisedStack, Workflow
from tests.rehearsal.rules import REPOSITORY_EVENTS, at
from tests.rehearsal.watch import deployed

TEMPLATE = {"text": "{severity} {title:100}: {identity}", "value": "{value}", "state": "{state}"}
RECEIVERS: dict[str, dict[str, Any]] = {
    "slack": {"type": "slack"},
    "teams": {"type": "teams"},
    "pagerduty": {"type": "pagerduty_events"},
    "hook": {"type": "json_webhook", "template": TEMPLATE, "authorization": True, "send_resolved": False},
}
HOSTILE = "<!channel> *x* `y` </script><img src=x> @{triggerBody()} \N{RIGHT-TO-LEFT OVERRIDE}"

_ACTIVITY = "AzureActivity"
_PLAN = "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Security/pricings/Containers"
_FREE = '{"requestbody":"{\\"properties\\":{\\"pricingTier\\":\\"Free\\"}}"}'


@cache
def stack() -> SynthesisedStack:
    """The five detections as they are shipped, which tell four receivers."""
    return deployed(action_groups={"people": {"receivers": RECEIVERS}})


@cache
def rehearsal() -> Rehearsal:
    """Each of the five rules fires, and one does so for texts that somebody made to do harm."""
    return rehearse(stack(), _events(), start=at(0), end=at(600))


def receiver(name: str) -> Receiver:
    """One of the receivers."""
    (found,) = (one for group in stack().groups for one in group.receivers if one.name == name)
    return found


def told(name: str) -> list[Notification]:
    """The notifications that tell it, in the order in which they are sent."""
    found = [
        sent
        for alert in rehearsal().alerts
        for sent in alert.notifications
        if any(one.name == name for group in sent.route.told if group.group for one in group.group.receivers)
    ]
    return sorted(found, key=lambda sent: sent.time)


def broken(workflow: Workflow) -> Workflow:
    """The same workflow with a step that fails."""
    actions = {**workflow.definition["actions"]}
    actions["Payload"] = {**actions["Payload"], "inputs": "@length(triggerBody()?['absent'])"}
    return replace(workflow, definition={**workflow.definition, "actions": actions})


def through(alert: Alert, change: Callable[[Workflow], Workflow]) -> Alert:
    """The alert, told to the same receivers with other workflows."""
    return replace(alert, notifications=tuple(_through(sent, change) for sent in alert.notifications))


def _through(sent: Notification, change: Callable[[Workflow], Workflow]) -> Notification:
    def changed(told: Any) -> Any:
        receivers = tuple(replace(one, workflow=change(one.workflow)) for one in told.group.receivers)
        return replace(told, group=replace(told.group, receivers=receivers))

    return replace(sent, route=replace(sent.route, groups=tuple(changed(one) for one in sent.route.groups)))


def _events() -> Iterator[Event]:
    yield _event(
        2, _ACTIVITY, OperationNameValue="Microsoft.Security/pricings/write", ResourceId=_PLAN, Properties=_FREE
    )
    for number in range(50):
        yield _event(5 + number / 10, OperationName="Pull", Repository=f"team/{number % 9}", Tag=f"2.{number}")
    for number in range(50):
        yield _event(15 + number / 10, OperationName="Push", Repository="base/alpine", Tag=f"3.{number}")
    yield _event(22, OperationName="Delete", Repository="team/api", Digest=f"sha256:{1:064x}")
    yield _event(23, OperationName="Delete", Repository="team/web", Tag="", Digest="")
    yield _event(
        24, OperationName="Delete", Repository="team/odd", Tag="", Digest="", Identity=HOSTILE, UserAgent=HOSTILE
    )


def _event(minutes: float, table: str = REPOSITORY_EVENTS, **columns: Any) -> Event:
    time = at(minutes)
    row = {**filled(table, {**columns, TIME: time.isoformat()}), TIME: time}
    return Event(table=table, row=row, time=time, arrived=time + timedelta(minutes=5))
