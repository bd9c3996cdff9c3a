"""The URLs that start Logic Apps: signed, so secrets."""

from __future__ import annotations

from hashlib import sha256

SIGNATURE = "stand-in-signature-of-a-callback-url"
"""What makes such a URL a secret."""


def endpoint(workflow: str) -> str:
    """Where Azure runs a Logic App; the number follows from its id."""
    number = sha256(workflow.lower().encode()).hexdigest()[:32]
    return f"https://prod-00.westeurope.logic.azure.com:443/workflows/{number}"


def callback_url(workflow: str, trigger: str) -> str:
    """What `listCallbackUrl` answers.

    Args:
        workflow: id of the Logic App.
        trigger: name of its trigger.
    """
    asked = f"api-version=2016-10-01&sp=%2Ftriggers%2F{trigger}%2Frun&sv=1.0&sig={SIGNATURE}"
    return f"{endpoint(workflow)}/triggers/{trigger}/paths/invoke?{asked}"
