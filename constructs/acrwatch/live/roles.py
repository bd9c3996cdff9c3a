"""Which permission a call needs, and which of Azure's built-in roles has it.

Reading needs `*/read`, which Monitoring Reader has as well as Reader (Azure RBAC documentation, built-in roles for
monitoring). Both also hold for tables of a workspace, where Monitoring Reader may search too.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}

READS = "Monitoring Reader"
SEARCHES = "Log Analytics Reader"
WRITES = "Monitoring Contributor"


class Permission(NamedTuple):
    """One operation of Azure's access control, and where it is needed."""

    action: str
    scope: str

    @property
    def role(self) -> str:
        """The smallest built-in role that has it."""
        *_, verb = self.action.rpartition("/")
        if "/query/" in self.action.lower():
            return SEARCHES
        return READS if verb == "read" else WRITES

    def __str__(self) -> str:
        return f"{self.action} on {self.scope} is needed; the role {self.role} there has it"


def permission(method: str, path: str) -> Permission:
    """The permission that a call to Azure Resource Manager needs.

    Args:
        method: `GET`, `PUT`, `POST` ...
        path: the path of the call, from `/subscriptions` on.
    """
    before, _, after = path.partition("?")[0].rstrip("/").rpartition("/providers/")
    if not before:
        return Permission(_of_group(method, path), path.partition("?")[0])
    namespace, *rest = after.split("/")
    types, verb = rest[::2], _VERBS.get(method.upper(), "action")
    if verb == "action" and len(types) > 1:
        return Permission(f"{namespace}/{'/'.join(types)}/action", before)
    return Permission(f"{namespace}/{'/'.join(types)}/{verb}", before)


def _of_group(method: str, path: str) -> str:
    """Subscriptions, resource groups and providers are resources of Azure Resource Manager itself."""
    verb = _VERBS.get(method.upper(), "action")
    if re.search(r"/resourceGroups", path, re.IGNORECASE):
        return f"Microsoft.Resources/subscriptions/resourceGroups/{verb}"
    return f"Microsoft.Resources/subscriptions/{verb}"
