"""`acrwatch notify`: does a notification reach the receivers of an action group?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from acrwatch.cli.live_options import CloudOption, SubscriptionOption, json_if_lost, subscription_given
from acrwatch.cli.options import FormatOption, OutputOption, PlanOption, StackOption, stack_of
from acrwatch.errors import ExitCode, InputError, did_you_mean
from acrwatch.ids import IdKind, id_problems
from acrwatch.live.clouds import CloudName
from acrwatch.live.connection import connect
from acrwatch.output.result import Format
from acrwatch.output.show import show
from acrwatch.synthesised import SynthesisedStack

EXAMPLE = "Example: acrwatch notify acrwatch-security --stack cdktf.out/stacks/acrwatch --yes"


def command(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="Name of an action group of the stack, or an id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    stack: StackOption = None,
    plan: PlanOption = None,
    cloud: CloudOption = CloudName.PUBLIC,
    subscription: SubscriptionOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Send Azure's test notification of a log alert to a group's receivers, after asking, and tell who was reached."""
    given = subscription_given(subscription)
    if group.startswith("/"):
        problems = id_problems(group, IdKind.ACTION_GROUP, "GROUP")
        if problems:
            raise InputError("\n".join(map(str, problems)))
        azure_id = group
    else:
        declared = stack_of(stack, plan)
        azure_id = _id(declared if given is None else declared.in_subscription(given), group)
    if not yes and not sys.stdin.isatty():
        raise InputError("people would be told, so this asks first, and nobody is there to answer; give --yes")
    azure = connect(cloud)
    from acrwatch.live.notify import Notified, notify, receivers_of

    with json_if_lost(format_, output, lambda unknown: Notified(group=azure_id, told=(), unknown=unknown)):
        receivers = receivers_of(azure, azure_id)
    names = ", ".join(name for _, name in receivers.names)
    if not yes and not typer.confirm(f"Send a test notification to {names} of {group}?", err=True):
        raise InputError("nothing was sent")
    with json_if_lost(format_, output, lambda unknown: Notified(group=azure_id, told=(), unknown=unknown)):
        found = notify(azure, receivers)
    show(found, format_, output)
    if found.exit_code is not ExitCode.FINE:
        raise typer.Exit(found.exit_code)


def _id(stack: SynthesisedStack, name: str) -> str:
    for group in stack.groups:
        if name in (group.name, group.address):
            if group.azure_id is None:
                raise InputError(
                    f"the id of {name} is not known from {stack.file}; give --subscription, or the id itself"
                )
            return group.azure_id
    known = [group.name for group in stack.groups]
    raise InputError(
        f"{stack.file} has no action group {name!r}; {did_you_mean(name, known) if known else 'it has none'}"
    )
