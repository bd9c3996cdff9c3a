"""What a value of a synthesised resource is: plain, or something that only Terraform or Azure will know.

How templates become values is decided in `expressions` and `plan`, how members of a type are read in `fields`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Reference:
    """An attribute of a resource in the same file, which Azure fills in at the apply.

    Args:
        address: Terraform address of the resource, with module and key.
        attribute: name of the attribute, such as `id` or `sensitive_output.url`.
    """

    address: str
    attribute: str

    def __str__(self) -> str:
        return f"${{{self.address}.{self.attribute}}}"


@dataclass(frozen=True)
class Unknown:
    """A value that the file does not hold.

    Args:
        written: how it is written in the file; in a plan, what it is made of.
        reason: why it cannot be known, for a person.
        references: attributes of resources in the file that are part of it.
    """

    written: str
    reason: str
    references: tuple[Reference, ...] = ()

    def __str__(self) -> str:
        return self.written


Value: TypeAlias = Any
"""Text, number, truth, None, a list or map of these, a `Reference`, or an `Unknown`."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One resource, or one instance of a resource with `count` or `for_each`.

    Args:
        address: Terraform address, with module and key.
        type: Terraform type.
        values: its arguments, evaluated.
        subscription: the subscription that its provider works in; None where that cannot be known.
    """

    address: str
    type: str
    values: Mapping[str, Value]
    subscription: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unresolved:
    """Something that cannot be known from the file.

    Args:
        member: what it is: a member of a resource as azurerm names it, or a Terraform address.
        written: how it is written in the file.
        reason: why it cannot be known.
    """

    member: str
    written: str
    reason: str

    def __str__(self) -> str:
        shown = self.written if len(self.written) <= 120 else f"{self.written[:117]}..."
        return f"{self.member}: {shown}: {self.reason}" if shown else f"{self.member}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a file holds, before it is read as rules and groups.

    Args:
        instances: resources of the wanted types, in the order of their addresses.
        unknown: what is in the file and cannot be read, such as a resource with a `for_each` of references.
        variables: variables without a value, which somebody must set.
    """

    instances: tuple[Instance, ...]
    unknown: tuple[Unresolved, ...]
    variables: tuple[str, ...]


def known(value: Value) -> bool:
    """Tell whether a value holds nothing that is unknown, itself included."""
    return next(unknowns(value), None) is None


def unknowns(value: Value, path: str = "") -> Iterator[tuple[str, Unknown]]:
    """What is unknown inside a value, with the way to it; a reference counts as unknown."""
    if isinstance(value, Unknown):
        yield path, value
    elif isinstance(value, Reference):
        yield path, until_apply(value)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from unknowns(member, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, member in enumerate(value):
            yield from unknowns(member, f"{path}[{position}]")


def until_apply(reference: Reference) -> Unknown:
    """A reference where its value would be needed."""
    return Unknown(str(reference), "Azure gives it its value at the apply", (reference,))


def plain(value: Value) -> Any:
    """The value with what is unknown as it is written."""
    if isinstance(value, Unknown | Reference):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(member) for member in value]
    return value
