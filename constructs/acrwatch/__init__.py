"""acrwatch watches Azure Container Registries: the logs, five alerts, the people to tell.

This module is a table of names and their homes, and loads none of them: even `import constructs`
starts a node process. A test holds the table equal to the names that type checkers see.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrwatch.alert_rule import AlertRule as AlertRule
    from acrwatch.alert_rule import Kind as Kind
    from acrwatch.alerts import DetectionAlert as DetectionAlert
    from acrwatch.azapi.provider import AzapiProvider as AzapiProvider
    from acrwatch.azurerm.provider import AzurermProvider as AzurermProvider
    from acrwatch.detection.catalogue import catalogue as catalogue
    from acrwatch.detection.model import Detection as Detection
    from acrwatch.detection.tuning import DetectionSettings as DetectionSettings
    from acrwatch.detection.tuning import IdentityLimit as IdentityLimit
    from acrwatch.detection.tuning import TuningEntry as TuningEntry
    from acrwatch.detection.tuning import Variant as Variant
    from acrwatch.diagnostics import ActivityLogDiagnostics as ActivityLogDiagnostics
    from acrwatch.diagnostics import RegistryDiagnostics as RegistryDiagnostics
    from acrwatch.errors import AcrwatchError as AcrwatchError
    from acrwatch.errors import InputError as InputError
    from acrwatch.errors import MissingExtra as MissingExtra
    from acrwatch.errors import Problem as Problem
    from acrwatch.errors import SettingsError as SettingsError
    from acrwatch.errors import UnknownError as UnknownError
    from acrwatch.logging_settings import ActivityLogSettings as ActivityLogSettings
    from acrwatch.logging_settings import EventHubDestination as EventHubDestination
    from acrwatch.logging_settings import LogSettings as LogSettings
    from acrwatch.logging_settings import Ownership as Ownership
    from acrwatch.logging_settings import Registry as Registry
    from acrwatch.notifications.action_group import ActionGroup as ActionGroup
    from acrwatch.notifications.arm_role import ArmRole as ArmRole
    from acrwatch.notifications.automation_runbook import AutomationRunbook as AutomationRunbook
    from acrwatch.notifications.email import Email as Email
    from acrwatch.notifications.event_hub import EventHub as EventHub
    from acrwatch.notifications.function import Function as Function
    from acrwatch.notifications.group_settings import ActionGroupSettings as ActionGroupSettings
    from acrwatch.notifications.itsm import Itsm as Itsm
    from acrwatch.notifications.json_webhook import JsonWebhook as JsonWebhook
    from acrwatch.notifications.logic_app import LogicApp as LogicApp
    from acrwatch.notifications.pagerduty import PagerDuty as PagerDuty
    from acrwatch.notifications.pagerduty_events import PagerDutyEvents as PagerDutyEvents
    from acrwatch.notifications.pagerduty_events import ServiceRegion as ServiceRegion
    from acrwatch.notifications.push import Push as Push
    from acrwatch.notifications.receiver import DirectReceiver as DirectReceiver
    from acrwatch.notifications.receiver import Receiver as Receiver
    from acrwatch.notifications.slack import Slack as Slack
    from acrwatch.notifications.sms import Sms as Sms
    from acrwatch.notifications.teams import Teams as Teams
    from acrwatch.notifications.voice import Voice as Voice
    from acrwatch.notifications.webhook import SecureWebhook as SecureWebhook
    from acrwatch.notifications.webhook import Webhook as Webhook
    from acrwatch.notifications.workflow_place import WorkflowPlace as WorkflowPlace
    from acrwatch.processing_settings import DailyTime as DailyTime
    from acrwatch.processing_settings import ExtraGroups as ExtraGroups
    from acrwatch.processing_settings import MaintenanceWindow as MaintenanceWindow
    from acrwatch.processing_settings import Weekday as Weekday
    from acrwatch.processing_settings import WeeklyTime as WeeklyTime
    from acrwatch.references import literal as literal
    from acrwatch.rehearsal.log import EventLog as EventLog
    from acrwatch.rehearsal.rehearse import rehearse as rehearse
    from acrwatch.settings.file import load_settings as load_settings
    from acrwatch.settings.model import Settings as Settings
    from acrwatch.stack import WatchStack as WatchStack
    from acrwatch.synthesised.files import find_stack as find_stack
    from acrwatch.synthesised.stack import SynthesisedStack as SynthesisedStack
    from acrwatch.synthesised.stack import read_plan as read_plan
    from acrwatch.synthesised.stack import read_stack as read_stack
    from acrwatch.watch import RegistryWatch as RegistryWatch
    from acrwatch.watch_settings import NewWorkspace as NewWorkspace
    from acrwatch.watch_settings import Routing as Routing

_HOME = {
    "AcrwatchError": "errors",
    "ActionGroup": "notifications.action_group",
    "ActionGroupSettings": "notifications.group_settings",
    "ActivityLogDiagnostics": "diagnostics",
    "ActivityLogSettings": "logging_settings",
    "AlertRule": "alert_rule",
    "ArmRole": "notifications.arm_role",
    "AutomationRunbook": "notifications.automation_runbook",
    "AzapiProvider": "azapi.provider",
    "AzurermProvider": "azurerm.provider",
    "DailyTime": "processing_settings",
    "Detection": "detection.model",
    "DetectionAlert": "alerts",
    "DetectionSettings": "detection.tuning",
    "DirectReceiver": "notifications.receiver",
    "Email": "notifications.email",
    "EventLog": "rehearsal.log",
    "EventHub": "notifications.event_hub",
    "EventHubDestination": "logging_settings",
    "ExtraGroups": "processing_settings",
    "Function": "notifications.function",
    "IdentityLimit": "detection.tuning",
    "InputError": "errors",
    "Itsm": "notifications.itsm",
    "JsonWebhook": "notifications.json_webhook",
    "Kind": "alert_rule",
    "LogSettings": "logging_settings",
    "LogicApp": "notifications.logic_app",
    "MaintenanceWindow": "processing_settings",
    "MissingExtra": "errors",
    "NewWorkspace": "watch_settings",
    "Ownership": "logging_settings",
    "PagerDuty": "notifications.pagerduty",
    "PagerDutyEvents": "notifications.pagerduty_events",
    "Problem": "errors",
    "Push": "notifications.push",
    "Receiver": "notifications.receiver",
    "Registry": "logging_settings",
    "RegistryDiagnostics": "diagnostics",
    "RegistryWatch": "watch",
    "Routing": "watch_settings",
    "SecureWebhook": "notifications.webhook",
    "ServiceRegion": "notifications.pagerduty_events",
    "Settings": "settings.model",
    "SettingsError": "errors",
    "Slack": "notifications.slack",
    "Sms": "notifications.sms",
    "Teams": "notifications.teams",
    "SynthesisedStack": "synthesised.stack",
    "TuningEntry": "detection.tuning",
    "UnknownError": "errors",
    "Variant": "detection.tuning",
    "Voice": "notifications.voice",
    "WatchStack": "stack",
    "Webhook": "notifications.webhook",
    "Weekday": "processing_settings",
    "WeeklyTime": "processing_settings",
    "WorkflowPlace": "notifications.workflow_place",
    "catalogue": "detection.catalogue",
    "find_stack": "synthesised.files",
    "literal": "references",
    "load_settings": "settings.file",
    "read_plan": "synthesised.stack",
    "read_stack": "synthesised.stack",
    "rehearse": "rehearsal.rehearse",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"acrwatch has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"acrwatch.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
