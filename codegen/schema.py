"""Reads provider schemas, and finds what all versions of a provider accept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLAGS = ("required", "optional", "computed", "sensitive", "write_only", "deprecated")
"""What a schema says of an attribute beside its type."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute: its type as Terraform writes it in JSON (`dynamic` for nested attributes), and what it is."""

    type: Any
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False
    deprecated: bool = False

    @property
    def settable(self) -> bool:
        return self.required or self.optional


@dataclass(frozen=True, kw_only=True)
class Nested:
    """A kind of block inside another, and how many there may be; a maximum of 0 is none."""

    nesting: str
    minimum: int
    maximum: int
    body: "Body"

    @property
    def single(self) -> bool:
        return self.nesting == "single" or self.maximum == 1


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a resource, a data source, a provider or a block may hold."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, Nested]


@dataclass(frozen=True, kw_only=True)
class Schema:
    """One version of a provider."""

    source: str
    version: str
    provider: Body
    resources: Mapping[str, Body]
    data_sources: Mapping[str, Body]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What all versions accept, and the names (dotted, in blocks) of what only some of them do."""

    body: Body
    left_out: tuple[str, ...]


def read(folders: Sequence[Path], provider: str) -> list[Schema]:
    """Read all versions of a provider in the folders, the oldest first."""
    found = [file for folder in folders for file in folder.glob(f"{provider}-*.json")]
    files = [(file.stem.removeprefix(f"{provider}-"), file) for file in found]
    if not files:
        raise SystemExit(f"{', '.join(map(str, folders))}: there is no {provider}-<version>.json")
    return [_schema(version, file) for version, file in sorted(files, key=lambda found: _order(found[0]))]


def common(bodies: Sequence[Body], place: str) -> Common:
    """Find what all the bodies accept.

    Raises:
        SystemExit: one version requires what another does not have, so that nothing fits both.
    """
    body, left_out, missing = _common(bodies)
    if missing:
        raise SystemExit(f"{place}: not all versions have what one of them requires: {', '.join(missing)}")
    return Common(body=body, left_out=tuple(left_out))


def _common(bodies: Sequence[Body]) -> tuple[Body, list[str], list[str]]:
    """Give what is common, what is left out, and what of that one of the versions requires."""
    attributes: dict[str, Attribute] = {}
    blocks: dict[str, Nested] = {}
    left_out: list[str] = []
    missing: list[str] = []
    for name in sorted({name for body in bodies for name in body.attributes}):
        found = [body.attributes[name] for body in bodies if name in body.attributes]
        if len(found) == len(bodies) and all(each.type == found[0].type for each in found):
            attributes[name] = _common_attribute(found)
        else:
            left_out.append(name)
            missing += [name for each in found[:1] if any(one.required for one in found)]
    for name in sorted({name for body in bodies for name in body.blocks}):
        nested = [body.blocks[name] for body in bodies if name in body.blocks]
        inner, inner_left_out, inner_missing = _common([each.body for each in nested])
        if len(nested) == len(bodies) and not inner_missing:
            blocks[name] = _common_nested(nested, inner)
            left_out += [f"{name}.{each}" for each in inner_left_out]
        else:
            left_out.append(name)
            missing += [name for each in nested[:1] if any(one.minimum for one in nested)]
    return Body(attributes=attributes, blocks=blocks), left_out, missing


def _common_attribute(found: Sequence[Attribute]) -> Attribute:
    settable = all(each.settable for each in found)
    required = settable and any(each.required for each in found)
    return Attribute(
        type=found[0].type,
        required=required,
        optional=settable and not required,
        computed=all(each.computed for each in found),
        sensitive=any(each.sensitive for each in found),
        write_only=all(each.write_only for each in found),
        deprecated=found[-1].deprecated,
    )


def _common_nested(found: Sequence[Nested], inner: Body) -> Nested:
    return Nested(
        nesting=found[0].nesting,
        minimum=max(each.minimum for each in found),
        maximum=min((each.maximum for each in found if each.maximum), default=0),
        body=inner,
    )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _schema(version: str, file: Path) -> Schema:
    ((address, raw),) = json.loads(file.read_text(encoding="utf-8"))["provider_schemas"].items()
    return Schema(
        source=address.partition("/")[2],
        version=version,
        provider=_body(raw["provider"]["block"]),
        resources={name: _body(resource["block"]) for name, resource in raw["resource_schemas"].items()},
        # Terraform writes no empty section.
        data_sources={name: _body(source["block"]) for name, source in raw.get("data_source_schemas", {}).items()},
    )


def _body(raw: Mapping[str, Any]) -> Body:
    return Body(
        attributes={name: _attribute(each) for name, each in raw.get("attributes", {}).items()},
        blocks={
            name: Nested(
                nesting=each["nesting_mode"],
                minimum=each.get("min_items", 0),
                maximum=each.get("max_items", 0),
                body=_body(each["block"]),
            )
            for name, each in raw.get("block_types", {}).items()
        },
    )


def _attribute(raw: Mapping[str, Any]) -> Attribute:
    return Attribute(
        type=raw.get("type", "dynamic"),
        **{flag: raw.get(flag, False) for flag in FLAGS},
    )
