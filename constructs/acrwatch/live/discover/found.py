"""What is there: registries, where their logs go, who watches them, and the clusters that pull from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from acrwatch.counted import counted
from acrwatch.errors import ExitCode
from acrwatch.live.unknown import Unknown
from acrwatch.output.result import Part, Table


class Watched(StrEnum):
    """Whether rules of acrwatch see a registry."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A diagnostic setting that sends logs to a workspace.

    Args:
        name: its name.
        workspace: id of the workspace.
        logs: categories and groups, in small letters.
    """

    name: str
    workspace: str
    logs: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A cluster whose nodes may pull from a registry.

    Args:
        name: its name.
        identity: object id of its kubelet identity, under which its pulls are logged.
    """

    name: str
    identity: str


@dataclass(frozen=True, kw_only=True)
class Registry:
    """A registry.

    Args:
        id: its id.
        name: its name.
        settings: where its logs go; None where that could not be read.
        clusters: those that may pull from it; None where that could not be read.
        watched: whether rules of acrwatch see it.
        why: the reason.
        existing: whether others send its rows to the workspace already, so that a setting of ours would be refused.
        collides: settings that are in the way of ours and do not do the whole job.
    """

    id: str
    name: str
    settings: tuple[Setting, ...] | None
    clusters: tuple[Cluster, ...] | None
    watched: Watched
    why: str
    existing: bool
    collides: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What is there in some subscriptions.

    Args:
        subscriptions: ids of those that were looked at.
        workspace: id of the workspace to send to; None where none suggests itself.
        location: its region; None where that could not be read.
        registries: by name.
        activity: subscription -> whether others send its activity log to the workspace; None where unread.
        unread: what could not be read, and why.
        written: name of the settings file that was written; None for none.
    """

    subscriptions: tuple[str, ...]
    workspace: str | None
    location: str | None
    registries: tuple[Registry, ...]
    activity: Mapping[str, bool | None]
    unread: tuple[tuple[str, Unknown], ...]
    written: str | None = None

    @classmethod
    def lost(cls, unknown: Unknown) -> Discovery:
        """What there is to say where not even the subscriptions could be listed."""
        unread = (("subscriptions", unknown),)
        return cls(subscriptions=(), workspace=None, location=None, registries=(), activity={}, unread=unread)

    @property
    def exit_code(self) -> ExitCode:
        """What is not watched, else what could not be read, else fine."""
        watched = {registry.watched for registry in self.registries}
        if Watched.NO in watched:
            return ExitCode.FINDINGS
        return ExitCode.UNKNOWN if self.unread or Watched.UNKNOWN in watched else ExitCode.FINE

    def table(self) -> Sequence[Part]:
        """The registries, the clusters, what could not be read, and counts."""
        return [*self._registries(), *self._clusters(), *self._unread(), self._summary()]

    def _registries(self) -> Iterator[Part]:
        rows = [
            (one.name, one.watched.value, one.why, "existing" if one.existing else "managed", "; ".join(one.collides))
            for one in self.registries
        ]
        if rows:
            columns = ("registry", "watched", "because", "diagnostics", "in the way")
            yield Table(title="Registries", columns=columns, rows=rows)

    def _clusters(self) -> Iterator[Part]:
        rows = [(one.name, one.identity, ", ".join(names)) for one, names in pulling(self.registries).items()]
        if rows:
            columns = ("cluster", "kubelet identity", "may pull from")
            yield Table(title="Clusters, whose pulls may need a limit of their own", columns=columns, rows=rows)

    def _unread(self) -> Iterator[Part]:
        # One reason often holds for many things.
        reasons: dict[Unknown, list[str]] = {}
        for what, unknown in self.unread:
            reasons.setdefault(unknown, []).append(what)
        rows = [(", ".join(what), unknown.reason, unknown.way_out) for unknown, what in reasons.items()]
        if rows:
            yield Table(title="Could not be read", columns=("what", "why", "way out"), rows=rows)

    def _summary(self) -> str:
        count = {watched: sum(one.watched is watched for one in self.registries) for watched in Watched}
        told = ", ".join(f"{number} {watched}" for watched, number in count.items() if number)
        return "\n".join(
            [
                f"Workspace: {self.workspace or 'none suggests itself, name one with --workspace'}",
                *([f"Written: {self.written}; next: acrwatch check {self.written}"] if self.written else []),
                f"{counted(len(self.registries), 'registry', 'registries')} in "
                f"{counted(len(self.subscriptions), 'subscription')}, "
                f"watched: {told or 'none'}",
            ]
        )

    def data(self) -> Any:
        """Everything that was found."""
        return {
            "subscriptions": list(self.subscriptions),
            "workspace": self.workspace,
            "location": self.location,
            "registries": [_data(one) for one in self.registries],
            "activity_log": dict(self.activity),
            "unread": [
                {"what": what, "reason": unknown.reason, "way_out": unknown.way_out} for what, unknown in self.unread
            ],
            "written": self.written,
        }


def pulling(registries: Sequence[Registry]) -> Mapping[Cluster, list[str]]:
    """Clusters, and the registries that each may pull from."""
    found: dict[Cluster, list[str]] = {}
    for registry in registries:
        for cluster in registry.clusters or ():
            found.setdefault(cluster, []).append(registry.name)
    return found


def _data(one: Registry) -> Mapping[str, Any]:
    settings = None
    if one.settings is not None:
        settings = [
            {"name": setting.name, "workspace": setting.workspace, "logs": sorted(setting.logs)}
            for setting in one.settings
        ]
    clusters = None
    if one.clusters is not None:
        clusters = [{"name": cluster.name, "identity": cluster.identity} for cluster in one.clusters]
    return {
        "id": one.id,
        "name": one.name,
        "watched": one.watched.value,
        "why": one.why,
        "diagnostics": "existing" if one.existing else "managed",
        "collides": list(one.collides),
        "settings": settings,
        "clusters": clusters,
    }
