"""The settings file that follows from what was found: whole or not there, and never over another one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from acrwatch.detection.catalogue import catalogue
from acrwatch.errors import InputError, SettingsError
from acrwatch.ids import subscription_of
from acrwatch.live.discover.found import Discovery, pulling
from acrwatch.settings.file import load_settings

_DETECTION, _PARAMETER = "excessive_images_pulled", "images_limit"


def settings_text(found: Discovery, *, email: str | None, action_group: str | None) -> str:
    """The file as text.

    Args:
        found: what was found.
        email: whom a new action group tells.
        action_group: id of an action group that is there already.

    Raises:
        InputError: something that a settings file needs was not found, or nobody is to be told.
    """
    if found.workspace is None or found.location is None:
        raise InputError("no workspace was found that the logs could go to; name one with --workspace")
    if not found.registries:
        raise InputError("no registry was found, so there is nothing to watch")
    if email is None and action_group is None:
        raise InputError("somebody has to be told: give --email or --action-group")
    groups: dict[str, Any] = {}
    if email is not None:
        groups["security"] = {"receivers": {"team": {"type": "email", "email_address": email}}}
    if action_group is not None:
        groups["existing"] = action_group
    subscriptions = {f"sub-{n}": one for n, one in enumerate(found.subscriptions, 1)}
    theirs = [one for one in subscriptions.values() if found.activity.get(one)]
    activity: dict[str, Any] = {"subscriptions": subscriptions}
    if theirs:
        # One owner holds for all of them; where others send one already, ours for it would be refused.
        activity["diagnostics"] = "existing"
    content: dict[str, Any] = {
        "name": "acrwatch",
        "subscription_id": subscription_of(found.workspace),
        "location": found.location,
        "resource_group": {"name": "rg-acrwatch", "create": True},
        "workspace": found.workspace,
        "registries": {
            _key(one.name): {"id": one.id, "diagnostics": "existing"} if one.existing else one.id
            for one in found.registries
        },
        "activity_log": activity,
        "action_groups": groups,
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1_000)
    return "\n".join([*_head(found, theirs, subscriptions), text.rstrip(), *_proposed(found), ""])


def _head(found: Discovery, theirs: list[str], subscriptions: Mapping[str, str]) -> Iterator[str]:
    yield "# Written by acrwatch discover. Check it with: acrwatch check"
    if theirs and len(theirs) < len(subscriptions):
        missing = sorted({*subscriptions.values()} - {*theirs})
        yield _comment(
            f"activity_log: others send it for {', '.join(theirs)}, nobody for {', '.join(missing)}: see to it"
        )
    for one in found.registries:
        for way in one.collides:
            yield _comment(f"{one.name}: {way}")
    for what, unknown in found.unread:
        yield _comment(f"Could not be read: {what}: {unknown}")


def _proposed(found: Discovery) -> Iterator[str]:
    """Limits for clusters, as comments: which limit is right, `acrwatch backtest` tells from history."""
    clusters = pulling(found.registries)
    if not clusters:
        return
    default = catalogue()[_DETECTION].parameters[_PARAMETER].default
    yield "# Clusters pull everything when nodes are replaced. acrwatch backtest tells which limit each needs:"
    yield f"# detections:\n#   {_DETECTION}:\n#     limits:"
    for cluster, registries in clusters.items():
        yield _comment(f"      - identity: {cluster.identity}")
        yield _comment(f"        parameters: {{{_PARAMETER}: {int(str(default)) * 5}}}")
        yield _comment(f"        reason: kubelet identity of {cluster.name}, which pulls from {', '.join(registries)}")


def _comment(text: str) -> str:
    """One line, whatever names Azure holds."""
    return "# " + "".join(
        " " if ord(character) < 32 or character in "\x7f\x85\u2028\u2029" else character for character in text
    )


def _key(registry: str) -> str:
    """The name of a registry may begin with a digit, a key may not."""
    return registry if registry[:1].isalpha() else f"acr-{registry}"


def write_settings(file: Path, text: str) -> None:
    """Write the file, unless there is something of its name.

    Args:
        file: where to.
        text: its content.

    Raises:
        InputError: there is something already, it cannot be written, or it would not be a right settings file.
    """
    partial = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", suffix=".yaml", delete=False
        ) as opened:
            partial = Path(opened.name)
            opened.write(text)
        load_settings(partial)
        partial.chmod(0o644)
        # Unlike a rename, this fails where there is something already.
        os.link(partial, file)
    except SettingsError as error:
        said = "; ".join(map(str, error.problems))
        raise InputError(f"what was found makes no right settings file, nothing was written: {said}") from None
    except FileExistsError:
        raise InputError(f"{file} is there already, and nothing is overwritten; choose another name") from None
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
