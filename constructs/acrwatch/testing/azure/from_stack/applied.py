"""What Terraform makes of the values in a stack: ids, texts with variables, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.values import Instance, Reference, Unknown, Value
from acrwatch.testing.azure.from_stack.callbacks import callback_url

if TYPE_CHECKING:
    from acrwatch.testing.azure.stand_in import AzureStandIn


LOCATION = "westeurope"
"""The region of what names none."""


class Applied:
    """A stack while it is put into the stand-in.

    Args:
        stand_in: where it is made.
        stack: the stack; ids in it have to be known.
        variables: values of its variables.
    """

    def __init__(self, stand_in: AzureStandIn, stack: SynthesisedStack, variables: Mapping[str, str]) -> None:
        self.put = stand_in.resources.put
        self.stack = stack
        self._variables = variables
        self.by_address = {instance.address: instance for instance in stack.instances}

    def id(self, value: Value) -> str:
        """An id, as it will be."""
        if isinstance(value, Reference) and value.address.startswith("azapi_resource."):
            values = self.by_address[value.address].values
            return f"{self.id(values['parent_id'])}/providers/{values['type'].partition('@')[0]}/{values['name']}"
        if isinstance(value, Unknown):
            value = re.sub(r"\$\{([^}]*)\}", lambda match: self._evaluated(match[1]), value.written)
        written = value.address if isinstance(value, Reference) else str(value)
        found = self.stack.identities.azure_id(written)
        if found is None:
            raise ValueError(f"{value} has no id that can be known before the apply")
        return found

    def _evaluated(self, expression: str) -> str:
        """What Terraform makes of the expressions that ids are put together with."""
        if segment := re.fullmatch(r'element\(split\("/", ([\w.-]+)\.id\), (\d+)\)', expression):
            return self.id(Reference(segment[1], "id")).split("/")[int(segment[2])]
        address, _, attribute = expression.rpartition(".")
        if attribute == "name" and address in self.by_address:
            return str(self.by_address[address].values["name"])
        return self.id(Reference(address, attribute))

    def text(self, value: Value) -> Any:
        """A value in which variables have theirs."""
        if isinstance(value, Reference):
            return self.id(value) if value.attribute == "id" else self._callback_url(value.address)
        if isinstance(value, Unknown):
            return re.sub(
                r"\$\{var\.([\w-]+)\}",
                lambda match: self._variables.get(match[1], f"https://{match[1].replace('_', '-')}.example.com/hook"),
                value.written,
            )
        return value

    def own_id(self, instance: Instance) -> str:
        """The id of what an instance makes."""
        return self.id(Reference(instance.address, "id"))

    def _callback_url(self, action: str) -> str:
        """What starts the trigger that an `azapi_resource_action` names."""
        written = str(self.by_address[action].values["resource_id"])
        workflow, _, trigger = self.id(Unknown(written, "")).partition("/triggers/")
        return callback_url(workflow, trigger)


def location_of(instance: Instance) -> str:
    """The region that a resource names; one that only Terraform looks up is that of all there is."""
    location = instance.values.get("location")
    return location if isinstance(location, str) else LOCATION


def blocks(value: Value) -> Iterator[Mapping[str, Value]]:
    """Blocks of one name, of which a single one may stand alone."""
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list | tuple):
        yield from value


def first_block(value: Value) -> Mapping[str, Value] | None:
    """The first of some blocks of one name, which may be the only one."""
    return next(blocks(value), None)


def camel(name: str) -> str:
    """A name of azurerm as Azure writes it."""
    return "".join(part.capitalize() for part in name.split("_"))
