"""What PagerDuty refuses in an event of its Events API v2.

The members and limits are those of PagerDuty's developer documentation ("Send an Alert Event", "Events API v2
Overview"). The routing key is a secret, and no problem shows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow.bodies.checks import text_problems, url_problems
from acrwatch.workflow.shape_checks import choice_problems, is_object, object_problems
from acrwatch.workflow.values import sendable

Found = Iterator[Problem]

ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
ROUTING_KEY = re.compile(r"[A-Za-z0-9]{32}")
SUMMARY = 1_024
DEDUP_KEY = 255
SIZE = 512 * 1024
"""Bytes of an event."""

_URL = 2_048
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


def problems(event: object) -> list[Problem]:
    """What is wrong with an event.

    Args:
        event: the JSON that is posted to `/v2/enqueue`.
    """
    needs = ("routing_key", "event_action")
    may = ("dedup_key", "payload", "images", "links", "client", "client_url")
    found = list(object_problems(event, (), needs=needs, may=may))
    if not is_object(event):
        return found
    if "routing_key" in event and not _is_routing_key(event["routing_key"]):
        message = "a routing key has 32 letters and digits"
        found.append(Problem(path=("routing_key",), message=message))
    found += choice_problems(event.get("event_action", "trigger"), ACTIONS, ("event_action",))
    found += _dedup_key(event)
    if "payload" in event or event.get("event_action") == "trigger":
        found += _payload(event.get("payload"), ("payload",))
    found += _list(event.get("images", []), _image, ("images",))
    found += _list(event.get("links", []), _link, ("links",))
    if "client" in event:
        found += text_problems(event["client"], SUMMARY, ("client",))
    if "client_url" in event:
        found += url_problems(event["client_url"], _URL, ("client_url",))
    size = len(sendable(json.dumps(event, ensure_ascii=False, separators=(",", ":"))).encode())
    if size > SIZE:
        found.append(Problem(path=(), message=f"the event has {size} bytes, and may have {SIZE}"))
    return found


def _is_routing_key(value: object) -> bool:
    return isinstance(value, str) and ROUTING_KEY.fullmatch(value) is not None


def _dedup_key(event: Mapping[str, Any]) -> Found:
    if "dedup_key" in event:
        yield from text_problems(event["dedup_key"], DEDUP_KEY, ("dedup_key",))
    elif event.get("event_action") != "trigger":
        yield Problem(path=(), message="dedup_key is missing; without it nothing says what is resolved")


def _payload(payload: object, path: Path) -> Found:
    texts = ("component", "group", "class")
    yield from object_problems(
        payload, path, needs=("summary", "source", "severity"), may=("timestamp", "custom_details", *texts)
    )
    if not is_object(payload):
        return
    yield from text_problems(payload.get("summary", "?"), SUMMARY, (*path, "summary"))
    yield from choice_problems(payload.get("severity", "info"), SEVERITIES, (*path, "severity"))
    for key in ("source", *texts):
        if key in payload:
            yield from text_problems(payload[key], SIZE, (*path, key))
    timestamp = payload.get("timestamp", "2026-01-31T08:30:00Z")
    if not isinstance(timestamp, str) or _MOMENT.fullmatch(timestamp) is None:
        message = f"{shown(timestamp)} is no moment such as 2026-01-31T08:30:00Z"
        yield Problem(path=(*path, "timestamp"), message=message)
    if not is_object(payload.get("custom_details", {})):
        yield Problem(path=(*path, "custom_details"), message=f"{shown(payload['custom_details'])} is no object")


def _list(values: object, check: Callable[[object, Path], Found], path: Path) -> Found:
    if not isinstance(values, list | tuple):
        yield Problem(path=path, message=f"{shown(values)} is no list")
        return
    for number, value in enumerate(values):
        yield from check(value, (*path, number))


def _image(image: object, path: Path) -> Found:
    yield from object_problems(image, path, needs=("src",), may=("href", "alt"))
    if is_object(image):
        for key in ("src", "href"):
            if key in image:
                yield from url_problems(image[key], _URL, (*path, key))
        if "alt" in image:
            yield from text_problems(image["alt"], SUMMARY, (*path, "alt"))


def _link(link: object, path: Path) -> Found:
    yield from object_problems(link, path, needs=("href",), may=("text",))
    if is_object(link):
        if "href" in link:
            # Nothing is said of how long an address may be, and those of Azure are long.
            yield from url_problems(link["href"], SIZE, (*path, "href"))
        if "text" in link:
            yield from text_problems(link["text"], SUMMARY, (*path, "text"))
