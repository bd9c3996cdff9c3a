"""An Azure Function."""

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
class Function(DirectReceiver):
    """Calls a function with an HTTP trigger, with the common alert schema as its body.

    Args:
        function_app_resource_id: id of the function app.
        function_name: the function in it.
        http_trigger_url: URL of its trigger; a reference, since the URL carries a key.
    """

    function_app_resource_id: str
    function_name: str
    http_trigger_url: str
    type: Literal["function"] = "function"

    BLOCK: ClassVar[str] = "azure_function_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("http_trigger_url",)

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the function's names."""
        yield from id_problems(self.function_app_resource_id, IdKind.FUNCTION_APP, "function_app_resource_id")
        yield from text_problems(self.function_name, "function_name")

    def block(self) -> Block:
        """azurerm's `azure_function_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupAzureFunctionReceiver

        return MonitorActionGroupAzureFunctionReceiver(
            name=self.name,
            function_app_resource_id=self.function_app_resource_id,
            function_name=self.function_name,
            http_trigger_url=self.http_trigger_url,
            use_common_alert_schema=True,
        )
