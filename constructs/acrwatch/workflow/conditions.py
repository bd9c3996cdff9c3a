"""The condition of an If: one expression, or objects such as `{"and": [{"equals": ["@a", "b"]}]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.errors import Path
from acrwatch.workflow.evaluation import Scope, resolve
from acrwatch.workflow.failure import Refused, WorkflowError
from acrwatch.workflow.functions import call
from acrwatch.workflow.values import kind_of

COMPARISONS = frozenset(
    {"equals", "greater", "greaterOrEquals", "less", "lessOrEquals", "contains", "startsWith", "endsWith"}
)
"""What an object may compare with."""


def holds(condition: str | Mapping[str, Any], scope: Scope, path: Path) -> bool:
    """Whether a condition holds. All parts of it are evaluated, and an error in any of them counts.

    Raises:
        WorkflowError: it has no Boolean value.
    """
    if isinstance(condition, str):
        value = resolve(condition, scope, path)
        if not isinstance(value, bool):
            raise WorkflowError(f"the condition gives {kind_of(value)}, and has to give a Boolean", path)
        return value
    ((word, parts),) = condition.items()
    at = (*path, word)
    if word == "not":
        return not holds(parts, scope, at)
    if word in ("and", "or"):
        flags = [holds(part, scope, (*at, number)) for number, part in enumerate(parts)]
        return all(flags) if word == "and" else any(flags)
    arguments = [resolve(part, scope, (*at, number)) for number, part in enumerate(parts)]
    try:
        return bool(call(word, arguments))
    except Refused as refused:
        raise WorkflowError(str(refused), at) from None
