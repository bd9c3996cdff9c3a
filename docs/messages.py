"""The messages of docs/notifications.md: those that the example's Logic Apps would send, built as they are deployed.

`generate` puts them into the page between two lines, `pictures` takes the pictures of two of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cdktf import Testing

from acrwatch import JsonWebhook, WatchStack, load_settings
from acrwatch.cli.preview import Preview, Target, preview
from acrwatch.output.preview.html import as_page
from acrwatch.output.preview.text import as_text
from acrwatch.rehearsal.message import message_of
from acrwatch.rehearsal.sample import sample_payload
from acrwatch.synthesised import MessageTarget, ScheduledQueryRule, SynthesisedStack, Workflow
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.stack import TYPES, stack_of
from docs.parts import BEGIN, with_part

PAGE = "notifications.md"

_EXAMPLE = Path(__file__).parents[1] / "acrwatch.example.yaml"
_EVENT, _VOLUME = "forced_repository_deleted", "excessive_images_pulled"

# Title -> target, detection, and whether it is resolved.
_VARIANTS: Mapping[str, tuple[Target, str, bool]] = {
    "Slack, an event": (Target.SLACK, _EVENT, False),
    "Slack, a burst": (Target.SLACK, _VOLUME, False),
    "Slack, a burst that is over": (Target.SLACK, _VOLUME, True),
    "Teams, an event": (Target.TEAMS, _EVENT, False),
    "Teams, a burst": (Target.TEAMS, _VOLUME, False),
    "Teams, a burst that is over": (Target.TEAMS, _VOLUME, True),
    "PagerDuty, an event": (Target.PAGERDUTY, _EVENT, False),
    "PagerDuty, a burst": (Target.PAGERDUTY, _VOLUME, False),
    "PagerDuty, a burst that is over": (Target.PAGERDUTY, _VOLUME, True),
}
INTRO = """\
With values that are made up. The alert of an event has no message when it is resolved."""
TEAMS = "![A card in Teams: severity and title on a coloured band, facts, first steps, and buttons](images/teams.png)"


def with_messages(page: str) -> str:
    """The page with the messages in it.

    Args:
        page: what it is now.

    Raises:
        SystemExit: it has no place for them, or no template.
    """
    written, _, _ = page.partition(BEGIN)
    found = re.search(r"^```yaml\n(.*?)^```$", written, re.DOTALL | re.MULTILINE)
    if not found:
        raise SystemExit(f"docs/messages.py: {PAGE} has no template")
    return with_part(page, PAGE, [INTRO, TEAMS, *_messages(yaml.safe_load(found[1]))])


def picture_page(target: str) -> str:
    """The page of which a picture is taken.

    Args:
        target: `slack` or `teams`.
    """
    found = _previewed(Target(target), _EVENT, resolved=False)
    return as_page(found.picture, MessageTarget(target.capitalize()))


def _messages(template: Mapping[str, Any]) -> Iterator[str]:
    for title, (target, detection, resolved) in _VARIANTS.items():
        yield _folded(title, "text", as_text(_previewed(target, detection, resolved=resolved).picture, terminal=False))
    yield _folded("JSON of your own, from the template above", "json", _of_template(template))


def _folded(title: str, kind: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n```{kind}\n{text.rstrip()}\n```\n\n</details>"


def _of_template(settings: Mapping[str, Any]) -> str:
    """What the receiver of the page's settings sends."""
    ((_, group),) = settings["action_groups"].items()
    ((name, receiver),) = group["receivers"].items()
    webhook = JsonWebhook(name=name, url="", template=receiver["template"])
    workflow = Workflow(address="", azure_id=None, name=name, definition=webhook.definition(), unresolved=())
    message = message_of(workflow, sample_payload(example_stack(), _rule(_EVENT)))
    return json.dumps(message.sent[0].request().json(), indent=2, ensure_ascii=False)


def _previewed(target: Target, detection: str, *, resolved: bool) -> Preview:
    rule = _rule(detection)
    return preview(example_stack(), rule, target, sample_payload(example_stack(), rule, resolved=resolved))


def _rule(id_: str) -> ScheduledQueryRule:
    (rule,) = (rule for rule in example_stack().rules if rule.id == id_)
    return rule


@cache
def example_stack() -> SynthesisedStack:
    """What the example's settings deploy."""
    stack = WatchStack(Testing.app(), load_settings(_EXAMPLE))
    content = json.loads(Testing.synth(stack.stack))
    return stack_of(Path("cdk.tf.json"), read_configuration(content, TYPES))
