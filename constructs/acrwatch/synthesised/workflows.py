"""Logic App workflows made by azapi, and the way from a receiver to the workflow it calls.

The receiver's `callback_url` is an output of an `azapi_resource_action`, whose `resource_id` is a trigger of the
`azapi_resource` that holds the definition. Only `body` is read: what is in `sensitive_body` is a secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from acrwatch.synthesised.identities import AZAPI, Identities
from acrwatch.synthesised.message_target import MessageTarget, message_target
from acrwatch.synthesised.values import Instance, Reference, Unknown, Unresolved, Value, plain, unknowns

RESOURCE = AZAPI
ACTION = "azapi_resource_action"
_TYPE = "microsoft.logic/workflows@"


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A Logic App workflow.

    Args:
        address: Terraform address of the `azapi_resource`.
        azure_id: its id in Azure; None where it cannot be known before the apply.
        name: name of the Azure resource.
        definition: the workflow definition, as Azure gets it.
        unresolved: parts of the definition that cannot be known, with the reason; they stand in it as written.
    """

    address: str
    azure_id: str | None
    name: str
    definition: Mapping[str, Any]
    unresolved: tuple[Unresolved, ...]

    @property
    def target(self) -> MessageTarget | None:
        """What it sends its messages to; None where that is not known here."""
        return message_target(self.definition)

    @property
    def called(self) -> str:
        """What a receiver that calls it goes to, for people."""
        through = f"the Logic App {self.name}"
        return through if self.target is None else f"{self.target} through {through}"


class Workflows:
    """The workflows of a file.

    Args:
        instances: its resources.
        identities: what ids and references stand for.
    """

    def __init__(self, instances: Iterable[Instance], identities: Identities) -> None:
        self._workflows: dict[str, Workflow] = {}
        self._calls: dict[str, tuple[Reference, ...]] = {}
        for instance in instances:
            if instance.type == RESOURCE and str(instance.values.get("type", "")).lower().startswith(_TYPE):
                self._workflows[instance.address] = _workflow(instance, identities)
            elif instance.type == ACTION:
                self._calls[instance.address] = references(instance.values.get("resource_id"))

    def all(self) -> tuple[Workflow, ...]:
        """All of them, by address."""
        return tuple(self._workflows.values())

    def called_by(self, *values: Value) -> Workflow | None:
        """The workflow that the values of a receiver lead to.

        Args:
            values: its callback URL and its resource id, as they were evaluated.
        """
        for value in values:
            for reference in references(value):
                for found in (reference, *self._calls.get(reference.address, ())):
                    if found.address in self._workflows:
                        return self._workflows[found.address]
        return None


def references(value: Value) -> tuple[Reference, ...]:
    """The attributes of resources in the file that a value is, or is made of."""
    if isinstance(value, Reference):
        return (value,)
    return value.references if isinstance(value, Unknown) else ()


def _workflow(instance: Instance, identities: Identities) -> Workflow:
    body = _parsed(instance.values.get("body"))
    properties = body.get("properties") if isinstance(body, Mapping) else None
    definition = _parsed(properties.get("definition")) if isinstance(properties, Mapping) else None
    unresolved = [
        Unresolved(member=f"body.properties.definition.{path}", written=unknown.written, reason=unknown.reason)
        for path, unknown in unknowns(definition)
    ]
    if not isinstance(definition, Mapping):
        unknown = next((found for _, found in unknowns(body)), None)
        reason = "the body holds no properties.definition" if unknown is None else unknown.reason
        unresolved = [Unresolved(member="body", written="" if unknown is None else unknown.written, reason=reason)]
    return Workflow(
        address=instance.address,
        azure_id=identities.azure_id(instance.address),
        name=str(plain(instance.values.get("name", instance.address))),
        definition=plain(definition) if isinstance(definition, Mapping) else {},
        unresolved=tuple(unresolved),
    )


def _parsed(value: Value) -> Value:
    """The value, or what is in it where it is JSON text, as the azapi of old took it."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
