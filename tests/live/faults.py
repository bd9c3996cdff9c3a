"""Everything that can go wrong with a call, as one table for every command."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

CANARY = b"canary-in-an-answer"

FAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "no token is taken": {"status": 401, "code": "InvalidAuthenticationToken"},
        "not allowed": {"status": 403, "code": "AuthorizationFailed"},
        "not found by something else": {"status": 404, "body": b"<html>no such page</html>"},
        "no such subscription": {"status": 404, "code": "SubscriptionNotFound"},
        "under way": {"status": 409, "code": "Conflict"},
        "throttled": {"status": 429, "code": "TooManyRequests"},
        "throttled for a moment": {"status": 429, "headers": {"Retry-After": "0"}},
        "throttled for a day": {"status": 429, "headers": {"Retry-After": "86400"}},
        "throttled until soon": {"status": 429, "headers": {"Retry-After": "soon"}},
        "broken": {"status": 500, "code": "InternalServerError"},
        "not there": {"status": 503, "body": CANARY},
        "gateway": {"status": 504, "body": b""},
        "cut at once": {"cut_after": 0},
        "cut in the middle": {"cut_after": 8},
        "not JSON": {"status": 200, "body": b"<html>" + CANARY},
        "half of a JSON": {"status": 200, "body": b'{"value": [{"id": "/sub'},
        "JSON that is no object": {"status": 200, "body": b'["canary-in-an-answer"]'},
        "an object that is no resource": {"status": 200, "body": b'{"canary": "canary"}'},
        "a number": {"status": 200, "body": b"7"},
        "nothing": {"status": 200, "body": b""},
        "deep": {"status": 200, "body": b"[" * 100_000},
        "an echo of what was sent": {
            "status": 400,
            "body": b'{"error": {"code": "canary in a code", "message": "canary"}}',
        },
        "a redirect": {"status": 302, "headers": {"Location": "https://127.0.0.1:1/canary"}},
    }
)
"""Name -> what the stand-in does. None of them may be taken for an answer."""
