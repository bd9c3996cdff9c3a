"""Reads a `cdk.tf.json`: which instances Terraform would make of its resources, with their arguments evaluated.

A variable has its default here, since nothing else is known of it. What a module holds stands in files of its own, so
it is named as unknown; a plan has it (`plan`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acrwatch.synthesised.expressions import evaluate
from acrwatch.synthesised.values import Contents, Instance, Reference, Unknown, Unresolved, Value, plain

Body = Mapping[str, Any]

# Arguments of Terraform's own, which are no arguments of the resource.
_META = ("//", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "connection", "dynamic")


def read_configuration(content: Body, types: frozenset[str]) -> Contents:
    """The instances of some types of resource.

    Args:
        content: the file.
        types: Terraform types; others are only read where these refer to them.
    """
    return _Configuration(content).contents(types)


class _Configuration:
    """The declarations of one file, each evaluated when it is first asked for."""

    def __init__(self, content: Body) -> None:
        self._resources = {
            (type_, name): body
            for type_, named in _declared(content, "resource")
            if isinstance(named, Mapping)
            for name, bodies in named.items()
            for body in _bodies(bodies)
        }
        self._data = {
            (type_, name) for type_, named in _declared(content, "data") if isinstance(named, Mapping) for name in named
        }
        self._variables = {name: body for name, bodies in _declared(content, "variable") for body in _bodies(bodies)}
        self._locals = dict(_declared(content, "locals"))
        self._modules = dict(_declared(content, "module"))
        self._providers = [
            body for name, bodies in _declared(content, "provider") if name == "azurerm" for body in _bodies(bodies)
        ]
        self._evaluating: list[str] = []

    def contents(self, types: frozenset[str]) -> Contents:
        instances: list[Instance] = []
        unknown: list[Unresolved] = []
        for (type_, name), body in sorted(self._resources.items(), key=lambda item: item[0]):
            if type_ not in types:
                continue
            scopes = self._scopes(body)
            if isinstance(scopes, Unknown):
                written, reason = scopes.written, f"how many there are cannot be known: {scopes.reason}"
                unknown.append(Unresolved(member=f"{type_}.{name}", written=written, reason=reason))
                continue
            subscription = self._subscription(body)
            instances += [
                Instance(
                    address=f"{type_}.{name}{scope.key}",
                    type=type_,
                    values=_arguments(body, scope),
                    subscription=subscription,
                )
                for scope in scopes
            ]
        for name, bodies in self._modules.items():
            source = next((str(body.get("source", "")) for body in _bodies(bodies)), "")
            reason = "what a module holds is not in this file; a plan has it: terraform show -json, then --plan"
            unknown.append(Unresolved(member=f"module.{name}", written=source, reason=reason))
        variables = tuple(sorted(name for name, body in self._variables.items() if "default" not in body))
        return Contents(instances=tuple(instances), unknown=tuple(unknown), variables=variables)

    def _scopes(self, body: Body) -> list[_Scope] | Unknown:
        """The scope of each instance of a resource."""
        top = _Scope(self)
        if body.get("for_each") is not None:
            value = evaluate(body["for_each"], top)
            members = _members(value)
            if members is None:
                return value if isinstance(value, Unknown) else Unknown(str(plain(value)), "it is no map and no set")
            return [
                _Scope(self, {"each": {"key": key, "value": member}}, key=f'["{key}"]')
                for key, member in members.items()
            ]
        if body.get("count") is not None:
            count = evaluate(body["count"], top)
            if isinstance(count, str) and count.isdigit():
                count = int(count)
            if isinstance(count, bool) or not isinstance(count, int):
                return count if isinstance(count, Unknown) else Unknown(str(plain(count)), "it is no number")
            return [_Scope(self, {"count": {"index": index}}, key=f"[{index}]") for index in range(count)]
        return [top]

    def _subscription(self, body: Body) -> str | None:
        _, _, alias = str(body.get("provider") or "azurerm").strip("${}").partition(".")
        for provider in self._providers:
            if (provider.get("alias") or "") == alias:
                value = evaluate(provider.get("subscription_id"), _Scope(self))
                return value if isinstance(value, str) else None
        return None

    def look_up(self, path: tuple[str | int, ...], written: str) -> Value:
        """The value of a traversal at the top of the file."""
        template = f"${{{written}}}"
        if written in self._evaluating:
            return Unknown(template, "it is defined by itself")
        self._evaluating.append(written)
        try:
            return self._look_up(path, template)
        finally:
            self._evaluating.pop()

    def _look_up(self, path: tuple[str | int, ...], template: str) -> Value:
        if len(path) < 2 or not isinstance(path[1], str):
            return Unknown(template, "acrwatch does not evaluate this expression")
        kind, name, rest = path[0], path[1], list(path[2:])
        if kind == "var":
            return self._variable(name, rest, template)
        if kind == "local":
            if name not in self._locals:
                return Unknown(template, f"there is no local {name} in this file")
            return _walked(evaluate(self._locals[name], _Scope(self)), rest, template)
        if kind == "module":
            return Unknown(template, f"it is an output of the module {name}, which is not in this file")
        if kind == "data":
            type_, name, rest = name, str(rest[0]) if rest else "", rest[1:]
            if (type_, name) not in self._data:
                return Unknown(template, f"data.{type_}.{name} is not in this file")
            return Reference(f"data.{type_}.{name}", _dotted(rest))
        if (kind, name) not in self._resources:
            return Unknown(template, f"{kind}.{name} is not in this file")
        return self._attribute(f"{kind}", name, rest, template)

    def _variable(self, name: str, rest: list[str | int], template: str) -> Value:
        if name not in self._variables:
            return Unknown(template, f"there is no variable {name} in this file")
        body = self._variables[name]
        if "default" not in body:
            return Unknown(template, f"the variable {name} has no default")
        # The default of a variable is no template.
        return _walked(body["default"], rest, template)

    def _attribute(self, type_: str, name: str, rest: list[str | int], template: str) -> Value:
        body = self._resources[type_, name]
        address, scope = f"{type_}.{name}", _Scope(self)
        if body.get("for_each") is not None or body.get("count") is not None:
            scopes = self._scopes(body)
            key = rest[0] if rest else None
            index = f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            rest, address = rest[1:], f"{address}{index}"
            if isinstance(scopes, list):
                found = [each for each in scopes if each.key == index]
                if not found:
                    return Unknown(template, f"there is no instance {address}")
                scope = found[0]
        if not rest:
            return Unknown(template, "it is a whole resource, where a value is expected")
        given = body.get(str(rest[0]))
        if given is None or rest[0] in _META:
            return Reference(address, _dotted(rest))
        return _walked(evaluate(given, scope), rest[1:], template)


class _Scope:
    """What names mean in one instance of a resource, or in one block of a `dynamic`."""

    def __init__(self, file: _Configuration, names: Mapping[str, Any] | None = None, key: str = "") -> None:
        self._file = file
        self._names = names or {}
        self.key = key

    def with_name(self, name: str, value: Mapping[str, Value]) -> _Scope:
        """The same scope with one more name."""
        return _Scope(self._file, {**self._names, name: value}, self.key)

    def look_up(self, path: tuple[str | int, ...], written: str) -> Value:
        """The value of a traversal."""
        if path[0] in self._names:
            return _walked(self._names[str(path[0])], list(path[1:]), f"${{{written}}}")
        return self._file.look_up(path, written)


def _arguments(body: Body, scope: _Scope) -> dict[str, Value]:
    """The arguments of a resource or block, with the blocks that a `dynamic` makes."""
    found: dict[str, Value] = {name: _block_or_value(value, scope) for name, value in body.items() if name not in _META}
    for dynamic in _bodies(body.get("dynamic")):
        for name, made in dynamic.items():
            for block in _bodies(made):
                written = found.get(name)
                there = written if isinstance(written, list) else [] if written is None else [written]
                found[name] = [*there, *_made(name, block, scope)]
    return found


def _block_or_value(value: object, scope: _Scope) -> Value:
    if isinstance(value, Mapping) and "dynamic" in value:
        return _arguments(value, scope)
    if isinstance(value, list):
        return [_block_or_value(member, scope) for member in value]
    return evaluate(value, scope)


def _made(name: str, block: Body, scope: _Scope) -> Iterator[Value]:
    value = evaluate(block.get("for_each"), scope)
    members = _members(value) if not isinstance(value, list) else dict(enumerate(value))
    if members is None:
        reason = value.reason if isinstance(value, Unknown) else "it is no map and no list"
        yield Unknown(str(plain(value)), f"how many blocks there are cannot be known: {reason}")
        return
    iterator = str(block.get("iterator") or name)
    for content in _bodies(block.get("content")):
        for key, member in members.items():
            yield _arguments(content, scope.with_name(iterator, {"key": key, "value": member}))


def _members(value: Value) -> dict[Any, Value] | None:
    """What `for_each` goes over: a map, or a set of texts."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return {member: member for member in value}
    return None


def _walked(value: Value, rest: list[str | int], template: str) -> Value:
    for part in rest:
        if isinstance(value, Reference):
            return Unknown(template, "Azure gives it its value at the apply", (value,))
        if isinstance(value, Unknown):
            return Unknown(template, value.reason, value.references)
        if not _holds(value, part):
            return Unknown(template, f"there is no {part} in it")
        value = value[part]
    return value


def _holds(value: Value, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, Mapping) and part in value


def _dotted(rest: list[str | int]) -> str:
    return ".".join(map(str, rest))


def _declared(content: Body, section: str) -> Iterator[tuple[str, Any]]:
    """The declarations of a section, which is a map or a list of maps."""
    for named in _bodies(content.get(section)):
        yield from named.items()


def _bodies(value: object) -> list[Body]:
    return [body for body in (value if isinstance(value, list) else [value]) if isinstance(body, Mapping)]
