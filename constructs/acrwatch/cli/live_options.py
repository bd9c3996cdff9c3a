"""The options of commands that talk to Azure, each with one meaning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrwatch.errors import InputError
from acrwatch.ids import GUID
from acrwatch.live.clouds import CloudName
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.output.result import Format, Result
from acrwatch.output.show import show

if TYPE_CHECKING:
    from acrwatch.settings.model import Settings

CloudOption = Annotated[CloudName, typer.Option("--cloud", help="Azure's cloud.")]
SubscriptionOption = Annotated[
    str | None,
    typer.Option(
        "--subscription",
        help="Id of the subscription where the file names none. Default: ARM_SUBSCRIPTION_ID, as azurerm has it.",
    ),
]
ParallelOption = Annotated[
    int, typer.Option("--parallel", min=1, max=64, help="Calls under way at once, never more of them.")
]
LiveSettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="The settings file: what others make is named there.")
]


def subscription_given(given: str | None) -> str | None:
    """The subscription of `--subscription` or `ARM_SUBSCRIPTION_ID`.

    Args:
        given: the option.

    Raises:
        InputError: it is no id of a subscription.
    """
    subscription = given or os.environ.get("ARM_SUBSCRIPTION_ID") or None
    if subscription is not None and GUID.fullmatch(subscription) is None:
        raise InputError(f"{subscription!r} is not a GUID like 00000000-0000-0000-0000-000000000000")
    return subscription


@contextmanager
def json_if_lost(format_: Format, output: Path | None, document: Callable[[Unknown], Result]) -> Iterator[None]:
    """Give machines a document also where a call fails without which there is nothing to tell.

    Args:
        format_: what was asked for; in a table there would be nothing but the error.
        output: where the result is to go.
        document: makes it of what could not be found out.

    Raises:
        CallFailed: what was raised within, for the message and the exit code.
    """
    try:
        yield
    except CallFailed as failure:
        if format_ is Format.JSON:
            show(document(failure.unknown), format_, output)
        raise


def settings_given(file: Path | None) -> Settings | None:
    """The settings file of `--settings`, read; None where none was given."""
    if file is None:
        return None
    from acrwatch.settings.file import load_settings

    return load_settings(file)
