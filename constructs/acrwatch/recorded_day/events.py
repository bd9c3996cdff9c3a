"""What happens in the day, before any log has written it.

Actors make these; `arrival` adds when the row reaches the workspace, `rows` and `records` what it looks like.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Caller(NamedTuple):
    """Who makes requests to a registry.

    Args:
        identity: as the log names it; `<nil>` or `-` where it names nobody.
        address: where from.
        client: the user agent.
    """

    identity: str
    address: str
    client: str


class Artifact(NamedTuple):
    """What a request is about.

    Args:
        repository: its name.
        tag: the reference in the URL, which may be a digest.
        digest: `<nil>` where the registry found none.
        media_type: `<nil>` where the registry found none.
        kind: `acr.docker` or `acr.artifact`.
    """

    repository: str
    tag: str
    digest: str
    media_type: str
    kind: str = "acr.docker"


class Event(NamedTuple):
    """A request to a registry.

    Args:
        at: milliseconds after midnight UTC.
        registry: name of the registry.
        caller: who.
        operation: as the log names it.
        status: the HTTP status, as text.
        artifact: what about; None for a login.
        delay: milliseconds until its row reaches the workspace. Default: left to `arrival`.
        doubled: whether its row surely comes twice. Default: left to `arrival`.
    """

    at: int
    registry: str
    caller: Caller
    operation: str
    status: str
    artifact: Artifact | None = None
    delay: int | None = None
    doubled: bool = False


class Change(NamedTuple):
    """A row of the activity log.

    Args:
        at: milliseconds after midnight UTC.
        operation: the ARM operation.
        status: Start, Success or Failure.
        resource: id of what was changed.
        caller: who: a sign-in name, or an object id.
        address: where from.
        number: of the operation; its rows share it.
        body: of the request or the response, where the row has one.
        delay: milliseconds until the row reaches the workspace. Default: left to `arrival`.
    """

    at: int
    operation: str
    status: str
    resource: str
    caller: str
    address: str
    number: int
    body: Any = None
    delay: int | None = None
