"""What is wrong with the actions of a definition: a check for each type, and those that all types share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.workflow import limits
from acrwatch.workflow.condition_checks import if_problems
from acrwatch.workflow.expression_checks import Sight, expression_problems
from acrwatch.workflow.failure import WorkflowError
from acrwatch.workflow.http_checks import http_problems
from acrwatch.workflow.order import before, in_order
from acrwatch.workflow.shape_checks import (
    choice_problems,
    is_object,
    name_problems,
    number_problems,
    object_problems,
)
from acrwatch.workflow.values import units

Object = Mapping[str, Any]
Found = Iterator[Problem]

STATUSES = ("Succeeded", "Failed", "Skipped", "TimedOut")


class Secured(Enum):
    """What of an action or trigger can be kept out of the run history, and so has to be."""

    NOTHING = ()
    INPUTS = ("inputs",)
    BOTH = ("inputs", "outputs")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a type of action looks like.

    Args:
        needs: keys it has to have.
        may: keys it can have.
        inputs: what is wrong with what it does.
        secured: what of it can be secured.
        options: what its `operationOptions` can have.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    inputs: Callable[[Object, Sight, Path], Found]
    secured: Secured = Secured.NOTHING
    options: tuple[str, ...] = field(default=())


def level_problems(actions: object, sight: Sight, path: Path) -> Found:
    """What is wrong with the actions of a workflow.

    Args:
        actions: its actions by name.
        sight: what every expression in it can refer to.
        path: where they are.
    """
    if not is_object(actions):
        yield Problem(path=path, message=f"{shown(actions)} is no object")
        return
    names = list(_names(actions, 1, path))
    if not names:
        yield Problem(path=path, message="there is no action")
    if len(names) > limits.ACTIONS:
        yield Problem(path=path, message=f"there are {len(names)} actions, and there may be {limits.ACTIONS}")
    for name, count in Counter(name.lower() for name, _, _ in names).items():
        if count > 1:
            yield Problem(path=path, message=f"{count} actions are called {name!r}; names differ in more than casing")
    for _, depth, at in names:
        if depth == limits.NESTING + 1:
            yield Problem(path=at, message=f"actions nest deeper than {limits.NESTING} levels")
    yield from _level(actions, sight, path)


def _names(actions: Object, depth: int, path: Path) -> Iterator[tuple[str, int, Path]]:
    for name, action in actions.items():
        yield name, depth, (*path, name)
        for at, inner in _inner(action):
            yield from _names(inner, depth + 1, (*path, name, *at))


def _inner(action: object) -> Iterator[tuple[Path, Object]]:
    if is_object(action):
        if is_object(inner := action.get("actions")):
            yield ("actions",), inner
        if is_object(otherwise := action.get("else")) and is_object(inner := otherwise.get("actions")):
            yield ("else", "actions"), inner


def _level(actions: object, sight: Sight, path: Path) -> Found:
    if not is_object(actions):
        yield Problem(path=path, message=f"{shown(actions)} is no object")
        return
    broken = list(_order_problems(actions, path))
    yield from broken
    for name, action in actions.items():
        at = (*path, name)
        yield from name_problems(name, at, limits.NAME)
        if not is_object(action):
            continue
        ended = {} if broken else {other: actions[other] for other in before(actions, name)}
        here = replace(sight, actions={**sight.actions, **_types(ended)})
        # Where the order is broken nothing can be said of what has ended; that is reported already.
        yield from _action(action, replace(here, actions=_types(actions)) if broken else here, at)


def _types(actions: Object) -> dict[str, str]:
    return {name: str(action.get("type")) for name, action in actions.items() if is_object(action)}


def _order_problems(actions: Object, path: Path) -> Found:
    problems = []
    for name, action in actions.items():
        at = (*path, name)
        if not is_object(action) or not is_object(after := action.get("runAfter")):
            message = "runAfter is missing" if is_object(action) else f"{shown(action)} is no object"
            problems.append(Problem(path=at, message=message, way_out="write {} for what runs first"))
            continue
        for other, statuses in after.items():
            if other not in actions:
                message = f"it waits for {shown(other)}, which is no action of this level"
                problems.append(Problem(path=(*at, "runAfter", other), message=message))
            if not isinstance(statuses, list | tuple) or not statuses:
                message = f"{shown(statuses)} is no list of statuses such as ['Succeeded']"
                problems.append(Problem(path=(*at, "runAfter", other), message=message))
                continue
            for status in statuses:
                problems += choice_problems(status, STATUSES, (*at, "runAfter", other))
    if not problems:
        try:
            in_order(actions, path)
        except WorkflowError as error:
            problems.append(Problem(path=path, message=error.message))
    yield from problems


def _action(action: Object, sight: Sight, path: Path) -> Found:
    kind = str(action.get("type"))
    if kind not in SHAPES:
        yield from choice_problems(kind, SHAPES, (*path, "type"))
        return
    shape = SHAPES[kind]
    may = ("description", "runtimeConfiguration", *(["operationOptions"] if shape.options else []), *shape.may)
    found = list(object_problems(action, path, needs=("type", "runAfter", *shape.needs), may=may))
    yield from found
    description = action.get("description", "")
    if not isinstance(description, str) or units(description) > limits.DESCRIPTION:
        message = f"a description is a text of at most {limits.DESCRIPTION} characters"
        yield Problem(path=(*path, "description"), message=message)
    yield from runtime_problems(action, shape.secured, path, repetitions=kind == "Foreach")
    yield from _options(action.get("operationOptions"), shape.options, (*path, "operationOptions"))
    if not any(problem.message.endswith("is missing") for problem in found):
        yield from shape.inputs(action, sight, path)


def runtime_problems(action: Object, secured: Secured, path: Path, *, repetitions: bool = False) -> Found:
    """What is wrong with the `runtimeConfiguration` of an action or trigger.

    Args:
        action: the action or trigger.
        secured: what of it can be secured, and so has to be.
        path: where it is.
        repetitions: whether it has items that can run at a time.
    """
    runtime = action.get("runtimeConfiguration", {})
    at = (*path, "runtimeConfiguration")
    may = (*(["secureData"] if secured.value else []), *(["concurrency"] if repetitions else []))
    yield from object_problems(runtime, at, may=may)
    if not is_object(runtime):
        return
    if secured.value:
        wanted = {"properties": list(secured.value)}
        data = runtime.get("secureData")
        given = data.get("properties") if is_object(data) and set(data) == {"properties"} else None
        if not isinstance(given, list | tuple) or sorted(map(str, given)) != sorted(secured.value):
            message = f"secureData is {shown(data)}, and what can be secured has to be"
            yield Problem(path=at, message=message, way_out=f"write {wanted}")
    if "concurrency" in runtime:
        concurrency = runtime["concurrency"]
        yield from object_problems(concurrency, (*at, "concurrency"), needs=("repetitions",))
        if is_object(concurrency) and "repetitions" in concurrency:
            place = (*at, "concurrency", "repetitions")
            yield from number_problems(concurrency["repetitions"], limits.REPETITIONS, place)
            if concurrency["repetitions"] == 1 and "operationOptions" in action:
                yield Problem(path=place, message="one at a time is said twice; leave operationOptions out")


def _options(options: object, known: tuple[str, ...], path: Path) -> Found:
    if options is None:
        return
    if not isinstance(options, str):
        yield Problem(path=path, message=f"{shown(options)} is no text with commas between the options")
        return
    for option in options.split(","):
        yield from choice_problems(option.strip(), known, path)


def _compose(action: Object, sight: Sight, path: Path) -> Found:
    yield from expression_problems(action["inputs"], sight, (*path, "inputs"))


def _expression(value: object, sight: Sight, path: Path) -> Found:
    """A value that has to be one whole expression, since no text can be what is needed."""
    if not isinstance(value, str) or not value.startswith("@") or value.startswith(("@{", "@@")):
        yield Problem(path=path, message=f"{shown(value)} is no expression that begins with @")
    else:
        yield from expression_problems(value, sight, path)


def _select(action: Object, sight: Sight, path: Path) -> Found:
    inputs = action["inputs"]
    at = (*path, "inputs")
    yield from (found := list(object_problems(inputs, at, needs=("from", "select"))))
    if not found:
        yield from _expression(inputs["from"], sight, (*at, "from"))
        yield from expression_problems(inputs["select"], sight.with_item(), (*at, "select"))


def _query(action: Object, sight: Sight, path: Path) -> Found:
    inputs = action["inputs"]
    at = (*path, "inputs")
    yield from (found := list(object_problems(inputs, at, needs=("from", "where"))))
    if not found:
        yield from _expression(inputs["from"], sight, (*at, "from"))
        yield from _expression(inputs["where"], sight.with_item(), (*at, "where"))


def _foreach(action: Object, sight: Sight, path: Path) -> Found:
    yield from _expression(action["foreach"], sight, (*path, "foreach"))
    inner = replace(sight, items=True, loops=(*sight.loops, str(path[-1])))
    yield from _level(action["actions"], inner, (*path, "actions"))


def _if(action: Object, sight: Sight, path: Path) -> Found:
    yield from if_problems(action["expression"], sight, (*path, "expression"))
    yield from _level(action["actions"], sight, (*path, "actions"))
    if "else" in action:
        yield from (found := list(object_problems(action["else"], (*path, "else"), needs=("actions",))))
        if not found:
            yield from _level(action["else"]["actions"], sight, (*path, "else", "actions"))


SHAPES: Mapping[str, Shape] = {
    "Compose": Shape(needs=("inputs",), inputs=_compose, secured=Secured.INPUTS),
    "Select": Shape(needs=("inputs",), inputs=_select, secured=Secured.BOTH),
    "Query": Shape(needs=("inputs",), inputs=_query, secured=Secured.BOTH),
    "Foreach": Shape(needs=("foreach", "actions"), inputs=_foreach, options=("Sequential",)),
    "If": Shape(needs=("expression", "actions"), may=("else",), inputs=_if),
    "Http": Shape(
        needs=("inputs",),
        inputs=http_problems,
        secured=Secured.BOTH,
        options=("DisableAsyncPattern", "SuppressWorkflowHeaders"),
    ),
}
"""By type. Other types exist; nothing here needs them, and what they do is not modelled."""
