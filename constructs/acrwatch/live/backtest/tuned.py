"""A deployed query with another limit or one more exception, as its settings would have made it.

Works on the text of a rule, since that is what is deployed; a parameter stands there as a `let` (`detection.query`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from acrwatch.alert_rule import Operator
from acrwatch.kql.text import blanked, pattern
from acrwatch.synthesised import ScheduledQueryRule

THRESHOLD = "threshold"
"""What the limit of a rule is called that has no parameter for it."""
MOST = 100_000
"""The greatest limit that is tried, which is also the greatest that ours take."""

_LET = re.compile(r"^let (\w+) = (?:(\(identity: string\)) \{ (.*) \}|(\d+));$", re.MULTILINE)
_SCOPE = re.compile(r"^let in_scope = \(([^)]*)\) \{ (.*) \};$", re.MULTILINE)
_NUMBER = re.compile(r"\b\d+\b")


class _Let(NamedTuple):
    name: str
    per_identity: bool
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A limit of a rule that can have another value.

    Args:
        name: the parameter, or `THRESHOLD`.
        value: its value for everybody who has none of their own.
        per_identity: whether identities can have values of their own.
    """

    name: str
    value: int
    per_identity: bool


def limit_of(rule: ScheduledQueryRule) -> Limit | None:
    """The limit of a rule from which on it alerts; the first where there are several. None where it has none.

    Args:
        rule: the rule, with one criterion.
    """
    criterion = rule.criteria[0]
    lets = _limits(criterion.query)
    # Only where the rule's own threshold follows from them do we know what they mean.
    if lets and criterion.threshold == min(value for let in lets for value in _values(criterion.query, let)):
        first = lets[0]
        return Limit(name=first.name, value=_values(criterion.query, first)[-1], per_identity=first.per_identity)
    rises = criterion.operator in (Operator.GREATER_THAN, Operator.GREATER_THAN_OR_EQUAL)
    if rises and rule.detection is None and criterion.threshold is not None:
        return Limit(name=THRESHOLD, value=int(criterion.threshold), per_identity=False)
    return None


def with_limit(rule: ScheduledQueryRule, limit: Limit, value: int) -> ScheduledQueryRule:
    """The rule with another value for everybody who has none of their own."""
    if limit.name == THRESHOLD:
        return _with_query(rule, rule.criteria[0].query, float(value))
    query = rule.criteria[0].query
    let = next(one for one in _limits(query) if one.name == limit.name)
    last = [*_NUMBER.finditer(blanked(query), let.start, let.end)][-1]
    return _with_query(rule, f"{query[: last.start()]}{value}{query[last.end() :]}")


def with_identity_limits(rule: ScheduledQueryRule, limit: Limit, values: Mapping[str, int]) -> ScheduledQueryRule:
    """The rule with values of their own for some identities, ahead of those that there are.

    Args:
        rule: the rule.
        limit: its limit, which can differ by identity.
        values: identity -> value.
    """
    query = rule.criteria[0].query
    let = next(one for one in _limits(query) if one.name == limit.name)
    cases = [f"identity matches regex {pattern(identity)}, {value}" for identity, value in values.items()]
    body = f"case({', '.join([*cases, query[let.start : let.end]])})"
    return _with_query(rule, f"{query[: let.start]}{body}{query[let.end :]}")


def scope_of(rule: ScheduledQueryRule) -> tuple[str, ...]:
    """What an exception of the rule can name, such as `registry`; nothing where it takes none."""
    found = _SCOPE.search(rule.criteria[0].query)
    return () if found is None else tuple(part.partition(":")[0].strip() for part in found[1].split(","))


def with_exceptions(rule: ScheduledQueryRule, entries: list[Mapping[str, str]]) -> ScheduledQueryRule:
    """The rule without the rows that some entries name; their keys are those of `scope_of`."""
    query = rule.criteria[0].query
    found = _SCOPE.search(query)
    assert found is not None  # noqa: S101  # there is a scope to except from
    tests = (
        "(" + " and ".join(f"{key} matches regex {pattern(text)}" for key, text in entry.items()) + ")"
        for entry in entries
    )
    body = f"({found[2]}) and not({' or '.join(tests)})"
    return _with_query(rule, f"{query[: found.start(2)]}{body}{query[found.end(2) :]}")


def _limits(query: str) -> list[_Let]:
    """The numbers that a measure has to reach."""
    code = blanked(query)
    lets = []
    for found in _LET.finditer(query):
        per_identity = found[2] is not None
        reached = rf">=\s*{found[1]}\s*\(" if per_identity else rf">=\s*{found[1]}\b(?!\s*\()"
        start, end = found.span(3 if per_identity else 4)
        if re.search(reached, code) and _NUMBER.search(code, start, end):
            lets.append(_Let(found[1], per_identity, start, end))
    return lets


def _values(query: str, let: _Let) -> list[int]:
    return [int(number) for number in _NUMBER.findall(blanked(query)[let.start : let.end])]


def _with_query(rule: ScheduledQueryRule, query: str, threshold: float | None = None) -> ScheduledQueryRule:
    """The rule with another query, and with the threshold that follows from it."""
    lets = _limits(query)
    if threshold is None:
        # A query without limits keeps the one it has.
        lowest = min((value for let in lets for value in _values(query, let)), default=None)
        threshold = rule.criteria[0].threshold if lowest is None else float(lowest)
    written = rule.criteria[0].threshold_written if threshold is None else f"{threshold:g}"
    changed = replace(rule.criteria[0], query=query, threshold=threshold, threshold_written=written)
    return replace(rule, criteria=(changed,))
