"""The read-only properties by which the attributes of resources and data sources are referred to in other arguments.

Each is a descriptor of the type that the attribute has, so that a type checker knows what a reference fits into.
What it gives is a token of the host's core; `acrwatch.binding` makes it and keeps it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from acrwatch.references import Resolvable

if TYPE_CHECKING:
    from acrwatch.binding import Handle

T = TypeVar("T")


class Attribute(Generic[T]):
    """A reference to one attribute; the name is that of the property, without a last underscore."""

    reader: str
    """The method of the core's element that makes the reference."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name of the property, and document it where `help()` looks."""
        self.name = name.removesuffix("_")
        self.__doc__ = f"Reference to `{self.name}`."

    @overload
    def __get__(self, handle: None, owner: type) -> "Attribute[T]": ...

    @overload
    def __get__(self, handle: "Handle", owner: type) -> T: ...

    def __get__(self, handle: "Handle | None", owner: type) -> "Attribute[T] | T":
        """Give the reference, or the descriptor itself when asked on the class."""
        if handle is None:
            return self
        value: T = handle.reference(self.name, self.reader)
        return value

    def __set__(self, handle: "Handle", value: Any) -> NoReturn:
        """Refuse: everything is set in the constructor."""
        raise AttributeError(f"{self.name} is a reference; set it in the constructor")


class TextAttribute(Attribute[str]):
    """A string."""

    reader = "get_string_attribute"


class NumberAttribute(Attribute[float]):
    """A number."""

    reader = "get_number_attribute"


class FlagAttribute(Attribute[Resolvable]):
    """True or false. No Python `bool` can stand for it before Terraform runs."""

    reader = "get_boolean_attribute"


class TextsAttribute(Attribute[list[str]]):
    """A list or set of strings."""

    reader = "get_list_attribute"


class NumbersAttribute(Attribute[list[float]]):
    """A list or set of numbers."""

    reader = "get_number_list_attribute"


class TextMapAttribute(Attribute[Mapping[str, str]]):
    """A map of strings."""

    reader = "get_string_map_attribute"


class AnyAttribute(Attribute[Resolvable]):
    """Anything else: objects, and lists of them."""

    reader = "interpolation_for_attribute"
