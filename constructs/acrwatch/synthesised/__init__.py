"""Reads a synthesised stack or a plan: rules, groups and settings that Terraform would deploy, whoever wrote them."""

from acrwatch.synthesised.diagnostics import DeployedSetting
from acrwatch.synthesised.files import find_stack
from acrwatch.synthesised.groups import ActionGroup, Receiver
from acrwatch.synthesised.message_target import MessageTarget
from acrwatch.synthesised.processing import (
    Action,
    Every,
    Field,
    Filter,
    FilterOperator,
    ProcessingRule,
    Recurrence,
    Schedule,
)
from acrwatch.synthesised.rules import Criterion, Dimension, ScheduledQueryRule
from acrwatch.synthesised.stack import SynthesisedStack, read_plan, read_stack
from acrwatch.synthesised.values import Unresolved
from acrwatch.synthesised.workflows import Workflow

__all__ = [
    "Action",
    "ActionGroup",
    "Criterion",
    "DeployedSetting",
    "Dimension",
    "Every",
    "Field",
    "Filter",
    "FilterOperator",
    "MessageTarget",
    "ProcessingRule",
    "Receiver",
    "Recurrence",
    "Schedule",
    "ScheduledQueryRule",
    "SynthesisedStack",
    "Unresolved",
    "Workflow",
    "find_stack",
    "read_plan",
    "read_stack",
]
