"""`acrwatch discover`: which registries are there, which are watched, and the settings file for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from acrwatch.cli.live_options import CloudOption, ParallelOption, json_if_lost
from acrwatch.cli.options import FormatOption, OutputOption
from acrwatch.errors import ExitCode, InputError, Problem
from acrwatch.ids import GUID, IdKind, id_problems
from acrwatch.live.clouds import CloudName
from acrwatch.live.connection import PARALLEL, connect
from acrwatch.output.result import Format
from acrwatch.output.show import show

EXAMPLE = "Example: acrwatch discover --write acrwatch.yaml --email security@example.com"


def command(
    subscription: Annotated[
        list[str] | None,
        typer.Option("--subscription", help="Id of a subscription; may be repeated. Default: all seen."),
    ] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", help="Id of the workspace for the logs. Default: the one most use.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write a settings file here; nothing is overwritten.")
    ] = None,
    email: Annotated[str | None, typer.Option("--email", help="Whom the settings file tells.")] = None,
    action_group: Annotated[
        str | None, typer.Option("--action-group", help="Id of an action group that the settings file tells.")
    ] = None,
    cloud: CloudOption = CloudName.PUBLIC,
    parallel: ParallelOption = PARALLEL,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Find registries and who watches them, and write a settings file that does."""
    _check(subscription or [], workspace, action_group)
    if write is not None and (write.exists() or write.is_symlink()):
        raise InputError(f"{write} is there already, and nothing is overwritten; choose another name")
    if write is not None and email is None and action_group is None:
        raise InputError("somebody has to be told: give --email or --action-group")
    azure = connect(cloud, parallel=parallel)
    from acrwatch.live.calls import shown_on_a_terminal
    from acrwatch.live.discover import Discovery, discover, settings_text, write_settings

    with json_if_lost(format_, output, Discovery.lost):
        found = discover(
            azure, subscriptions=subscription or (), workspace=workspace, progress=shown_on_a_terminal("read")
        )
    if write is not None:
        write_settings(write, settings_text(found, email=email, action_group=action_group))
        found = replace(found, written=str(write))
    show(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)


def _check(subscriptions: list[str], workspace: str | None, action_group: str | None) -> None:
    problems: list[Problem] = []
    for one in subscriptions:
        if GUID.fullmatch(one) is None:
            problems.append(Problem(path=(), message=f"--subscription: {one!r} is not a GUID"))
    if workspace is not None:
        problems += id_problems(workspace, IdKind.WORKSPACE, "--workspace")
    if action_group is not None:
        problems += id_problems(action_group, IdKind.ACTION_GROUP, "--action-group")
    if problems:
        raise InputError("\n".join(map(str, problems)))
