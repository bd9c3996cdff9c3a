"""A workflow carried out as Logic Apps would, except that nothing is sent.

A request starts it, the actions run in the order of their `runAfter`, and each Http action becomes a `Delivery`. The
functions are those of `functions`, a definition is first looked at by `validation`. Everything else is an error: an
outcome that Microsoft's documents leave open never looks like one that is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from acrwatch.errors import Path, Problem, SettingsError
from acrwatch.workflow import limits
from acrwatch.workflow.conditions import holds
from acrwatch.workflow.delivery import Delivery, cleaned
from acrwatch.workflow.evaluation import Item, Scope, resolve
from acrwatch.workflow.failure import Refused, WorkflowError
from acrwatch.workflow.order import in_order
from acrwatch.workflow.parameters import parameter_values
from acrwatch.workflow.secret import Secret, revealed
from acrwatch.workflow.validation import validate
from acrwatch.workflow.values import checked, kind_of, units

Object = Mapping[str, Any]


class Status(StrEnum):
    """How an action ended. One that fails ends the run here, so that neither Failed nor TimedOut occurs."""

    SUCCEEDED = "Succeeded"
    SKIPPED = "Skipped"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run did.

    Args:
        started: whether the conditions of the trigger let it begin.
        deliveries: the requests in the order in which they would be sent.
        statuses: how each action ended, by name; those within a Foreach are not listed.
    """

    started: bool
    deliveries: tuple[Delivery, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=dict)


def run(definition: Object, body: object, parameters: Mapping[str, object] | None = None) -> Run:
    """Carry out a workflow.

    Args:
        definition: the definition as it would be deployed.
        body: the JSON that is posted to the trigger.
        parameters: values of the workflow's parameters by name; those of secure ones show in no error.

    Raises:
        SettingsError: `validate` has something to say against the definition.
        WorkflowError: the run would fail, or its outcome is in doubt.
    """
    if problems := _problems(json.dumps(definition)):
        raise SettingsError(problems, "the workflow", "it was not run")
    try:
        checked(body)
    except Refused as refused:
        raise WorkflowError(f"the body of the request is not taken: {refused}", ()) from None
    scope = Scope(body=body, parameters=parameter_values(definition, parameters or {}))
    ((name, trigger),) = definition["triggers"].items()
    for number, condition in enumerate(trigger.get("conditions", ())):
        path = ("triggers", name, "conditions", number, "expression")
        if not _flag(resolve(condition["expression"], scope, path), path):
            return Run(started=False)
    running = _Running()
    running.actions(definition["actions"], scope, ("actions",))
    return Run(started=True, deliveries=tuple(running.deliveries), statuses=running.statuses)


@lru_cache(maxsize=64)
def _problems(definition: str) -> tuple[Problem, ...]:
    return tuple(validate(json.loads(definition)))


class _Running:
    """One run on its way."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.statuses: dict[str, Status] = {}

    def actions(self, actions: Object, scope: Scope, path: Path) -> Scope:
        """Carry out the actions of a level; the scope that comes back knows their outputs."""
        for name in in_order(actions, path):
            action = actions[name]
            if not all(self.statuses[before] in ends for before, ends in action["runAfter"].items()):
                self._skip(name, action)
                continue
            scope = _HOW[action["type"]](self, name, action, scope, (*path, name))
            self.statuses[name] = Status.SUCCEEDED
        return scope

    def _skip(self, name: str, action: Object) -> None:
        self.statuses[name] = Status.SKIPPED
        for inner in (action.get("actions", {}), action.get("else", {}).get("actions", {})):
            for inner_name, inner_action in inner.items():
                self._skip(inner_name, inner_action)

    def compose(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """The value of its inputs is its output."""
        value = resolve(action["inputs"], scope, (*path, "inputs"))
        return replace(scope, outputs={**scope.outputs, name: value})

    def select(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """One item for each item."""
        select = action["inputs"]["select"]
        at = (*path, "inputs", "select")
        body = [resolve(select, replace(scope, item=Item(item)), at) for item in self._from(action, scope, path)]
        return _with_body(scope, name, body)

    def query(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """The items for which a condition holds."""
        where = action["inputs"]["where"]
        at = (*path, "inputs", "where")
        body = [
            item
            for item in self._from(action, scope, path)
            if _flag(resolve(where, replace(scope, item=Item(item)), at), at)
        ]
        return _with_body(scope, name, body)

    def foreach(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """The actions in it for each item. Nothing outside reads their outputs."""
        items = _array(resolve(action["foreach"], scope, (*path, "foreach")), (*path, "foreach"))
        if len(items) > limits.ITEMS:
            raise WorkflowError(f"a Foreach takes {limits.ITEMS} items, not {len(items)}", (*path, "foreach"))
        outside = dict(self.statuses)
        for item in items:
            inner = replace(scope, item=Item(item), loops={**scope.loops, name: item})
            self.actions(action["actions"], inner, (*path, "actions"))
        self.statuses = outside
        return scope

    def condition(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """The actions of one of two branches. Nothing outside reads their outputs."""
        del name
        then = holds(action["expression"], scope, (*path, "expression"))
        branches = (("actions",), action["actions"]), (("else", "actions"), action.get("else", {}).get("actions", {}))
        (at, taken), (_, left) = branches if then else branches[::-1]
        for inner_name, inner in left.items():
            self._skip(inner_name, inner)
        self.actions(taken, scope, (*path, *at))
        return scope

    def http(self, name: str, action: Object, scope: Scope, path: Path) -> Scope:
        """A delivery. What would be answered is not known, so nothing can read its outputs."""
        inputs = action["inputs"]
        at = (*path, "inputs")
        uri = resolve(inputs["uri"], scope, (*at, "uri"))
        headers = {}
        for key, value in inputs.get("headers", {}).items():
            header = resolve(value, scope, (*at, "headers", key))
            if not isinstance(header, str | Secret):
                raise WorkflowError(f"a header is {kind_of(header)}, and has to be a string", (*at, "headers", key))
            if any(character in str(revealed(header)) for character in "\r\n\0"):
                raise WorkflowError("a header has a line break in it", (*at, "headers", key))
            headers[key] = header
        if not isinstance(uri, str | Secret):
            raise WorkflowError(f"the address is {kind_of(uri)}, and has to be a string", (*at, "uri"))
        _address(str(revealed(uri)), (*at, "uri"))
        delivery = Delivery(
            action=name,
            method=inputs["method"],
            uri=uri,
            headers=headers,
            body=cleaned(resolve(inputs.get("body"), scope, (*at, "body"))),
        )
        if len(delivery.request().content) > limits.MESSAGE:
            raise WorkflowError(f"the body has more than {limits.MESSAGE} bytes", (*at, "body"))
        self.deliveries.append(delivery)
        return scope

    def _from(self, action: Object, scope: Scope, path: Path) -> list[object]:
        at = (*path, "inputs", "from")
        return _array(resolve(action["inputs"]["from"], scope, at), at)


_HOW: Mapping[str, Callable[[_Running, str, Object, Scope, Path], Scope]] = {
    "Compose": _Running.compose,
    "Select": _Running.select,
    "Query": _Running.query,
    "Foreach": _Running.foreach,
    "If": _Running.condition,
    "Http": _Running.http,
}


def _with_body(scope: Scope, name: str, body: object) -> Scope:
    return replace(scope, bodies={**scope.bodies, name: body}, outputs={**scope.outputs, name: {"body": body}})


def _array(value: object, path: Path) -> list[object]:
    if not isinstance(value, list | tuple):
        raise WorkflowError(f"this is {kind_of(value)}, and has to be an array", path)
    return list(value)


def _flag(value: object, path: Path) -> bool:
    if not isinstance(value, bool):
        raise WorkflowError(f"the condition gives {kind_of(value)}, and has to give a Boolean", path)
    return value


def _address(uri: str, path: Path) -> None:
    if not uri.startswith(("https://", "http://")) or any(character.isspace() for character in uri):
        raise WorkflowError("the address is no URL that begins with https:// or http://", path)
    if units(uri) > limits.URI:
        raise WorkflowError(f"the address has {units(uri)} characters, and may have {limits.URI}", path)
