"""Finds out which CDK core a construct lives in: `cdktf`, or `cdktn` that carries it on.

Both can be installed, and the elements of one fail in an app of the other, at synth and without a clear
message. So the core is never guessed: the scope that the host passes in already belongs to one, and an
app of our own, which has no host, is told by name.
"""

import os
import shutil
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from acrwatch.errors import InputError, MissingExtra, one_of, shown
from acrwatch.record import Record

if TYPE_CHECKING:
    from constructs import IConstruct

CORES = ("cdktf", "cdktn")
"""The top-level modules of the cores, the archived one first."""


class Place(Record):
    """Where a construct is.

    Args:
        core: the core it belongs to.
        path: its path in the tree, for messages.
        taken: names that constructs of its stack have taken, for `claims`.
    """

    core: ModuleType
    path: str
    taken: "dict[tuple[str, ...], str]"


_places: "WeakKeyDictionary[IConstruct, Place]" = WeakKeyDictionary()


def core_of(scope: "IConstruct") -> ModuleType:
    """Find the core of a scope, from its nearest ancestor (itself included) that a core made.

    Raises:
        TypeError: no ancestor belongs to a core.
    """
    return place_of(scope).core


def place_of(scope: "IConstruct") -> Place:
    """Find out where a scope is; asking node is slow, so the answer is kept for as long as the scope lives.

    Raises:
        TypeError: no ancestor belongs to a core.
    """
    if (known := _places.get(scope)) is not None:
        return known
    ancestors = list(reversed(scope.node.scopes))
    core = next(filter(None, map(_made_by, ancestors)), None)
    path = scope.node.path
    if core is None:
        raise TypeError(
            f"{type(scope).__name__} {path!r} is in no stack of {' or '.join(CORES)}; "
            "pass a TerraformStack as scope, or a construct inside one"
        )
    stack = next((ancestor for ancestor in ancestors if isinstance(ancestor, core.TerraformStack)), scope)
    place = Place(core=core, path=path, taken={} if stack is scope else place_of(stack).taken)
    _places[scope] = place
    return place


def adopt(child: "IConstruct", scope: "IConstruct", id_: str) -> None:
    """Remember where a construct of ours is, which follows from where its scope is.

    Args:
        child: a construct that was just made.
        scope: its scope.
        id_: its id in the scope.
    """
    place = place_of(scope)
    _places[child] = Place(core=place.core, path=f"{place.path}/{id_}", taken=place.taken)


def _made_by(scope: "IConstruct") -> ModuleType | None:
    for base in type(scope).__mro__:
        root = base.__module__.partition(".")[0]
        if root in CORES:
            return sys.modules[root]
    return None


def core_named(name: str) -> ModuleType:
    """Import a core by its name, for an app that has no scope yet to find it from.

    Args:
        name: one of `CORES`.

    Raises:
        InputError: there is no such core, or no node to run it.
        MissingExtra: it is not installed.
    """
    if name not in CORES:
        raise InputError(f"ACRWATCH_CORE is {shown(name)}, which is no core; {one_of(CORES)}")
    node = os.environ.get("JSII_NODE", "node")
    if shutil.which(node) is None:
        raise InputError(
            f"{node} is not on the PATH; the CDK needs Node 20 or later, named by JSII_NODE if it is elsewhere"
        )
    if find_spec(name) is None:
        raise MissingExtra(f"synthesis with {name}", name)
    return import_module(name)
