"""How long a call may take, how often it is repeated, and how many are under way at once.

One of these stands in the pipeline of every client of a connection, that of the logs too. So a service that asks for
patience gets it from all of them, and never more calls are under way than were set. The SDK's own policy sleeps as long
as a `Retry-After` says, be it a day, and fails on one that is no time.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import BoundedSemaphore, Lock
from typing import Any

from azure.core.exceptions import IncompleteReadError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy

# What a service says when trying again helps (azure-core: RetryPolicy).
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Patience:
    """What a call is given.

    Args:
        attempts: how often it is sent at most.
        connect: seconds until a connection has to stand.
        read: seconds between two pieces of an answer.
        pause: seconds before the first repetition where the service names none; doubled for each further one.
        waiting: seconds that one call spends in pauses at most, those that a `Retry-After` asks for included.
        longest: seconds after which a call is given up, whatever it does.
    """

    attempts: int = 5
    connect: float = 10
    read: float = 30
    pause: float = 0.5
    waiting: float = 120
    longest: float = 300


class PatientPolicy(HTTPPolicy[Any, Any]):
    """Sends a request, again where that helps.

    Args:
        patience: what each call is given.
        parallel: calls that may be under way at once.
    """

    def __init__(self, patience: Patience, parallel: int) -> None:
        super().__init__()
        self._patience = patience
        self._slots: AbstractContextManager[Any] = BoundedSemaphore(parallel)
        self._hold = _Hold()

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        """Send a request of a pipeline.

        Args:
            request: the request.

        Raises:
            AzureError: there was no answer.
        """
        given = self._patience
        left = given.waiting
        for attempt in range(1, given.attempts + 1):
            left -= self._hold.wait(left)
            pause = given.pause * 2 ** (attempt - 1)
            last = attempt == given.attempts
            try:
                with self._slots:
                    response = self.next.send(request)
            except (ServiceRequestError, ServiceResponseError, IncompleteReadError) as error:
                # A request that never left can always be sent again.
                again = request.http_request.method in _IDEMPOTENT or isinstance(error, ServiceRequestError)
                if last or not again or pause > left:
                    raise
            else:
                status = response.http_response.status_code
                if last or not _helps(request.http_request.method, status):
                    return response
                asked = retry_after(response.http_response.headers.get("Retry-After"))
                pause = pause if asked is None else asked
                if pause > left:
                    return response
                if status == 429:
                    self._hold.until(time.monotonic() + pause)
            time.sleep(pause)
            left -= pause
        raise AssertionError("the last attempt returns or raises")


class _Hold:
    """Until when nobody sends anything, since the service asked for it."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def until(self, moment: float) -> None:
        with self._lock:
            self._until = max(self._until, moment)

    def wait(self, longest: float) -> float:
        """Wait for the end of it, but no longer than one is ready to; the seconds that took."""
        with self._lock:
            pause = min(self._until - time.monotonic(), longest)
        if pause <= 0:
            return 0
        time.sleep(pause)
        return pause


def retry_after(text: str | None) -> float | None:
    """The seconds of a `Retry-After`, which is a number or a date; None where it is neither.

    Args:
        text: the header; None where there is none.
    """
    if text is None:
        return None
    text = text.strip()
    # Not `float()`, which reads nan and inf too.
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _helps(method: str, status: int) -> bool:
    # The service did not begin with what it throttles; with the others it may have.
    return status == 429 or (status in _AGAIN and method in _IDEMPOTENT)
