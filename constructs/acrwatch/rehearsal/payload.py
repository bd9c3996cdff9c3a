"""The body that Azure posts for an alert: the common alert schema of a log alert (V2).

Source: Azure Monitor documentation, `alerts-payload-samples` and `alerts-common-schema`. What is only known at the
apply (ids of the subscription, the workspace and the alert, the tenant in links) is all zeros or made up from the
rule's address, the same at each rehearsal. No sample of a resolved log alert is public: it is the fired one with the
condition changed and `resolvedDateTime` added.
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from acrwatch.durations import iso8601
from acrwatch.kql.text import blanked
from acrwatch.rehearsal.series import Series, as_text
from acrwatch.synthesised import Criterion, ScheduledQueryRule, SynthesisedStack

ZERO = "00000000-0000-0000-0000-000000000000"
_TARGETS = ("_ResourceId", "ResourceId", "Resource", "Computer")


def alert_id(rule: ScheduledQueryRule, series: Series, fired: datetime, target: str | None = None) -> str:
    """The id of an alert; the same when it is resolved."""
    fires_on = "" if target is None else f" {target}"
    made = uuid5(NAMESPACE_URL, f"{rule.address} {series} {fired.isoformat()}{fires_on}")
    return f"/subscriptions/{ZERO}/providers/Microsoft.AlertsManagement/alerts/{made}"


def payload(
    stack: SynthesisedStack,
    rule: ScheduledQueryRule,
    *,
    series: Series,
    value: float | None,
    target: str | None,
    fired: datetime,
    evaluated: datetime,
    resolved: datetime | None = None,
) -> Mapping[str, Any]:
    """The body for one alert.

    Args:
        stack: what the rule is a part of.
        rule: the rule.
        series: the combination of dimensions.
        value: the measure; None where nothing was measured.
        target: the resource it fires on; None for the rule's scope.
        fired: when it fired.
        evaluated: moment of the evaluation whose finding this is.
        resolved: when it was resolved; None for a fired alert.
    """
    identity = alert_id(rule, series, fired, target)
    targets = [target] if target is not None else [_azure_id(stack, scope) for scope in rule.scopes]
    essentials = {
        "alertId": identity,
        "alertRule": rule.name,
        **({} if rule.azure_id is None else {"alertRuleId": rule.azure_id}),
        "severity": f"Sev{rule.severity}",
        "signalType": "Log",
        "monitorCondition": "Fired" if resolved is None else "Resolved",
        "monitoringService": "Log Alerts V2",
        "alertTargetIDs": targets,
        "configurationItems": [found for name in _TARGETS for key, found in series if key == name] or targets,
        "originAlertId": identity.rpartition("/")[2],
        "firedDateTime": _time(fired),
        **({} if resolved is None else {"resolvedDateTime": _time(resolved)}),
        "description": rule.description or "",
        "essentialsVersion": "1.0",
        "alertContextVersion": "1.0",
    }
    custom = dict(rule.custom_properties)
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": essentials,
            "alertContext": {
                "properties": custom,
                "conditionType": "LogQueryCriteria",
                "condition": _condition(rule, rule.criteria[0], series, value, evaluated),
            },
            "customProperties": custom,
        },
    }


def _condition(
    rule: ScheduledQueryRule, criterion: Criterion, series: Series, value: float | None, evaluated: datetime
) -> Mapping[str, Any]:
    reads = time_range(rule, criterion)
    return {
        "windowSize": iso8601(rule.window_duration or timedelta(0)),
        "allOf": [
            {
                "searchQuery": criterion.query,
                "metricMeasureColumn": criterion.metric_measure_column,
                "targetResourceTypes": str(
                    list(rule.target_resource_types) or ["Microsoft.OperationalInsights/workspaces"]
                ),
                # The payload has the API's word, which differs from azurerm's in one case.
                "operator": _API_OPERATORS.get(criterion.operator, criterion.operator),
                "threshold": as_text(criterion.threshold),
                "timeAggregation": criterion.aggregation,
                "dimensions": [{"name": name, "value": member} for name, member in series],
                "metricValue": value,
                "failingPeriods": {
                    "numberOfEvaluationPeriods": criterion.evaluation_periods,
                    "minFailingPeriodsToAlert": criterion.minimum_failing_periods,
                },
                **_links(criterion.query, series, evaluated - reads, evaluated),
            }
        ],
        "windowStartTime": _time(evaluated - reads),
        "windowEndTime": _time(evaluated),
    }


# The sample's `LowerThan` is the one spelling that is on record; the others are azurerm's.
_API_OPERATORS = {"LessThan": "LowerThan", "LessThanOrEqual": "LowerThanOrEqual", "Equal": "Equals"}


def time_range(rule: ScheduledQueryRule, criterion: Criterion) -> timedelta:
    """What one evaluation reads: the window of all periods, or what replaces it."""
    whole = (rule.window_duration or timedelta(0)) * (criterion.evaluation_periods or 1)
    return rule.query_time_range_override or whole


def _links(query: str, series: Sequence[tuple[str, str]], since: datetime, until: datetime) -> Mapping[str, str]:
    filtered = _filtered(query, series)
    span = f"{_time(since)}/{_time(until)}"
    return {
        "linkToSearchResultsUI": _portal(query, span),
        "linkToFilteredSearchResultsUI": _portal(filtered, span),
        "linkToSearchResultsAPI": _api(query, span),
        "linkToFilteredSearchResultsAPI": _api(filtered, span),
    }


def _portal(query: str, span: str) -> str:
    packed = quote(b64encode(gzip.compress(query.encode(), mtime=0)).decode(), safe="")
    return (
        f"https://portal.azure.com#@{ZERO}/blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/source/Alerts.EmailLinks/"
        f"scope/%7B%7D/q/{packed}/prettify/1/timespan/{quote(span, safe='')}"
    )


def _api(query: str, span: str) -> str:
    return (
        f"https://api.loganalytics.io/v1/workspaces/{ZERO}/query?query={quote(query, safe='')}"
        f"&timespan={quote(span, safe='')}"
    )


def _filtered(query: str, series: Sequence[tuple[str, str]]) -> str:
    """The query with a condition for each dimension, which goes on where the last statement ends."""
    code = blanked(query).rstrip("; \t\r\n")
    # JSON escapes what KQL escapes, in the same way.
    return query[: len(code)] + "".join(
        f"\n| where tostring({_column(name)}) == {json.dumps(value, ensure_ascii=False)}" for name, value in series
    )


def _column(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else f"[{json.dumps(name, ensure_ascii=False)}]"


def _azure_id(stack: SynthesisedStack, scope: str) -> str:
    """A scope's id; where only the apply will tell, one that has its name."""
    known = stack.identities.azure_id(scope)
    if known is not None:
        return known.lower()
    name = scope.strip("${}").rpartition(".")[2]
    return f"/subscriptions/{ZERO}/resourcegroups/unknown/providers/microsoft.operationalinsights/workspaces/{name}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
