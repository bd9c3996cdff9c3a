"""RegistryWatch: the one construct most users need.

It makes nothing that `watch_plan` does not plan, and everything in its constructor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from constructs import Construct

from acrwatch.alerts import DetectionAlert
from acrwatch.claims import take
from acrwatch.core import adopt, core_of, id_segment, place_of
from acrwatch.detection.tuning import DetectionSettings
from acrwatch.diagnostics import ActivityLogDiagnostics, RegistryDiagnostics
from acrwatch.errors import Problem, raise_if_any
from acrwatch.ids import resource_group_of, subscription_of
from acrwatch.logging_settings import ActivityLogSettings, LogSettings, Ownership, Registries
from acrwatch.notifications.action_group import ActionGroup
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.notifications.receiver import Receiver
from acrwatch.notifications.workflow_place import WorkflowPlace
from acrwatch.notifications.workflow_receiver import needs_azapi
from acrwatch.processing_settings import MaintenanceWindow
from acrwatch.tags import ignoring
from acrwatch.value_types import checked
from acrwatch.watch_claims import watch_claims
from acrwatch.watch_plan import plan_watch
from acrwatch.watch_settings import NewWorkspace, Routing, WatchSettings, group_name, short_name_of

if TYPE_CHECKING:
    from acrwatch.azurerm.data_azurerm_log_analytics_workspace import DataAzurermLogAnalyticsWorkspace
    from acrwatch.azurerm.log_analytics_workspace import LogAnalyticsWorkspace
    from acrwatch.binding import Provider
    from acrwatch.processing import ProcessingRule

DEFAULT_GROUP = "default"


class RegistryWatch(Construct):
    """Watches registries: the settings that make logs flow, the alerts, and whom they tell.

    Args:
        scope: construct it belongs to, in a stack of cdktf or cdktn.
        id_: id within the scope.
        registries: name -> resource id, in any subscription of the tenant; the names are known at
            plan time, the ids may be references. `Registry` says more about one.
        workspace: workspace of logs and rules: its id, or one that is to be made.
        resource_group_name: resource group of rules, action groups and processing rules, in the
            workspace's subscription. Default: the one in the workspace's id.
        location: region of the rules, as a rule the workspace's. Default: the workspace's, which
            Terraform looks up at each plan by a data source; azurerm puts the workspace's keys into
            the state with it.
        receivers: who is told; short for one action group named `default`.
        action_groups: name -> action group: one to make, one that was made, or an id.
        routing: which groups an alert tells. Default: all.
        maintenance_windows: name -> a time in which alerts tell nobody. Default: none.
        detections: tuning by detection id. Default: each detection as it comes.
        detections_dir: folder of further detections, or of others in place of ours. Default: none.
        diagnostics: who makes the diagnostic settings. Default: managed, that is this construct.
        logs: categories, metrics and further destinations of the registries' logs.
        activity_log: the subscriptions' activity log. Default: those in the registries' ids.
        name: first part of the Azure names of rules and action groups. Default: `acrwatch`.
        tags: tags of rules and action groups. Default: none but acrwatch's own.
        ignored_tags: tags that others write, which Terraform leaves alone; `*` for all.
        runbook_base_url: where the runbooks are; `/<id>` is added. Default: no runbook is named.
        tolerate_missing_tables: whether queries run before a table has its first row. Default: true.
        provider: azurerm provider, where a stack has several. Default: the stack's.

    Raises:
        SettingsError: Azure would refuse something, an alert could never fire or tell nobody, or
            resource group or region are left out and the workspace's id is not written out.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        registries: Registries,
        workspace: str | NewWorkspace,
        resource_group_name: str | None = None,
        location: str | None = None,
        receivers: Sequence[Receiver] = (),
        action_groups: Mapping[str, ActionGroupSettings | ActionGroup | str] | None = None,
        routing: Routing | None = None,
        maintenance_windows: Mapping[str, MaintenanceWindow] | None = None,
        detections: Mapping[str, DetectionSettings] | None = None,
        detections_dir: str | Path | None = None,
        diagnostics: Ownership = Ownership.MANAGED,
        logs: LogSettings | None = None,
        activity_log: ActivityLogSettings | None = None,
        name: str = "acrwatch",
        tags: Mapping[str, str] | None = None,
        ignored_tags: Sequence[str] = (),
        runbook_base_url: str | None = None,
        tolerate_missing_tables: bool = True,
        provider: Provider | Construct | None = None,
    ) -> None:
        settings = WatchSettings(
            registries=registries,
            workspace=workspace,
            resource_group_name=resource_group_name,
            location=location,
            action_groups=_groups(receivers, action_groups or {}, id_),
            routing=routing or Routing(),
            maintenance_windows=maintenance_windows or {},
            detections=detections or {},
            detections_dir=detections_dir,
            diagnostics=diagnostics,
            logs=logs or LogSettings(),
            activity_log=activity_log or ActivityLogSettings(),
            name=name,
            tags=tags or {},
            ignored_tags=ignored_tags,
            runbook_base_url=runbook_base_url,
            tolerate_missing_tables=tolerate_missing_tables,
        )
        plan, problems = plan_watch(settings)
        raise_if_any(problems, f"RegistryWatch {id_!r}")
        # All of them before anything is made, so that a watch is there as a whole or not at all.
        place = place_of(scope).child(id_)
        take(watch_claims(place, settings, plan, provider=provider), f"RegistryWatch {id_!r}")
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        for warning in plan.warnings:
            # The CDK's CLIs show it to whoever synthesises.
            core_of(scope).Annotations.of(self).add_warning(warning)
        self._settings = settings
        self._provider = provider
        self._resource_group_name = plan.resource_group_name
        self._existing_workspace: DataAzurermLogAnalyticsWorkspace | None = None
        if location is None:
            self._existing_workspace = self._look_up(str(workspace))
            location = self._existing_workspace.location
        self._location = location
        self._workspace = self._make_workspace()
        self._registry_diagnostics = RegistryDiagnostics(
            self,
            "registry_diagnostics",
            registries=registries,
            workspace_id=self.workspace_id,
            logs=settings.logs,
            diagnostics=diagnostics,
            provider=provider,
        )
        self._activity_log_diagnostics = None
        if plan.subscriptions:
            self._activity_log_diagnostics = ActivityLogDiagnostics(
                self,
                "activity_log_diagnostics",
                subscriptions=plan.subscriptions,
                workspace_id=self.workspace_id,
                name=settings.activity_log.name,
                provider=provider,
            )
        self._action_groups = {
            key: self._make_group(key, group)
            for key, group in settings.action_groups.items()
            if isinstance(group, ActionGroupSettings)
        }
        self._action_group_ids = MappingProxyType(
            {key: self._group_id(key, group) for key, group in settings.action_groups.items()}
        )
        self._alerts = {
            planned.id: DetectionAlert(
                self,
                f"alert_{planned.id}",
                detection=planned.detection,
                variant=planned.variant,
                settings=replace(planned.settings, action_groups=None),
                workspace_id=self.workspace_id,
                resource_group_name=self._resource_group_name,
                location=location,
                action_group_ids=[self._action_group_ids[group] for group in planned.action_groups],
                name=name,
                runbook_base_url=runbook_base_url,
                tolerate_missing_tables=tolerate_missing_tables,
                tags=settings.tags,
                ignored_tags=ignored_tags,
                provider=provider,
            )
            for planned in plan.alerts
        }
        self._processing_rules: Mapping[str, ProcessingRule] = {}
        if not plan.processing:
            return
        # Most watches have none, and loading what makes them takes its milliseconds.
        from acrwatch.processing import ProcessingPlace, make_processing_rule

        made_in = ProcessingPlace(
            resource_group_name=self._resource_group_name,
            workspace_id=self.workspace_id,
            alert_ids={id_: alert.id for id_, alert in self._alerts.items()},
            action_group_ids=self._action_group_ids,
            registries=registries,
            tags=settings.tags,
            ignored_tags=ignored_tags,
            provider=provider,
        )
        self._processing_rules = {
            planned.name: make_processing_rule(self, planned, made_in) for planned in plan.processing
        }

    @property
    def alerts(self) -> Mapping[str, DetectionAlert]:
        """The rules by `<id>`, and `<id>.<variant>` for variants."""
        return MappingProxyType(self._alerts)

    @property
    def action_groups(self) -> Mapping[str, ActionGroup]:
        """The action groups that were made here, by name."""
        return MappingProxyType(self._action_groups)

    @property
    def action_group_ids(self) -> Mapping[str, str]:
        """References or ids of all action groups of the watch, by name."""
        return self._action_group_ids

    @property
    def processing_rules(self) -> Mapping[str, ProcessingRule]:
        """What maintenance windows and extra groups became, by name in Azure."""
        return MappingProxyType(self._processing_rules)

    @property
    def registry_diagnostics(self) -> RegistryDiagnostics:
        """The settings that send the registries' logs."""
        return self._registry_diagnostics

    @property
    def activity_log_diagnostics(self) -> ActivityLogDiagnostics | None:
        """The settings that send the activity log; None when others do."""
        return self._activity_log_diagnostics

    @property
    def workspace(self) -> LogAnalyticsWorkspace | None:
        """The workspace, when it was made here."""
        return self._workspace

    @property
    def existing_workspace(self) -> DataAzurermLogAnalyticsWorkspace | None:
        """The data source that the region was looked up with; None where `location` was given."""
        return self._existing_workspace

    @property
    def workspace_id(self) -> str:
        """Id of the workspace, or the reference to it."""
        return self._workspace.id if self._workspace is not None else str(self._settings.workspace)

    def _group_id(self, key: str, group: ActionGroupSettings | ActionGroup | str) -> str:
        if isinstance(group, str):
            return group
        return group.id if isinstance(group, ActionGroup) else self._action_groups[key].id

    def _workflow_place(self) -> WorkflowPlace:
        """Beside the rules, which lie in the workspace's subscription."""
        subscription = subscription_of(self.workspace_id)
        if subscription is None:
            subscription = id_segment(self, self.workspace_id, 2)
        return WorkflowPlace(
            resource_group_id=f"/subscriptions/{subscription}/resourceGroups/{self._resource_group_name}",
            location=self._location,
        )

    def _look_up(self, workspace: str) -> DataAzurermLogAnalyticsWorkspace:
        # A watch that is given its region needs none of this.
        from acrwatch.azurerm.data_azurerm_log_analytics_workspace import DataAzurermLogAnalyticsWorkspace

        return DataAzurermLogAnalyticsWorkspace(
            self,
            "existing_workspace",
            name=workspace.rpartition("/")[2],
            resource_group_name=str(resource_group_of(workspace)),
            provider=self._provider,
        )

    def _make_workspace(self) -> LogAnalyticsWorkspace | None:
        new = self._settings.workspace
        if isinstance(new, str):
            return None
        from acrwatch.azurerm.log_analytics_workspace import LogAnalyticsWorkspace

        return LogAnalyticsWorkspace(
            self,
            "workspace",
            name=new.name,
            location=self._location,
            resource_group_name=self._resource_group_name,
            retention_in_days=new.retention_in_days,
            tags=self._settings.tags or None,
            lifecycle=ignoring(self._settings.ignored_tags),
            provider=self._provider,
        )

    def _make_group(self, key: str, group: ActionGroupSettings) -> ActionGroup:
        return ActionGroup(
            self,
            f"action_group_{key}",
            name=group_name(self._settings, key),
            short_name=short_name_of(key, group),
            resource_group_name=self._resource_group_name,
            receivers=group.receivers,
            enabled=group.enabled,
            workflows=self._workflow_place() if needs_azapi(group.receivers) else None,
            tags=self._settings.tags,
            ignored_tags=self._settings.ignored_tags,
            provider=self._provider,
        )


def _groups(
    receivers: Sequence[Receiver], groups: Mapping[str, ActionGroupSettings | ActionGroup | str], id_: str
) -> Mapping[str, ActionGroupSettings | ActionGroup | str]:
    if not receivers:
        return groups
    if DEFAULT_GROUP in groups:
        said = f"receivers make the group {DEFAULT_GROUP}, which stands here too"
        raise_if_any([Problem(path=("action_groups", DEFAULT_GROUP), message=said)], f"RegistryWatch {id_!r}")
    return {DEFAULT_GROUP: ActionGroupSettings(receivers=receivers), **groups}
