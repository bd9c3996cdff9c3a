"""Action groups with receivers of all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.synthesised.values import Instance, Value
from acrwatch.testing.azure.from_stack.applied import Applied, blocks, first_block

# Block -> Azure's list and the names of its members.
_RECEIVERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "arm_role_receiver": ("armRoleReceivers", {"name": "name", "role_id": "roleId"}),
    "automation_runbook_receiver": (
        "automationRunbookReceivers",
        {
            "name": "name",
            "automation_account_id": "automationAccountId",
            "runbook_name": "runbookName",
            "webhook_resource_id": "webhookResourceId",
            "is_global_runbook": "isGlobalRunbook",
            "service_uri": "serviceUri",
        },
    ),
    "azure_app_push_receiver": ("azureAppPushReceivers", {"name": "name", "email_address": "emailAddress"}),
    "azure_function_receiver": (
        "azureFunctionReceivers",
        {
            "name": "name",
            "function_app_resource_id": "functionAppResourceId",
            "function_name": "functionName",
            "http_trigger_url": "httpTriggerUrl",
        },
    ),
    "email_receiver": ("emailReceivers", {"name": "name", "email_address": "emailAddress"}),
    "event_hub_receiver": (
        "eventHubReceivers",
        {
            "name": "name",
            "event_hub_namespace": "eventHubNameSpace",
            "event_hub_name": "eventHubName",
            "subscription_id": "subscriptionId",
            "tenant_id": "tenantId",
        },
    ),
    "itsm_receiver": (
        "itsmReceivers",
        {
            "name": "name",
            "workspace_id": "workspaceId",
            "connection_id": "connectionId",
            "ticket_configuration": "ticketConfiguration",
            "region": "region",
        },
    ),
    "logic_app_receiver": (
        "logicAppReceivers",
        {"name": "name", "resource_id": "resourceId", "callback_url": "callbackUrl"},
    ),
    "sms_receiver": ("smsReceivers", {"name": "name", "country_code": "countryCode", "phone_number": "phoneNumber"}),
    "voice_receiver": (
        "voiceReceivers",
        {"name": "name", "country_code": "countryCode", "phone_number": "phoneNumber"},
    ),
    "webhook_receiver": ("webhookReceivers", {"name": "name", "service_uri": "serviceUri"}),
}
_WITH_STATUS = ("email_receiver", "sms_receiver")
_WITHOUT_SCHEMA = ("itsm_receiver", "sms_receiver", "voice_receiver", "azure_app_push_receiver")


def action_group(applied: Applied, instance: Instance) -> None:
    """Make an action group."""
    values = instance.values
    properties: dict[str, Any] = {
        "groupShortName": values["short_name"],
        "enabled": values.get("enabled", True),
    }
    for block, (name, members) in _RECEIVERS.items():
        properties[name] = [
            {
                **{key: applied.text(receiver[argument]) for argument, key in members.items() if argument in receiver},
                **({"status": "Enabled"} if block in _WITH_STATUS else {}),
                **({} if block in _WITHOUT_SCHEMA else {"useCommonAlertSchema": _schema(receiver)}),
                **({"useAadAuth": bool(first_block(receiver.get("aad_auth")))} if block == "webhook_receiver" else {}),
                **_aad(applied, receiver),
            }
            for receiver in blocks(values.get(block))
        ]
    applied.put(
        applied.own_id(instance),
        {"location": "Global", "tags": dict(values.get("tags") or {}), "properties": properties},
    )


def _aad(applied: Applied, receiver: Mapping[str, Value]) -> Mapping[str, Any]:
    auth = first_block(receiver.get("aad_auth")) or {}
    names = (("objectId", "object_id"), ("identifierUri", "identifier_uri"), ("tenantId", "tenant_id"))
    return {key: applied.text(auth[name]) for key, name in names if name in auth}


def _schema(receiver: Mapping[str, Value]) -> bool:
    return bool(receiver.get("use_common_alert_schema", False))
