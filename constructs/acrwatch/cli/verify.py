"""`acrwatch verify`: is what was deployed there, is it equal, and do the rows come?"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from acrwatch.cli.live_options import (
    CloudOption,
    LiveSettingsOption,
    ParallelOption,
    SubscriptionOption,
    settings_given,
    subscription_given,
)
from acrwatch.cli.options import FormatOption, OutputOption, PlanOption, StackOption, stack_of
from acrwatch.durations import parse_duration, short
from acrwatch.errors import ExitCode, InputError
from acrwatch.ids import subscription_of
from acrwatch.live.clouds import CloudName
from acrwatch.live.connection import PARALLEL, connect
from acrwatch.live.verify import WITHIN, verify
from acrwatch.logging_settings import registry_id
from acrwatch.output.result import Format
from acrwatch.output.show import show
from acrwatch.settings.model import Settings

EXAMPLE = "Example: acrwatch verify --stack cdktf.out/stacks/acrwatch --settings acrwatch.yaml"


def command(
    stack: StackOption = None,
    plan: PlanOption = None,
    settings: LiveSettingsOption = None,
    cloud: CloudOption = CloudName.PUBLIC,
    subscription: SubscriptionOption = None,
    rows_within: Annotated[str, typer.Option("--rows-within", help="How far back a row counts.")] = short(WITHIN),
    parallel: ParallelOption = PARALLEL,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Compare a synthesised stack or a plan with what Azure has: each difference, and whether rows come."""
    within = _duration(rows_within)
    given = subscription_given(subscription)
    declared = stack_of(stack, plan)
    if given is not None:
        declared = declared.in_subscription(given)
    registries, subscriptions = named_in(settings_given(settings))
    azure = connect(cloud, parallel=parallel)
    from acrwatch.live.calls import shown_on_a_terminal
    from acrwatch.live.logs import Logs

    found = verify(
        declared,
        azure,
        Logs(azure),
        registries=registries,
        subscriptions=subscriptions,
        within=within,
        progress=shown_on_a_terminal("compared"),
    )
    show(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)


def named_in(settings: Settings | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Registries, and subscriptions whose activity log is sent, that a settings file names.

    Args:
        settings: the file; None for none.
    """
    if settings is None:
        return (), ()
    watch = settings.watch()
    registries = tuple(registry_id(one) for one in watch.registries.values())
    named = watch.activity_log.subscriptions
    subscriptions = [subscription_of(one) for one in registries] if named is None else named.values()
    return registries, tuple(dict.fromkeys(one for one in subscriptions if one is not None))


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise InputError(f"--rows-within: {error}") from None
