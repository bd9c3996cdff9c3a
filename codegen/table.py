"""Writes the table of what each version of a provider accepts, which `acrwatch.testing.provider_tables` reads."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from codegen.schema import Attribute, Body, Schema

FLAGS = {"required": "r", "optional": "o", "computed": "c", "sensitive": "s", "write_only": "w"}
"""An attribute in the table is its type and the letters of what it is."""


def table(schemas: Sequence[Schema], resources: Sequence[str], data_sources: Sequence[str]) -> str:
    """Give the table as JSON with one type a line, so that a change is a line in a review."""
    versions = ",\n".join(
        f"{json.dumps(schema.version)}:{{\n"
        f'"provider":{_compact(schema.provider)},\n'
        f'"resources":{_section(schema.resources, resources)},\n'
        f'"data_sources":{_section(schema.data_sources, data_sources)}\n}}'
        for schema in schemas
    )
    return f"{{\n{versions}\n}}\n"


def _section(bodies: Mapping[str, Body], types: Sequence[str]) -> str:
    lines = ",\n".join(f"{json.dumps(type_)}:{_compact(bodies[type_])}" for type_ in types)
    return f"{{\n{lines}\n}}" if lines else "{}"


def _compact(body: Body) -> str:
    return json.dumps(_data(body), separators=(",", ":"), sort_keys=True)


def _data(body: Body) -> dict[str, Any]:
    return {
        "attributes": {name: [each.type, _flags(each)] for name, each in body.attributes.items()},
        "blocks": {
            name: {"nesting": each.nesting, "min": each.minimum, "max": each.maximum, **_data(each.body)}
            for name, each in body.blocks.items()
        },
    }


def _flags(attribute: Attribute) -> str:
    return "".join(letter for flag, letter in FLAGS.items() if getattr(attribute, flag))
