"""Action groups and their receivers as they would be deployed.

Where a receiver goes is shown without secrets: of a URL only the host, or the variable that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.identities import Identities
from acrwatch.synthesised.values import Instance, Reference, Unknown, Unresolved, Value, plain
from acrwatch.synthesised.workflows import Workflow, Workflows

GROUP = "azurerm_monitor_action_group"

# Receiver block -> the argument that says where it goes without being a secret.
_GOES_TO: Mapping[str, str] = MappingProxyType(
    {
        "arm_role_receiver": "role_id",
        "automation_runbook_receiver": "runbook_name",
        "azure_app_push_receiver": "email_address",
        "azure_function_receiver": "function_name",
        "email_receiver": "email_address",
        "event_hub_receiver": "event_hub_name",
        "itsm_receiver": "connection_id",
        "logic_app_receiver": "resource_id",
        "sms_receiver": "phone_number",
        "voice_receiver": "phone_number",
        "webhook_receiver": "service_uri",
    }
)
# Azure posts its older bodies to these unless the common schema is asked for; the others have no such argument.
_WITHOUT_SCHEMA = ("itsm_receiver", "sms_receiver", "voice_receiver", "azure_app_push_receiver")


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """One receiver of an action group.

    Args:
        kind: azurerm's name of the block, without `_receiver`.
        name: name of the receiver.
        goes_to: address, number or name it goes to; of a URL, which may be a secret, only the host, or the variable
            that holds it; of a Logic App in this file, what that sends to, and its name.
        use_common_alert_schema: whether it gets the common alert schema (azurerm: false unless set); None where the
            kind has no such choice, or where it cannot be known.
        workflow: the workflow in this file that a Logic App receiver calls; None where there is none.
    """

    kind: str
    name: str
    goes_to: str
    use_common_alert_schema: bool | None
    workflow: Workflow | None = None


@dataclass(frozen=True, kw_only=True)
class ActionGroup:
    """An action group.

    Args:
        address: Terraform address.
        azure_id: id of the group in Azure; None where its parts cannot be known before the apply.
        name: name of the Azure resource.
        short_name: what SMS and mails call it.
        enabled: whether it tells anybody; None where that cannot be known.
        receivers: whom it tells.
        unresolved: members that cannot be known, with the reason; values that may be secret are not among them.
    """

    address: str
    azure_id: str | None
    name: str
    short_name: str
    enabled: bool | None
    receivers: tuple[Receiver, ...]
    unresolved: tuple[Unresolved, ...]


def read_group(instance: Instance, identities: Identities, workflows: Workflows) -> ActionGroup:
    """Read one group.

    Args:
        instance: the resource.
        identities: what ids and references stand for.
        workflows: the workflows that receivers may call.
    """
    fields = Fields.of(instance)
    enabled = fields.flag("enabled", default=True)
    receivers = tuple(_receivers(fields, workflows))
    return ActionGroup(
        address=instance.address,
        azure_id=identities.azure_id(instance.address),
        name=fields.shown("name", instance.address),
        short_name=fields.shown("short_name"),
        enabled=enabled,
        receivers=receivers,
        unresolved=fields.unresolved,
    )


def _receivers(fields: Fields, workflows: Workflows) -> Iterator[Receiver]:
    for block, argument in _GOES_TO.items():
        for receiver in fields.blocks(block):
            schema = None if block in _WITHOUT_SCHEMA else receiver.flag("use_common_alert_schema", default=False)
            calls = (receiver.raw("callback_url"), receiver.raw("resource_id"))
            workflow = workflows.called_by(*calls) if block == "logic_app_receiver" else None
            yield Receiver(
                kind=block.removesuffix("_receiver"),
                name=receiver.shown("name", "None"),
                goes_to=_goes_to(argument, receiver.raw(argument)) if workflow is None else workflow.called,
                use_common_alert_schema=schema,
                workflow=workflow,
            )


def _goes_to(argument: str, value: Value) -> str:
    if argument == "service_uri":
        return _host(value)
    return value.address if isinstance(value, Reference) else str(plain(value))


def _host(url: Value) -> str:
    written = str(plain(url))
    if isinstance(url, Unknown) and (variable := re.fullmatch(r"\$\{var\.([\w-]+)\}", written)):
        return f"the URL in TF_VAR_{variable[1]}"
    # User and password in front of the host are skipped.
    host = re.match(r"https?://(?:[^/?#]*@)?([^/?#@$]+)(?=[/?#]|$)", written)
    return host[1] if host is not None else ""
