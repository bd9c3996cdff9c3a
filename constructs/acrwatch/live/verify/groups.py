"""Is an action group in Azure the one that was deployed, and does it reach its receivers?

A URL that may be a secret is compared where its variable is set in the environment, and never shown. Of one that
Azure makes for a Logic App of the stack it is compared where it leads to; its signature is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from acrwatch.live import versions
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import blocks, differ, look, same_id, same_or_absent, same_word
from acrwatch.live.verify.item import Difference, Item, Kind
from acrwatch.synthesised import ActionGroup, SynthesisedStack
from acrwatch.synthesised.fields import Fields
from acrwatch.synthesised.values import Instance, Reference, Value
from acrwatch.synthesised.values import Unknown as NotInFile
from acrwatch.synthesised.workflows import references

if TYPE_CHECKING:
    from acrwatch.live.arm import Arm, Body

_ANOTHER = "another one (it may be a secret and is not shown)"
_PORT = 443
_VARIABLE = re.compile(r"\$\{var\.([\w-]+)\}")


@dataclass(frozen=True)
class _Type:
    """The receivers of one block: Azure's list, and azurerm's argument -> Azure's member."""

    name: str
    members: Mapping[str, str]
    secret: tuple[str, ...] = ()
    schema: bool = True


_TYPES: Mapping[str, _Type] = MappingProxyType(
    {
        "arm_role_receiver": _Type("armRoleReceivers", {"role_id": "roleId"}),
        "automation_runbook_receiver": _Type(
            "automationRunbookReceivers",
            {
                "automation_account_id": "automationAccountId",
                "is_global_runbook": "isGlobalRunbook",
                "runbook_name": "runbookName",
                "service_uri": "serviceUri",
                "webhook_resource_id": "webhookResourceId",
            },
            secret=("service_uri",),
        ),
        "azure_app_push_receiver": _Type("azureAppPushReceivers", {"email_address": "emailAddress"}, schema=False),
        "azure_function_receiver": _Type(
            "azureFunctionReceivers",
            {
                "function_app_resource_id": "functionAppResourceId",
                "function_name": "functionName",
                "http_trigger_url": "httpTriggerUrl",
            },
            secret=("http_trigger_url",),
        ),
        "email_receiver": _Type("emailReceivers", {"email_address": "emailAddress"}),
        "event_hub_receiver": _Type(
            "eventHubReceivers",
            {
                "event_hub_name": "eventHubName",
                "event_hub_namespace": "eventHubNameSpace",
                "subscription_id": "subscriptionId",
                "tenant_id": "tenantId",
            },
        ),
        "itsm_receiver": _Type(
            "itsmReceivers",
            {
                "connection_id": "connectionId",
                "region": "region",
                "ticket_configuration": "ticketConfiguration",
                "workspace_id": "workspaceId",
            },
            schema=False,
        ),
        "logic_app_receiver": _Type(
            "logicAppReceivers", {"callback_url": "callbackUrl", "resource_id": "resourceId"}, secret=("callback_url",)
        ),
        "sms_receiver": _Type(
            "smsReceivers", {"country_code": "countryCode", "phone_number": "phoneNumber"}, schema=False
        ),
        "voice_receiver": _Type(
            "voiceReceivers", {"country_code": "countryCode", "phone_number": "phoneNumber"}, schema=False
        ),
        "webhook_receiver": _Type("webhookReceivers", {"service_uri": "serviceUri"}, secret=("service_uri",)),
    }
)
# Azure says of these whether the address was confirmed, or has unsubscribed.
_CONFIRMED = ("email_receiver", "sms_receiver")


def verify_group(
    arm: Arm, stack: SynthesisedStack, group: ActionGroup, azure_id: str, environment: Mapping[str, str]
) -> Item:
    """Look at one group.

    Args:
        arm: Azure Resource Manager.
        stack: the file that declares it.
        group: the group as it was deployed.
        azure_id: its id.
        environment: environment variables, of which `TF_VAR_...` are read.

    Raises:
        CallFailed: it could not be read.
    """
    body = arm.find(azure_id, versions.ACTION_GROUPS)
    if body is None:
        return Item(kind=Kind.GROUP, name=group.name, azure_id=azure_id, exists=False)
    found = look(body, "properties")
    instance = next(one for one in stack.instances if one.address == group.address)
    comparison = _Comparison(arm, stack, instance, _called(group), environment)
    differences = [
        *differ("groupShortName", group.short_name, look(found, "groupShortName")),
        *(differ("enabled", group.enabled, look(found, "enabled") is not False) if group.enabled is not None else []),
        *comparison.receivers(found),
    ]
    return Item(
        kind=Kind.GROUP,
        name=group.name,
        azure_id=azure_id,
        differences=tuple(differences),
        unknown=tuple(comparison.unknown),
        not_compared=tuple(comparison.not_compared),
    )


def _called(group: ActionGroup) -> Mapping[str, str]:
    """Name of a receiver -> id of the Logic App of the same stack that it calls."""
    return {
        one.name: one.workflow.azure_id
        for one in group.receivers
        if one.workflow is not None and one.workflow.azure_id is not None
    }


def _leads_to(url: str, endpoint: str) -> bool:
    """Whether a URL starts a trigger of the Logic App at an endpoint, whatever its signature."""
    try:
        there, wanted = urlsplit(url), urlsplit(endpoint)
        same = (there.scheme, there.hostname, there.port or _PORT) == (
            wanted.scheme,
            wanted.hostname,
            wanted.port or _PORT,
        )
    except ValueError:
        return False
    path = re.escape(wanted.path.rstrip("/")) + "/triggers/[^/]+/paths/invoke"
    return same and there.username is None and re.fullmatch(path, there.path) is not None


class _Comparison:
    def __init__(
        self,
        arm: Arm,
        stack: SynthesisedStack,
        instance: Instance,
        called: Mapping[str, str],
        environment: Mapping[str, str],
    ) -> None:
        self._arm = arm
        self._called = called
        self._stack = stack
        self._fields = Fields.of(instance)
        self._environment = environment
        self.unknown: list[Unknown] = []
        self.not_compared: list[str] = []

    def receivers(self, found: Any) -> Iterator[Difference]:
        for block, type_ in _TYPES.items():
            there = {str(one.get("name")): one for one in blocks(found, type_.name)}
            for receiver in self._fields.blocks(block):
                name = receiver.shown("name")
                place = f"{type_.name}/{name}"
                if name not in there:
                    yield from differ(place, "a receiver", None)
                else:
                    yield from self._receiver(place, block, type_, receiver, there.pop(name))
            if any(isinstance(one, NotInFile) for one in self._fields.members(block)):
                self.not_compared.append(f"{block}: the file does not hold how many there are")
            else:
                for name in sorted(there):
                    yield from differ(f"{type_.name}/{name}", None, "a receiver that the stack does not declare")

    def _receiver(self, place: str, block: str, type_: _Type, receiver: Fields, found: Body) -> Iterator[Difference]:
        for argument, member in type_.members.items():
            value = receiver.raw(argument)
            path = f"{place}/{member}"
            if argument in type_.secret:
                # The URL of another service may well stand before a Logic App; that of Azure is its own.
                made = block == "logic_app_receiver" and references(value)
                called = self._called.get(receiver.shown("name")) if made else None
                yield from self._secret(path, value, found.get(member), called)
            else:
                yield from self._plain(path, value, found.get(member))
        if type_.schema:
            wanted = receiver.flag("use_common_alert_schema", default=False)
            if wanted is not None:
                path = f"{place}/useCommonAlertSchema"
                yield from differ(path, wanted, found.get("useCommonAlertSchema") is True)
        if block == "webhook_receiver":
            yield from self._aad(place, receiver, found)
        if block in _CONFIRMED:
            yield from self._confirmed(place, found.get("status"))

    def _plain(self, path: str, value: Value, found: Any) -> Iterator[Difference]:
        if isinstance(value, Reference):
            azure_id = self._stack.identities.of(value)
            if azure_id is None:
                self._left_out(path, "Azure gives it its value at the apply")
            else:
                yield from differ(path, azure_id, found, same_id)
        elif isinstance(value, NotInFile):
            self._left_out(path, value.reason)
        elif isinstance(value, str) and value.startswith("/"):
            yield from differ(path, value, found, same_id)
        elif isinstance(value, bool):
            yield from differ(path, value, bool(found))
        else:
            yield from differ(path, value if value is None else str(value), found, _same_text_or_absent)

    def _secret(self, path: str, value: Value, found: Any, called: str | None) -> Iterator[Difference]:
        """A URL that may be a secret; what the file holds of it is compared, and nothing of it shown."""
        if value is None:
            return
        given = (
            "Azure gives it its value at the apply" if called is None else "Azure gives it its signature at the apply"
        )
        pattern = self._pattern(str(value) if not isinstance(value, Reference) else "${}", path, given)
        if not isinstance(found, str) or not found:
            yield Difference(path=path, expected="a URL", found="nothing")
        elif re.fullmatch(pattern, found, re.DOTALL) is None:
            yield Difference(path=path, expected="the one that was deployed", found=_ANOTHER)
        elif called is not None:
            yield from self._elsewhere(path, called, found)

    def _elsewhere(self, path: str, called: str, url: str) -> Iterator[Difference]:
        """Whoever may change a group can have all its alerts sent to another address, and the name stays."""
        try:
            endpoint = look(self._arm.find(called, versions.WORKFLOWS), "properties", "accessEndpoint")
        except CallFailed as failure:
            self.unknown.append(failure.unknown)
            return
        if not isinstance(endpoint, str) or not endpoint:
            self._left_out(path, "Azure does not tell where the Logic App is called")
        elif not _leads_to(url, endpoint):
            expected = f"a URL of the Logic App {called.rpartition('/')[2]}"
            yield Difference(path=path, expected=expected, found=_ANOTHER)

    def _pattern(self, written: str, path: str, otherwise: str) -> str:
        """What a text looks like in which variables have their values, as far as these are known."""

        def value(name: str) -> str | None:
            return self._environment.get(f"TF_VAR_{name}")

        parts, last = [], 0
        for match in re.finditer(r"\$\{[^}]*\}", written):
            parts.append(re.escape(written[last : match.start()]))
            variable = _VARIABLE.fullmatch(match[0])
            given = value(variable[1]) if variable is not None else None
            if given is None:
                self._left_out(path, f"set TF_VAR_{variable[1]} to compare it" if variable else otherwise)
            parts.append(".+" if given is None else re.escape(given))
            last = match.end()
        return "".join([*parts, re.escape(written[last:])])

    def _aad(self, place: str, receiver: Fields, found: Body) -> Iterator[Difference]:
        auth = receiver.block("aad_auth")
        yield from differ(f"{place}/useAadAuth", auth is not None, found.get("useAadAuth") is True)
        if auth is not None:
            for argument, member in (
                ("object_id", "objectId"),
                ("identifier_uri", "identifierUri"),
                ("tenant_id", "tenantId"),
            ):
                if auth.raw(argument) is not None:
                    yield from self._plain(f"{place}/{member}", auth.raw(argument), found.get(member))

    def _confirmed(self, place: str, status: Any) -> Iterator[Difference]:
        if status == "Enabled":
            return
        if status == "Disabled":
            yield Difference(
                path=f"{place}/status", expected="Enabled", found="Disabled: unsubscribed, or never confirmed"
            )
        else:
            reason = f"{place}: Azure does not tell whether the address is confirmed"
            self.unknown.append(
                Unknown(reason=reason, way_out="send a test with acrwatch notify, and look for it there")
            )

    def _left_out(self, path: str, why: str) -> None:
        self.not_compared.append(f"{path}: {why}")


def _same_text_or_absent(expected: Any, found: Any) -> bool:
    return same_or_absent(expected, found) or (expected is not None and same_word(expected, found))
