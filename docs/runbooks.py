"""The runbooks of docs/operate.md: of each detection what a person needs at night, and the KQL to begin with.

Texts are those of `detection.yaml`. The KQL is filled in with the recorded day in `examples/`, on which a test runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from acrwatch.alert_rule import Kind
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.durations import short
from docs.detection_pages import listed, numbered, paragraph

PAGE = "operate.md"

_DAY = Path(__file__).parents[1] / "examples" / "recorded-day" / "expected.yaml"

_IN_REGISTRY = """\
ContainerRegistryRepositoryEvents
| where TimeGenerated > ago(1d)
| where _ResourceId endswith strcat("/registries/", registry)
| where {which}
| project TimeGenerated, OperationName, ResultDescription, Repository, Tag, Digest, Identity, CallerIpAddress, UserAgent
| order by TimeGenerated asc"""
_OF_IDENTITY = '(Identity =~ identity or CallerIpAddress == identity) and OperationName in~ ("{}")'
# Who removed what, and whether anything was put in its place.
_OF_REPOSITORY = 'Repository =~ repository and OperationName !~ "Pull"'
_OF_OPERATION = """\
AzureActivity
| where TimeGenerated > ago(1d)
| where CorrelationId =~ operation
| project TimeGenerated, OperationNameValue, ActivityStatusValue, Caller, CallerIpAddress, ResourceId, Properties
| order by TimeGenerated asc"""

# Id of a detection -> the values of its alert that are asked for, and the query that asks.
_LOOK: Mapping[str, tuple[tuple[str, ...], str]] = {
    "excessive_images_pulled": (
        ("Registry", "Identity"),
        _IN_REGISTRY.format(which=_OF_IDENTITY.format("Pull")),
    ),
    "excessive_images_pushed": (
        ("Registry", "Identity"),
        _IN_REGISTRY.format(which=_OF_IDENTITY.format('Push", "importImage')),
    ),
    "forced_repository_deleted": (("Registry", "Repository"), _IN_REGISTRY.format(which=_OF_REPOSITORY)),
    "image_vulnerability_scan_disabled": (("Operation",), _OF_OPERATION),
    "images_deleted_in_repository": (("Registry", "Repository"), _IN_REGISTRY.format(which=_OF_REPOSITORY)),
}


def runbooks() -> Iterator[str]:
    """The paragraphs of all detections, the most severe first."""
    values = {alert["rule"]: alert["dimensions"] for alert in yaml.safe_load(_DAY.read_text("utf-8"))["alerts"]}
    found = catalogue()
    if found.keys() != _LOOK.keys():
        raise SystemExit("docs/runbooks.py: each detection needs the query that a responder begins with, in _LOOK")
    for detection in sorted(found.values(), key=lambda detection: (detection.severity, detection.id)):
        yield from _runbook(detection, values[detection.id])


def _runbook(detection: Detection, values: Mapping[str, str]) -> Iterator[str]:
    asked, query = _LOOK[detection.id]
    lets = "".join(f'let {name.lower()} = "{values[name]}";\n' for name in asked)
    yield f"### `{detection.id}`"
    page = f"[its page](detections/{detection.id}.md)"
    yield (
        f"**{detection.title}**, Sev{detection.severity}. {paragraph(detection.description)} "
        f"What it cannot see stands on {page}."
    )
    yield f"Why it matters: {paragraph(detection.impact)}"
    yield "Look first, with the values of the alert:"
    yield f"```kql\n{lets}{query}\n```"
    yield "Often innocent:"
    yield listed(detection.false_positives)
    yield "Do:"
    yield numbered(detection.mitigation)
    yield f"Close: {_closing(detection)}"


def _closing(detection: Detection) -> str:
    if detection.kind is Kind.EVENT:
        return (
            "when you know who it was and what was lost is back. Azure resolves the alert after the "
            f"{short(detection.rule.look_back)} that the rule looks back, without a word and whatever you found."
        )
    return (
        "when you know who it was. The receivers hear when the burst has left the "
        f"{short(detection.rule.look_back)} that the rule looks back; that it is over does not make it harmless."
    )
