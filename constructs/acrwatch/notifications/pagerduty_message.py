"""The event for PagerDuty's Events API v2 (PagerDuty: "Send an Alert Event").

PagerDuty shows texts as they are. An alert that resolves also resolves its incident, by the same key; the workflow does
not run for the resolution of an event rule, so its incident stays until a person closes it.
"""

from __future__ import annotations

from acrwatch.notifications.alert_fields import (
    DIMENSIONS,
    ITEM,
    SEVERITIES,
    alert,
    alert_steps,
    by_severity,
    label,
    links_steps,
    named_dimension,
)
from acrwatch.notifications.definition import Step, post, select
from acrwatch.notifications.wdl import Expression, call, cut, if_, items, member, otherwise, value

# Events API v2: summary 1,024, dedup_key 255 characters, an event 512 KB.
_SUMMARY = 1024
_KEY = 255
# Of links no limit is published; browsers take this much everywhere.
_URL = 2048

# Azure's severities have other names; an unknown one is a warning.
_SEVERITIES = {"Sev0": "critical", "Sev1": "error", "Sev2": "warning", "Sev3": "info", "Sev4": "info"}


def pagerduty_steps(uri: str, routing_key: Expression) -> list[Step]:
    """The steps that send the event.

    Args:
        uri: of the API in the account's service region.
        routing_key: key of the integration.
    """
    look_for_registry, registry = named_dimension("Registry")
    look_for_repository, repository = named_dimension("Repository")
    severities = {severity: f"{severity} {name}: " for severity, name in SEVERITIES.items()}
    named = call("concat", label(member(ITEM, "name")), ": ", member(ITEM, "value"))
    of = call("join", items("Dimension_values"), ", ")
    about = if_(call("empty", of), "", call("concat", " (", of, ")"))
    source = otherwise(registry, otherwise(alert("target"), "Azure Monitor"))
    return [
        *alert_steps(),
        *links_steps(_URL),
        look_for_registry,
        look_for_repository,
        select("Named_dimensions", items(DIMENSIONS), value(named)),
        select("Dimension_values", items(DIMENSIONS), value(cut(member(ITEM, "value"), 150))),
        select(
            "Event_links",
            items("Shown_links"),
            {"href": value(member(ITEM, "url")), "text": value(member(ITEM, "text"))},
        ),
        post(
            uri,
            {
                "routing_key": value(routing_key),
                "event_action": value(if_(alert("resolved"), "resolve", "trigger")),
                "dedup_key": value(call("take", alert("id"), _KEY)),
                "client": "acrwatch",
                "client_url": value(alert("alert_url")),
                "links": value(items("Event_links")),
                "payload": {
                    "summary": value(cut(call("concat", by_severity(severities, ""), alert("title"), about), _SUMMARY)),
                    "source": value(source),
                    "severity": value(by_severity(_SEVERITIES, "warning")),
                    "component": value(otherwise(repository, source)),
                    "group": value(source),
                    "class": value(otherwise(alert("detection"), alert("title"))),
                    "custom_details": {
                        "severity": value(call("concat", alert("severity"), " ", alert("severity_name"))),
                        "measured": value(alert("measured")),
                        "time_span": value(alert("time_span")),
                        "dimensions": value(items("Named_dimensions")),
                        "meaning": value(alert("meaning")),
                        "first_steps": value(alert("first_steps")),
                        "attack": value(alert("attack")),
                        "rule": value(alert("rule")),
                        "fired_at": value(alert("fired_at")),
                        "target": value(alert("target")),
                    },
                },
            },
        ),
    ]
