"""The elements of a core behind the bindings: one class serves all types of resources, of data sources, of providers.

An element holds what its binding has checked. The core asks for it when the stack is synthesised, as JSON or as HCL.
"""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from acrwatch import hcl
from acrwatch.hcl import Body

if TYPE_CHECKING:
    from constructs import IConstruct


@cache
def element_class(core: ModuleType, base: str) -> Any:
    """Make the one class that serves every type of resource under a core, or every type of data source.

    Args:
        core: the core.
        base: its own class that ours is one of.
    """

    class Generic(getattr(core, base)):  # type: ignore[misc]  # known at run time only
        def __init__(
            self,
            handle: object,
            body: Body,
            instances: Mapping[str, str] | None,
            scope: "IConstruct",
            id_: str,
            **config: Any,
        ) -> None:
            self.handle = handle
            self._body = body
            self._instances = instances
            self._for_each_is_hcl = False
            super().__init__(scope, id_, **config)

        def _synthesize_attributes(self) -> Mapping[str, Any]:
            if self._for_each_is_hcl:
                self._spell_for_each(self._instances)
                self._for_each_is_hcl = False
            return self._body

        def _synthesize_hcl_attributes(self) -> Mapping[str, Any]:
            self._spell_for_each(None if self._instances is None else hcl.text_map(self._instances))
            self._for_each_is_hcl = True
            return hcl.members(self._body)

        def _spell_for_each(self, instances: Mapping[str, Any] | None) -> None:
            # The core reads for_each after the attributes, and prints the values of a plain map raw in HCL.
            if instances is not None:
                self.for_each = core.TerraformIterator.from_map(instances)

    return Generic


@cache
def provider_class(core: ModuleType, *, aliased: bool) -> Any:
    """Make the one class that serves every provider under a core.

    Args:
        core: the core.
        aliased: whether it has an alias, for which the core then asks each time; most providers have none.
    """

    class Generic(core.TerraformProvider):  # type: ignore[misc, name-defined]  # known at run time only
        def __init__(
            self, handle: object, body: Body, alias: str | None, scope: "IConstruct", id_: str, **config: Any
        ) -> None:
            self.handle = handle
            self._body = body
            self._alias = alias
            super().__init__(scope, id_, **config)

        def __setattr__(self, name: str, value: object) -> None:
            if name == "alias":
                # The core takes it and never asks for it.
                raise AttributeError("alias cannot be set afterwards; set it in the constructor")
            super().__setattr__(name, value)

        def _synthesize_attributes(self) -> Mapping[str, Any]:
            return self._body

        def _synthesize_hcl_attributes(self) -> Mapping[str, Any]:
            return hcl.members(self._body)

    class Aliased(Generic):
        @property
        def alias(self) -> str | None:
            return self._alias

    return Aliased if aliased else Generic
