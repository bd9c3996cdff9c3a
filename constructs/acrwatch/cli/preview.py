"""`acrwatch preview`: what a message about an alert looks like, before anybody gets one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrwatch.cli.options import OutputOption, PlanOption, StackOption, stack_of
from acrwatch.cli.progress import progress_bar
from acrwatch.cli.rehearsing import EventsOption, MoreEvents, read_log
from acrwatch.errors import InputError, UnknownError, did_you_mean, shown
from acrwatch.output.show import show_text
from acrwatch.synthesised import MessageTarget, ScheduledQueryRule, SynthesisedStack, Workflow

if TYPE_CHECKING:
    from acrwatch.output.preview.picture import Picture
    from acrwatch.rehearsal.message import Message

EXAMPLE = "Example: acrwatch preview slack forced_repository_deleted --format html --output message.html"


class Target(StrEnum):
    """What a message is for."""

    SLACK = "slack"
    TEAMS = "teams"
    PAGERDUTY = "pagerduty"
    EMAIL = "email"


class PreviewFormat(StrEnum):
    """How a message can be shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


_WORKFLOWS: Mapping[Target, MessageTarget] = {
    Target.SLACK: MessageTarget.SLACK,
    Target.TEAMS: MessageTarget.TEAMS,
    Target.PAGERDUTY: MessageTarget.PAGERDUTY,
}
_PICTURED = (Target.SLACK, Target.TEAMS)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A message to look at.

    Args:
        target: what it is for.
        content: what is sent, with placeholders for secrets; of a mail, its subject and fields.
        picture: what it looks like.
        notes: what else is worth knowing of it.
    """

    target: Target
    content: Any
    picture: Picture
    notes: tuple[str, ...] = ()


def preview(stack: SynthesisedStack, rule: ScheduledQueryRule, target: Target, payload: Mapping[str, Any]) -> Preview:
    """What the message about a notification is.

    Args:
        stack: what has the receivers.
        rule: the rule that the notification is of.
        target: what the message is for. Where the stack sends none there, it is the one that a receiver of acrwatch
            would send.
        payload: the notification.

    Raises:
        InputError: the message cannot be built, its target would refuse it, or none is sent.
        UnknownError: it cannot be told what is sent.
    """
    from acrwatch.output.preview import mail, pagerduty, slack, teams

    if target is Target.EMAIL:
        content = {
            "approximate": True,
            "subject": mail.subject(payload, rule.email_subject),
            "fields": mail.mail_fields(payload),
        }
        return Preview(target=target, content=content, picture=mail.mail_picture(payload, rule.email_subject))
    workflow, notes = _workflow(stack, rule, target)
    content = _body(workflow, payload)
    draw: Mapping[Target, Callable[[Mapping[str, Any]], Picture]] = {
        Target.SLACK: slack.slack_picture,
        Target.TEAMS: teams.teams_picture,
        Target.PAGERDUTY: pagerduty.pagerduty_picture,
    }
    return Preview(target=target, content=content, picture=draw[target](content), notes=notes)


def _body(workflow: Workflow, payload: Mapping[str, Any]) -> Any:
    from acrwatch.rehearsal.message import message_of

    message: Message = message_of(workflow, payload)
    if message.unknown is not None:
        raise UnknownError(message.unknown)
    if message.failure is not None:
        raise InputError(message.failure)
    if not message.sent:
        raise InputError(f"{workflow.called} sends nothing when such an alert is resolved")
    return message.sent[0].request().json()


def _workflow(stack: SynthesisedStack, rule: ScheduledQueryRule, target: Target) -> tuple[Workflow, tuple[str, ...]]:
    """The stack's own that the rule tells, else another of it, else that of a receiver of acrwatch."""
    wanted = _WORKFLOWS[target]
    named = [group for group in stack.groups if group.address in rule.action_groups]
    receivers = [receiver for group in (*named, *stack.groups) for receiver in group.receivers]
    workflows = [one.workflow for one in receivers if one.workflow is not None] + list(stack.workflows)
    for workflow in workflows:
        if workflow.target is wanted:
            return workflow, ()
    kind = "pagerduty_events" if target is Target.PAGERDUTY else target.value
    note = f"{stack.file} has no receiver of the type {kind}; this is what one would send"
    return Workflow(
        address="", azure_id=None, name=f"acrwatch-{kind}", definition=_definition(target), unresolved=()
    ), (note,)


def _definition(target: Target) -> Mapping[str, Any]:
    from acrwatch.notifications.pagerduty_events import PagerDutyEvents
    from acrwatch.notifications.slack import Slack
    from acrwatch.notifications.teams import Teams

    # Of a secret the definition has only the parameter.
    if target is Target.SLACK:
        return Slack(name="slack", webhook_url="").definition()
    if target is Target.TEAMS:
        return Teams(name="teams", webhook_url="").definition()
    return PagerDutyEvents(name="pagerduty", routing_key="").definition()


def command(
    target: Annotated[Target, typer.Argument(help="What the message is for.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of a detection, or <detection>.<variant>.")],
    stack: StackOption = None,
    plan: PlanOption = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A value of the alert, such as Identity=ci@example.com. Repeatable."),
    ] = None,
    resolved: Annotated[bool, typer.Option("--resolved", help="The message when the alert is resolved.")] = False,
    events: EventsOption = None,
    more: MoreEvents = None,
    format_: Annotated[
        PreviewFormat, typer.Option("--format", help="For people, as it is sent, or as a picture of Slack or Teams.")
    ] = PreviewFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Show the message about an alert: one that is made up, or with --events the first that a log raises."""
    if format_ is PreviewFormat.HTML and target not in _PICTURED:
        raise InputError(f"there are pictures of {' and '.join(_PICTURED)}; {target} has --format text and json")
    what = stack_of(stack, plan)
    rule = _rule(what, id_)
    if resolved and rule.kind == "event":
        raise InputError(
            f"nobody is told that an alert of {rule.id} is resolved: it alerts single events, and Azure resolves it "
            "when the event leaves the look-back"
        )
    dimensions = _dimensions(dimension or [])
    payload = _payload(what, rule, dimensions, [*(events or []), *(more or [])], resolved=resolved)
    found = preview(what, rule, target, payload)
    for note in found.notes:
        sys.stderr.write(f"{note}\n")
    show_text(_rendered(found, format_, terminal=output is None and sys.stdout.isatty()), output)


def _payload(
    stack: SynthesisedStack,
    rule: ScheduledQueryRule,
    dimensions: Mapping[str, str],
    paths: list[str],
    *,
    resolved: bool,
) -> Mapping[str, Any]:
    from acrwatch.rehearsal.sample import recorded_payload, sample_payload

    if not paths:
        return sample_payload(stack, rule, dimensions, resolved=resolved)
    from acrwatch.rehearsal.rehearse import rehearse

    with progress_bar("evaluations") as bar, read_log(paths, None, 0, bar) as log:
        rehearsal = rehearse(replace(stack, rules=(rule,)), log, progress=bar.step)
    if rehearsal.interrupted is not None:
        raise KeyboardInterrupt
    if (reason := rehearsal.rules[0].unknown) is not None:
        raise UnknownError(f"{rule.id} cannot be evaluated: {reason}")
    return recorded_payload(rule, rehearsal.alerts, dimensions, resolved=resolved)


def _rendered(found: Preview, format_: PreviewFormat, *, terminal: bool) -> str:
    if format_ is PreviewFormat.JSON:
        return json.dumps(found.content, indent=2, ensure_ascii=False) + "\n"
    if format_ is PreviewFormat.HTML:
        from acrwatch.output.preview.html import as_page

        return as_page(found.picture, _WORKFLOWS[found.target])
    from acrwatch.output.preview.text import as_text

    return as_text(found.picture, terminal=terminal)


def _rule(stack: SynthesisedStack, id_: str) -> ScheduledQueryRule:
    for rule in stack.rules:
        if id_ in (rule.id, rule.name, rule.address):
            return rule
    known = [rule.id for rule in stack.rules]
    near = did_you_mean(id_, known) if known else "it has none"
    raise InputError(f"{stack.file} has no rule {shown(id_)}; {near}")


def _dimensions(given: list[str]) -> Mapping[str, str]:
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InputError(f"--dimension takes NAME=VALUE, such as Identity=ci@example.com, not {shown(text)}")
        found[name] = value
    return found
