"""What Logic Apps on the Consumption plan would refuse in a definition, and what could not be carried out here.

The shapes are those of Microsoft's pages "Workflow Definition Language schema reference" and "Trigger and action types
reference"; a key that is not among those we know is a problem, since its effect would be unknown. Actions are looked at
in `action_checks`, expressions in `expression_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.errors import Path, Problem, shown
from acrwatch.secrecy import secret_in
from acrwatch.workflow import limits
from acrwatch.workflow.action_checks import Secured, level_problems, runtime_problems
from acrwatch.workflow.expression_checks import Sight, expression_problems, texts, used_parameters
from acrwatch.workflow.parameters import SECURE, TYPES
from acrwatch.workflow.shape_checks import choice_problems, is_object, name_problems, object_problems
from acrwatch.workflow.values import kind_of

SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
"""The only version of the language that is supported today."""

_TRIGGER_KEYS = ("conditions", "runtimeConfiguration")


def validate(definition: object) -> list[Problem]:
    """What is wrong with a definition, all of it at once.

    Args:
        definition: the object that goes into `properties.definition` of a Microsoft.Logic/workflows resource.
    """
    if not is_object(definition):
        return [Problem(path=(), message=f"{shown(definition)} is no object")]
    problems = list(
        object_problems(
            definition, (), needs=("$schema", "contentVersion", "triggers", "actions"), may=("parameters", "outputs")
        )
    )
    problems += choice_problems(definition.get("$schema", SCHEMA), [SCHEMA], ("$schema",))
    version = definition.get("contentVersion", "1.0.0.0")
    if not isinstance(version, str) or re.fullmatch(r"\d+(\.\d+){3}", version, re.ASCII) is None:
        problems.append(Problem(path=("contentVersion",), message=f"{shown(version)} is no version such as 1.0.0.0"))
    if definition.get("outputs", {}) != {}:
        problems.append(Problem(path=("outputs",), message="nobody reads the outputs of a workflow; leave them out"))
    problems += _parameters(definition)
    problems += _triggers(definition)
    problems += level_problems(definition.get("actions", {}), _sight(definition), ("actions",))
    problems += _secrets(definition)
    return problems


def _secrets(definition: Mapping[str, Any]) -> Iterator[Problem]:
    for path, text in texts(definition, ()):
        if (kind := secret_in(text)) is not None:
            message = f"this looks like {kind}, and whoever may read the workflow would see it"
            yield Problem(path=path, message=message, way_out="hand it over as a parameter of type SecureString")


def _parameters(definition: Mapping[str, Any]) -> Iterator[Problem]:
    parameters = definition.get("parameters", {})
    if not is_object(parameters):
        yield Problem(path=("parameters",), message=f"{shown(parameters)} is no object")
        return
    if len(parameters) > limits.PARAMETERS:
        message = f"there are {len(parameters)} parameters, and there may be {limits.PARAMETERS}"
        yield Problem(path=("parameters",), message=message)
    rest = {key: value for key, value in definition.items() if key != "parameters"}
    used = used_parameters(rest)
    for name, declaration in parameters.items():
        path = ("parameters", name)
        yield from name_problems(name, path, limits.NAME)
        if found := list(object_problems(declaration, path, needs=("type",), may=("defaultValue", "metadata"))):
            yield from found
            continue
        yield from choice_problems(declaration["type"], TYPES, (*path, "type"))
        yield from _default(declaration, path)
        if name not in used:
            yield Problem(path=path, message="no expression reads the parameter")


def _default(declaration: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if "defaultValue" not in declaration:
        return
    if declaration["type"] == SECURE:
        message = "a default of a secure parameter is stored and returned in clear"
        yield Problem(path=(*path, "defaultValue"), message=message, way_out="leave it out")
    elif declaration["type"] in TYPES and kind_of(declaration["defaultValue"]) is not TYPES[declaration["type"]]:
        message = f"{kind_of(declaration['defaultValue'])} is no {declaration['type']}"
        yield Problem(path=(*path, "defaultValue"), message=message)


def _triggers(definition: Mapping[str, Any]) -> Iterator[Problem]:
    triggers = definition.get("triggers", {})
    if not is_object(triggers) or len(triggers) != 1:
        yield Problem(path=("triggers",), message="there has to be one trigger")
        return
    ((name, trigger),) = triggers.items()
    path = ("triggers", name)
    yield from name_problems(name, path, limits.NAME)
    if found := list(object_problems(trigger, path, needs=("type", "kind", "inputs"), may=_TRIGGER_KEYS)):
        yield from found
        return
    yield from choice_problems(trigger["type"], ["Request"], (*path, "type"))
    yield from choice_problems(trigger["kind"], ["Http"], (*path, "kind"))
    yield from object_problems(trigger["inputs"], (*path, "inputs"), needs=("schema",), may=("method",))
    if is_object(trigger["inputs"]):
        yield from choice_problems(trigger["inputs"].get("method", "POST"), ["POST"], (*path, "inputs", "method"))
        if trigger["inputs"].get("schema", {}) != {}:
            message = "whether the body is held against a schema is not documented"
            yield Problem(path=(*path, "inputs", "schema"), message=message, way_out="write {}")
    yield from runtime_problems(trigger, Secured.BOTH, path)
    yield from _conditions(definition, trigger.get("conditions", []), (*path, "conditions"))


def _conditions(definition: Mapping[str, Any], conditions: object, path: Path) -> Iterator[Problem]:
    if not isinstance(conditions, list | tuple):
        yield Problem(path=path, message=f"{shown(conditions)} is no array")
        return
    for number, condition in enumerate(conditions):
        at = (*path, number)
        found = list(object_problems(condition, at, needs=("expression",)))
        yield from found
        if not found:
            yield from _condition(condition["expression"], _sight(definition), (*at, "expression"))


def _condition(expression: object, sight: Sight, path: Path) -> Iterator[Problem]:
    """What is wrong with the condition of a trigger."""
    if not isinstance(expression, str) or not expression.startswith("@"):
        yield Problem(path=path, message=f"{shown(expression)} is no expression that begins with @")
        return
    yield from expression_problems(expression, sight, path)


def _sight(definition: Mapping[str, Any]) -> Sight:
    parameters = definition.get("parameters", {})
    return Sight(parameters=frozenset(parameters) if is_object(parameters) else frozenset())
