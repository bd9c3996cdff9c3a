"""Looks for registries in subscriptions, and for who watches them."""

from __future__ import annotations

from collections.abc import Sequence

from acrwatch.live.calls import Progress
from acrwatch.live.connection import Azure
from acrwatch.live.discover.deciding import existing, suggested, watched
from acrwatch.live.discover.found import Cluster, Discovery, Registry, Setting
from acrwatch.live.discover.reading import Reader

SETTING = "acrwatch"
"""Name of the diagnostic settings that the settings file makes unless it says otherwise."""


def discover(
    azure: Azure,
    *,
    subscriptions: Sequence[str] = (),
    workspace: str | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """Look for what is there.

    Args:
        azure: the connection.
        subscriptions: ids of those to look at. Default: all that the login sees.
        workspace: id of the workspace that the logs go to. Default: the one that suggests itself.
        progress: told of each thing that was read.

    Raises:
        CallFailed: the subscriptions could not even be listed.
    """
    reader = Reader(azure, progress)
    looked = sorted({one.lower() for one in subscriptions} or {*reader.subscriptions()})
    lists = reader.each("registries of", reader.registries, looked)
    ids = [one for found in lists for one in found or ()]
    clusters = [one for found in reader.each("clusters of", reader.clusters, looked) for one in found or ()]
    rules = reader.each("alert rules of", reader.ruled, looked)
    ruled = {one for found in rules for one in found or ()}
    of_all = reader.each("diagnostic settings of", reader.settings, ids)
    activity = reader.each("activity log of", lambda one: reader.settings(f"/subscriptions/{one}"), looked)
    pulls: list[set[str] | None] = reader.each("roles on", reader.pulls, ids) if clusters else [set() for _ in ids]
    chosen = workspace or suggested([one for found in of_all for one in found or ()], ruled)
    (location,) = reader.each("workspace", reader.location, [chosen]) if chosen else (None,)
    # Rules that could not be read may read any workspace; those that were read are certain.
    complete = all(found is not None for found in rules)
    registries = [
        _registry(id_, settings, who, clusters, ruled, complete, chosen)
        for id_, settings, who in zip(ids, of_all, pulls, strict=True)
    ]
    return Discovery(
        subscriptions=tuple(looked),
        workspace=chosen,
        location=location,
        registries=tuple(sorted(registries, key=lambda one: (one.name.lower(), one.id.lower()))),
        activity={
            one: None if settings is None else any(_sends_activity(each, chosen) for each in settings)
            for one, settings in zip(looked, activity, strict=True)
        },
        unread=tuple(reader.unread),
    )


def _registry(
    id_: str,
    settings: tuple[Setting, ...] | None,
    pulls: set[str] | None,
    clusters: Sequence[Cluster],
    ruled: set[str],
    complete: bool,
    workspace: str | None,
) -> Registry:
    state, why = watched(settings, ruled)
    if not complete and settings and state.value == "no":
        state, why = watched(settings, None)
    theirs, collides = existing(settings, workspace, SETTING)
    return Registry(
        id=id_,
        name=id_.rpartition("/")[2],
        settings=settings,
        clusters=None if pulls is None else tuple(one for one in clusters if one.identity in pulls),
        watched=state,
        why=why,
        existing=theirs,
        collides=collides,
    )


def _sends_activity(setting: Setting, workspace: str | None) -> bool:
    same = workspace is not None and setting.workspace.lower() == workspace.lower()
    return same and setting.name.lower() != SETTING and "administrative" in setting.logs
