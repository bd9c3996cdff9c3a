"""The KQL that is deployed: the detection's query under the `let` statements of its tuning.

Parameters and tuning, which are texts for Terraform like all others, enter as literals, or as scalar
functions whose bodies hold only literals; no text is ever pasted into the query itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from acrwatch.detection.model import Detection, Parameter, ParameterType, TuningField
from acrwatch.detection.tuning import IdentityLimit, ParameterSetting, TuningEntry, Variant
from acrwatch.kql.text import pattern, string_literal
from acrwatch.references import unescaped

# Stands for "no limit"; above any count, and a literal that every engine reads as a long.
NO_LIMIT = 2147483647

# The one form in which the queries read a table that may have no row yet.
_TOLERANT_TABLE = re.compile(r"union\s+isfuzzy\s*=\s*true\s+\(\s*datatable\s*\([^)]*\)\s*\[\s*\]\s*\)\s*,\s*(\w+)")


def deployed_query(detection: Detection, settings: Variant, *, tolerate_missing_tables: bool = True) -> str:
    """The text of the rule's query.

    Args:
        detection: the content.
        settings: its tuning, already checked.
        tolerate_missing_tables: keep the empty typed leg that lets the query run before the
            table has its first row. Default: true.
    """
    query = detection.query if tolerate_missing_tables else _TOLERANT_TABLE.sub(r"\1", detection.query)
    return "\n".join([*_lets(detection, settings), query.strip()])


def parameter_value(detection: Detection, settings: Variant, name: str) -> ParameterSetting:
    """The value a parameter has for everybody without a limit of their own."""
    return settings.parameters.get(name, detection.parameters[name].default)


def threshold(detection: Detection, settings: Variant) -> int | float:
    """The rule's own threshold: a number, or the lowest value of the limits it is made of."""
    wanted = detection.rule.threshold
    if not isinstance(wanted, tuple):
        return wanted
    values = [parameter_value(detection, settings, name) for name in wanted]
    values += [limit.parameters.get(name) for limit in settings.limits for name in wanted]
    return min((value for value in values if isinstance(value, int | float)), default=NO_LIMIT)


def _lets(detection: Detection, settings: Variant) -> Iterator[str]:
    for name, parameter in detection.parameters.items():
        value = _literal(parameter, parameter_value(detection, settings, name))
        if parameter.per_identity:
            yield f"let {name} = (identity: string) {{ {_by_identity(name, value, settings.limits)} }};"
        else:
            yield f"let {name} = {value};"
    if detection.tuning:
        arguments = ", ".join(f"{field}: string" for field in detection.tuning)
        yield f"let in_scope = ({arguments}) {{ {_in_scope(settings)} }};"


def _literal(parameter: Parameter, value: object) -> str:
    if value is None:
        return str(NO_LIMIT)
    match parameter.type:
        case ParameterType.BOOLEAN:
            return "true" if value else "false"
        case ParameterType.INTEGER | ParameterType.NUMBER:
            return f"real({value!r})" if isinstance(value, float) else str(value)
        case ParameterType.STRING:
            return string_literal(unescaped(str(value)))
        case ParameterType.STRINGS:
            items = value if isinstance(value, Sequence) else ()
            return f"dynamic([{', '.join(string_literal(unescaped(str(item))) for item in items)}])"


def _by_identity(name: str, default: str, limits: Sequence[IdentityLimit]) -> str:
    cases = [
        f"identity matches regex {pattern(unescaped(limit.identity))}, {limit.parameters[name]}"
        for limit in limits
        if name in limit.parameters
    ]
    return f"case({', '.join([*cases, default])})" if cases else default


def _in_scope(settings: Variant) -> str:
    only = " or ".join(map(_matches, settings.only))
    excused = " or ".join(map(_matches, settings.except_))
    parts = [f"({only})"] * bool(only) + [f"not({excused})"] * bool(excused)
    return " and ".join(parts) or "true"


def _matches(entry: TuningEntry) -> str:
    named = ((field, getattr(entry, field.value)) for field in TuningField)
    tests = (f"{field} matches regex {pattern(unescaped(text))}" for field, text in named if text is not None)
    return f"({' and '.join(tests)})"
