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
from typing import TYPE_CHECKING, Any

from acrwatch.errors import InputError, MissingExtra, one_of, shown

if TYPE_CHECKING:
    from constructs import IConstruct

CORES = ("cdktf", "cdktn")
"""The top-level modules of the cores, the archived one first."""


class Place:
    """Where a construct is, or will be: its place is known before it is made.

    Args:
        core: the core it belongs to.
        path: its path in the tree, for messages.
        names: names that constructs of its app have taken, for `claims`.
        own_names: the same for its stack; None for what is in no stack, but may hold some.
        providers: names of the providers that our bindings have made in its stack. Default: none, for a stack.
    """

    def __init__(
        self, core: ModuleType, path: str, names: "Names", own_names: "Names | None", providers: set[str] | None = None
    ) -> None:
        self.core = core
        self.path = path
        self.names = names
        self.own_names = own_names
        self.providers: set[str] = set() if providers is None else providers
        self.is_settled = False
        """Whether all names of the construct have been taken for it."""
        self._children: dict[str, Place] = {}

    def child(self, id_: str) -> "Place":
        """The place of a construct in this one; under an app, of a stack.

        Args:
            id_: its id.
        """
        if id_ not in self._children:
            in_stack = self.own_names is not None
            path = f"{self.path}/{id_}" if self.path else id_
            self._children[id_] = Place(
                self.core,
                path,
                self.names,
                self.own_names if in_stack else {},
                self.providers if in_stack else None,
            )
        return self._children[id_]


Names = dict[tuple[str, ...], Place]

# By what node calls a construct: Python may have several objects for one that was made in node, such as a stack
# that is found in the tree. jsii never lets go of a construct, so neither needs this.
_places: dict[str, Place] = {}
_names: dict[str, Names] = {}


def core_of(scope: "IConstruct") -> ModuleType:
    """Find the core of a scope, from its nearest ancestor (itself included) that a core made.

    Raises:
        TypeError: no ancestor belongs to a core.
    """
    return place_of(scope).core


def place_of(scope: "IConstruct") -> Place:
    """Find out where a scope is; asking node is slow, so the answer is kept.

    Raises:
        TypeError: no ancestor belongs to a core.
    """
    key = _key(scope)
    if key not in _places:
        _places[key] = _found(scope)
    return _places[key]


def adopt(child: "IConstruct", scope: "IConstruct", id_: str) -> None:
    """Remember where a construct of ours is, which follows from where its scope is.

    Args:
        child: a construct that was just made.
        scope: its scope.
        id_: its id in the scope.
    """
    _places[_key(child)] = place_of(scope).child(id_)


def _key(construct: Any) -> str:
    return str(construct.__jsii_ref__.ref)


def _found(scope: "IConstruct") -> Place:
    core = _made_by(scope)
    if core is not None and isinstance(scope, core.App):
        return Place(core, "", _names.setdefault(_key(scope), {}), None)
    node = scope.node
    if core is not None and isinstance(scope, core.TerraformStack):
        return Place(core, node.path, _names.setdefault(_key(node.root), {}), {})
    ancestors = list(reversed(node.scopes))
    core = next(filter(None, map(_made_by, ancestors)), None)
    if core is None:
        raise TypeError(
            f"{type(scope).__name__} {node.path!r} is in no stack of {' or '.join(CORES)}; "
            "pass a TerraformStack as scope, or a construct inside one"
        )
    stack = next((ancestor for ancestor in ancestors if isinstance(ancestor, core.TerraformStack)), None)
    names = _names.setdefault(_key(ancestors[-1]), {})
    if stack is None:
        return Place(core, node.path, names, None)
    return Place(core, node.path, names, place_of(stack).own_names, place_of(stack).providers)


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


def id_segment(scope: "IConstruct", id_: str, position: int, *, lower: bool = False) -> str:
    """The part of a resource id at a position, which Terraform cuts out.

    Args:
        scope: construct in a stack of either core.
        id_: a reference to the id, as a template or as a token.
        position: counted from 0, which is the empty part before the first slash.
        lower: whether it is put into lower case. Default: false.
    """
    if "TfToken[" not in id_:
        # The core's functions would take a template for a text, and escape it.
        part = f'element(split("/", "{id_}"), {position})'
        return f"${{lower({part})}}" if lower else f"${{{part}}}"
    core = core_of(scope)
    part = core.Token.as_string(core.Fn.element(core.Fn.split("/", id_), position))
    return str(core.Fn.lower(part) if lower else part)
