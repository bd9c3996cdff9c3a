"""Any service that takes JSON, with a message of the user's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.notifications.definition import definition, post
from acrwatch.notifications.json_template import template_problems, template_steps
from acrwatch.notifications.wdl import call, value
from acrwatch.notifications.workflow_receiver import SecretForm, WorkflowReceiver
from acrwatch.record import dataclass


@dataclass(frozen=True, kw_only=True)
class JsonWebhook(WorkflowReceiver):
    """POST of a JSON body of your own: Jira, Discord, ServiceNow, a SIEM.

    The template is JSON (in a settings file, YAML) whose texts name fields of the alert in braces, as in
    `{severity}: {title}`. `{first_steps:500}` is cut to 500 characters, `{{` and `}}` are braces. Fields need no
    quotes. They are put in as they are, text from log rows among them: what the target takes for markup is up to you.

    Args:
        url: where to post; a reference, since the URL may be all that protects it.
        template: the body of the request.
        authorization: value of the header `Authorization`, where the target asks for one: a reference, and in a
            settings file `true`, which makes a variable for it. Default: no such header.
        send_resolved: whether the target is told that a volume alert is resolved, by the same template. Default: true.
    """

    url: str
    template: Mapping[str, Any]
    authorization: str | None = None
    send_resolved: bool = True
    type: Literal["json_webhook"] = "json_webhook"

    DEFINITION_VALIDATED: ClassVar[bool] = True
    SECRETS: ClassVar[tuple[str, ...]] = ("url",)
    OPTIONAL_SECRETS: ClassVar[tuple[str, ...]] = ("authorization",)
    FORMS: ClassVar[Mapping[str, SecretForm]] = MappingProxyType(
        {"url": SecretForm(pattern="^https://[^/?#]+", says="It has to be a URL that begins with https://.")}
    )

    def message_problems(self) -> Iterator[Problem]:
        """Fields that do not exist, and what Logic Apps would refuse."""
        found = template_problems(self.template)
        if not found:
            from acrwatch.workflow.validation import validate

            found = [
                Problem(path=(), message=f"Logic Apps would refuse it: {problem.message}")
                for problem in validate(self.definition())
            ]
        yield from (problem.below("template") for problem in found)

    def definition(self) -> dict[str, Any]:
        """The workflow that posts the body."""
        steps, body = template_steps(self.template)
        headers = None
        if self.authorization is not None:
            headers = {"Authorization": value(call("parameters", "authorization"))}
        send = post(value(call("parameters", "url")), body, headers)
        return definition([*steps, send], list(self.secrets), send_resolved=self.send_resolved)
