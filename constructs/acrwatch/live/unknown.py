"""What could not be found out: a value beside the findings, and the exception that becomes one.

Which role would have helped is decided in `roles`.
"""

from __future__ import annotations

from dataclasses import dataclass

from acrwatch.errors import UnknownError


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something that could not be found out, which is never the same as fine.

    Args:
        reason: what happened, with the call and the status; no text of a server is in it.
        way_out: what to do: the permission that is missing and the role that has it, or what to try.
    """

    reason: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.reason}; {self.way_out}"


LOG_IN = "log in with az login, to the tenant of the subscription, or set the variables of DefaultAzureCredential"
NOT_LOGGED_IN = Unknown(reason="not logged in: none of the ways to log in worked", way_out=LOG_IN)
"""The same for every call, so that it is said once of all of them."""


class CallFailed(UnknownError):
    """A call gave no answer that can be used.

    Args:
        unknown: what is unknown because of it.
    """

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown
        super().__init__(str(unknown))
