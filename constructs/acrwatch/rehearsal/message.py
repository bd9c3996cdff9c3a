"""What a receiver is sent for an alert: the body of Azure, or what a Logic App of the stack makes of it.

The workflow is carried out exactly as it would be deployed. Its secrets are in no file, so a placeholder stands for
each; what is sent instead of the address of the target is up to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from acrwatch.errors import Problem, SettingsError
from acrwatch.synthesised import MessageTarget, Workflow
from acrwatch.synthesised.message_target import http_inputs
from acrwatch.workflow import Delivery, WorkflowError, run
from acrwatch.workflow.bodies import adaptive_card, block_kit, events_v2
from acrwatch.workflow.parameters import SECURE
from acrwatch.workflow.secret import revealed

PLACEHOLDER = "PlaceholderForSecretNotKnownHere"
"""Stands for a secret: 32 letters, as a key of PagerDuty has."""
PLACEHOLDER_URL = "https://placeholder.example.com/url-not-known-here"
"""Stands for a secret address."""

_PROBLEMS: Mapping[MessageTarget, Callable[[object], list[Problem]]] = {
    MessageTarget.SLACK: block_kit.problems,
    MessageTarget.TEAMS: adaptive_card.problems,
    MessageTarget.PAGERDUTY: events_v2.problems,
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a workflow makes of one notification.

    Args:
        sent: the requests; none where the workflow does not run for it.
        failure: why the message cannot be built, or why its target would refuse it; None where all is well.
        unknown: why it cannot be told what is sent; None where it can.
    """

    sent: tuple[Delivery, ...] = ()
    failure: str | None = None
    unknown: str | None = None


def message_of(workflow: Workflow, payload: Mapping[str, Any], url: str = PLACEHOLDER_URL) -> Message:
    """Build the message of a notification.

    Args:
        workflow: what builds it.
        payload: the notification, in the common alert schema.
        url: what stands for a secret address. Default: a placeholder.
    """
    if workflow.unresolved:
        return Message(unknown=f"{workflow.called} is not known in full: {workflow.unresolved[0]}")
    parameters = workflow.definition.get("parameters", {})
    if missing := [name for name, one in parameters.items() if _is_missing(one)]:
        return Message(unknown=f"{workflow.called} has the parameter {missing[0]}, whose value is not known here")
    addresses = [str(inputs.get("uri")) for inputs in http_inputs(workflow.definition)]
    values = {
        name: url if any(f"parameters('{name}')" in address for address in addresses) else PLACEHOLDER
        for name, one in parameters.items()
        if _is_secret(one)
    }
    try:
        sent = run(workflow.definition, payload, values).deliveries
    except WorkflowError as error:
        return Message(failure=f"the {_what(workflow)} cannot be built: {_in_one_line(error)}")
    except SettingsError as error:
        return Message(unknown=f"{workflow.called} cannot be carried out here: {error.problems[0]}")
    problems = _PROBLEMS.get(workflow.target, _nothing) if workflow.target is not None else _nothing
    wrong = [problem for one in sent for problem in problems(revealed(one.body))]
    return Message(sent=sent, failure=_refused(workflow, wrong) if wrong else None)


def _what(workflow: Workflow) -> str:
    return "message" if workflow.target is None else f"message for {workflow.target}"


def _refused(workflow: Workflow, wrong: list[Problem]) -> str:
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"{workflow.target} would refuse the message: {wrong[0]}{more}"


def _in_one_line(error: WorkflowError) -> str:
    return " ".join(str(error).split())


def _nothing(_: object) -> list[Problem]:
    return []


def _is_secret(parameter: object) -> bool:
    return isinstance(parameter, Mapping) and parameter.get("type") == SECURE


def _is_missing(parameter: object) -> bool:
    return isinstance(parameter, Mapping) and not _is_secret(parameter) and "defaultValue" not in parameter
