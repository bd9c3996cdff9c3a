"""The fields that a user's own template can name, and what stands for each in the workflow."""

from __future__ import annotations

from collections.abc import Mapping

from acrwatch.notifications.alert_fields import CONDITION, DIMENSIONS, ITEM, alert, label, named_dimension
from acrwatch.notifications.definition import BODY, Step, select
from acrwatch.notifications.wdl import Expression, call, items, member, value
from acrwatch.record import Record

_TEXT = "Dimension_texts"
_TEXTS = select(
    _TEXT, items(DIMENSIONS), value(call("concat", label(member(ITEM, "name")), ": ", member(ITEM, "value")))
)


class Field(Record):
    """A field of an alert.

    Args:
        meaning: what it is, for people.
        text: the field as text; None for one that has to stand alone.
        alone: the field with a type of its own, where it is a string's only content. Default: the text.
        needs: steps that have to run before it. Default: none.
    """

    meaning: str
    text: Expression | None
    alone: Expression | None = None
    needs: tuple[Step, ...] = ()


def _of_alert(name: str, meaning: str) -> Field:
    return Field(meaning=meaning, text=alert(name))


def _dimension(name: str, meaning: str) -> Field:
    step, found = named_dimension(name)
    return Field(meaning=meaning, text=found, needs=(step,))


FIELDS: Mapping[str, Field] = {
    "title": _of_alert("title", "title of the rule"),
    "severity": _of_alert("severity", "`Sev0` to `Sev4`"),
    "severity_name": _of_alert("severity_name", "`Critical`, `Error`, `Warning`, `Informational` or `Verbose`"),
    "color": _of_alert("color", "colour of the severity as `#RRGGBB`; green once it is resolved"),
    "state": _of_alert("state", "`fired` or `resolved`"),
    "resolved": Field(meaning="true or false; stands alone", text=None, alone=alert("resolved")),
    "resolution": _of_alert("resolution", "a sentence on what being resolved means; empty while it is not"),
    "meaning": _of_alert("meaning", "what it means that the rule fired"),
    "first_steps": _of_alert("first_steps", "what to do first, a step in each line"),
    "registry": _dimension("Registry", "the dimension `Registry`"),
    "repository": _dimension("Repository", "the dimension `Repository`"),
    "identity": _dimension("Identity", "the dimension `Identity`"),
    "caller_ip": _dimension("CallerIpAddress", "the dimension `CallerIpAddress`"),
    "client": _dimension("Client", "the dimension `Client`"),
    "dimensions": Field(
        meaning="all dimensions, `Registry: contoso, Identity: ...`; alone it is a list of `{name, value}`",
        text=call("join", items(_TEXT), ", "),
        alone=items(DIMENSIONS),
        needs=(_TEXTS,),
    ),
    "measured": _of_alert("measured", "the measured value against the threshold, `64 Images (alerted at >= 30)`"),
    "measure": _of_alert("measure", "what is measured, `Images`"),
    "value": Field(
        meaning="the measured value; alone it is a number, or null where there is none",
        text=alert("value"),
        alone=member(CONDITION, "metricValue"),
    ),
    "threshold": _of_alert("threshold", "the threshold"),
    "time_span": _of_alert("time_span", "what the rule looked at, `2026-01-01 10:00 to 2026-01-01 11:00 UTC`"),
    "fired_at": _of_alert("fired_at", "when the alert fired, `2026-01-01 11:04 UTC`"),
    "resolved_at": _of_alert("resolved_at", "when it was resolved; Azure need not say so"),
    "attack": _of_alert("attack", "MITRE ATT&CK tactic and technique"),
    "attack_url": _of_alert("attack_url", "page of the technique"),
    "runbook_url": _of_alert("runbook_url", "the runbook, where the watch has a `runbook_base_url`"),
    "results_url": _of_alert("results_url", "the query results of just this alert in the portal; can be very long"),
    "alert_url": _of_alert("alert_url", "the alert in the portal"),
    "id": _of_alert("id", "id of the alert, the same when it is resolved"),
    "rule": _of_alert("rule", "name of the rule"),
    "detection": _of_alert("detection", "id of the detection; empty for rules of others"),
    "variant": _of_alert("variant", "name of the variant, if it is one"),
    "kind": _of_alert("kind", "`event` or `volume`; empty for rules of others"),
    "target": _of_alert("target", "resource id of what the alert is on, as a rule the workspace"),
    "payload": Field(meaning="all that Azure sent, an object; stands alone", text=None, alone=BODY),
}
"""By the names that stand in a template's braces. A field is text, empty where there is nothing, or as told."""
