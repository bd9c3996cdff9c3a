"""Which resource and which attribute differ between two stacks, in place of two screens of JSON.

What is left out of it as a secret is decided in `review`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.errors import shown
from acrwatch.record import dataclass
from acrwatch.testing.review import hidden
from acrwatch.testing.synthesis import content_of

_KINDS = {"resource": 2, "data": 2, "ephemeral": 2}
_PREFIX = {"resource": "", "variable": "var."}


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()
"""Stands for a value where there is none, which is not the same as None."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One place where two stacks differ.

    Args:
        block: Terraform address of the resource, or what else of the stack it is, such as `output.id`.
        attribute: the way from there; empty where the whole block is new or gone.
        expected: what was expected; `ABSENT` where nothing was.
        found: what is there.
    """

    block: str
    attribute: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        place = f"{self.block}, {self.attribute}" if self.attribute else self.block
        if self.expected is ABSENT:
            return f"{place}: is new" if not self.attribute else f"{place}: is new: {self._shown(self.found)}"
        if self.found is ABSENT:
            return f"{place}: is gone" if not self.attribute else f"{place}: is gone: {self._shown(self.expected)}"
        if _is_long(self.expected) and _is_long(self.found):
            return "\n".join([f"{place}:", *self._changed_lines()])
        return f"{place}: expected {self._shown(self.expected)}, found {self._shown(self.found)}"

    def _shown(self, value: Any) -> str:
        return shown(hidden(self._member, value))

    @property
    def _member(self) -> str:
        return self.attribute.rpartition(".")[2].partition("[")[0]

    def _changed_lines(self) -> Iterator[str]:
        old, new = (str(hidden(self._member, text)).splitlines() for text in (self.expected, self.found))
        for line in difflib.unified_diff(old, new, lineterm="", n=1):
            if not line.startswith(("---", "+++", "@@")):
                yield f"    {line}"


def differences(actual: Any, expected: Any) -> list[Difference]:
    """Find where two stacks differ.

    Notes of the core (`//`) do not count. Blocks in a list that all have a name are compared by it, so that one more
    dimension or receiver is one difference and not all that follow; their order still counts.

    Args:
        actual: a stack as plain values, or anything that `synth` takes.
        expected: what it should be.
    """
    found, wanted = content_of(actual), content_of(expected)
    result: list[Difference] = []
    ours, theirs = dict(_blocks(found)), dict(_blocks(wanted))
    for block in sorted({*ours, *theirs}):
        compared = _compared("", theirs.get(block, ABSENT), ours.get(block, ABSENT))
        result += [Difference(block=block, attribute=place, expected=old, found=new) for place, old, new in compared]
    return result


def assert_same(actual: Any, expected: Any) -> None:
    """Fail unless two stacks are the same, and say which resource and which attribute differ.

    Args:
        actual: a stack as plain values, or anything that `synth` takes.
        expected: what it should be.

    Raises:
        AssertionError: they differ; the message has every difference, and no secret.
    """
    found = differences(actual, expected)
    if found:
        count = f"{len(found)} difference{'s' if len(found) != 1 else ''}"
        raise AssertionError("\n".join([f"{count} between the stacks", *(f"  {one}" for one in found)]))


def _blocks(stack: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Address -> body of all that a stack holds."""
    for kind, block in stack.items():
        if kind == "//":
            continue
        if not isinstance(block, Mapping):
            yield kind, block
        elif kind in _KINDS:
            for type_, bodies in block.items():
                prefix = _PREFIX.get(kind, f"{kind}.")
                yield from ((f"{prefix}{type_}.{name}", _own(body)) for name, body in bodies.items())
        else:
            prefix = _PREFIX.get(kind, f"{kind}.")
            yield from ((f"{prefix}{name}", _own(body)) for name, body in block.items())


def _own(body: Any) -> Any:
    return {key: value for key, value in body.items() if key != "//"} if isinstance(body, Mapping) else body


def _compared(place: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _compared(f"{place}.{key}" if place else key, old.get(key, ABSENT), new.get(key, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compared_lists(place, old, new)
    elif old is not new and (old != new or bool in (type(old), type(new))):
        # To Python 1 and true are equal, and to Terraform they are not.
        yield place, old, new


def _compared_lists(place: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    before, after = _names(old), _names(new)
    if before is None or after is None:
        for position in range(max(len(old), len(new))):
            one, other = (members[position] if position < len(members) else ABSENT for members in (old, new))
            yield from _compared(f"{place}[{position}]", one, other)
        return
    by_name = dict(zip(before, old, strict=True)), dict(zip(after, new, strict=True))
    for name in dict.fromkeys([*before, *after]):
        yield from _compared(f"{place}[{name}]", by_name[0].get(name, ABSENT), by_name[1].get(name, ABSENT))
    if before != after and sorted(before) == sorted(after):
        yield f"{place} (order)", ", ".join(before), ", ".join(after)


def _names(blocks: list[Any]) -> list[str] | None:
    """The names of blocks, where each has one of its own."""
    names = [block.get("name") if isinstance(block, Mapping) else None for block in blocks]
    texts = [name for name in names if isinstance(name, str)]
    return texts if len(texts) == len(names) and len(set(texts)) == len(texts) else None


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value
