"""Frozen values that cost nothing to define.

To a type checker each record is a frozen, keyword-only dataclass. At run time all of them share this one
constructor: making a real dataclass takes 0.4 ms, and a watch defines some seventy of them at each synth
(docs/performance.md). What pydantic reads, and what `dataclasses` is asked about, is a real dataclass.
"""

from collections.abc import Mapping
from inspect import get_annotations
from typing import ClassVar, NoReturn, dataclass_transform

REQUIRED = object()
"""Stands for the default of a member that has none."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """Base of such values.

    Raises:
        TypeError: a member is missing, or there is no such member.
    """

    MEMBERS: ClassVar[Mapping[str, object]] = {}
    """The members and their defaults, in order."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = get_annotations(cls)
        constants = {name for base in cls.__mro__ for name in base.__dict__ if name.isupper()}
        cls.MEMBERS = {
            **cls.MEMBERS,
            **{name: cls.__dict__.get(name, REQUIRED) for name in own if name not in constants},
        }

    def __init__(self, **given: object) -> None:
        members = {**self.MEMBERS, **given}
        if unknown := members.keys() - self.MEMBERS.keys():
            raise TypeError(f"{type(self).__name__} has no {' and no '.join(sorted(unknown))}")
        if missing := [name for name, value in members.items() if value is REQUIRED]:
            raise TypeError(f"{type(self).__name__} needs {' and '.join(missing)}")
        self.__dict__.update(members)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen; make another one to have another {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))
