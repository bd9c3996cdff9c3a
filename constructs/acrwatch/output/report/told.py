"""Who was told of an alert, and which rule decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.counted import counted
from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.words import cut, moment
from acrwatch.rehearsal.model import Notification
from acrwatch.routing import Told

# In a payload that is not shown whole; queries and links are longer, and much the same in each.
_TEXT_MAX = 240
# Always: a link holds the whole query, encoded, and leads to a workspace that is made up.
_LINK_MAX = 120
_CUT = "Links are cut; the JSON output has them."
_CUT_MORE = "Long texts are cut; the JSON output has them, and so has the first alert of the rule but for its links."


def in_short(notification: Notification) -> str:
    """Who was told, in a few words.

    Args:
        notification: the notification.
    """
    if notification.muted:
        return "muted"
    told, route = notification.route.told, notification.route
    if told:
        return ", ".join(group.name for group in told)
    if route.suppressed_by:
        return f"suppressed by {', '.join(rule.name for rule in route.suppressed_by)}"
    return "not known" if route.unknown else "nobody"


def notified(notification: Notification, *, whole: bool) -> Markup:
    """One notification: what it says, to whom, and why.

    Args:
        notification: the notification.
        whole: whether all of the payload is shown but the ends of links.
    """
    condition = notification.route.alert.condition.value
    words = _payload(notification.payload, whole=whole)
    lines = [el("li", line) for line in _lines(notification)]
    return el(
        "div",
        el("h4", f"{condition} ", moment(notification.time)),
        el("ul", lines),
        el(
            "details",
            el("summary", f"Payload: {condition}"),
            el("p", _CUT if whole else _CUT_MORE, class_="quiet"),
            el("pre", words, class_="json"),
        ),
        class_="notification",
    )


def _lines(notification: Notification) -> Iterator[Markup]:
    route = notification.route
    if notification.muted:
        yield el("span", el("strong", "Nobody is told"), ": muted by an earlier alert of the same combination")
        return
    if not route.groups:
        yield el("span", el("strong", "Nobody is told"), ": neither the rule nor a processing rule names a group")
    for group in route.groups:
        yield _group(group)
    for decision in route.decisions:
        if decision.applies is True:
            yield el("span", f"Processing rule {decision.rule.name} ({decision.rule.action}): {decision.because}")
    for reason in route.unknown:
        yield el("span", el("strong", "Not known"), f": {reason}")


def _group(group: Told) -> Markup:
    verdict = {True: "Told", False: "Not told", None: "Not known"}[group.told]
    receivers = () if group.group is None else group.group.receivers
    named = "; ".join(f"{one.kind} {one.goes_to}" for one in receivers)
    behind = f" ({counted(len(receivers), 'receiver')}: {named})" if receivers else ""
    kind = {True: "told", False: "kept", None: "unknown"}[group.told]
    return together(
        el("strong", f"{verdict}: ", class_=kind),
        group.name,
        behind,
        el("span", f" since {group.because}", class_="quiet"),
    )


def _payload(payload: Mapping[str, Any], *, whole: bool) -> str:
    return json.dumps(_shortened(payload, None if whole else _TEXT_MAX), indent=2, ensure_ascii=False, default=str)


def _shortened(value: Any, most: int | None) -> Any:
    match value:
        case str():
            return value if most is None else cut(value, most)
        case Mapping():
            return {
                name: _shortened(member, _LINK_MAX if name.startswith("linkTo") else most)
                for name, member in value.items()
            }
        case list() | tuple():
            return [_shortened(member, most) for member in value]
        case _:
            return value
