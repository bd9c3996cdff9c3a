"""A runbook of Azure Automation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem
from acrwatch.ids import IdKind, id_problems
from acrwatch.notifications.receiver import DirectReceiver, text_problems
from acrwatch.record import dataclass

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class AutomationRunbook(DirectReceiver):
    """Starts a runbook through its webhook, with the common alert schema as its input.

    Args:
        automation_account_id: id of the automation account.
        runbook_name: the runbook in it.
        webhook_resource_id: id of the webhook that starts the runbook.
        service_uri: URL of that webhook; a reference, since the URL carries its token.
        is_global_runbook: whether the runbook is one of Azure's own. Default: false.
    """

    automation_account_id: str
    runbook_name: str
    webhook_resource_id: str
    service_uri: str
    is_global_runbook: bool = False
    type: Literal["automation_runbook"] = "automation_runbook"

    BLOCK: ClassVar[str] = "automation_runbook_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("service_uri",)

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the runbook's names and ids."""
        yield from id_problems(self.automation_account_id, IdKind.AUTOMATION_ACCOUNT, "automation_account_id")
        yield from id_problems(self.webhook_resource_id, IdKind.AUTOMATION_WEBHOOK, "webhook_resource_id")
        yield from text_problems(self.runbook_name, "runbook_name")

    def block(self) -> Block:
        """azurerm's `automation_runbook_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupAutomationRunbookReceiver

        return MonitorActionGroupAutomationRunbookReceiver(
            name=self.name,
            automation_account_id=self.automation_account_id,
            runbook_name=self.runbook_name,
            webhook_resource_id=self.webhook_resource_id,
            service_uri=self.service_uri,
            is_global_runbook=self.is_global_runbook,
            use_common_alert_schema=True,
        )
