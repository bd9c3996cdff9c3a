"""What looks like a secret in a text: refused in a settings file, masked in every message.

The list is the one of the design: credentials of the services an alert is sent to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SecretPattern:
    """One recognisable kind of secret.

    Args:
        name: what it is, as an error calls it.
        pattern: finds it anywhere in a text.
    """

    name: str
    pattern: re.Pattern[str]


SECRET_PATTERNS = (
    SecretPattern(
        name="a Slack webhook", pattern=re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/", re.I)
    ),
    SecretPattern(name="a Teams webhook", pattern=re.compile(r"\.webhook\.office\.com/", re.I)),
    SecretPattern(name="a shared access signature", pattern=re.compile(r"(?<![\w-])sig=", re.I)),
    SecretPattern(name="a storage or Event Hub key", pattern=re.compile(r"(?:Shared)?(?:Access|Account)Key=", re.I)),
    SecretPattern(name="an API key", pattern=re.compile(r"(?:api|routing|integration)[_-]?Key=", re.I)),
    SecretPattern(
        name="a PagerDuty integration URL", pattern=re.compile(r"events(?:\.eu)?\.pagerduty\.com/integration/", re.I)
    ),
    SecretPattern(name="a function key", pattern=re.compile(r"[?&]code=", re.I)),
    SecretPattern(
        name="a user and password",
        pattern=re.compile(r"(?:://|(?<![\w.@/:-])(?!mailto:))[\w.+%-]*:[^/\s:@]+@(?!sha256:)\w"),
    ),
)


def secret_in(text: str) -> str | None:
    """The kind of secret the text seems to hold, or None."""
    return next((kind.name for kind in SECRET_PATTERNS if kind.pattern.search(text)), None)


def masked(value: str) -> str:
    """The text itself, or a remark in its place when it seems to hold a secret."""
    kind = secret_in(value)
    return value if kind is None else f"(hidden: it looks like {kind})"
