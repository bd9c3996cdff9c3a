"""acrwatch watches Azure Container Registries: the logs, five alerts, the people to tell.

This module is a table of names and their homes, and loads none of them: even `import constructs`
starts a node process. A test holds the table equal to the names that type checkers see.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrwatch.alert_rule import AlertRule, Kind
    from acrwatch.alerts import DetectionAlert
    from acrwatch.detection.catalogue import catalogue
    from acrwatch.detection.model import Detection
    from acrwatch.detection.tuning import DetectionSettings, IdentityLimit, TuningEntry, Variant
    from acrwatch.diagnostics import ActivityLogDiagnostics, RegistryDiagnostics
    from acrwatch.errors import AcrwatchError, InputError, MissingExtra, Problem, SettingsError, UnknownError
    from acrwatch.logging_settings import (
        ActivityLogSettings,
        EventHubDestination,
        LogSettings,
        Ownership,
        Registry,
    )
    from acrwatch.notifications.action_group import ActionGroup
    from acrwatch.notifications.arm_role import ArmRole
    from acrwatch.notifications.automation_runbook import AutomationRunbook
    from acrwatch.notifications.email import Email
    from acrwatch.notifications.event_hub import EventHub
    from acrwatch.notifications.function import Function
    from acrwatch.notifications.group_settings import ActionGroupSettings
    from acrwatch.notifications.itsm import Itsm
    from acrwatch.notifications.logic_app import LogicApp
    from acrwatch.notifications.pagerduty import PagerDuty
    from acrwatch.notifications.push import Push
    from acrwatch.notifications.receiver import Receiver
    from acrwatch.notifications.sms import Sms
    from acrwatch.notifications.voice import Voice
    from acrwatch.notifications.webhook import SecureWebhook, Webhook
    from acrwatch.references import literal
    from acrwatch.settings.file import load_settings
    from acrwatch.settings.model import Settings
    from acrwatch.stack import WatchStack
    from acrwatch.watch import RegistryWatch
    from acrwatch.watch_settings import NewWorkspace, Routing

_HOME = {
    "AcrwatchError": "errors",
    "ActionGroup": "notifications.action_group",
    "ActionGroupSettings": "notifications.group_settings",
    "ActivityLogDiagnostics": "diagnostics",
    "ActivityLogSettings": "logging_settings",
    "AlertRule": "alert_rule",
    "ArmRole": "notifications.arm_role",
    "AutomationRunbook": "notifications.automation_runbook",
    "Detection": "detection.model",
    "DetectionAlert": "alerts",
    "DetectionSettings": "detection.tuning",
    "Email": "notifications.email",
    "EventHub": "notifications.event_hub",
    "EventHubDestination": "logging_settings",
    "Function": "notifications.function",
    "IdentityLimit": "detection.tuning",
    "InputError": "errors",
    "Itsm": "notifications.itsm",
    "Kind": "alert_rule",
    "LogSettings": "logging_settings",
    "LogicApp": "notifications.logic_app",
    "MissingExtra": "errors",
    "NewWorkspace": "watch_settings",
    "Ownership": "logging_settings",
    "PagerDuty": "notifications.pagerduty",
    "Problem": "errors",
    "Push": "notifications.push",
    "Receiver": "notifications.receiver",
    "Registry": "logging_settings",
    "RegistryDiagnostics": "diagnostics",
    "RegistryWatch": "watch",
    "Routing": "watch_settings",
    "SecureWebhook": "notifications.webhook",
    "Settings": "settings.model",
    "SettingsError": "errors",
    "Sms": "notifications.sms",
    "TuningEntry": "detection.tuning",
    "UnknownError": "errors",
    "Variant": "detection.tuning",
    "Voice": "notifications.voice",
    "WatchStack": "stack",
    "Webhook": "notifications.webhook",
    "catalogue": "detection.catalogue",
    "literal": "references",
    "load_settings": "settings.file",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"acrwatch has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"acrwatch.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
