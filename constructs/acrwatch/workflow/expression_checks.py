"""What is wrong with the expressions of a definition that can be seen before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from acrwatch.errors import Path, Problem, did_you_mean
from acrwatch.workflow.evaluation import NAMED, PLAIN, named_by, reader_problem
from acrwatch.workflow.failure import ExpressionError, Refused, excerpt
from acrwatch.workflow.functions import function
from acrwatch.workflow.parser import Call, Template, calls, parse


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What an expression at some place may refer to.

    Args:
        parameters: the declared parameters.
        actions: the actions that have ended by then, and the type of each.
        loops: the Foreach loops around the place.
        items: whether there is a current item.
    """

    parameters: frozenset[str] = frozenset()
    actions: Mapping[str, str] = field(default_factory=dict)
    loops: tuple[str, ...] = ()
    items: bool = False

    def with_item(self) -> Sight:
        """The same inside a Select or Query."""
        return replace(self, items=True)


def texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """The texts in a value at any depth, and where each is."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from texts(item, (*path, number))


def keys_with_expressions(value: object, path: Path) -> Iterator[Problem]:
    """Keys that look like expressions: whether these are evaluated is not documented."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key.startswith("@") or "@{" in key:
                yield Problem(
                    path=path, message=f"the key {key!r} looks like an expression; keys are not evaluated here"
                )
            yield from keys_with_expressions(item, (*path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from keys_with_expressions(item, (*path, number))


def expression_problems(value: object, sight: Sight, path: Path) -> Iterator[Problem]:
    """What is wrong with the expressions in a value.

    Args:
        value: a part of a definition.
        sight: what its expressions may refer to.
        path: where it is.
    """
    yield from keys_with_expressions(value, path)
    for place, text in texts(value, path):
        template, said = _read(text)
        if said is not None:
            yield Problem(path=place, message=said)
        for node in template.expressions:
            for call in calls(node):
                if (said := _call_problem(call, sight)) is not None:
                    yield Problem(path=place, message=_placed(said, text, call.at))


def used_parameters(value: object) -> set[str]:
    """The parameters that the expressions in a value read."""
    return {
        named_by(call)
        for _, text in texts(value, ())
        for node in _read(text)[0].expressions
        for call in calls(node)
        if call.name.lower() == "parameters" and reader_problem(call) is None
    }


def _read(text: str) -> tuple[Template, str | None]:
    try:
        return parse(text), None
    except ExpressionError as error:
        return Template(()), _placed(error.message, text, error.at)


def _placed(said: str, text: str, at: int) -> str:
    return f"{said} (character {at + 1} of {excerpt(text, at)})"


def _call_problem(call: Call, sight: Sight) -> str | None:
    name = call.name.lower()
    if name not in PLAIN and name not in NAMED:
        try:
            written, found = function(call.name)
        except Refused as refused:
            return str(refused)
        return found.count_problem(written, len(call.arguments))
    if said := reader_problem(call):
        return said
    if name == "item" and not sight.items:
        return "item() stands outside of a Foreach, Select or Query"
    if name in NAMED:
        return _reference_problem(name, named_by(call), sight)
    return None


_GIVES = {"body": {"Select", "Query"}, "outputs": {"Compose", "Select", "Query"}}


def _reference_problem(function_name: str, name: str, sight: Sight) -> str | None:
    if function_name == "parameters":
        hint = f"; {did_you_mean(name, sight.parameters)}" if sight.parameters else ""
        return None if name in sight.parameters else f"there is no parameter {name!r}{hint}"
    if function_name == "items":
        return None if name in sight.loops else f"there is no Foreach {name!r} around this place"
    if name not in sight.actions:
        hint = f"; {did_you_mean(name, sight.actions)}" if sight.actions else ""
        return f"no action {name!r} has ended by then{hint}"
    kind = sight.actions[name]
    if kind not in _GIVES[function_name]:
        return f"{name!r} is of type {kind}, of which {function_name}() gives nothing that is known"
    return None
