"""What the generated bindings stand on: resources, data sources, providers and blocks over either CDK core.

A binding is a plain handle. It checks its arguments, and builds one generic element (`acrwatch.elements`) of the core
that the scope belongs to; that element gives them to the core when the stack is synthesised. The generated classes in
`acrwatch.azurerm` only add names and types; which core it is, `acrwatch.core` finds out, and how a value looks in
HCL, `acrwatch.hcl` decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from acrwatch import hcl
from acrwatch.core import core_of, place_of
from acrwatch.elements import element_class, provider_class
from acrwatch.hcl import Bodies, Body
from acrwatch.record import Record, dataclass
from acrwatch.references import beside_tokens, is_reference, is_resolvable

if TYPE_CHECKING:
    from constructs import IConstruct


class ProviderSource(Record):
    """Where a provider comes from, and the versions whose schemas its bindings were made from."""

    name: str
    source: str
    versions: tuple[str, ...]

    @property
    def constraint(self) -> str:
        """The version that a stack asks for by default: the newest major version, from where it was looked at."""
        return f"~> {'.'.join(self.versions[-1].split('.')[:2])}"


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """Terraform's `lifecycle` of a resource.

    Args:
        ignore_changes: attributes whose changes from outside are left alone, such as `tags["CostCentre"]`.
        prevent_destroy: whether Terraform refuses a plan that would destroy the resource.
        create_before_destroy: whether a replacement is made before the old one goes.
    """

    ignore_changes: Sequence[str] | None = None
    prevent_destroy: bool | None = None
    create_before_destroy: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a single string, which would be taken for a list of its letters."""
        if isinstance(self.ignore_changes, str):
            raise TypeError(
                f"ignore_changes is {self.ignore_changes!r}; it takes a list, such as [{self.ignore_changes!r}]"
            )


class Block(Record):
    """Base of the blocks of the others. Being an instance is what makes a value a block and no attribute."""

    BLOCKS: ClassVar[frozenset[str]] = frozenset()
    """The members that are blocks themselves, by their names in Terraform."""


class DataMetaArguments(TypedDict, total=False):
    """The arguments that every data source takes beside its own; `DataSource` says what they mean."""

    depends_on: "Iterable[Handle | IConstruct]"
    for_each: Mapping[str, str] | None
    provider: "Provider | IConstruct | None"


class MetaArguments(DataMetaArguments, total=False):
    """The arguments that every resource takes beside its own; `Resource` says what they mean."""

    lifecycle: Lifecycle | None


class Handle:
    """What resources and data sources have in common: a type, arguments, instances and attributes."""

    TYPE: ClassVar[str]
    """The type in Terraform."""

    SOURCE: ClassVar[ProviderSource]
    """The provider that has the type."""

    BLOCKS: ClassVar[frozenset[str]] = frozenset()
    """The arguments that are blocks, by their names in Terraform."""

    CLASS: ClassVar[str]
    """The class of a core that the element is one of."""

    PREFIX: ClassVar[str] = ""
    """What stands before the type in an address."""

    def __init__(
        self,
        scope: "IConstruct",
        id_: str,
        arguments: Mapping[str, object],
        *,
        depends_on: "Iterable[Handle | IConstruct]" = (),
        lifecycle: Lifecycle | None = None,
        for_each: Mapping[str, str] | None = None,
        provider: "Provider | IConstruct | None" = None,
    ) -> None:
        core = core_of(scope)
        self._core = core
        self._place = f"{self.PREFIX}{self.TYPE}"
        body = _body(arguments, self.BLOCKS, self._place)
        self._for_each = None if for_each is None else _instances(for_each, self._place)
        self._references: dict[str, Any] = {}
        self._construct = element_class(core, self.CLASS)(
            self,
            body,
            self._for_each,
            scope,
            id_,
            terraform_resource_type=self.TYPE,
            terraform_generator_metadata=_metadata(core, self.SOURCE),
            depends_on=[_construct_of(item) for item in depends_on] or None,
            lifecycle=None if lifecycle is None else _lifecycle(core, lifecycle),
            for_each=None if self._for_each is None else core.TerraformIterator.from_map(self._for_each),
            provider=None if provider is None else _construct_of(provider),
        )

    @property
    def construct(self) -> Any:
        """The core's own element behind the handle, for what the handle does not offer.

        It points back to the handle by its attribute `handle`, which is how an aspect gets here.
        """
        return self._construct

    def at(self, key: str, attribute: str = "id") -> str:
        """Refer to an attribute of one instance of what was made with `for_each`.

        Raises:
            ValueError: there is no `for_each`, or no such key in it.
        """
        if self._for_each is None:
            raise ValueError(f"{self._place} has no for_each, so .at({key!r}) means nothing; use .{attribute}")
        if key not in self._for_each:
            raise ValueError(f"{self._place} has no instance {key!r}; it has {', '.join(map(repr, self._for_each))}")
        # In quotes, or the core would spell an identifier as `.key`, which Terraform takes for an attribute.
        nested = self._core.Fn.lookup_nested(self._construct.fqn, [hcl.constant(key), attribute])
        return str(self._core.Token.as_string(nested))

    def reference(self, attribute: str, reader: str = "get_string_attribute") -> Any:
        """Refer to an attribute by name; the properties of the typed bindings are made of this.

        Args:
            attribute: name of the attribute in Terraform.
            reader: method of the core's element that makes the reference.

        Raises:
            ValueError: there is a `for_each`, so that the attribute is not one value.
        """
        if self._for_each is not None:
            raise ValueError(
                f"{self._place} has a for_each, so .{attribute} is not one value; "
                f'use .at(key, "{attribute}") with the key of the instance'
            )
        if attribute not in self._references:
            self._references[attribute] = getattr(self._construct, reader)(attribute)
        return self._references[attribute]


class Resource(Handle):
    """A resource of any type, added to the stack when it is made.

    Args:
        scope: construct that the resource belongs to, in a stack of cdktf or cdktn.
        id_: id of the resource within the scope, from which its Terraform address is made.
        arguments: arguments by their names in Terraform. None is left out, at any depth.
        depends_on: what has to be there first: handles such as this one, or constructs of the host's core.
        lifecycle: what Terraform may do to the resource.
        for_each: one instance for each key. Inside the arguments, `${each.key}` and `${each.value}` stand for the
            instance's own; keys have to be known, values may be references.
        provider: the provider to use when there are several, ours or the host's.

    Raises:
        TypeError: the scope is in no stack, or an argument holds a value that Terraform cannot take.
    """

    CLASS = "TerraformResource"


class DataSource(Handle):
    """A data source of any type, added to the stack when it is made; Terraform reads it and makes nothing.

    Args:
        scope: construct that the data source belongs to, in a stack of cdktf or cdktn.
        id_: id of the data source within the scope, from which its Terraform address is made.
        arguments: arguments by their names in Terraform. None is left out, at any depth.
        depends_on: what has to be there before it is read, as with a resource. Terraform then reads it at the apply,
            and no plan knows its attributes.
        for_each: one instance for each key, as with a resource.
        provider: the provider to use when there are several, ours or the host's.

    Raises:
        TypeError: the scope is in no stack, or an argument holds a value that Terraform cannot take.
    """

    CLASS = "TerraformDataSource"
    PREFIX = "data."

    def __init__(
        self,
        scope: "IConstruct",
        id_: str,
        arguments: Mapping[str, object],
        *,
        depends_on: "Iterable[Handle | IConstruct]" = (),
        for_each: Mapping[str, str] | None = None,
        provider: "Provider | IConstruct | None" = None,
    ) -> None:
        super().__init__(scope, id_, arguments, depends_on=depends_on, for_each=for_each, provider=provider)


class Provider:
    """The configuration of a provider, added to the stack when it is made.

    Args:
        scope: construct that the provider belongs to, as a rule the stack.
        id_: id of the provider within the scope.
        arguments: arguments by their names in Terraform. None is left out, at any depth.
        alias: name that tells it from other configurations of the same provider.
        version: constraint that the stack asks Terraform for, such as `~> 4.81`. The default is the newest major
            version that the bindings were made from.

    Raises:
        TypeError: the scope is in no stack, or an argument holds a value that Terraform cannot take.
    """

    SOURCE: ClassVar[ProviderSource]
    """The provider's name and where it comes from."""

    BLOCKS: ClassVar[frozenset[str]] = frozenset()
    """The arguments that are blocks, by their names in Terraform."""

    def __init__(
        self,
        scope: "IConstruct",
        id_: str,
        arguments: Mapping[str, object],
        *,
        alias: str | None = None,
        version: str | None = None,
    ) -> None:
        core = core_of(scope)
        body = _body(arguments, self.BLOCKS, f"provider {self.SOURCE.name}")
        self._construct = provider_class(core, aliased=alias is not None)(
            self,
            body,
            alias,
            scope,
            id_,
            terraform_resource_type=self.SOURCE.name,
            terraform_generator_metadata=_metadata(core, self.SOURCE, version),
            terraform_provider_source=self.SOURCE.source,
        )
        place_of(scope).providers.add(self.SOURCE.name)

    @property
    def construct(self) -> Any:
        """The core's `TerraformProvider` behind the handle; it points back by its attribute `handle`."""
        return self._construct


@cache
def _metadata(core: ModuleType, source: ProviderSource, version: str | None = None) -> Any:
    # Without it the core cannot miss a provider, and without a version in it `cdktf deploy` stops.
    return core.TerraformProviderGeneratorMetadata(
        provider_name=source.name, provider_version=version or source.constraint
    )


def _lifecycle(core: ModuleType, lifecycle: Lifecycle) -> Any:
    return core.TerraformResourceLifecycle(
        ignore_changes=None if lifecycle.ignore_changes is None else list(lifecycle.ignore_changes),
        prevent_destroy=lifecycle.prevent_destroy,
        create_before_destroy=lifecycle.create_before_destroy,
    )


def _construct_of(item: Any) -> Any:
    return item.construct if isinstance(item, Handle | Provider) else item


def _instances(for_each: Mapping[Any, Any], place: str) -> dict[str, str]:
    for key, value in for_each.items():
        if not isinstance(key, str) or is_reference(key):
            raise TypeError(f"{place}: for_each has a key that is not known when the stack is made")
        if not isinstance(value, str):
            raise TypeError(f"{place}: for_each[{key!r}] is {_kind(value)}; it takes a string")
    return {key: beside_tokens(value) for key, value in for_each.items()}


def _body(arguments: Mapping[str, object], blocks: frozenset[str], place: str) -> Body:
    given = {name: _plain(value, f"{place}.{name}") for name, value in arguments.items() if value is not None}
    # No block at all looks like an empty list, which for an attribute is a value.
    return Body({name: Bodies() if name in blocks and value == [] else value for name, value in given.items()})


def _plain(value: object, place: str) -> Any:
    """Copy a value into what jsii takes, with blocks marked; None inside goes."""
    if isinstance(value, Block):
        names = {name.removesuffix("_"): member for name, member in vars(value).items()}
        return _body(names, value.BLOCKS, place)
    if isinstance(value, str):
        return beside_tokens(value)
    if isinstance(value, bool) or is_resolvable(value):
        return value
    if isinstance(value, int | float):
        return _number(value, place)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"{place} has a key that is not a string")
        return {key: _plain(member, f"{place}.{key}") for key, member in value.items() if member is not None}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        elements = [_plain(element, f"{place}[{n}]") for n, element in enumerate(value) if element is not None]
        return Bodies(elements) if elements and all(isinstance(element, Body) for element in elements) else elements
    # The value itself stays out of the message: it may be a secret.
    hint = "; pass one of its attributes, such as .id" if isinstance(value, Handle) else ""
    raise TypeError(f"{place} is {_kind(value)}, which Terraform cannot take{hint}")


def _number(value: int | float, place: str) -> int | float:
    if not isfinite(value):
        raise TypeError(f"{place} is not a finite number")
    if isinstance(value, int) and abs(value) > 2**53:
        raise TypeError(f"{place} is beyond 2**53, where the core's numbers lose digits; pass it as a string")
    return value


def _kind(value: object) -> str:
    return f"a value of type {type(value).__name__}"
