"""`acrwatch preflight`: what would a deploy run into?"""

from __future__ import annotations

import typer

from acrwatch.cli.live_options import CloudOption, ParallelOption, SubscriptionOption, subscription_given
from acrwatch.cli.options import FormatOption, OutputOption, PlanOption, StackOption, stack_of
from acrwatch.errors import ExitCode
from acrwatch.live.clouds import CloudName
from acrwatch.live.connection import PARALLEL, connect
from acrwatch.live.preflight import created_by, preflight
from acrwatch.output.result import Format
from acrwatch.output.show import show

EXAMPLE = "Example: acrwatch preflight --stack cdktf.out/stacks/acrwatch"


def command(
    stack: StackOption = None,
    plan: PlanOption = None,
    cloud: CloudOption = CloudName.PUBLIC,
    subscription: SubscriptionOption = None,
    parallel: ParallelOption = PARALLEL,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Tell before a deploy what would fail and how to mend it: permissions, names, conflicts, providers, quotas."""
    given = subscription_given(subscription)
    declared = stack_of(stack, plan)
    if given is not None:
        declared = declared.in_subscription(given)
    created = None if plan is None else created_by(plan)
    azure = connect(cloud, parallel=parallel)
    from acrwatch.live.calls import shown_on_a_terminal

    found = preflight(declared, azure, created=created, progress=shown_on_a_terminal("looked at"))
    show(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)
