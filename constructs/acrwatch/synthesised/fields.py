"""Reads the members of a resource by name, and keeps note of each that cannot be known.

Terraform takes a block alone or in a list, a number as text, and a reference in place of anything; all of it is read
alike here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

from acrwatch.durations import parse_duration
from acrwatch.secrecy import masked
from acrwatch.synthesised.values import Instance, Reference, Unknown, Unresolved, Value, plain, until_apply


class Fields:
    """The members of one resource or block.

    Args:
        values: name -> value.
        path: what stands before a member's name in a note, such as `criteria[0].`.
        notes: where notes are kept; those of a block go to its resource. Default: a new list.
    """

    def __init__(self, values: Mapping[str, Value], path: str = "", notes: list[Unresolved] | None = None) -> None:
        self._values = values
        self._path = path
        self._notes: list[Unresolved] = [] if notes is None else notes

    @classmethod
    def of(cls, instance: Instance) -> Fields:
        """The members of a resource."""
        return cls(instance.values)

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """What could not be known of what was read so far."""
        return tuple(self._notes)

    def note(self, member: str, value: Value, reason: str) -> None:
        """Keep note of a member that cannot be known."""
        written = "" if value is None else masked(str(plain(value)))
        self._notes.append(Unresolved(member=f"{self._path}{member}", written=written, reason=reason))

    def raw(self, name: str) -> Value:
        """The value as it was evaluated; None where there is none."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """A text; None where there is none, or where it cannot be known."""
        return self._text(name, self.raw(name))

    def _text(self, name: str, value: Value) -> str | None:
        value = self._plain(name, value)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return f"{value:.17g}" if isinstance(value, float) else str(value)
        self.note(name, value, "a text is expected")
        return None

    def shown(self, name: str, default: str = "") -> str:
        """A text for people: as it is written where it cannot be known; nothing is noted."""
        value = self.raw(name)
        return default if value is None else str(plain(value))

    def flag(self, name: str, *, default: bool) -> bool | None:
        """True or false; None where it cannot be known."""
        value = self._plain(name, self.raw(name))
        if value is None:
            return None if self.raw(name) is not None else default
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        self.note(name, value, "true or false is expected")
        return None

    def number(self, name: str) -> float | None:
        """A finite number; None where there is none, or where it cannot be known."""
        value = self._plain(name, self.raw(name))
        if value is None:
            return None
        try:
            number = math.nan if isinstance(value, bool | list | Mapping) else float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.note(name, value, "a number is expected")
            return None
        return number

    def integer(self, name: str, *, default: int | None = None) -> int | None:
        """A whole number; the default where there is none, None where it cannot be known."""
        if self.raw(name) is None:
            return default
        number = self.number(name)
        if number is not None and number != int(number):
            self.note(name, self.raw(name), "a whole number is expected")
            return None
        return None if number is None else int(number)

    def duration(self, name: str) -> timedelta | None:
        """A length of time such as `PT5M`; None where there is none, or where it cannot be known."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse_duration(text)
        except ValueError:
            self.note(name, text, "a length of time such as PT5M is expected")
            return None

    def members(self, name: str) -> tuple[Value, ...]:
        """The members of a list, alone or not; a list that is unknown as a whole is one unknown member."""
        value = self.raw(name)
        if value is None:
            return ()
        return tuple(value) if isinstance(value, list | tuple) else (value,)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list; those that cannot be known are noted and left out."""
        found = (self._text(name, member) for member in self.members(name))
        return tuple(text for text in found if text is not None)

    def mapping(self, name: str) -> dict[str, str]:
        """The texts of a map; those that cannot be known are noted and left out."""
        value = self.raw(name)
        if not isinstance(value, Mapping):
            if self._plain(name, value) is not None:
                self.note(name, value, "a map is expected")
            return {}
        found = {str(key): self._text(f"{name}.{key}", member) for key, member in value.items()}
        return {key: text for key, text in found.items() if text is not None}

    def blocks(self, name: str) -> list[Fields]:
        """The blocks of a name; one that cannot be known is noted and left out."""
        found = []
        for position, value in enumerate(self.members(name)):
            if isinstance(value, Mapping):
                found.append(Fields(value, f"{self._path}{name}[{position}].", self._notes))
            elif self._plain(name, value) is not None:
                self.note(name, value, "a block is expected")
        return found

    def block(self, name: str) -> Fields | None:
        """The one block of a name; None where there is none."""
        return next(iter(self.blocks(name)), None)

    def _plain(self, name: str, value: Value) -> Value:
        """The value, or None and a note where it is unknown."""
        if isinstance(value, Reference):
            value = until_apply(value)
        if isinstance(value, Unknown):
            self.note(name, value, value.reason)
            return None
        if isinstance(value, Sequence) and not isinstance(value, str):
            return list(value)
        return value
