"""Stacks of either core for the tests, and what Terraform would get of them: parsed, never compared as text."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from acrwatch import Settings, load_settings
from acrwatch.testing import synth

Body = dict[str, Any]

RULE = "azurerm_monitor_scheduled_query_rules_alert_v2"
QUIET = "azurerm_monitor_alert_processing_rule_suppression"
MORE = "azurerm_monitor_alert_processing_rule_action_group"
SETTING = "azurerm_monitor_diagnostic_setting"
GROUP = "azurerm_monitor_action_group"
WORKSPACE = "azurerm_log_analytics_workspace"
RESOURCE_GROUP = "azurerm_resource_group"

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
OTHER_SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"


def azure_id(type_: str, *names: str, subscription: str = SUBSCRIPTION) -> str:
    """The id of a resource of a type such as `Microsoft.Web/sites`, with one name for each of its levels."""
    namespace, *levels = type_.split("/")
    path = "".join(f"/{level}/{name}" for level, name in zip(levels, names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/rg-host/providers/{namespace}{path}"


def registry_id(name: str, subscription: str = SUBSCRIPTION) -> str:
    """The id of a registry."""
    return azure_id("Microsoft.ContainerRegistry/registries", name, subscription=subscription)


def action_group_id(name: str) -> str:
    """The id of an action group that is there already."""
    return azure_id("Microsoft.Insights/actionGroups", name)


WORKSPACE_ID = azure_id("Microsoft.OperationalInsights/workspaces", "log-host")


def synthesised(stack: Any) -> Body:
    """The JSON of a stack, of whichever core, without the core's own checks."""
    return synth(stack)


def watch_settings(**changed: Any) -> Body:
    """The content of a settings file with the keys that there must be, and those given; None takes one out."""
    settings = {
        "subscription_id": SUBSCRIPTION,
        "location": "westeurope",
        "resource_group": {"name": "rg"},
        "workspace": WORKSPACE_ID,
        "registries": {"one": registry_id("one")},
        "action_groups": {"people": {"receivers": {"team": {"type": "email", "email_address": "team@example.com"}}}},
    }
    return {key: value for key, value in (settings | changed).items() if value is not None}


def loaded(folder: Path, content: Body) -> Settings:
    """The settings of a file with this content."""
    file = folder / "acrwatch.yaml"
    file.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper), "utf-8")
    return load_settings(file)


def as_terraform_reads(template: str) -> str:
    """The text behind a template that holds no reference.

    Raises:
        ValueError: there is something that Terraform would evaluate.
    """
    text = re.sub(r'\$\$\{|%%\{|\$\{"([^"\\$%]*)"\}', lambda found: found[1] or found[0][1:], template)
    rest = re.sub(r'\$\$\{|%%\{|\$\{"([^"\\$%]*)"\}', "", template)
    if re.search(r"\$\{|%\{", rest):
        raise ValueError(f"Terraform would evaluate a part of {template!r}")
    return text


class Host:
    """Somebody's stack of one core, with room for constructs of ours."""

    def __init__(self, core: str, *, app: Any = None, name: str = "host") -> None:
        self.core: Any = importlib.import_module(core)
        self.app = self.core.Testing.app() if app is None else app
        self.scope = self.core.TerraformStack(self.app, name)

    def json(self) -> Body:
        return synthesised(self.scope)

    def hcl(self) -> str:
        return str(self.core.Testing.synth_hcl(self.scope))

    def all(self, type_: str) -> list[Body]:
        """The resources of a type."""
        return list(self.json().get("resource", {}).get(type_, {}).values())

    def one(self, type_: str, name: str | None = None) -> Body:
        """The one resource of a type, or the one with this Azure name."""
        (body,) = [body for body in self.all(type_) if name in (None, body["name"])]
        return body

    def variable(self, name: str, **config: Any) -> str:
        """A reference to a new variable of the stack, as hosts have them."""
        return str(self.core.TerraformVariable(self.scope, name, type="string", **config).string_value)

    def resource(self, type_: str, name: str) -> Any:
        """A resource of the host, of any type."""
        return self.core.TerraformResource(self.scope, name, terraform_resource_type=type_)


@dataclass(frozen=True)
class Option:
    """One option of a constructor, a value for it, and where what becomes of it must be in the JSON.

    Args:
        name: name of the parameter.
        value: what it is given.
        at: type of the resource, its Azure name (None where there is one only), then keys and positions;
            outside the resources, keys and positions from the top.
        expected: what must be there, and is not without the option.
    """

    name: str
    value: object
    at: tuple[Any, ...]
    expected: object

    def __str__(self) -> str:
        return f"{self.name}-{self.at[0].removeprefix('azurerm_monitor_')}.{self.at[-1]}"

    def found(self, stack: Mapping[str, Any]) -> object:
        """What is in a stack where the option should be; None when the place is not there."""
        value: Any = stack
        keys = self.at
        if str(keys[0]).startswith("azurerm_"):
            bodies = stack.get("resource", {}).get(keys[0], {}).values()
            value = next((body for body in bodies if keys[1] in (None, body["name"])), None)
            keys = keys[2:]
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def everything() -> Body:
    """The content of a settings file in which nothing is left to a default."""
    hub = {
        "authorization_rule_id": azure_id("Microsoft.EventHub/namespaces/authorizationRules", "hubs", "send"),
        "event_hub_name": "siem",
    }
    receivers = {
        "team": {"type": "email", "email_address": "team@example.com"},
        "hook": {"type": "webhook"},
        "oncall": {"type": "pagerduty"},
        "slack": {"type": "slack"},
        "jira": {"type": "json_webhook", "template": {"text": "${{x}} @{{ {title}"}, "authorization": True},
        "ticket": {
            "type": "itsm",
            "workspace_id": f"{SUBSCRIPTION}|{OTHER_SUBSCRIPTION}",
            "connection_id": OTHER_SUBSCRIPTION,
            "ticket_configuration": '{"PayloadRevision": 0, "WorkItemType": "Incident"}',
            "region": "westeurope",
        },
    }
    return watch_settings(
        resource_group={"name": "rg-new", "create": True},
        workspace={"name": "log-new", "retention_in_days": 365},
        registries={
            "one": registry_id("one"),
            "two": {"id": registry_id("two", OTHER_SUBSCRIPTION), "diagnostics": "managed"},
            "three": {"id": registry_id("three"), "diagnostics": "existing"},
        },
        action_groups={
            "people": {"receivers": receivers, "short_name": "ppl", "enabled": True},
            "there": action_group_id("there"),
        },
        routing={
            "default": ["people"],
            "severity": {"0": ["there"]},
            "extra": {
                "night": {
                    "action_groups": ["there"],
                    "detections": ["excessive_images_pulled.strict", "forced_repository_deleted"],
                    "severities": [1],
                    "from": "2026-01-01T00:00",
                    "until": "2027-01-01 00:00:30",
                    "daily": [{"from": "18:00", "until": "08:00:30"}],
                    "weekly": [
                        {"days": ["Saturday", "Sunday"]},
                        {"days": ["Friday"], "from": "12:00", "until": "18:00"},
                    ],
                    "time_zone": "Europe/Berlin",
                    "reason": 'the ${night} "shift"',
                }
            },
        },
        maintenance_windows={
            "all": {"reason": "a drill of %{all}", "from": "2026-01-31T00:00", "until": "2026-02-01T00:00"},
            "move": {
                "reason": "one moves",
                "detections": ["forced_repository_deleted", "images_deleted_in_repository"],
                "registries": ["one", "two", "three"],
                "from": "2026-02-07T22:00",
                "until": "2026-02-08T04:00",
                "daily": [{"from": "22:00", "until": "23:00"}],
                "weekly": [{"days": ["Monday"]}],
                "time_zone": "Pacific Standard Time",
            },
        },
        detections={
            "excessive_images_pulled": {
                "enabled": False,
                "severity": 0,
                "frequency": "5m",
                "parameters": {"images_limit": 7, "repositories_limit": None},
                "limits": [{"identity": "ci@*", "parameters": {"images_limit": 90}, "reason": "mirror"}],
                "only": [{"registry": "one"}, {"identity": 'a "b" \\ $x'}],
                "except": [{"identity": "kubelet", "client": "*containerd*", "reason": "nodes"}],
                "action_groups": ["there", "people"],
                "variants": {"strict": {"severity": 1, "parameters": {"images_limit": 3}}},
            },
            "forced_repository_deleted": {"variants": {"payments": {"only": [{"repository": "payments/*"}]}}},
        },
        diagnostics="managed",
        logs={
            "name": "registry-logs",
            "categories": ["ContainerRegistryRepositoryEvents"],
            "metrics": True,
            "event_hub": hub,
            "storage_account_id": azure_id("Microsoft.Storage/storageAccounts", "stlogs"),
        },
        activity_log={"diagnostics": "managed", "subscriptions": {"main": SUBSCRIPTION}, "name": "activity"},
        name="team",
        tags={"Cost centre": '${x} %{y} "quoted" \\', "team": "a"},
        ignored_tags=["Created by", "Cost"],
        runbook_base_url="https://runbooks.example.com/${x}/",
        tolerate_missing_tables=False,
        backend={"type": "cloud", "organization": "contoso", "workspace": "acr", "hostname": "tfe.example.com"},
        provider_version=">= 4.81, < 6.0",
        environment="usgovernment",
        resource_provider_registrations="none",
    )
