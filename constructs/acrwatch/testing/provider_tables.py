"""Checks a synthesised stack against what a version of a provider accepts, without Terraform and the provider.

The table is made from the provider's own schemas, version by version (`codegen.table`). It knows the shape of the
resource types that acrwatch deploys and of the data sources that it reads; which values Azure refuses is decided in
`acrwatch.limits`.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from acrwatch.references import is_reference

# Terraform's own arguments of any resource or data source, and where the core keeps its notes.
_META_ARGUMENTS = frozenset(
    {"//", "connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider", "provisioner"}
)

# Section of a stack, the same in the table, and what stands before the types in an address.
_SECTIONS = (("resource", "resources", ""), ("data", "data_sources", "data."))


@cache
def _tables(provider: str) -> Mapping[str, Any]:
    tables: Mapping[str, Any] = json.loads(files(f"acrwatch.{provider}").joinpath("schema.json").read_text("utf-8"))
    return tables


VERSIONS = tuple(_tables("azurerm"))
"""The versions of azurerm that there is a table of, the oldest first."""

AZAPI_VERSIONS = tuple(_tables("azapi"))
"""The versions of azapi that there is a table of, the oldest first."""


def violations(stack: Mapping[str, Any], version: str, provider: Literal["azurerm", "azapi"] = "azurerm") -> list[str]:
    """List what this version of a provider would not accept in a stack.

    Args:
        stack: the synthesised stack, as read from `cdk.tf.json` or from `Testing.synth`.
        version: one of `VERSIONS`, or of `AZAPI_VERSIONS`.
        provider: whose version it is. Default: azurerm.

    Returns:
        One sentence for each violation, with the place in front. References are accepted anywhere. Resource types,
        data sources and providers that the table does not have are not looked at.

    Raises:
        ValueError: there is no table of the version.
    """
    tables = _tables(provider)
    if version not in tables:
        raise ValueError(f"there is no table of {provider} {version}; there are {', '.join(tables)}")
    table = tables[version]
    found: list[str] = []
    for section, types, prefix in _SECTIONS:
        for type_, named in stack.get(section, {}).items():
            if type_ in table[types]:
                for name, body in named.items():
                    own = {key: value for key, value in body.items() if key not in _META_ARGUMENTS}
                    found += _body(own, table[types][type_], f"{prefix}{type_}.{name}", body.get("dynamic", {}))
    for n, body in enumerate(_listed(stack.get("provider", {}).get(provider, []))):
        own = {key: value for key, value in body.items() if key != "alias"}
        found += _body(own, table["provider"], f"provider {provider}[{n}]")
    return found


def _body(
    body: Mapping[str, Any], table: Mapping[str, Any], place: str, dynamic: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Check the members of one body, be it of a block; dynamic blocks may be there in any number."""
    given = {name: value for name, value in body.items() if value is not None}
    dynamic = dynamic or {}
    for name in [*given, *dynamic]:
        if name not in table["attributes"] and name not in table["blocks"]:
            yield f"{place}.{name}: there is no such argument"
    for name, (type_, flags) in table["attributes"].items():
        if name in given and not set(flags) & {"r", "o"}:
            yield f"{place}.{name}: the provider computes it, so that it cannot be set"
        elif name in given:
            yield from _value(given[name], type_, f"{place}.{name}")
        elif "r" in flags:
            yield f"{place}.{name}: is required"
    for name, block in table["blocks"].items():
        yield from _blocks(given.get(name, []), block, f"{place}.{name}", is_dynamic=name in dynamic)


def _blocks(value: Any, table: Mapping[str, Any], place: str, *, is_dynamic: bool) -> Iterator[str]:
    blocks = _listed(value)
    if not all(isinstance(block, Mapping) for block in blocks):
        yield f"{place}: is a block, found {_kind(value)}"
        return
    if len(blocks) < table["min"] and not is_dynamic:
        yield f"{place}: takes at least {table['min']}, found {len(blocks)}"
    most = 1 if table["nesting"] == "single" else table["max"]
    if most and len(blocks) > most:
        yield f"{place}: takes at most {most}, found {len(blocks)}"
    for n, block in enumerate(blocks):
        own = {key: member for key, member in block.items() if key != "dynamic"}
        yield from _body(own, table, f"{place}[{n}]", block.get("dynamic"))


def _value(value: Any, type_: Any, place: str) -> Iterator[str]:
    """Check a literal as far as Terraform would not convert it by itself."""
    if value is None or (isinstance(value, str) and is_reference(value)):
        return
    match type_:
        case "string" | "number" | "bool":
            if not _converts(value, type_):
                yield f"{place}: takes a {type_}, found {_kind(value)}"
        case ["list" | "set", element]:
            if not isinstance(value, list):
                yield f"{place}: takes a {type_[0]}, found {_kind(value)}"
                return
            for n, member in enumerate(value):
                yield from _value(member, element, f"{place}[{n}]")
        case ["map", element]:
            if not isinstance(value, Mapping):
                yield f"{place}: takes a map, found {_kind(value)}"
                return
            for key, member in value.items():
                yield from _value(member, element, f"{place}.{key}")


def _converts(value: Any, type_: str) -> bool:
    if isinstance(value, list | Mapping):
        return False
    if type_ == "number":
        return not isinstance(value, bool) and _is_number(value)
    return type_ == "string" or isinstance(value, bool) or value in ("true", "false")


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _kind(value: Any) -> str:
    # The value itself stays out of the sentence: it may be a secret.
    return {"str": "a string", "bool": "a bool", "int": "a number", "float": "a number", "list": "a list"}.get(
        type(value).__name__, "a map"
    )
