"""How a module is called, in HCL as `terraform fmt` lays it out: with the values of the settings it was made from.

Secrets are variables of the caller as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from acrwatch.exporting.variables import Variable
from acrwatch.hcl import quoted
from acrwatch.settings.model import Settings

_INDENT = "  "


def caller_text(settings: Settings, variables: Sequence[Variable], *, needs_azapi: bool) -> str:
    """The text of `examples/caller.tf`.

    Args:
        settings: the settings file that the module was made from.
        variables: the module's variables.
        needs_azapi: whether the module needs the provider azapi.
    """
    lines = [
        "# Calls the module as the settings file describes it. Copy it, and put in your own ids or references to them.",
        "",
        'provider "azurerm" {',
        *_indented(["features {}", *_pairs({"subscription_id": _text(settings.subscription_id)})]),
        "}",
        "",
    ]
    if needs_azapi:
        lines += [
            'provider "azapi" {',
            *_indented(_pairs({"subscription_id": _text(settings.subscription_id)})),
            "}",
            "",
        ]
    for variable in variables:
        if variable.sensitive:
            body = {"type": "string", "sensitive": "true", "nullable": "false"}
            if variable.ephemeral:
                body["ephemeral"] = "true"
            lines += [f'variable "{variable.name}" {{', *_indented(_pairs(body)), "}", ""]
    group = settings.resource_group
    values: dict[str, str | Mapping[str, str]] = {"source": _text("../")}
    if group.create:
        own = {"name": _text(group.name), "location": _text(settings.location)}
        lines += ['resource "azurerm_resource_group" "watch" {', *_indented(_pairs(own)), "}", ""]
    for variable in variables:
        if variable.example is None:
            values[variable.name] = f"var.{variable.name}"
        elif isinstance(variable.example, str):
            values[variable.name] = _text(variable.example)
        else:
            values[variable.name] = {_text(key): _text(value) for key, value in variable.example.items()}
    if group.create:
        values["resource_group_name"] = "azurerm_resource_group.watch.name"
    lines += ['module "acrwatch" {', *_indented(_arguments(values)), "}", ""]
    lines += ['output "alert_rule_ids" {', *_indented(_pairs({"value": "module.acrwatch.alert_rule_ids"})), "}"]
    return "".join(f"{line}\n" for line in lines)


def _arguments(values: Mapping[str, str | Mapping[str, str]]) -> Iterator[str]:
    """Arguments as `terraform fmt` has them: equals signs below each other, maps with an empty line around."""
    group: dict[str, Any] = {}
    first = True
    for name, value in values.items():
        if isinstance(value, str):
            group[name] = value
            continue
        yield from _block(_pairs(group), first=first)
        first = first and not group
        group = {}
        yield from _block([f"{name} = {{", *_indented(_pairs(value)), "}"], first=first)
        first = False
    yield from _block(_pairs(group), first=first)


def _block(lines: Sequence[str], *, first: bool) -> Iterator[str]:
    if lines and not first:
        yield ""
    yield from lines


def _pairs(values: Mapping[str, str]) -> list[str]:
    width = max(map(len, values), default=0)
    return [f"{name:<{width}} = {value}" for name, value in values.items()]


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (_INDENT + line if line else line for line in lines)


def _text(value: str) -> str:
    return f'"{quoted(value)}"'
