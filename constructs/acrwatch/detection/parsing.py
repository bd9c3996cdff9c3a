"""What Microsoft's parser says about detections, in words about their own files.

Asked is the text that is deployed, with and without the leg that tolerates a missing table. The layout is that of
`query.kql`, which `layout` decides.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query
from acrwatch.detection.tuning import Variant
from acrwatch.errors import did_you_mean, one_of
from acrwatch.kql.finding import Finding
from acrwatch.kql.layout import laid_out, layout_finding
from acrwatch.kql.parser import Parsed, parse
from acrwatch.kql.tables import TABLES

_NUMBERS = ("int", "long", "real", "decimal")
_DIMENSION_TYPES = ("string", *_NUMBERS)
_UNKNOWN_TABLE = "KS204"

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the parser says about one detection.

    Args:
        mistakes: why the query cannot be run.
        advice: what its analyzers would do otherwise.
        columns: how the columns of the result differ from the declared ones; nothing where there are mistakes.
        layout: where its lines are laid out otherwise; nothing where there are mistakes.
    """

    mistakes: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    columns: tuple[Finding, ...]
    layout: tuple[Finding, ...]


def what_parser_says(detections: Mapping[Key, Detection]) -> dict[Key, Said]:
    """Ask the parser about detections, all in one process.

    Args:
        detections: under any name each.

    Raises:
        ParserAbsent: node or the package is not there.
        UnknownError: it failed.
    """
    texts = {key: _texts(detection) for key, detection in detections.items()}
    queries = {detection.query for detection in detections.values()}
    asked = dict.fromkeys([*queries, *(text for pair in texts.values() for text in pair)])
    parsed = parse({text: text for text in asked}, formatted=queries) if detections else {}
    return {
        key: _said(detection, {text: parsed[text] for text in texts[key]}, parsed[detection.query].formatted)
        for key, detection in detections.items()
    }


def _texts(detection: Detection) -> tuple[str, ...]:
    return tuple(deployed_query(detection, Variant(), tolerate_missing_tables=tolerate) for tolerate in (True, False))


def _said(detection: Detection, parsed: Mapping[str, Parsed], formatted: str | None) -> Said:
    found = dict(pair for text in parsed for pair in _diagnostics(detection, text, parsed[text]))
    mistakes = tuple(finding for finding, analyzer in found.items() if not analyzer)
    deployed = next(iter(parsed.values()))
    wanted = laid_out(detection.query, formatted) if formatted is not None else None
    layout = layout_finding(detection.query, wanted)
    return Said(
        mistakes=mistakes,
        advice=tuple(finding for finding, analyzer in found.items() if analyzer),
        columns=() if mistakes else tuple(_column_findings(detection, deployed)),
        layout=() if mistakes or layout is None else (layout,),
    )


def _diagnostics(detection: Detection, text: str, parsed: Parsed) -> Iterator[tuple[Finding, bool]]:
    """Each diagnostic with its place in `query.kql`, and whether it is the advice of an analyzer."""
    # Counted from the end, which both have in common.
    above = text.count("\n") - detection.query.rstrip().count("\n")
    for diagnostic in parsed.diagnostics:
        line = diagnostic.line - above
        known = one_of(TABLES) if diagnostic.code == _UNKNOWN_TABLE else None
        finding = Finding(
            id=diagnostic.code,
            message=diagnostic.message,
            line=line if line > 0 else None,
            column=diagnostic.column if line > 0 else None,
            way_out=known,
        )
        yield finding, diagnostic.analyzer


def _column_findings(detection: Detection, parsed: Parsed) -> Iterator[Finding]:
    for name in sorted(detection.columns.keys() - parsed.columns.keys()):
        said = f"detection.yaml declares the column {name}, which the query does not give"
        yield Finding(id="columns", message=said, way_out=did_you_mean(name, parsed.columns))
    for name, kind in parsed.columns.items():
        if name not in detection.columns:
            said = f"the query gives the column {name}, which detection.yaml does not declare"
            yield Finding(id="columns", message=said, way_out="declare it under columns, or leave it out of the result")
        if kind == "datetime":
            said = f"the column {name} is a datetime, by which Azure would sort the result into bins"
            yield Finding(id="datetime-column", message=said, way_out="make it a text with format_datetime()")
        if name in detection.dimensions and kind not in _DIMENSION_TYPES:
            said = f"the dimension {name} is {kind}; Azure takes texts and numbers"
            yield Finding(id="dimension-type", message=said, way_out="use tostring()")
        if name == detection.rule.measure and kind not in _NUMBERS:
            yield Finding(id="measure-type", message=f"the measure {name} is {kind}, not a number")
