"""The diagnostic settings that make the logs flow: of registries, and of the activity log.

What Azure refuses of them is decided in `logging_settings`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from constructs import Construct

from acrwatch.azurerm.monitor_diagnostic_setting import (
    MonitorDiagnosticSetting,
    MonitorDiagnosticSettingEnabledLog,
    MonitorDiagnosticSettingEnabledMetric,
)
from acrwatch.claims import EVERYWHERE, Claim, take
from acrwatch.core import adopt, place_of
from acrwatch.errors import Problem, raise_if_any
from acrwatch.ids import IdKind, id_problems
from acrwatch.logging_settings import (
    ACTIVITY_CATEGORIES,
    REGISTRY_METRICS,
    LogSettings,
    Ownership,
    Registries,
    log_problems,
    ownership_of,
    ownership_problems,
    registry_id,
    registry_problems,
    setting_name_problems,
    subscription_problems,
)
from acrwatch.value_types import checked

if TYPE_CHECKING:
    from acrwatch.binding import Provider

_ONE_SETTING = "leave the setting to one of them, and set diagnostics to existing in the other"


class RegistryDiagnostics(Construct):
    """Sends the logs of a fleet of registries to a workspace, as one resource with `for_each`.

    Args:
        scope: construct it belongs to.
        id_: id within the scope.
        registries: name -> resource id, in any subscription; the names are known at plan time,
            the ids may be references. Those that are `existing` are left out.
        workspace_id: where the logs go; a reference is welcome.
        logs: categories, metrics and further destinations. Default: repository and login events.
        diagnostics: who makes the settings of registries that do not say. Default: managed.
        provider: azurerm provider, where a stack has several. Default: the stack's.

    Raises:
        SettingsError: Azure would refuse a setting, or nothing would be sent.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        registries: Registries,
        workspace_id: str,
        logs: LogSettings | None = None,
        diagnostics: Ownership = Ownership.MANAGED,
        provider: Provider | Construct | None = None,
    ) -> None:
        logs = logs if logs is not None else LogSettings()
        problems: list[Problem] = [
            *registry_problems(registries),
            *ownership_problems(diagnostics, "diagnostics"),
            *id_problems(workspace_id, IdKind.WORKSPACE, "workspace_id"),
            *(problem.below("logs") for problem in log_problems(logs)),
        ]
        raise_if_any(problems, f"RegistryDiagnostics {id_!r}")
        targets = managed_registries(registries, diagnostics)
        place = place_of(scope).child(id_)
        wanted = diagnostics_claims(targets.values(), workspace_id, logs.name)
        take([(place, claim) for claim in wanted], f"RegistryDiagnostics {id_!r}")
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        self._setting = None
        if targets:
            hub = logs.event_hub
            self._setting = MonitorDiagnosticSetting(
                self,
                "Resource",
                for_each=targets,
                name=logs.name,
                target_resource_id="${each.value}",
                log_analytics_workspace_id=workspace_id,
                eventhub_authorization_rule_id=hub.authorization_rule_id if hub is not None else None,
                eventhub_name=hub.event_hub_name if hub is not None else None,
                storage_account_id=logs.storage_account_id,
                enabled_log=_logs(logs),
                enabled_metric=[MonitorDiagnosticSettingEnabledMetric(category=REGISTRY_METRICS)]
                if logs.metrics
                else None,
                provider=provider,
            )

    @property
    def resource(self) -> MonitorDiagnosticSetting | None:
        """The settings underneath; None when all of them exist already."""
        return self._setting

    def setting_id(self, registry: str) -> str:
        """Reference to the setting of one registry, by its name.

        Raises:
            ValueError: it is not one of the registries whose setting is made here.
        """
        return _instance(self._setting, registry)


class ActivityLogDiagnostics(Construct):
    """Sends the Administrative and Security categories of subscriptions to a workspace.

    Args:
        scope: construct it belongs to.
        id_: id within the scope.
        subscriptions: name -> subscription id; the names are known at plan time, the ids may be
            references.
        workspace_id: where the log goes; a reference is welcome.
        name: name of the setting in each subscription. Default: `acrwatch`.
        provider: azurerm provider, where a stack has several. Default: the stack's.

    Raises:
        SettingsError: Azure would refuse a setting.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        subscriptions: Mapping[str, str],
        workspace_id: str,
        name: str = "acrwatch",
        provider: Provider | Construct | None = None,
    ) -> None:
        raise_if_any(
            [
                *subscription_problems(subscriptions),
                *id_problems(workspace_id, IdKind.WORKSPACE, "workspace_id"),
                *setting_name_problems(name, "name"),
            ],
            f"ActivityLogDiagnostics {id_!r}",
        )
        targets = subscription_targets(subscriptions)
        place = place_of(scope).child(id_)
        wanted = diagnostics_claims(targets.values(), workspace_id, name)
        take([(place, claim) for claim in wanted], f"ActivityLogDiagnostics {id_!r}")
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        self._setting = MonitorDiagnosticSetting(
            self,
            "Resource",
            for_each=targets,
            name=name,
            target_resource_id="${each.value}",
            log_analytics_workspace_id=workspace_id,
            enabled_log=[MonitorDiagnosticSettingEnabledLog(category=category) for category in ACTIVITY_CATEGORIES],
            provider=provider,
        )

    @property
    def resource(self) -> MonitorDiagnosticSetting:
        """The settings underneath, for what acrwatch does not offer."""
        return self._setting

    def setting_id(self, subscription: str) -> str:
        """Reference to the setting of one subscription, by its name."""
        return _instance(self._setting, subscription)


def managed_registries(registries: Registries, diagnostics: Ownership) -> dict[str, str]:
    """Name -> id of the registries whose setting is ours to make.

    Args:
        registries: all of them.
        diagnostics: who makes the settings of those that do not say.
    """
    return {
        name: registry_id(value)
        for name, value in registries.items()
        if (ownership_of(value) or diagnostics) == Ownership.MANAGED
    }


def subscription_targets(subscriptions: Mapping[str, str]) -> dict[str, str]:
    """Name -> resource id of subscriptions."""
    return {key: f"/subscriptions/{subscription}" for key, subscription in subscriptions.items()}


def diagnostics_claims(targets: Collection[str], workspace_id: str | None, name: str) -> Iterator[Claim]:
    """What diagnostic settings want for themselves: the logs on their way to the workspace, and a name.

    Args:
        targets: ids of the resources they lie on.
        workspace_id: where the logs go; None for a workspace that is to be made.
        name: name of the settings.
    """
    wanted = {"logs of": workspace_id, "diagnostic setting": name}
    for what, other in wanted.items():
        if other is not None:
            keys = [(target, other) for target in targets]
            yield Claim(what=what, keys=keys, within=EVERYWHERE, way_out=_ONE_SETTING)


def _logs(logs: LogSettings) -> list[MonitorDiagnosticSettingEnabledLog]:
    if logs.category_group is not None:
        return [MonitorDiagnosticSettingEnabledLog(category_group=logs.category_group)]
    return [MonitorDiagnosticSettingEnabledLog(category=category) for category in logs.effective_categories]


def _instance(setting: MonitorDiagnosticSetting | None, key: str) -> str:
    if setting is None:
        raise ValueError(f"no diagnostic setting is made here, so {key!r} has none; all of them are existing")
    return setting.at(key)
