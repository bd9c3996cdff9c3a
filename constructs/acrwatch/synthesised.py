"""Reads a synthesised stack: the rules, groups and settings that Terraform would deploy.

It reads the JSON, not our own objects, so it shows what is really there, whoever wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acrwatch.alert_rule import condition
from acrwatch.durations import parse_duration, short
from acrwatch.errors import InputError
from acrwatch.references import unescaped

FILE = "cdk.tf.json"
STACKS = Path("cdktf.out") / "stacks"


@dataclass(frozen=True, kw_only=True)
class DeployedRule:
    """A scheduled query rule, with what it says of itself when it is one of ours.

    Args:
        address: Terraform address.
        title: display name, else the name.
        severity: 0 to 4, or a reference.
        enabled: whether Azure evaluates it.
        frequency: time between evaluations, as people write it.
        condition: aggregation, operator and threshold in one sentence.
        detection: id of the detection; None for a rule of others.
        variant: name of the variant, if it is one.
        kind: event or volume; None for a rule of others.
        attack: primary place in ATT&CK; None for a rule of others.
        action_groups: addresses or ids of the groups it tells.
    """

    address: str
    title: str
    severity: str
    enabled: bool
    frequency: str
    condition: str
    detection: str | None
    variant: str | None
    kind: str | None
    attack: str | None
    action_groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeployedSetting:
    """One instance of a diagnostic setting.

    Args:
        address: Terraform address, with the key of the instance.
        target: id of what it belongs to.
        sends: categories, groups and metrics.
        destinations: where they go.
    """

    address: str
    target: str
    sends: tuple[str, ...]
    destinations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeployedReceiver:
    """One receiver of an action group.

    Args:
        group: address of the group.
        group_name: its name.
        kind: azurerm's name of the block, without `_receiver`.
        name: name of the receiver.
        goes_to: address, number or name it goes to; of a URL, which may be a secret, only the host,
            or the variable that holds it.
    """

    group: str
    group_name: str
    kind: str
    name: str
    goes_to: str


@dataclass(frozen=True, kw_only=True)
class SynthesisedStack:
    """What one stack would deploy.

    Args:
        file: the file it was read from.
        rules: scheduled query rules.
        settings: diagnostic settings, one for each instance.
        receivers: receivers of all action groups.
        quiet: names of the processing rules that suppress notifications.
        variables: variables without a default, which somebody must set.
    """

    file: Path
    rules: tuple[DeployedRule, ...]
    settings: tuple[DeployedSetting, ...]
    receivers: tuple[DeployedReceiver, ...]
    quiet: tuple[str, ...]
    variables: tuple[str, ...]


def find_stack(given: Path | None) -> Path:
    """The file of a stack: the one that is given, or the only one that was synthesised here.

    Args:
        given: a folder or file. Default: the only one below `cdktf.out/stacks`.

    Raises:
        InputError: there is none, or there are several.
    """
    if given is not None:
        file = given / FILE if given.is_dir() else given
        if not file.is_file():
            raise InputError(f"{given} holds no synthesised stack ({FILE}); synthesise one with: python main.py")
        return file
    found = _last_synthesised() or sorted(STACKS.glob(f"*/{FILE}"))
    if not found:
        raise InputError(f"there is no stack below {STACKS}; synthesise one with: python main.py")
    if len(found) > 1:
        names = ", ".join(file.parent.name for file in found)
        raise InputError(f"there are several stacks below {STACKS}: {names}; choose one with --stack {STACKS}/<name>")
    return found[0]


def _last_synthesised() -> list[Path]:
    """The stacks of the last synthesis, as the core notes them; the folders of earlier ones stay."""
    manifest = STACKS.parent / "manifest.json"
    try:
        stacks = json.loads(manifest.read_text(encoding="utf-8"))["stacks"].values()
        files = [manifest.parent / stack["synthesizedStackPath"] for stack in stacks]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return []
    return sorted(file for file in files if file.name == FILE and file.is_file())


def read_stack(file: Path) -> SynthesisedStack:
    """Read a `cdk.tf.json`.

    Raises:
        InputError: it cannot be read, or is not such a file.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("resource", {}), dict):
        raise InputError(f"{file} is not a stack of Terraform in JSON")
    return SynthesisedStack(
        file=file,
        rules=tuple(_rule(*found) for found in _resources(content, "azurerm_monitor_scheduled_query_rules_alert_v2")),
        settings=tuple(
            setting
            for found in _resources(content, "azurerm_monitor_diagnostic_setting")
            for setting in _settings(*found)
        ),
        receivers=tuple(
            receiver for found in _resources(content, "azurerm_monitor_action_group") for receiver in _receivers(*found)
        ),
        quiet=tuple(
            unescaped(str(body.get("name", address)))
            for address, body in _resources(content, "azurerm_monitor_alert_processing_rule_suppression")
        ),
        variables=tuple(_variables(content.get("variable"))),
    )


def blocks(body: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The blocks of a name, whether there is one or a list of them; none of a reference to some."""
    found = body.get(name)
    return [block for block in (found if isinstance(found, list) else [found]) if isinstance(block, dict)]


def _resources(content: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    named = content.get("resource", {}).get(kind)
    for name in sorted(named) if isinstance(named, dict) else ():
        for body in blocks(named, name):
            yield f"{kind}.{name}", body


def _variables(declared: Any) -> Iterator[str]:
    for name in sorted(declared) if isinstance(declared, dict) else ():
        if not any("default" in body for body in blocks(declared, name)):
            yield name


def _rule(address: str, body: Mapping[str, Any]) -> DeployedRule:
    actions = blocks(body, "action")
    action = actions[0] if actions else {}
    said = _mapping(action.get("custom_properties"))
    tags = _mapping(body.get("tags"))
    groups = action.get("action_groups") or ()
    return DeployedRule(
        address=address,
        title=unescaped(str(body.get("display_name", body.get("name", address)))),
        severity=str(body.get("severity")),
        enabled=body.get("enabled", True) is not False,
        frequency=_frequency(str(body.get("evaluation_frequency"))),
        condition=" and ".join(_condition(criteria) for criteria in blocks(body, "criteria")),
        detection=tags.get("acrwatch_detection"),
        variant=tags.get("acrwatch_variant"),
        kind=tags.get("acrwatch_kind"),
        attack=said.get("attack"),
        action_groups=tuple(groups) if isinstance(groups, list | tuple) else (str(groups),),
    )


def _mapping(value: object) -> Mapping[str, str]:
    """The texts of a map; none of a reference to one."""
    return {key: unescaped(str(text)) for key, text in value.items()} if isinstance(value, dict) else {}


def _frequency(text: str) -> str:
    try:
        return short(parse_duration(text))
    except ValueError:
        return text


def _condition(criteria: Mapping[str, Any]) -> str:
    operator, threshold = criteria.get("operator"), criteria.get("threshold")
    try:
        return condition(criteria.get("metric_measure_column"), str(operator), float(str(threshold)))
    except ValueError:
        return f"{criteria.get('metric_measure_column', 'rows')} {operator} {threshold}"


_DESTINATIONS = {
    "log_analytics_workspace_id": "workspace",
    "eventhub_authorization_rule_id": "event hub",
    "storage_account_id": "storage account",
    "partner_solution_id": "partner solution",
}


def _settings(address: str, body: Mapping[str, Any]) -> Iterator[DeployedSetting]:
    sends = tuple(
        block.get("category") or block.get("category_group") or ""
        for name in ("enabled_log", "enabled_metric")
        for block in blocks(body, name)
    )
    destinations = tuple(name for argument, name in _DESTINATIONS.items() if body.get(argument))
    instances: Mapping[str, str] = body["for_each"] if isinstance(body.get("for_each"), dict) else {}
    target = str(body.get("target_resource_id"))
    if not instances:
        yield DeployedSetting(address=address, target=unescaped(target), sends=sends, destinations=destinations)
    for key, value in instances.items():
        yield DeployedSetting(
            address=f'{address}["{key}"]',
            target=unescaped(target.replace("${each.value}", str(value)).replace("${each.key}", key)),
            sends=sends,
            destinations=destinations,
        )


# Receiver block -> the argument that says where it goes without being a secret.
_GOES_TO = {
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


def _receivers(address: str, body: Mapping[str, Any]) -> Iterator[DeployedReceiver]:
    for block, argument in _GOES_TO.items():
        for receiver in blocks(body, block):
            yield DeployedReceiver(
                group=address,
                group_name=unescaped(str(body.get("name", address))),
                kind=block.removesuffix("_receiver"),
                name=unescaped(str(receiver.get("name"))),
                goes_to=_goes_to(argument, str(receiver.get(argument))),
            )


def _goes_to(argument: str, value: str) -> str:
    return _host(value) if argument == "service_uri" else unescaped(value)


def _host(url: str) -> str:
    if variable := re.fullmatch(r"\$\{var\.([\w-]+)\}", url):
        return f"the URL in TF_VAR_{variable[1]}"
    # User and password in front of the host are skipped.
    host = re.match(r"https?://(?:[^/?#]*@)?([^/?#@$]+)(?=[/?#]|$)", url)
    return host[1] if host is not None else ""
