"""Posts what a rehearsal would send to a server on this machine, so that a receiver can be developed against it.

Nothing leaves the machine: only loopback addresses are taken, and where a name leads is looked at before anything is
sent. What the Logic App of a receiver makes of a notification is decided in `message`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from acrwatch.errors import InputError, did_you_mean, shown
from acrwatch.rehearsal.message import Message, message_of
from acrwatch.rehearsal.model import Alert, Notification
from acrwatch.synthesised import Receiver, SynthesisedStack

TIMEOUT_SECONDS = 10.0
"""How long a server may take to connect, and to answer."""

_JSON: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}

# What Azure posts the common alert schema to.
_POSTED = ("webhook", "logic_app", "azure_function", "automation_runbook", "event_hub")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the notifications of a receiver are posted.

    Args:
        receiver: its name.
        host: a loopback address, or `localhost`.
        port: the port.
        path: path and query.
        url: all of it as it was given; a Logic App gets it in place of the secret address of its target.
    """

    receiver: str
    host: str
    port: int
    path: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """What became of the posts.

    Args:
        delivered: receiver -> how many were taken.
        failures: what was not taken or could not be built, and why.
        unknown: of which receivers it cannot be said whether they are told, or what.
    """

    delivered: Mapping[str, int]
    failures: tuple[str, ...]
    unknown: tuple[str, ...]

    def said(self) -> str:
        """It in words."""
        lines = [f"  {count} posted to {receiver}" for receiver, count in self.delivered.items()]
        lines += [f"  ! {failure}" for failure in self.failures]
        return "\n".join(["Deliveries", *lines, *(f"  ? {one}" for one in self.unknown)])

    def data(self) -> Any:
        """It as plain values."""
        return {
            "delivered": dict(self.delivered),
            "failures": list(self.failures),
            "unknown": list(self.unknown),
        }


def read_target(stack: SynthesisedStack, text: str) -> Target:
    """Read `RECEIVER=URL`.

    Args:
        stack: what has the receiver.
        text: such as `siem=http://127.0.0.1:8080/alerts`.

    Raises:
        InputError: there is no such receiver, it is posted no common alert schema, or the address is not of this
            machine.
    """
    name, equals, url = text.partition("=")
    if not equals:
        raise InputError(f"--deliver takes RECEIVER=URL, such as siem=http://127.0.0.1:8080/, not {shown(text)}")
    named = [receiver for _, receiver in _receivers(stack) if receiver.name == name]
    if not named:
        known = sorted({receiver.name for _, receiver in _receivers(stack)})
        near = did_you_mean(name, known) if known else "it has none"
        raise InputError(f"{stack.file} has no receiver {shown(name)}; {near}")
    for receiver in named:
        if receiver.kind not in _POSTED:
            raise InputError(f"{name} is a receiver of the kind {receiver.kind}, which is posted no JSON")
        if not receiver.use_common_alert_schema:
            raise InputError(
                f"{name} does not ask for the common alert schema, and Azure's older bodies are not known here; "
                "set use_common_alert_schema on the receiver"
            )
    return _target(name, url)


def _target(receiver: str, url: str) -> Target:
    refused = InputError(
        f"{shown(url)} is no address of this machine; --deliver posts to http:// on 127.0.0.1, [::1] or localhost"
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        raise refused from None
    if parts.scheme != "http" or parts.username is not None or not _is_loopback(host):
        raise refused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(receiver=receiver, host=host, port=port, path=path, url=url)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class _Post:
    """One request of a notification."""

    content: bytes
    headers: Mapping[str, str]


def _posts(receiver: Receiver, sent: Notification, target: Target) -> tuple[Sequence[_Post], Message]:
    """What a receiver is posted for a notification, and what its Logic App had to say, if it has one."""
    if receiver.workflow is None:
        content = json.dumps(sent.payload, ensure_ascii=False).encode()
        return [_Post(content=content, headers=_JSON)], Message()
    message = message_of(receiver.workflow, sent.payload, target.url)
    requests = [one.request() for one in message.sent]
    return [_Post(content=one.content, headers={**_JSON, **one.headers}) for one in requests], message


def deliver(stack: SynthesisedStack, alerts: Sequence[Alert], targets: Sequence[Target]) -> Deliveries:
    """Post all notifications that tell some receivers, in order.

    A receiver that cannot be reached is not tried again.

    Args:
        stack: what has the receivers.
        alerts: what fired.
        targets: where the notifications of each receiver go.
    """
    sent = sorted((one for alert in alerts for one in alert.notifications), key=lambda one: one.time)
    delivered = {target.receiver: 0 for target in targets}
    failures: list[str] = []
    unknown: list[str] = []
    for target in targets:
        wanted = [(receiver, one) for one in sent for receiver in _told(one, target.receiver)]
        for number, (receiver, one) in enumerate(wanted, 1):
            said = f"{target.receiver}: post {number} of {len(wanted)} (of {one.route.alert.rule.name})"
            posts, message = _posts(receiver, one, target)
            unknown += [f"{said}: {message.unknown}"] if message.unknown is not None else []
            failures += [f"{said}: {message.failure}"] if message.failure is not None else []
            results = [_post(target, post) for post in posts]
            delivered[target.receiver] += sum(failure is None for failure, _ in results)
            reached = all(reached for _, reached in results)
            left = "" if reached or number == len(wanted) else f"; the {len(wanted) - number} after it were not tried"
            failures += [f"{said}: {failure}{left}" for failure, _ in results if failure is not None]
            if not reached:
                break
        unknown += _unknown(stack, target.receiver, sent)
    return Deliveries(delivered=delivered, failures=tuple(failures), unknown=tuple(unknown))


def _told(sent: Notification, name: str) -> Iterator[Receiver]:
    return (receiver for receiver in receivers_told(sent) if receiver.name == name)


def receivers_told(sent: Notification) -> Iterator[Receiver]:
    """The receivers that a notification tells for certain.

    Args:
        sent: the notification.
    """
    if not sent.muted:
        for told in sent.route.told:
            if told.group is not None:
                yield from told.group.receivers


def _unknown(stack: SynthesisedStack, name: str, sent: Iterable[Notification]) -> Iterator[str]:
    mine = {group for group, receiver in _receivers(stack) if receiver.name == name}
    doubts = [
        group.because
        for one in sent
        if not one.muted
        for group in one.route.groups
        if group.told is None and group.group is not None and group.group.address in mine
    ]
    if doubts:
        yield f"{name}: {len(doubts)} not posted, since it cannot be known whether it is told: {doubts[0]}"


def _receivers(stack: SynthesisedStack) -> Iterator[tuple[str, Receiver]]:
    return ((group.address, receiver) for group in stack.groups for receiver in group.receivers)


def _post(target: Target, post: _Post) -> tuple[str | None, bool]:
    """Post one body: what went wrong, and whether the server was reached."""
    connection = HTTPConnection(target.host, target.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.connect()
        peer = connection.sock.getpeername()[0]
        if not ip_address(peer).is_loopback:
            return f"{target.host} is {peer}, which is not this machine", False
        connection.request("POST", target.path, body=post.content, headers=dict(post.headers))
        status = connection.getresponse().status
        return (None if 200 <= status < 300 else f"the server answered {status}"), True
    except TimeoutError:
        return f"the server did not answer within {TIMEOUT_SECONDS:.0f} seconds", False
    except (OSError, HTTPException) as error:
        return f"{target.host}:{target.port} cannot be reached: {str(error) or type(error).__name__}", False
    finally:
        connection.close()
