"""Reads what `terraform show -json <plan>` writes: the planned instances, those of modules included.

A plan has the values that are known before the apply, and says of the others only which names their expressions hold.
Where exactly as many attributes of resources are named as values are missing, each is the one that belongs there, in
order; anything else is unknown. (Terraform's JSON output format: values, `after_unknown`, expression representation.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from acrwatch.synthesised.values import Contents, Instance, Reference, Unknown, Unresolved, Value

Body = Mapping[str, Any]

_MODULE = re.compile(r"module\.([\w-]+)(?:\[.*\])?$", re.DOTALL)
_OUTPUT = re.compile(r"module\.(?P<name>[\w-]+)(?P<key>\[(?:\d+|\"[^\"]*\")\])?\.(?P<output>[\w-]+)")
_ATTRIBUTE = re.compile(
    r"(?P<address>(?:data\.)?[A-Za-z]\w*\.[\w-]+(?:\[(?:\d+|\"[^\"]*\")\])?)\.(?P<attribute>[\w.-]+)"
)
# Names whose values are decided elsewhere.
_NOT_RESOURCES = ("local", "path", "terraform", "self", "count")


def read_plan_contents(content: Body, types: frozenset[str]) -> Contents:
    """The planned instances of some types of resource.

    Args:
        content: the file.
        types: Terraform types.
    """
    plan = _Plan(content)
    unknown = [
        Unresolved(member="the plan", written="", reason=reason)
        for broken, reason in (
            (content.get("errored") is True, "planning failed, so something may be missing"),
            (
                content.get("complete") is False,
                "it is not complete (-target, or something put off), so more may follow",
            ),
        )
        if broken
    ]
    for put_off in content.get("deferred_changes") or ():
        change = put_off.get("resource_change") or {}
        if change.get("type") in types:
            reason = f"Terraform puts it off: {put_off.get('reason')}"
            unknown.append(Unresolved(member=str(change.get("address")), written="", reason=reason))
    instances = sorted(plan.instances(types), key=lambda instance: (instance.type, instance.address))
    return Contents(instances=tuple(instances), unknown=tuple(unknown), variables=())


@dataclass(frozen=True, kw_only=True)
class _Module:
    """One instance of a module.

    Args:
        prefix: its address with a dot behind it; empty for the root.
        configuration: its part of the configuration.
        call: the call that made it; None for the root.
        parent: the module that calls it; None for the root.
    """

    prefix: str
    configuration: Body
    call: Body | None = None
    parent: _Module | None = None


class _Plan:
    def __init__(self, content: Body) -> None:
        self._content = content
        self._unknown = {
            change.get("address"): (change.get("change") or {}).get("after_unknown")
            for change in content.get("resource_changes") or ()
        }
        self._configuration: Body = content.get("configuration") or {}
        self._variables = {name: (body or {}).get("value") for name, body in (content.get("variables") or {}).items()}

    def instances(self, types: frozenset[str]) -> Iterator[Instance]:
        root = self._content["planned_values"].get("root_module") or {}
        yield from self._of(root, _Module(prefix="", configuration=self._configuration.get("root_module") or {}), types)

    def _of(self, planned: Body, module: _Module, types: frozenset[str]) -> Iterator[Instance]:
        declared = {
            (body.get("type"), body.get("name")): body
            for body in module.configuration.get("resources") or ()
            if body.get("mode") == "managed"
        }
        for resource in planned.get("resources") or ():
            if resource.get("mode") == "managed" and resource.get("type") in types:
                body = declared.get((resource["type"], resource["name"])) or {}
                yield self._instance(resource, body, module)
        for child in planned.get("child_modules") or ():
            prefix = f"{child['address']}."
            name = _MODULE.search(child["address"].removeprefix(module.prefix))
            call = (module.configuration.get("module_calls") or {}).get(name[1] if name else "") or {}
            inner = _Module(prefix=prefix, configuration=call.get("module") or {}, call=call, parent=module)
            yield from self._of(child, inner, types)

    def _instance(self, resource: Body, body: Body, module: _Module) -> Instance:
        unknown = self._unknown.get(resource["address"]) or {}
        expressions = body.get("expressions") or {}
        values = _merged(resource.get("values") or {}, unknown, expressions, _Names(module, body))
        return Instance(
            address=resource["address"],
            type=resource["type"],
            values=values if isinstance(values, Mapping) else {},
            subscription=self._subscription(str(body.get("provider_config_key") or "azurerm")),
        )

    def _subscription(self, key: str) -> str | None:
        providers = self._configuration.get("provider_config") or {}
        expression = ((providers.get(key) or {}).get("expressions") or {}).get("subscription_id") or {}
        value = expression.get("constant_value")
        names = [name for name in expression.get("references") or () if name.startswith("var.")]
        if value is None and len(names) == 1:
            value = self._variables.get(names[0].removeprefix("var."))
        return value if isinstance(value, str) else None


class _Names:
    """What the names in the expressions of one resource lead to."""

    def __init__(self, module: _Module, body: Body) -> None:
        self._module = module
        self._body = body

    def values(self, names: list[str], missing: int) -> list[Value]:
        """The values behind the names of one expression.

        Args:
            names: as the plan lists them.
            missing: how many values are missing where the expression stands.
        """
        written = ", ".join(_longest(names)) or "an expression without names"
        found, reasons = self._resolved(names, self._module)
        if not reasons and len(found) == missing:
            return list(found)
        why = "; ".join(dict.fromkeys(reasons)) or "a plan does not say how its value is made of these"
        return [Unknown(written, f"it is known after the apply: {why}", found)] * missing

    def _resolved(self, names: list[str], module: _Module) -> tuple[tuple[Reference, ...], list[str]]:
        """The attributes that names lead to, and why some lead to none."""
        found: dict[Reference, None] = {}
        reasons: list[str] = []
        for name in _longest(names):
            inner, why = self._one(name, module)
            found |= dict.fromkeys(inner)
            reasons += why
        return tuple(found), reasons

    def _one(self, name: str, module: _Module) -> tuple[tuple[Reference, ...], list[str]]:
        kind = re.split(r"[.\[]", name, maxsplit=1)[0]
        if kind == "var" and module.call is not None and module.parent is not None:
            variable = name.removeprefix("var.").split(".")[0].split("[")[0]
            return self._inside((module.call.get("expressions") or {}).get(variable), module.parent, name)
        if kind == "each":
            return self._inside(self._body.get("for_each_expression"), module, name)
        if output := _OUTPUT.fullmatch(name):
            call = (module.configuration.get("module_calls") or {}).get(output["name"]) or {}
            inner = call.get("module") or {}
            prefix = f"{module.prefix}module.{output['name']}{output['key'] or ''}."
            expression = ((inner.get("outputs") or {}).get(output["output"]) or {}).get("expression")
            child = _Module(prefix=prefix, configuration=inner, call=call, parent=module)
            return self._inside(expression, child, name)
        attribute = _ATTRIBUTE.fullmatch(name)
        if attribute is None or kind in (*_NOT_RESOURCES, "var", "module"):
            return (), [f"{name} is not resolved in a plan"]
        return (Reference(f"{module.prefix}{attribute['address']}", attribute["attribute"]),), []

    def _inside(self, expression: Any, module: _Module, name: str) -> tuple[tuple[Reference, ...], list[str]]:
        names = expression.get("references") if isinstance(expression, Mapping) else None
        if not names:
            return (), [f"{name} is not resolved in a plan"]
        return self._resolved(names, module)


def _longest(names: list[str]) -> list[str]:
    """The names without those that are the beginning of another: the plan lists a resource beside its attribute."""
    return [
        name
        for name in dict.fromkeys(names)
        if not any(other != name and other.startswith((f"{name}.", f"{name}[")) for other in names)
    ]


def _merged(value: Value, unknown: Any, expression: Any, names: _Names) -> Value:
    """A planned value with what is missing in it filled in.

    Args:
        value: the value, null where it is missing.
        unknown: the same shape, true where something is missing.
        expression: the same shape as far as blocks go, then names.
        names: what these lead to.
    """
    if isinstance(expression, Mapping) and isinstance(expression.get("references"), list):
        missing = iter(names.values(expression["references"], _count(unknown)))
        return _filled(value, unknown, missing)
    if unknown is True:
        return Unknown("", "it is known after the apply")
    if isinstance(unknown, Mapping):
        inner = expression if isinstance(expression, Mapping) else {}
        there = value if isinstance(value, Mapping) else {}
        return {key: _merged(there.get(key), unknown.get(key), inner.get(key), names) for key in {**there, **unknown}}
    if isinstance(unknown, list):
        listed = value if isinstance(value, list) else []
        # A single block stands alone in the configuration.
        inner_list = expression if isinstance(expression, list) else [expression]
        return [
            _merged(
                listed[position] if position < len(listed) else None,
                unknown[position] if position < len(unknown) else None,
                inner_list[position] if position < len(inner_list) else None,
                names,
            )
            for position in range(max(len(listed), len(unknown)))
        ]
    return value


def _count(unknown: Any) -> int:
    if unknown is True:
        return 1
    members = unknown.values() if isinstance(unknown, Mapping) else unknown if isinstance(unknown, list) else ()
    return sum(_count(member) for member in members)


def _filled(value: Value, unknown: Any, missing: Iterator[Value]) -> Value:
    if unknown is True:
        return next(missing)
    if isinstance(unknown, Mapping):
        there = value if isinstance(value, Mapping) else {}
        return {key: _filled(there.get(key), unknown.get(key), missing) for key in {**there, **unknown}}
    if isinstance(unknown, list):
        listed = value if isinstance(value, list) else []
        return [
            _filled(listed[position] if position < len(listed) else None, inner, missing)
            for position, inner in enumerate(unknown)
        ]
    return value
