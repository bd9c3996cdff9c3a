"""The settings file, key by key.

The part that a watch is made of has the names and types of `RegistryWatch`'s arguments; the rest is
what only a whole stack has: provider, backend, resource group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from acrwatch.detection.tuning import DetectionSettings
from acrwatch.logging_settings import ActivityLogSettings, LogSettings, Ownership, Registry
from acrwatch.notifications.arm_role import ArmRole
from acrwatch.notifications.automation_runbook import AutomationRunbook
from acrwatch.notifications.email import Email
from acrwatch.notifications.event_hub import EventHub
from acrwatch.notifications.function import Function
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.notifications.itsm import Itsm
from acrwatch.notifications.json_webhook import JsonWebhook
from acrwatch.notifications.logic_app import LogicApp
from acrwatch.notifications.pagerduty import PagerDuty
from acrwatch.notifications.pagerduty_events import PagerDutyEvents
from acrwatch.notifications.push import Push
from acrwatch.notifications.slack import Slack
from acrwatch.notifications.sms import Sms
from acrwatch.notifications.teams import Teams
from acrwatch.notifications.voice import Voice
from acrwatch.notifications.webhook import SecureWebhook, Webhook
from acrwatch.processing_settings import MaintenanceWindow
from acrwatch.watch_settings import NewWorkspace, Routing, WatchSettings

AnyReceiver = Annotated[
    ArmRole
    | AutomationRunbook
    | Email
    | EventHub
    | Function
    | Itsm
    | JsonWebhook
    | LogicApp
    | PagerDuty
    | PagerDutyEvents
    | Push
    | SecureWebhook
    | Slack
    | Sms
    | Teams
    | Voice
    | Webhook,
    Field(discriminator="type"),
]


Filled = Annotated[str, Field(min_length=1)]


class Environment(StrEnum):
    """Azure's clouds, as azurerm names them."""

    PUBLIC = "public"
    US_GOVERNMENT = "usgovernment"
    CHINA = "china"


class _Part(BaseModel):
    # Built once, as part of the whole: most of a model's cost is the receivers.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class ResourceGroup(_Part):
    """The resource group of rules, action groups and processing rules.

    Args:
        name: its name.
        create: whether the stack makes it. Default: false, it is there.
    """

    name: str
    create: bool = False


class LocalBackend(_Part):
    """State in a file beside `cdktf.json`. For one person on one machine.

    Args:
        path: the file, relative to the project. Default: `terraform.<name>.tfstate`.
    """

    type: Literal["local"]
    path: str | None = None


class AzurermBackend(_Part):
    """State in a storage account, reached with the deployer's own login.

    Args:
        resource_group_name: resource group of the account.
        storage_account_name: the account.
        container_name: the container in it.
        key: name of the blob. Default: `<name>.tfstate`.
        subscription_id: subscription of the account. Default: the login's.
    """

    type: Literal["azurerm"]
    resource_group_name: Filled
    storage_account_name: Filled
    container_name: Filled
    key: Filled | None = None
    subscription_id: str | None = None


class CloudBackend(_Part):
    """State in HCP Terraform or Terraform Enterprise (`cloud` block).

    Args:
        organization: the organization.
        workspace: the workspace in it.
        hostname: of Terraform Enterprise. Default: HCP Terraform.
    """

    type: Literal["cloud"]
    organization: Filled
    workspace: Filled
    hostname: Filled | None = None


class RemoteBackend(_Part):
    """State in a service with the API of HCP Terraform (`remote` backend).

    Args:
        organization: the organization.
        workspace: the workspace in it.
        hostname: of the service. Default: HCP Terraform.
    """

    type: Literal["remote"]
    organization: Filled
    workspace: Filled
    hostname: Filled | None = None


Backend = Annotated[LocalBackend | AzurermBackend | CloudBackend | RemoteBackend, Field(discriminator="type")]


class ActionGroup(_Part):
    """An action group that the stack makes.

    Args:
        receivers: name -> who is told. A secret field takes no value here: the stack declares the variable
            `<name>_<field>` for it.
        short_name: shown in text messages, 1 to 12 characters. Default: the group's name.
        enabled: whether it tells anybody. Default: true.
    """

    receivers: dict[str, AnyReceiver]
    short_name: str | None = None
    enabled: bool = True

    def settings(self) -> ActionGroupSettings:
        """The same as the constructs take it."""
        return ActionGroupSettings(
            receivers=tuple(self.receivers.values()), short_name=self.short_name, enabled=self.enabled
        )


class Settings(_Part):
    """A settings file.

    Args:
        subscription_id: subscription of the stack, which is the workspace's.
        location: region of rules and of what is made, as a rule the workspace's.
        resource_group: resource group of the rules.
        workspace: id of the workspace, or one that is to be made.
        registries: name -> resource id, or `{id, diagnostics}`; in any subscription of the tenant.
        action_groups: name -> an action group to make, or the id of one that exists.
        routing: which groups an alert tells. Default: all.
        maintenance_windows: name -> a time in which alerts tell nobody. Default: none.
        detections: tuning by detection id. Default: each detection as it comes.
        detections_dir: folder of further detections, relative to the settings file. Default: none.
        diagnostics: `managed` or `existing`: who makes the diagnostic settings. Default: managed.
        logs: categories, metrics and further destinations of the registries' logs.
        activity_log: the subscriptions' activity log. Default: those in the registries' ids.
        name: name of the stack, and first part of all Azure names. Default: `acrwatch`.
        tags: tags of rules and action groups. Default: none but acrwatch's own.
        ignored_tags: tags that others write, which Terraform leaves alone; `*` for all.
        runbook_base_url: where the runbooks are; `/<id>` is added. Default: no runbook is named.
        tolerate_missing_tables: whether queries run before a table has its first row. Default: true.
        backend: where Terraform keeps its state. Default: a file beside `cdktf.json`.
        provider_version: constraint on azurerm's version. Default: the newest major that was tested.
        environment: Azure's cloud. Default: `public`.
        resource_provider_registrations: `core`, `extended`, `all` or `none`: which resource
            providers azurerm registers, for which the deployer needs rights on the subscription.
            Default: azurerm's own.
    """

    subscription_id: str
    location: str
    resource_group: ResourceGroup
    workspace: str | NewWorkspace
    registries: dict[str, str | Registry]
    action_groups: dict[str, ActionGroup | str]
    routing: Routing = Routing()
    maintenance_windows: Mapping[str, MaintenanceWindow] = Field(default_factory=dict)
    detections: Mapping[str, DetectionSettings] = Field(default_factory=dict)
    detections_dir: str | None = None
    diagnostics: Ownership = Ownership.MANAGED
    logs: LogSettings = LogSettings()
    activity_log: ActivityLogSettings = ActivityLogSettings()
    name: str = "acrwatch"
    tags: dict[str, str] = Field(default_factory=dict)
    ignored_tags: Sequence[str] = ()
    runbook_base_url: str | None = None
    tolerate_missing_tables: bool = True
    # Not validated, so that the model is built once, as part of this one.
    backend: Backend = LocalBackend.model_construct(type="local", path=None)
    provider_version: str | None = None
    environment: Environment = Environment.PUBLIC
    resource_provider_registrations: Literal["core", "extended", "all", "none"] | None = None

    def watch(self) -> WatchSettings:
        """The part that a watch is made of."""
        return WatchSettings(
            registries=self.registries,
            workspace=self.workspace,
            resource_group_name=self.resource_group.name,
            location=self.location,
            action_groups={
                key: group.settings() if isinstance(group, ActionGroup) else group
                for key, group in self.action_groups.items()
            },
            routing=self.routing,
            maintenance_windows=self.maintenance_windows,
            detections=self.detections,
            detections_dir=self.detections_dir,
            diagnostics=self.diagnostics,
            logs=self.logs,
            activity_log=self.activity_log,
            name=self.name,
            tags=self.tags,
            ignored_tags=self.ignored_tags,
            runbook_base_url=self.runbook_base_url,
            tolerate_missing_tables=self.tolerate_missing_tables,
        )
