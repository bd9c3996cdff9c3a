"""What looks like a secret in a text: refused in a settings file, masked in every message.

The list is the one of the design: credentials of the services an alert is sent to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# Kind of secret, as an error calls it -> what finds it anywhere in a text, in any casing.
SECRET_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "a Slack webhook": r"hooks\.slack\.com/(?:services|workflows|triggers)/",
        "a Teams webhook": r"\.webhook\.office\.com/",
        "a shared access signature": r"(?<![\w-])sig=",
        "a storage or Event Hub key": r"(?:Shared)?(?:Access|Account)Key=",
        "an API key": r"(?:api|routing|integration)[_-]?Key=",
        "a PagerDuty integration URL": r"events(?:\.eu)?\.pagerduty\.com/integration/",
        "a function key": r"[?&]code=",
        "a user and password": r"(?:://|(?<![\w.@/:?-])(?!mailto:))[\w.+%-]*:[^/\s:@]+@(?!sha256:)\w",
    }
)


def secret_in(text: str) -> str | None:
    """The kind of secret the text seems to hold, or None."""
    return next((kind for kind, pattern in SECRET_PATTERNS.items() if re.search(pattern, text, re.IGNORECASE)), None)


def masked(value: str) -> str:
    """The text itself, or a remark in its place when it seems to hold a secret."""
    kind = secret_in(value)
    return value if kind is None else f"(hidden: it looks like {kind})"
