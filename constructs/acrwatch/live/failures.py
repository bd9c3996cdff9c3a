"""A call that failed as an `Unknown`: what happened, and what would help.

No text of the server is repeated, only the code it gives: a text may hold what was sent.
"""

from __future__ import annotations

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from acrwatch.live.roles import permission
from acrwatch.live.unknown import LOG_IN, NOT_LOGGED_IN, Unknown

ABSENT = frozenset(
    {"NotFound", "ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound", "WorkspaceNotFound"}
)
"""Codes by which Azure says that there is no such resource; a subscription that is not found is one we cannot see."""


def refused(method: str, path: str, status: int, code: str | None) -> Unknown:
    """A call that Azure answered with an error.

    Args:
        method: `GET`, `PUT`, `POST` ...
        path: path of the call.
        status: HTTP status, from 400 on.
        code: what Azure calls the error; None where it says nothing.
    """
    where = path.partition("?")[0]
    said = f"{status} {code}" if code else f"{status}"
    return Unknown(reason=f"{said} from {method} {where}", way_out=_way_out(method, where, status, code))


def _way_out(method: str, path: str, status: int, code: str | None) -> str:
    if code == "SubscriptionNotFound" or code == "InvalidSubscriptionId":
        return "the login sees no such subscription; log in to its tenant, and ask for the role Reader there"
    if status == 401:
        return LOG_IN
    if status == 403:
        return str(permission(method, path))
    if status == 404:
        return "there is no such resource, or the login may not see it"
    if status == 409:
        return "another change is under way, or a part of it exists already; try again, then look at the resource"
    if status == 429:
        return "Azure asks for patience longer than we have it; try again later, or with fewer calls at once"
    if status >= 500:
        return "the service is not well; try again later"
    return "the service does not take the call; a newer release of acrwatch may"


def not_understood(method: str, path: str, what: str) -> Unknown:
    """An answer that is none.

    Args:
        method: `GET`, `PUT`, `POST` ...
        path: path of the call.
        what: what came in its place.
    """
    reason = f"{what} from {method} {path.partition('?')[0]}"
    return Unknown(reason=reason, way_out="try again; a proxy in between may have answered in Azure's place")


def failed(method: str, path: str, error: AzureError) -> Unknown:
    """A call that was not answered.

    Args:
        method: `GET`, `PUT`, `POST` ...
        path: path of the call.
        error: what the SDK raised; its text is not repeated.
    """
    call = f"{method} {path.partition('?')[0]}"
    if isinstance(error, ClientAuthenticationError):
        return NOT_LOGGED_IN
    if isinstance(error, ServiceResponseError | IncompleteReadError):
        return Unknown(reason=f"the answer to {call} did not arrive whole", way_out="try again")
    if isinstance(error, ServiceRequestError):
        way_out = "look at network, proxy and certificates between here and Azure"
        return Unknown(reason=f"nobody answered {call}", way_out=way_out)
    return Unknown(reason=f"{call} failed ({type(error).__name__})", way_out="try again")
