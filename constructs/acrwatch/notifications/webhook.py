"""A webhook: plain, with the whole URL as its secret, or secured by Microsoft Entra."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from acrwatch.errors import Problem, shown
from acrwatch.ids import guid_problems
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass
from acrwatch.references import is_reference
from acrwatch.urls import url_problems

if TYPE_CHECKING:
    from acrwatch.binding import Block


@dataclass(frozen=True, kw_only=True)
class Webhook(DirectReceiver):
    """POST of the common alert schema to a URL that only those who may send should know.

    Args:
        service_uri: where to post; a reference, since the URL is all that protects it.
    """

    service_uri: str
    type: Literal["webhook"] = "webhook"

    BLOCK: ClassVar[str] = "webhook_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("service_uri",)

    def field_problems(self) -> Iterator[Problem]:
        """Nothing beyond the secret."""
        yield from ()

    def block(self) -> Block:
        """azurerm's `webhook_receiver`."""
        from acrwatch.azurerm.monitor_action_group import MonitorActionGroupWebhookReceiver

        return MonitorActionGroupWebhookReceiver(
            name=self.name, service_uri=self.service_uri, use_common_alert_schema=True
        )


@dataclass(frozen=True, kw_only=True)
class SecureWebhook(DirectReceiver):
    """POST of the common alert schema with a token of Microsoft Entra, which the endpoint checks.

    The Entra application must grant "AzNS AAD Webhook" the app role `ActionGroupsSecureWebhook`
    (Azure Monitor: action-groups).

    Args:
        service_uri: where to post; not a secret, since the token protects it.
        object_id: object id of the Entra application.
        identifier_uri: its identifier URI, `api://...` or `https://...` (azurerm: monitor_action_group).
            Default: as Azure finds it.
        tenant_id: its tenant. Default: the subscription's.
    """

    service_uri: str
    object_id: str
    identifier_uri: str | None = None
    tenant_id: str | None = None
    type: Literal["secure_webhook"] = "secure_webhook"

    BLOCK: ClassVar[str] = "webhook_receiver"

    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the URL and the Entra ids."""
        yield from url_problems(self.service_uri, "service_uri")
        yield from guid_problems(self.object_id, "object_id")
        if self.tenant_id is not None:
            yield from guid_problems(self.tenant_id, "tenant_id")
        uri = self.identifier_uri
        if uri is not None and not is_reference(uri) and re.fullmatch(r"(?:api|https)://[^\s/]\S*", uri) is None:
            yield Problem(
                path=("identifier_uri",), message=f"{shown(uri)} is not a URI that starts with api:// or https://"
            )

    def block(self) -> Block:
        """azurerm's `webhook_receiver` with `aad_auth`."""
        from acrwatch.azurerm.monitor_action_group import (
            MonitorActionGroupWebhookReceiver,
            MonitorActionGroupWebhookReceiverAadAuth,
        )

        return MonitorActionGroupWebhookReceiver(
            name=self.name,
            service_uri=self.service_uri,
            use_common_alert_schema=True,
            aad_auth=MonitorActionGroupWebhookReceiverAadAuth(
                object_id=self.object_id, identifier_uri=self.identifier_uri, tenant_id=self.tenant_id
            ),
        )
