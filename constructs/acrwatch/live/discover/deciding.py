"""Which workspace suggests itself, and what a registry's diagnostic settings mean for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from acrwatch.live.discover.found import Setting, Watched
from acrwatch.live.verify.compare import id_key

LOGS = frozenset({"containerregistryrepositoryevents", "containerregistryloginevents"})
_NEEDED = "containerregistryrepositoryevents"
_ALL = "alllogs"
_AUDIT = "audit"
"""Which categories this group holds is not documented, so whether the rows come is not known before they do."""


def suggested(settings: Sequence[Setting], ruled: Collection[str]) -> str | None:
    """The workspace that most settings send to; one that has rules of acrwatch comes first.

    Args:
        settings: those of all registries.
        ruled: workspaces with rules of acrwatch, as they are compared.
    """
    counts = Counter(id_key(one.workspace) for one in settings)
    written = {id_key(one.workspace): one.workspace for one in settings}
    best = sorted({*counts, *ruled}, key=lambda key: (key not in ruled, -counts[key], key))
    return written.get(best[0], best[0]) if best else None


def watched(settings: Sequence[Setting] | None, ruled: Collection[str] | None) -> tuple[Watched, str]:
    """Whether rules of acrwatch see what a registry sends.

    Args:
        settings: its settings; None where they could not be read.
        ruled: workspaces with rules of acrwatch, as they are compared; None where they could not be read.
    """
    if settings is None:
        return Watched.UNKNOWN, "its diagnostic settings could not be read"
    if not settings:
        return Watched.NO, "no diagnostic setting sends its logs to a workspace"
    sending = [one for one in settings if one.logs & {_NEEDED, _ALL}]
    maybe = [one for one in settings if _AUDIT in one.logs]
    if not sending and not maybe:
        return Watched.NO, "no setting sends ContainerRegistryRepositoryEvents"
    if ruled is None:
        return Watched.UNKNOWN, "which workspaces have rules of acrwatch could not be read"
    seen = [one for one in sending if id_key(one.workspace) in ruled]
    if seen:
        return Watched.YES, f"{seen[0].name} sends to {_last(seen[0].workspace)}, where rules of acrwatch read"
    if [one for one in maybe if id_key(one.workspace) in ruled]:
        return Watched.UNKNOWN, "the group audit may or may not send ContainerRegistryRepositoryEvents"
    return Watched.NO, f"no rule of acrwatch reads {', '.join(sorted({_last(one.workspace) for one in settings}))}"


def existing(settings: Sequence[Setting] | None, workspace: str | None, name: str) -> tuple[bool, tuple[str, ...]]:
    """Whether others send a registry's rows to a workspace, and settings that are in the way and do not.

    Args:
        settings: its settings; None where they could not be read.
        workspace: the workspace; None for none.
        name: name of the setting that we make, which is not others'.
    """
    if settings is None or workspace is None:
        return False, ()
    others = [one for one in settings if id_key(one.workspace) == id_key(workspace) and one.name.lower() != name]
    if any(one.logs >= LOGS or one.logs & {_ALL, _AUDIT} for one in others):
        return True, ()
    partly = [one for one in others if one.logs & LOGS]
    ways = tuple(
        f"{one.name} sends only {', '.join(sorted(one.logs & LOGS))}: add the other there, or delete it (409)"
        for one in partly
    )
    return False, ways


def _last(azure_id: str) -> str:
    return azure_id.rstrip("/").rpartition("/")[2]
