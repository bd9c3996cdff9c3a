"""A small detection of each kind that loads, to be spoilt in one place at a time."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from acrwatch.detection.catalogue import read_detection
from acrwatch.detection.model import Detection


class _Gone:
    """A mark whose name in a test's id is the same in every process."""

    def __repr__(self) -> str:
        return "nothing"


GONE: Any = _Gone()
"""Stands for a key that is taken away."""

EVENT: dict[str, Any] = {
    "id": "mine",
    "version": "1.0.0",
    "status": "experimental",
    "title": "Mine",
    "kind": "event",
    "severity": 3,
    "rule": {"frequency": "5m", "window": "6h", "look_back": "350m", "bin": "30m", "measure": "Rows", "threshold": 1},
    "description": "What it means.",
    "impact": "What an attacker gets.",
    "mitigation": ["Ask.", "Revert."],
    "false_positives": [],
    "known_gaps": [],
    "references": ["https://example.com/"],
    "attack": [{"version": "18", "tactic": "TA0005", "technique": "T1578"}],
    "data": {"tables": ["Logs"], "categories": ["Audit"]},
    "parameters": {
        "whole": {"type": "integer", "default": 5, "minimum": 1, "maximum": 10, "doc": "A number."},
        "broken": {"type": "number", "default": 0.5, "doc": "A number."},
        "switch": {"type": "boolean", "default": True, "doc": "A switch."},
        "word": {"type": "string", "default": "a", "doc": "A text."},
        "words": {"type": "strings", "default": ["a", "b"], "doc": "Texts."},
    },
    "columns": {"Name": "Who.", "Rows": "How many."},
    "dimensions": ["Name"],
    "tuning": ["repository", "identity"],
}
EVENT_QUERY = """\
let Events =
    union isfuzzy=true (datatable(TimeGenerated: datetime, Name: string)[]), Logs
    | where Size > whole and Share > broken and Flag == switch and Word == word and Word in (words)
    | extend Bin = bin(TimeGenerated, 30m)
    | where in_scope(Repository, Name);
Events
| where Bin >= ago(350m)
| summarize Rows = count() by Name
"""

VOLUME: dict[str, Any] = EVENT | {
    "kind": "volume",
    "rule": {
        "frequency": "5m",
        "window": "1h",
        "look_back": "55m",
        "interval": "15m",
        "hop": "5m",
        "measure": "Rows",
        "threshold": ["high", "low"],
    },
    "parameters": {
        "high": {"type": "integer", "default": 30, "minimum": 1, "per_identity": True, "doc": "A limit."},
        "low": {"type": "integer", "default": None, "optional": True, "per_identity": True, "doc": "A limit."},
    },
}
VOLUME_QUERY = """\
let Events =
    union isfuzzy=true (datatable(TimeGenerated: datetime, Name: string)[]), Logs
    | extend Hop = bin(TimeGenerated, 5m)
    | where in_scope(Repository, Name);
Events
| where Hop >= ago(55m)
| summarize Rows = count() by Name
| where Rows >= high(Name) or Rows >= low(Name)
"""


def spoilt(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The content with values at dotted paths exchanged, added or taken away."""
    spoilt = copy.deepcopy(dict(content))
    for path, value in changes.items():
        *above, last = path.split(".")
        place: Any = spoilt
        for part in above:
            place = place[int(part) if isinstance(place, list) else part]
        key: int | str = int(last) if isinstance(place, list) else last
        if value is GONE:
            del place[key]
        else:
            place[key] = value
    return spoilt


def written(folder: Path, content: Any, query: str) -> Path:
    """The folder of a detection, named by its id."""
    own = folder / "mine"
    own.mkdir(parents=True, exist_ok=True)
    (own / "detection.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (own / "query.kql").write_text(query, encoding="utf-8")
    return own


def event(folder: Path, **changes: Any) -> Detection:
    """The small event detection, read from a folder."""
    return read_detection(written(folder, spoilt(EVENT, changes), EVENT_QUERY))


def volume(folder: Path, **changes: Any) -> Detection:
    """The small volume detection, read from a folder."""
    return read_detection(written(folder, spoilt(VOLUME, changes), VOLUME_QUERY))
