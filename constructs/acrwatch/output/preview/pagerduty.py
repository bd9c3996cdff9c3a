"""An event of PagerDuty's Events API v2 as its fields; how PagerDuty shows them is up to its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.output.preview.picture import Facts, Line, Links, Paragraph, Part, Picture, Run, Style, plain

# Of PagerDuty's severities.
_COLOURS = {"critical": "#B42318", "error": "#E8590C", "warning": "#F2B705", "info": "#2F6FEB"}
_OTHER_COLOUR = "#868E96"


def pagerduty_picture(body: Mapping[str, Any]) -> Picture:
    """What an event says.

    Args:
        body: what is posted to the API.
    """
    payload: Mapping[str, Any] = body.get("payload", {})
    return Picture(
        heading=str(payload.get("summary", "")),
        colour=_COLOURS.get(str(payload.get("severity")), _OTHER_COLOUR),
        parts=tuple(_parts(body, payload)),
    )


def _parts(body: Mapping[str, Any], payload: Mapping[str, Any]) -> Iterator[Part]:
    shown = {
        "Event": body.get("event_action"),
        "Severity": payload.get("severity"),
        **{name.capitalize(): payload.get(name) for name in ("source", "component", "group", "class")},
        "Dedup key": body.get("dedup_key"),
    }
    yield Facts(tuple((name, (Run(str(value)),)) for name, value in shown.items() if value))
    details = payload.get("custom_details")
    if isinstance(details, Mapping):
        yield plain("Details", Style.BOLD)
        yield from _details(details)
    links = body.get("links") or ()
    yield Links(tuple((str(one.get("text", "")), str(one.get("href", ""))) for one in links))


def _details(details: Mapping[str, Any]) -> Iterator[Part]:
    """Short ones side by side with their names, long ones below."""
    texts = {name: _text(value) for name, value in details.items() if value}
    short: list[tuple[str, Line]] = [(name, (Run(text),)) for name, text in texts.items() if "\n" not in text]
    if short:
        yield Facts(tuple(short))
    for name, text in texts.items():
        if "\n" in text:
            yield Paragraph(((Run(name, frozenset({Style.BOLD})),), *plain(text).lines))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
