"""About what Azure Monitor mails of an alert.

Microsoft publishes neither the template nor the subject, so this is an approximation: what stands in the payload, which
the mail has under similar names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.output.preview.picture import Facts, Line, Links, Paragraph, Part, Picture, Run, Style, plain

APPROXIMATE = (
    "Azure's template of mails is not public: subject and fields are approximate, and its layout is another one."
)

_COLOUR = "#0078D4"


def subject(payload: Mapping[str, Any], own: str | None = None) -> str:
    """About what the subject is.

    Args:
        payload: the notification.
        own: the rule's own subject. Default: Azure's.
    """
    essentials = payload["data"]["essentials"]
    if own:
        return own
    target = str(next(iter(essentials["alertTargetIDs"]), "")).rpartition("/")[2]
    at = essentials.get("resolvedDateTime", essentials["firedDateTime"])
    state, severity, rule = (essentials[name] for name in ("monitorCondition", "severity", "alertRule"))
    return f"{state}:{severity} Azure Monitor Alert {rule} on {target} at {at[:19]}Z"


def mail_picture(payload: Mapping[str, Any], own: str | None = None) -> Picture:
    """About what a mail says.

    Args:
        payload: the notification.
        own: the rule's own subject. Default: Azure's.
    """
    return Picture(heading=f"Subject: {subject(payload, own)}", colour=_COLOUR, parts=tuple(_parts(payload)))


def mail_fields(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """About which fields a mail has, in order.

    Args:
        payload: the notification.
    """
    essentials, context = payload["data"]["essentials"], payload["data"]["alertContext"]
    condition = context["condition"]
    criterion = condition["allOf"][0]
    measure = criterion["metricMeasureColumn"] or "rows"
    fields = {
        "Alert rule": essentials["alertRule"],
        "Severity": essentials["severity"],
        "Monitor condition": essentials["monitorCondition"],
        "Affected resource": ", ".join(essentials["alertTargetIDs"]),
        "Description": essentials["description"],
        "Monitoring service": essentials["monitoringService"],
        "Signal type": essentials["signalType"],
        "Fired time": essentials["firedDateTime"],
        "Resolved time": essentials.get("resolvedDateTime", ""),
        "Alert ID": essentials["alertId"],
        "Time range": f"{condition['windowStartTime']} to {condition['windowEndTime']}",
        "Measure": f"{measure} {criterion['operator']} {criterion['threshold']}",
        "Measured value": "" if criterion["metricValue"] is None else f"{criterion['metricValue']:g}",
        **{f"Dimension {one['name']}": one["value"] for one in criterion["dimensions"]},
        **{f"Custom property {name}": value for name, value in context["properties"].items()},
    }
    return {name: str(value) for name, value in fields.items() if value}


def _parts(payload: Mapping[str, Any]) -> Iterator[Part]:
    fields = mail_fields(payload)
    short: list[tuple[str, Line]] = [(name, (Run(value),)) for name, value in fields.items() if "\n" not in value]
    yield Facts(tuple(short))
    for name, value in fields.items():
        if "\n" in value:
            yield Paragraph(((Run(name, frozenset({Style.BOLD})),), *plain(value).lines))
    criterion = payload["data"]["alertContext"]["condition"]["allOf"][0]
    links = {
        "View query results": "linkToFilteredSearchResultsUI",
        "All results of the query": "linkToSearchResultsUI",
    }
    yield Links(tuple((words, criterion[name]) for words, name in links.items() if criterion.get(name)))
    yield plain(APPROXIMATE, Style.SUBTLE)
