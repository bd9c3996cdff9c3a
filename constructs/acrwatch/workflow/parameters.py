"""The parameters of a workflow: their types, and the values of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.errors import did_you_mean
from acrwatch.workflow.failure import WorkflowError
from acrwatch.workflow.secret import Secret
from acrwatch.workflow.values import Kind, kind_of

SECURE = "SecureString"

TYPES: Mapping[str, Kind] = {
    "String": Kind.STRING,
    SECURE: Kind.STRING,
    "Int": Kind.NUMBER,
    "Float": Kind.NUMBER,
    "Bool": Kind.BOOLEAN,
    "Array": Kind.ARRAY,
    "Object": Kind.OBJECT,
}
"""The types of a parameter and the kind of value each takes. A SecureObject has no place here: nothing needs one."""


def parameter_values(definition: Mapping[str, Any], given: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a run, secure ones hidden.

    Args:
        definition: the workflow.
        given: values by name.

    Raises:
        WorkflowError: a parameter has no value or one of another type, or there is no such parameter.
    """
    declared: Mapping[str, Mapping[str, Any]] = definition.get("parameters", {})
    for name in given:
        if name not in declared:
            raise WorkflowError(f"there is no parameter {name!r}; {did_you_mean(name, declared)}", ("parameters",))
    return {name: _value(name, declaration, given) for name, declaration in declared.items()}


def _value(name: str, declaration: Mapping[str, Any], given: Mapping[str, object]) -> object:
    path = ("parameters", name)
    if name not in given and "defaultValue" not in declaration:
        raise WorkflowError("the parameter has no value", path)
    value = given.get(name, declaration.get("defaultValue"))
    if isinstance(value, Secret):
        value = value.reveal()
    kind, wanted = kind_of(value), TYPES[declaration["type"]]
    if kind is not wanted or (declaration["type"] == "Int" and not isinstance(value, int)):
        raise WorkflowError(f"the value is {kind}, and the parameter is a {declaration['type']}", path)
    return Secret(str(value), f"({name})") if declaration["type"] == SECURE else value
