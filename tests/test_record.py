"""Frozen values are dataclasses of the standard library to everybody who asks."""

import dataclasses
from typing import Any

import pytest

from acrwatch.record import Record, dataclass


@dataclass(frozen=True, kw_only=True)
class Point:
    """One of ours."""

    x: int
    y: int = 2
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


class Place(Point):
    """One that adds nothing."""


class Made(Record):
    """One without the decorator."""

    x: int
    y: int = 2


def test_the_standard_library_takes_them() -> None:
    """For fields, another one with a change, and plain values."""
    assert [field.name for field in dataclasses.fields(Point)] == ["x", "y", "tags"]
    assert dataclasses.replace(Point(x=1), y=5) == Point(x=1, y=5)
    assert dataclasses.asdict(Point(x=1)) == {"x": 1, "y": 2, "tags": {}}
    assert repr(Point(x=1)) == "Point(x=1, y=2, tags={})"


def test_they_are_equal_by_kind_and_values_and_share_no_default() -> None:
    """As one expects of values."""
    assert Point(x=1) == Point(x=1, y=2)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Place(x=1)
    assert hash(Made(x=1)) == hash(Made(x=1))
    assert Point(x=1).tags is not Point(x=1).tags


def test_they_are_frozen() -> None:
    """Neither set nor deleted."""
    point: Any = Point(x=1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="Point is frozen; make another one to have another x"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x


@pytest.mark.parametrize("kind", [Point, Made])
def test_a_missing_and_an_unknown_member_are_named(kind: Any) -> None:
    """With the class, like any call."""
    with pytest.raises(TypeError, match=f"{kind.__name__} needs x"):
        kind()
    with pytest.raises(TypeError, match=f"{kind.__name__} has no a and no b"):
        kind(x=1, a=1, b=2)


def test_what_is_not_frozen_is_left_to_the_standard_library() -> None:
    """Rather than made in another way than asked."""
    make: Any = dataclass
    with pytest.raises(TypeError, match=r"dataclasses\.dataclass"):
        make(frozen=False, kw_only=True)


def test_a_class_of_the_standard_library_may_derive_from_one() -> None:
    """As a host's own receiver does."""

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Own(Point):
        z: int

    assert Own(x=1, z=3) == dataclasses.replace(Own(x=1, z=4), z=3)
