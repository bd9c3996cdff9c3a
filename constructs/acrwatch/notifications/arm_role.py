"""Mail to everybody who has a role on the subscription."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem, shown
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass
from acrwatch.references import is_reference

if TYPE_CHECKING:
    from acrwatch.binding import Block

# The only roles that Azure mails, when assigned on the subscription (azure-monitor-limits-action-groups);
# ids from Azure: built-in-roles.
MAILED_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
        "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
        "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
        "749f88d5-cbae-40b8-bcfc-e573ddc772fa": "Monitoring Contributor",
        "43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
    }
)


@dataclass(frozen=True, kw_only=True)
class ArmRole(DirectReceiver):
    """Mail to the members of a role that is assigned on the subscription itself.

    Args:
        role_id: id of one of the roles in `MAILED_ROLES`.
    """

    role_id: str
    type: Literal["arm_role"] = "arm_role"

    BLOCK: ClassVar[str] = "arm_role_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """A role that Azure does not mail would tell nobody."""
        if not is_reference(self.role_id) and self.role_id.lower() not in MAILED_ROLES:
            roles = ", ".join(f"{id_} ({name})" for id_, name in MAILED_ROLES.items())
            yield Problem(
                path=("role_id",), message=f"Azure sends no mail to {shown(self.role_id)}; allowed are {roles}"
            )

    def block(self) -> Block:
        """azurerm's `arm_role_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupArmRoleReceiver

        return MonitorActionGroupArmRoleReceiver(name=self.name, role_id=self.role_id, use_common_alert_schema=True)
