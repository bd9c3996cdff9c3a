"""Resources as the stand-in holds them: JSON by id, in any casing, one at a time or as a list of a type in a scope."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import Any

Body = dict[str, Any]

# They belong to the very thing they are listed of, not to all that lies below it.
_OF_ONE_THING = frozenset({"microsoft.insights/diagnosticsettings", "microsoft.authorization/permissions"})


@dataclass(frozen=True)
class Place:
    """What a path means, in lower case.

    Args:
        scope: what comes before the last provider.
        type: `namespace/type/subtype`.
        names: names of the resource and its parents; one fewer than types for a list.
    """

    scope: str
    type: str
    names: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether the path is that of a list."""
        return len(self.names) < self.type.count("/")


@cache
def place_of(path: str) -> Place:
    """What a path means.

    Args:
        path: the path of a resource or list.
    """
    path = path.rstrip("/").lower()
    scope, found, after = path.rpartition("/providers/")
    namespace, *rest = after.split("/") if found else ("", *path.strip("/").split("/"))
    return Place(scope if found else "", "/".join((namespace, *rest[::2])), tuple(rest[1::2]))


class Resources:
    """The resources of a stand-in; safe to use from several threads."""

    def __init__(self) -> None:
        self._resources: dict[str, Body] = {}
        self._unseen: dict[str, int] = {}
        # Scope and type -> ids, so that the settings of one registry among thousands are found at once.
        self._of_scope: dict[tuple[str, str], set[str]] = {}
        self._lock = RLock()

    def put(self, id_: str, body: Mapping[str, Any], *, unseen: int = 0) -> Body:
        """Make or replace a resource.

        Args:
            id_: its id, in the casing it shall have.
            body: its JSON; id, name and type are added where they are missing.
            unseen: how many reads do not see it yet.
        """
        _, _, after = id_.rpartition("/providers/")
        parts = after.split("/")
        whole = {"id": id_, "name": id_.rsplit("/", 1)[-1], "type": "/".join((parts[0], *parts[1::2]))}
        with self._lock:
            made = copy.deepcopy({**whole, **body})
            self._resources[id_.lower()] = made
            self._unseen[id_.lower()] = unseen
            place = place_of(id_)
            self._of_scope.setdefault((place.scope, place.type), set()).add(id_.lower())
        return copy.deepcopy(made)

    def get(self, id_: str) -> Body | None:
        """A copy of a resource; None where there is none."""
        with self._lock:
            return copy.deepcopy(self._seen(id_.rstrip("/").lower()))

    def delete(self, id_: str) -> bool:
        """Take a resource away; false where there is none."""
        with self._lock:
            return self._resources.pop(id_.lower(), None) is not None

    def change(self, id_: str, *path: str | int, to: Any) -> None:
        """Change one value of a resource, as somebody in the portal does.

        Args:
            id_: the resource.
            path: keys and positions that lead to the value.
            to: the new value.
        """
        *above, last = path
        with self._lock:
            inner: Any = self._resources[id_.lower()]
            for part in above:
                inner = inner[part]
            inner[last] = copy.deepcopy(to)

    def ids(self, type_: str) -> list[str]:
        """The ids of all resources of a type, in any casing."""
        with self._lock:
            return [str(body["id"]) for key, body in self._resources.items() if place_of(key).type == type_.lower()]

    def list(self, path: str) -> list[Body]:
        """Copies of the resources of a list, by id.

        Args:
            path: the path of the list.
        """
        wanted = place_of(path)
        with self._lock:
            return [copy.deepcopy(body) for _, body in sorted(self._matching(wanted))]

    def _matching(self, wanted: Place) -> Iterator[tuple[str, Body]]:
        if wanted.type in _OF_ONE_THING:
            scopes = [(wanted.scope, wanted.type)]
        else:
            below = f"{wanted.scope}/"
            scopes = [key for key in self._of_scope if key[1] == wanted.type and f"{key[0]}/".startswith(below)]
        for key in (key for scope in scopes for key in self._of_scope.get(scope, ())):
            body = self._seen(key) if place_of(key).names[: len(wanted.names)] == wanted.names else None
            if body is not None:
                yield key, body

    def _seen(self, key: str) -> Body | None:
        if self._unseen.get(key, 0) > 0:
            self._unseen[key] -= 1
            return None
        return self._resources.get(key)
