"""What an Http action would send: once with its secrets hidden, for people and for tests, and once in clear."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from acrwatch.workflow.secret import Secret, concealed, revealed
from acrwatch.workflow.values import as_json, sendable


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A request that an Http action would send.

    Args:
        action: name of the action.
        method: the HTTP method.
        uri: where to, a `Secret` when a secure parameter is in it.
        headers: the headers, with secrets likewise.
        body: the body as JSON, with secrets likewise; None when there is none.
    """

    action: str
    method: str
    uri: str | Secret
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: object = None

    @property
    def shown(self) -> object:
        """The body for people, with the parameters' names in place of secrets."""
        return concealed(self.body)

    def request(self) -> Request:
        """What goes on the wire, secrets included."""
        body = revealed(self.body)
        text = "" if body is None else body if isinstance(body, str) else as_json(body)
        return Request(
            method=self.method,
            uri=str(revealed(self.uri)),
            headers={name: str(revealed(value)) for name, value in self.headers.items()},
            content=sendable(text).encode(),
        )


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request with its secrets in clear; its `repr` shows none of them.

    Args:
        method: the HTTP method.
        uri: where to.
        headers: the headers.
        content: the body, JSON unless it was a text.
    """

    method: str
    uri: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as the receiver reads it."""
        return json.loads(self.content)


def cleaned(value: object) -> object:
    """A value without halves of characters, as it arrives."""
    if isinstance(value, str):
        return sendable(value)
    if isinstance(value, Mapping):
        return {sendable(key): cleaned(item) for key, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list | tuple) else value
