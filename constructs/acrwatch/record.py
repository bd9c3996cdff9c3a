"""Frozen values that cost nearly nothing to define.

`dataclass` is the standard library's to a type checker, and what it makes is one at run time too: `fields`,
`replace`, `asdict` and pydantic take it. Only the functions of each class are not written and compiled one by one,
which takes 0.4 ms a class; all classes share those below. A watch defines some hundred at each synth
(docs/performance.md).
"""

import dataclasses
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

_REQUIRED = object()
"""Stands for the default of a member that has none."""


def _init(self: Any, **given: object) -> None:
    defaults = self.__record_defaults__
    values = {**defaults, **given}
    if len(values) > len(defaults):
        raise TypeError(f"{type(self).__name__} has no {' and no '.join(sorted(given.keys() - defaults.keys()))}")
    for name, make in self.__record_factories__.items():
        if values[name] is _REQUIRED:
            values[name] = make()
    if missing := [name for name, value in values.items() if value is _REQUIRED]:
        raise TypeError(f"{type(self).__name__} needs {' and '.join(missing)}")
    self.__dict__.update(values)
    if (finish := getattr(self, "__post_init__", None)) is not None:
        finish()


def _values(self: Any) -> tuple[object, ...]:
    return tuple([self.__dict__[name] for name in self.__record_defaults__])


def _repr(self: Any) -> str:
    members = zip(self.__record_defaults__, _values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in members)})"


def _eq(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _setattr(self: Any, name: str, _value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is frozen; make another one to have another {name}")


def _delattr(self: Any, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is frozen; {name} stays")


_SHARED = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
}

Class = TypeVar("Class", bound=type)

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool) -> Any:
        """The standard library's decorator for what we use of it: frozen values, made by keywords.

        Raises:
            TypeError: it is asked for another kind, or when values are made: a member is missing, or unknown.
        """
        if not (frozen and kw_only):
            raise TypeError(
                "this decorator makes frozen dataclasses with keywords only; dataclasses.dataclass has more"
            )
        return _defined


def _defined(cls: Class) -> Class:
    described: Any = cls
    # To be frozen is said afterwards, since it would write two functions. The library wants it of all or none.
    above = [base.__dataclass_params__ for base in described.__mro__[1:] if "__dataclass_params__" in vars(base)]
    for parameters in above:
        parameters.frozen = False
    dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=True, match_args=False)(described)
    for parameters in (*above, described.__dataclass_params__):
        parameters.frozen = True
    members = dataclasses.fields(described)
    described.__record_defaults__ = {
        member.name: _REQUIRED if member.default is dataclasses.MISSING else member.default for member in members
    }
    described.__record_factories__ = {
        member.name: member.default_factory for member in members if member.default_factory is not dataclasses.MISSING
    }
    for name, function in _SHARED.items():
        if name not in vars(cls):
            setattr(cls, name, function)
    return cls


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """Base of such values, in place of the decorator where a base class is needed."""

    if TYPE_CHECKING:

        def __init__(self, **given: object) -> None: ...

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _defined(cls)
