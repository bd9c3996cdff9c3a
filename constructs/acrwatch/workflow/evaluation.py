"""The value of a template: expressions, and the functions that read the run.

All arguments of a call are evaluated, also those that `if` and `coalesce` then leave out: whether Logic Apps would skip
them is not documented, and an error in any of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from acrwatch.errors import Path
from acrwatch.workflow.failure import ExpressionError, Refused, WorkflowError
from acrwatch.workflow.functions import call as call_function
from acrwatch.workflow.limits import TEXT
from acrwatch.workflow.parser import Access, Call, Literal, Node, Template, parse
from acrwatch.workflow.secret import Secret, joined
from acrwatch.workflow.values import as_text, kind_of, sendable, units, whole


@dataclass(frozen=True)
class Item:
    """The current item of the nearest Foreach, Select or Query."""

    value: object


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What an expression can read.

    Args:
        body: the body of the request that started the run.
        parameters: the parameters of the workflow by name.
        outputs: what the actions before gave, by their names.
        bodies: the `body` in it, for actions that have one.
        item: the current item, if there is one.
        loops: the current items of the Foreach loops around, by their names.
    """

    body: object
    parameters: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    bodies: Mapping[str, object] = field(default_factory=dict)
    item: Item | None = None
    loops: Mapping[str, object] = field(default_factory=dict)


def _trigger_body(scope: Scope) -> object:
    return scope.body


def _item(scope: Scope) -> object:
    if scope.item is None:
        raise Refused("item() stands outside of a Foreach, Select or Query")
    return scope.item.value


def _named(kind: str, of: Callable[[Scope], Mapping[str, object]]) -> Callable[[Scope, str], object]:
    def find(scope: Scope, name: str) -> object:
        found = of(scope)
        if name not in found:
            has = f"; there is {', '.join(found)}" if found else ""
            raise Refused(f"there is no {kind} {name!r} at this point{has}")
        return found[name]

    return find


PLAIN: Mapping[str, Callable[[Scope], object]] = {"triggerbody": _trigger_body, "item": _item}
"""Functions without arguments that read the run, in lower case."""

NAMED: Mapping[str, Callable[[Scope, str], object]] = {
    "parameters": _named("parameter", lambda scope: scope.parameters),
    "body": _named("action with a body called", lambda scope: scope.bodies),
    "outputs": _named("action with outputs called", lambda scope: scope.outputs),
    "items": _named("loop around", lambda scope: scope.loops),
}
"""Functions that read the run by a name, in lower case."""


def evaluate(template: Template, scope: Scope) -> object:
    """The value of a template.

    Raises:
        ExpressionError: it has none, or it is in doubt.
    """
    if template.whole:
        return _value(template.expressions[0], scope)
    parts: list[str | Secret] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = _value(part, scope)
        try:
            parts.append(as_text(value))
        except Refused as refused:
            raise ExpressionError(str(refused), part.at) from None
    text = joined(parts)
    if isinstance(text, str) and template.expressions:
        if units(text) > TEXT:
            raise ExpressionError(f"the text has more than {TEXT} characters", 0)
        text = whole(text)
    return text


def resolve(value: object, scope: Scope, path: Path) -> object:
    """A value of a definition with all expressions in it evaluated.

    Args:
        value: texts, and lists and mappings of them, at any depth.
        scope: what the expressions can read.
        path: where in the definition the value is, for errors.

    Raises:
        WorkflowError: an expression in it has no value, or it is in doubt.
    """
    if isinstance(value, str):
        try:
            return evaluate(parse(value), scope)
        except ExpressionError as error:
            raise WorkflowError(error.message, path, value, error.at) from None
    if isinstance(value, Mapping):
        return {key: resolve(item, scope, (*path, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, scope, (*path, number)) for number, item in enumerate(value)]
    return value


def _value(node: Node, scope: Scope) -> object:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Call):
        return _called(node, scope)
    value = _called(node.base, scope)
    return _accessed(node, value, scope)


def _called(node: Call, scope: Scope) -> object:
    name = node.name.lower()
    try:
        if name in PLAIN or name in NAMED:
            return _read(node, scope)
        return call_function(node.name, [_value(argument, scope) for argument in node.arguments])
    except Refused as refused:
        raise ExpressionError(str(refused), node.at) from None


def _read(node: Call, scope: Scope) -> object:
    if said := reader_problem(node):
        raise Refused(said)
    name = node.name.lower()
    if name in PLAIN:
        return PLAIN[name](scope)
    return NAMED[name](scope, named_by(node))


def named_by(node: Call) -> str:
    """The name in a call such as `body('A')`, written out as it has to be."""
    return next(str(argument.value) for argument in node.arguments if isinstance(argument, Literal))


def reader_problem(node: Call) -> str | None:
    """What is wrong with the arguments of a function that reads the run, or None."""
    if node.name.lower() in PLAIN:
        return f"{node.name}() takes no arguments" if node.arguments else None
    if len(node.arguments) == 1 and isinstance(node.arguments[0], Literal) and isinstance(node.arguments[0].value, str):
        return None
    return f"{node.name}() takes one name, written out in single quotes"


def _accessed(node: Access, value: object, scope: Scope) -> object:
    for step in node.steps:
        key = _value(step.key, scope)
        try:
            value = _member(value, key, safe=step.safe)
        except Refused as refused:
            raise ExpressionError(str(refused), step.at) from None
    return value


def _member(parent: object, key: object, *, safe: bool) -> object:
    if parent is None and safe:
        return None
    if isinstance(parent, Mapping) and isinstance(key, str):
        return _property(parent, key, safe=safe)
    if isinstance(parent, list | tuple) and isinstance(key, int) and not isinstance(key, bool):
        return _element(parent, key, safe=safe)
    raise Refused(f"{kind_of(parent)} has no member {key!r}" if isinstance(key, str | int) else f"{key} is no key")


def _property(parent: Mapping[str, object], key: str, *, safe: bool) -> object:
    if key in parent:
        return parent[key]
    if alike := [name for name in parent if name.lower() == key.lower()]:
        raise Refused(f"the object has no {key!r}, but {alike[0]!r}, and whether casing counts is in doubt")
    if safe:
        return None
    raise Refused(f"the object has no {key!r}; ?['{sendable(key)}'] would give null")


def _element(parent: Sequence[object], index: int, *, safe: bool) -> object:
    if 0 <= index < len(parent):
        return parent[index]
    if safe and index >= 0:
        return None
    raise Refused(f"the array has no item {index}; it has {len(parent)}")
