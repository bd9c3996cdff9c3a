"""Who switched off a rule: Azure, because it failed for a week, or somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from acrwatch.live import versions
from acrwatch.live.verify.compare import look

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm

_DISABLE = "microsoft.insights/scheduledqueryrules/disable/action"
_KEPT = timedelta(days=89)
"""The Activity Log keeps 90 days, and refuses a question that goes beyond them."""


def who_switched_off(arm: Arm, azure_id: str) -> str:
    """What the Activity Log says of a rule that is off.

    Args:
        arm: Azure Resource Manager.
        azure_id: the rule.

    Raises:
        CallFailed: the Activity Log could not be read.
    """
    subscription = "/".join(azure_id.split("/")[:3])
    since = datetime.now(UTC) - _KEPT
    events = arm.list(
        f"{subscription}/providers/Microsoft.Insights/eventtypes/management/values",
        versions.ACTIVITY_LOG,
        **{"$filter": f"eventTimestamp ge '{since:%Y-%m-%dT%H:%M:%SZ}' and resourceUri eq '{azure_id}'"},
    )
    times = [
        str(look(event, "eventTimestamp"))[:20]
        for event in events
        if str(look(event, "operationName", "value")).lower() == _DISABLE
    ]
    if times:
        return f"Azure switched it off at {max(times)}, since its evaluations failed for a week"
    return "the Activity Log of the last 89 days does not say that Azure switched it off, so somebody did"
