"""What a test has the stand-in do in place of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Lock


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong with calls.

    Args:
        method: `GET`, `POST` ..., or `*` for all.
        path: pattern of paths with `*` for anything, in any casing.
        status: HTTP status of the answer; None for the true answer, which only comes late or in part.
        code: what Azure calls the error.
        headers: headers of the answer, such as `Retry-After`.
        body: the body in place of an error in JSON.
        times: how many calls; None for all.
        delay: seconds before the answer.
        cut_after: bytes of the body after which the connection is cut; None for the whole body.
        drip: seconds between two bytes of the body; None for the body at once.
    """

    method: str
    path: str
    status: int | None = None
    code: str = "StandInFault"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    times: int | None = None
    delay: float = 0
    cut_after: int | None = None
    drip: float | None = None


class Faults:
    """The faults of a stand-in, the newest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Have one more go wrong."""
        with self._lock:
            self._faults.insert(0, fault)

    def clear(self) -> None:
        """Have all go well again."""
        with self._lock:
            self._faults.clear()

    def of(self, method: str, path: str) -> Fault | None:
        """The fault of a call, which counts as one of its times."""
        with self._lock:
            for fault in self._faults:
                if fault.times == 0 or fault.method not in ("*", method):
                    continue
                if fnmatchcase(path.lower(), fault.path.lower()):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
