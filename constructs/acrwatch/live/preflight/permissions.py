"""May we make what the stack declares? Azure tells which operations our roles allow in a scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from acrwatch.live import versions
from acrwatch.live.preflight.answer import Answer, Need, fails, fine
from acrwatch.live.unknown import CallFailed, Unknown

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

# Action -> the smallest built-in role that has it.
_ROLES = {
    "Microsoft.Resources/subscriptions/resourceGroups/write": "Contributor",
    "Microsoft.OperationalInsights/workspaces/write": "Log Analytics Contributor",
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action": "Log Analytics Contributor",
    "Microsoft.Logic/workflows/write": "Logic App Contributor",
    "Microsoft.Logic/workflows/triggers/listCallbackUrl/action": "Logic App Contributor",
}


def check_permissions(arm: Arm, scope: str, actions: Sequence[str], within: str | None = None) -> list[Answer]:
    """Look whether we may do something in a scope.

    Args:
        arm: Azure Resource Manager.
        scope: id of what it is done to or in.
        actions: operations, such as `Microsoft.Insights/actionGroups/write`.
        within: id of what holds the scope, where the scope is only made by the deploy. Default: the scope.

    Raises:
        CallFailed: Azure did not tell.
    """
    where = within or scope
    path = f"{where}/providers/Microsoft.Authorization/permissions"
    permissions = list(arm.list(path, versions.PERMISSIONS))
    answers = []
    for action in actions:
        if allows(permissions, action):
            answers.append(fine(Need.PERMISSION, scope, f"{action} is allowed"))
        else:
            role = _ROLES.get(action, "Monitoring Contributor")
            way_out = f"ask for the role {role} on {where}"
            answers.append(fails(Need.PERMISSION, scope, f"{action} is not allowed", way_out))
    return answers


def allows(permissions: Iterable[Body], action: str) -> bool:
    """Whether permissions allow an operation: one of them has it, and the same one does not take it away.

    Args:
        permissions: as Azure lists them.
        action: the operation.

    Raises:
        CallFailed: one of them cannot be read, and the others do not allow it.
    """
    broken = False
    for permission in permissions:
        given, taken = permission.get("actions"), permission.get("notActions")
        if not isinstance(given, list) or not isinstance(taken, list | None):
            broken = True
        elif _matches(given, action) and not _matches(taken or [], action):
            return True
    if broken:
        raise CallFailed(Unknown(reason="a permission of ours cannot be read", way_out="try again"))
    return False


def _matches(patterns: Iterable[object], action: str) -> bool:
    return any(
        re.fullmatch(re.escape(str(pattern)).replace(r"\*", ".*"), action, re.IGNORECASE) for pattern in patterns
    )
