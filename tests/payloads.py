"""Alerts as Azure Monitor posts them: samples of each form that is documented, and any odd one for Hypothesis.

What the form is decides `acrwatch.alert_schema`; every payload here is of that form.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from acrwatch.alert_schema import AGGREGATIONS, CONDITIONS, LINKS, OPERATORS, SCHEMA_ID, SEVERITIES

Payload = dict[str, Any]

ZERO = "00000000-0000-0000-0000-000000000000"
SUBSCRIPTION = f"/subscriptions/{ZERO}"
REGISTRY = f"{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shopimages"
WORKSPACE = f"{SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/central"
RULE = f"{SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.Insights/scheduledQueryRules/acrwatch-pulls"
PORTAL = f"https://portal.azure.com#@{ZERO}/blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/source/Alerts.EmailLinks"
API = f"https://api.loganalytics.io/v1/workspaces/{ZERO}/query"

DIMENSIONS = {
    "Registry": "shopimages",
    "Repository": "team/api",
    "Identity": "ci@example.com",
    "CallerIP": "198.51.100.7",
}


def criterion(dimensions: Mapping[str, str | None] | None = DIMENSIONS, **changes: object) -> Payload:
    """One entry of `allOf`.

    Args:
        dimensions: names and values; None for `null`.
        changes: other members.
    """
    rows = None if dimensions is None else [{"name": name, "value": value} for name, value in dimensions.items()]
    return {
        "searchQuery": "ContainerRegistryRepositoryEvents\n| where OperationName == 'Pull'",
        "metricMeasureColumn": "Images",
        "targetResourceTypes": "['Microsoft.OperationalInsights/workspaces']",
        "operator": "GreaterThan",
        "threshold": "50",
        "timeAggregation": "Total",
        "dimensions": rows,
        "metricValue": 64.0,
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
        **{link: (PORTAL if link.endswith("UI") else API) + f"/{link}" for link in LINKS},
        **changes,
    }


def payload(
    *criteria: Payload,
    essentials: Mapping[str, object] | None = None,
    context: Mapping[str, object] | None = None,
    custom: Mapping[str, object] | None = None,
) -> Payload:
    """A fired log alert.

    Args:
        criteria: the entries of `allOf`; one by default.
        essentials: members of the essentials that differ.
        context: members of the condition that differ.
        custom: the custom properties; None leaves them out.
    """
    return deepcopy(
        {
            "schemaId": SCHEMA_ID,
            "data": {
                "essentials": {
                    "alertId": f"{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{ZERO}",
                    "alertRule": "acrwatch-excessive_images_pulled",
                    "severity": "Sev2",
                    "signalType": "Log",
                    "monitorCondition": "Fired",
                    "monitoringService": "Log Alerts V2",
                    "alertTargetIDs": [WORKSPACE.lower()],
                    "configurationItems": [WORKSPACE.lower()],
                    "originAlertId": ZERO,
                    "firedDateTime": "2026-03-02T02:31:04.1234567Z",
                    "description": "One identity pulled unusually many images.",
                    "essentialsVersion": "1.0",
                    "alertContextVersion": "1.0",
                    **(essentials or {}),
                },
                "alertContext": {
                    "properties": {},
                    "conditionType": "LogQueryCriteria",
                    "condition": {
                        "windowSize": "PT1H",
                        "allOf": list(criteria or [criterion()]),
                        "windowStartTime": "2026-03-02T01:30:00Z",
                        "windowEndTime": "2026-03-02T02:30:00Z",
                        **(context or {}),
                    },
                },
                **({} if custom is None else {"customProperties": dict(custom)}),
            },
        }
    )


def without(value: Payload, *path: str | int) -> Payload:
    """The same payload without one member."""
    changed = deepcopy(value)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return changed


RESOLVED = {"monitorCondition": "Resolved"}
RESOLVED_AT = {**RESOLVED, "resolvedDateTime": "2026-03-02T03:31:04.1234567Z"}
NO_LINKS = dict.fromkeys(LINKS)

SAMPLES: Mapping[str, Payload] = {
    "fired": payload(),
    "fired, with custom properties": payload(custom={"detection": "excessive_images_pulled"}),
    "resolved": payload(essentials=RESOLVED_AT),
    "resolved, with no moment": payload(essentials=RESOLVED),
    "resolved, with nothing measured": payload(
        criterion(metricValue=None, **NO_LINKS), essentials=RESOLVED, context={"windowEndTime": None}
    ),
    "no dimensions": payload(criterion({})),
    "dimensions that are null": payload(criterion(None)),
    "a dimension that is null": payload(criterion({**DIMENSIONS, "Identity": None})),
    "no links": payload({key: value for key, value in criterion().items() if key not in LINKS}),
    "links that are null": payload(criterion(**NO_LINKS)),
    "several conditions": payload(criterion(), criterion({"Registry": "other"}, metricValue=7.5)),
    "no conditions": payload(context={"allOf": []}),
    "conditions that are null": payload(context={"allOf": None}),
    "a simple log alert": payload(
        criterion(None, operator=None, threshold=None, metricMeasureColumn=None, failingPeriods=None),
        context={"windowSize": None, "windowStartTime": None, "windowEndTime": None},
    ),
    "no description": payload(essentials={"description": None}),
    "of a Count": payload(criterion(metricMeasureColumn=None, timeAggregation="Count", threshold="0", metricValue=1.0)),
    "newer members": payload(
        essentials={
            "alertRuleId": RULE,
            "targetResourceType": "microsoft.operationalinsights/workspaces",
            "targetResourceGroup": "logs",
            "investigationLink": "https://portal.azure.com/#view/Microsoft_Azure_Health/Investigate.ReactView",
        }
    ),
}
"""By what is special about each."""

# What some target takes for markup, a mention, a link or the end of what is around it.
HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U00000000>",
    "<#C00000000>",
    "<https://example.com/|click>",
    "<at>everyone</at>",
    "[click](https://example.com/)",
    "https://example.com/",
    "javascript:alert(1)",
    "@everyone",
    "*bold*",
    "_italic_",
    "~gone~",
    "`code`",
    "```",
    ":rotating_light:",
    "&lt;!channel&gt;",
    "&amp;",
    "&",
    "<",
    ">",
    "|",
    "\\",
    '"',
    "'",
    "''",
    "@{triggerBody()}",
    "@@{x}",
    "@triggerBody()",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "\u202e",
    "\u200b",
    "\x00",
    "\x1b[31m",
    "é",
    "ﬃ",
    "🐳",
    "👩‍👩‍👧",
]
HOSTILE_TEXTS = st.lists(st.sampled_from(HOSTILE) | st.characters(exclude_categories=["Cs"]), max_size=8).map("".join)
LONG_TEXTS = st.builds(
    lambda text, times: (text * times)[:8000], st.sampled_from([*HOSTILE, "x", "x ", "x\n"]), st.integers(100, 8000)
)
ODD_TEXTS = HOSTILE_TEXTS | LONG_TEXTS | st.sampled_from(["", " ", "@", "@@"])
"""Texts as a log row may hold them: empty, very long, or full of what acts somewhere."""

ODD_LINKS = (
    st.sampled_from(
        [
            PORTAL,
            PORTAL.upper(),
            "http://portal.azure.com/",
            "https://portal.azure.com.example.com/",
            "https://portal.azure.com@example.com/",
            "https://portal.azure.com",
        ]
    )
    | st.integers(0, 8000).map(lambda length: f"{PORTAL}/{'q' * length}")
    | st.builds("{}/{}".format, st.just(PORTAL), HOSTILE_TEXTS)
    | ODD_TEXTS
)
ODD_NUMBERS = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, -0.0, 12.0, 0.1, 1e21, 5e-324, 1.7976931348623157e308])
)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.sampled_from(
    ["2026-03-02T02:31:04Z", "2026-03-02T02:31:04", "2026-03-02T02:31:04.1+01:00"]
)
# What our rules say of themselves; those of others have other names, or the same ones with other values.
PROPERTIES = st.sampled_from(
    [
        "acrwatch_detection",
        "acrwatch_kind",
        "acrwatch_variant",
        "attack",
        "attack_url",
        "first_steps",
        "meaning",
        "runbook",
        "title",
    ]
)
NAMES = st.sampled_from([*DIMENSIONS, "Hour", "_ResourceId"]) | ODD_TEXTS


def or_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or null, more often a value."""
    return st.one_of(values, values, values, st.none())


def _criteria() -> st.SearchStrategy[Payload]:
    dimension = st.fixed_dictionaries({"name": NAMES, "value": or_null(ODD_TEXTS)})
    return st.fixed_dictionaries(
        {
            "searchQuery": ODD_TEXTS,
            "operator": or_null(st.sampled_from(OPERATORS)),
            "threshold": or_null(st.sampled_from(["0", "50", "1.5"]) | ODD_TEXTS),
            "metricValue": or_null(ODD_NUMBERS),
        },
        optional={
            "metricMeasureColumn": or_null(ODD_TEXTS),
            "targetResourceTypes": or_null(ODD_TEXTS),
            "timeAggregation": or_null(st.sampled_from(AGGREGATIONS)),
            "dimensions": or_null(st.lists(dimension, max_size=12)),
            "failingPeriods": st.none(),
            **{link: or_null(ODD_LINKS) for link in LINKS},
        },
    )


def odd_payloads() -> st.SearchStrategy[Payload]:
    """Any payload of the schema's form, however odd its values."""
    essentials = st.fixed_dictionaries(
        {
            "alertId": ODD_TEXTS,
            "alertRule": ODD_TEXTS,
            "severity": st.sampled_from(SEVERITIES),
            "signalType": st.just("Log"),
            "monitorCondition": st.sampled_from(CONDITIONS),
            "monitoringService": st.just("Log Alerts V2"),
            "alertTargetIDs": st.lists(st.just(REGISTRY) | st.just(WORKSPACE) | ODD_TEXTS, max_size=3),
            "originAlertId": ODD_TEXTS,
            "firedDateTime": MOMENTS,
            "description": or_null(ODD_TEXTS),
            "essentialsVersion": st.just("1.0"),
            "alertContextVersion": st.just("1.0"),
        },
        optional={
            "alertRuleId": or_null(ODD_TEXTS),
            "configurationItems": or_null(st.lists(ODD_TEXTS, max_size=3)),
            "resolvedDateTime": or_null(MOMENTS),
            "targetResourceType": or_null(ODD_TEXTS),
            "targetResourceGroup": or_null(ODD_TEXTS),
            "investigationLink": or_null(ODD_LINKS),
        },
    )
    condition = st.fixed_dictionaries(
        {
            "windowSize": or_null(st.sampled_from(["PT1H", "PT5M", "P1D"]) | ODD_TEXTS),
            "allOf": or_null(st.lists(_criteria(), max_size=2)),
            "windowStartTime": or_null(MOMENTS),
            "windowEndTime": or_null(MOMENTS),
        }
    )
    properties = or_null(st.dictionaries(PROPERTIES | ODD_TEXTS, ODD_TEXTS | ODD_LINKS, max_size=8))
    context = st.fixed_dictionaries(
        {"conditionType": st.just("LogQueryCriteria"), "condition": or_null(condition)},
        optional={"properties": properties},
    )
    data = st.fixed_dictionaries(
        {"essentials": essentials, "alertContext": context}, optional={"customProperties": properties}
    )
    return st.fixed_dictionaries({"schemaId": st.just(SCHEMA_ID), "data": data})
