"""`acrwatch stack`: what would be deployed, and what a person still has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import typer

from acrwatch.cli.options import FormatOption, OutputOption, PlanOption, StackOption, stack_of
from acrwatch.counted import counted
from acrwatch.errors import ExitCode, InputError
from acrwatch.output.result import Format, Part, Table
from acrwatch.output.show import show
from acrwatch.synthesised import ActionGroup, Receiver, ScheduledQueryRule, SynthesisedStack

EXAMPLE = "Example: acrwatch stack --stack cdktf.out/stacks/acrwatch"

# From cdktf.out/stacks/<name>/cdk.tf.json to the project, and what tells a clone of acrwatch from other projects.
_LEVELS = 3
_CLONE = ("Makefile", "main.py", "acrwatch.example.yaml")


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What a stack would deploy.

    Args:
        stack: what was read.
    """

    stack: SynthesisedStack

    def table(self) -> Sequence[Part]:
        """Rules, settings, receivers, and what is left to do."""
        return [
            *([] if self.stack.rules else ["It has no scheduled query rule, so it alerts nobody."]),
            *(table for table in (self._rules(), self._settings(), self._receivers()) if table.rows),
            *self._unknown(),
            "\n".join(["Still to do", *(f"  - {step}" for step in self.steps())]),
            f"{counted(len(self.stack.rules), 'rule')}, {counted(len(self.stack.settings), 'diagnostic setting')}, "
            f"{counted(len(self._all_receivers()), 'receiver')} in {self.stack.file}",
        ]

    def _rules(self) -> Table:
        rows = [
            (
                rule.title + (" (not enabled)" if rule.enabled is False else ""),
                _severity(rule.severity_written),
                rule.kind or "",
                rule.frequency,
                rule.condition,
                rule.attack or "",
            )
            for rule in self.stack.rules
        ]
        columns = ("title", "severity", "kind", "every", "fires when", "ATT&CK")
        return Table(title="Alert rules", columns=columns, rows=rows)

    def _settings(self) -> Table:
        rows = [
            (_last(setting.target), ", ".join(setting.sends), ", ".join(setting.destinations))
            for setting in self.stack.settings
        ]
        return Table(title="Diagnostic settings", columns=("of", "sends", "to"), rows=rows)

    def _receivers(self) -> Table:
        rows = [
            (group.name, receiver.kind, receiver.name, receiver.goes_to) for group, receiver in self._all_receivers()
        ]
        return Table(title="Receivers", columns=("action group", "kind", "name", "goes to"), rows=rows)

    def _unknown(self) -> Sequence[str]:
        found = [f"  - {one}" for one in self.stack.unknown]
        return ["\n".join(["Not readable from this file", *found])] if found else []

    def _all_receivers(self) -> Sequence[tuple[ActionGroup, Receiver]]:
        return [(group, receiver) for group in self.stack.groups for receiver in group.receivers]

    def steps(self) -> Sequence[str]:
        """What a person has to do before and after the deploy."""
        mails = [receiver.goes_to for _, receiver in self._all_receivers() if receiver.kind == "email"]
        before = [f"export TF_VAR_{name}=..." for name in self.stack.variables]
        after = [f"after the deploy, enter the passcode that Azure mails to {mail} within 30 minutes" for mail in mails]
        return [
            *before,
            f"log in with az login, then deploy {self._how()}",
            *after,
        ]

    def _how(self) -> str:
        """Only in a clone of acrwatch does `make deploy` deploy the stack."""
        project = self.stack.file.resolve().parents[_LEVELS:][:1]
        if project and all((project[0] / name).is_file() for name in _CLONE):
            return "with make deploy, or with terraform apply in the folder of the stack"
        return "as you deploy your other Terraform"

    def data(self) -> Any:
        """Everything that was read, and the steps."""
        return {
            "file": str(self.stack.file),
            "rules": [_rule(rule) for rule in self.stack.rules],
            "diagnostic_settings": [asdict(setting) for setting in self.stack.settings],
            "receivers": [_receiver(*found) for found in self._all_receivers()],
            "processing_rules": list(self.stack.quiet),
            "unknown": [asdict(one) for one in self.stack.unknown],
            "variables": list(self.stack.variables),
            "still_to_do": list(self.steps()),
        }


def _rule(rule: ScheduledQueryRule) -> Mapping[str, Any]:
    return {
        "address": rule.address,
        "title": rule.title,
        "severity": rule.severity_written,
        "enabled": rule.enabled is not False,
        "frequency": rule.frequency,
        "condition": rule.condition,
        "detection": rule.detection,
        "variant": rule.variant,
        "kind": rule.kind,
        "attack": rule.attack,
        "action_groups": list(rule.action_groups),
    }


def _receiver(group: ActionGroup, receiver: Receiver) -> Mapping[str, Any]:
    return {
        "group": group.address,
        "group_name": group.name,
        "kind": receiver.kind,
        "name": receiver.name,
        "goes_to": receiver.goes_to,
    }


def _severity(severity: str) -> str:
    return f"Sev{severity}" if severity.isdigit() else severity


def _last(target: str) -> str:
    """What a setting belongs to: a registry's name, or a subscription's activity log."""
    if "${" in target:
        return target
    before, _, name = target.rpartition("/")
    return f"activity log of {name}" if before == "/subscriptions" else name


def command(
    stack: StackOption = None,
    plan: PlanOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Show what a synthesised stack or a plan would deploy, and what a person still has to do."""
    read = stack_of(stack, plan)
    if not (read.rules or read.settings or read.groups or read.processing_rules or read.unknown):
        raise InputError(f"{read.file} has no scheduled query rule, so there is nothing to show")
    deployment = Deployment(stack=read)
    show(deployment, format_, output)
    if deployment.stack.unknown:
        raise typer.Exit(ExitCode.UNKNOWN)
