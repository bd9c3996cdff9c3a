"""Results as JSON, for machines."""

from __future__ import annotations

import json

from acrwatch.output.result import Result


def as_json(result: Result) -> str:
    """The result's data, indented, with keys in the order in which they were made."""
    return json.dumps(result.data(), indent=2, ensure_ascii=False) + "\n"
