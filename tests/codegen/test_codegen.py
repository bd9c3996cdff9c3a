"""The generator keeps what all versions of a provider accept, and writes the same files each time."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from codegen import python
from codegen.__main__ import ROOT, generate
from codegen.schema import Common, common, read
from codegen.table import table
from codegen.targets import PROVIDERS
from tests import needs

PACKAGES = ROOT / "constructs" / "acrwatch"


def schemas() -> list[Path]:
    """Find the folders with the providers' schemas: those that are named, or those beside the repository."""
    if named := os.environ.get("ACRWATCH_SCHEMAS"):
        return [Path(folder) for folder in named.split(os.pathsep)]
    found = [next(ROOT.parent.glob(f"*/{provider}-schema"), None) for provider in PROVIDERS]
    return [folder for folder in found if folder is not None]


SCHEMAS = schemas()

ACME = python.Origin(provider="acme", source="acme/acme", versions=["9.0.0"])


def attribute(type_: Any = "string", **flags: bool) -> dict[str, Any]:
    return {"type": type_, **(flags or {"optional": True})}


def block(attributes: dict[str, Any], blocks: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"attributes": attributes, "block_types": blocks or {}}


def nested(body: dict[str, Any], minimum: int = 0, maximum: int = 0) -> dict[str, Any]:
    return {"nesting_mode": "list", "min_items": minimum, "max_items": maximum, "block": body}


def found(folder: Path, *versions: dict[str, Any]) -> Common:
    """Write one schema for each version, with one resource in it, and read back what is common."""
    for n, body in enumerate(versions):
        provider = {
            "provider": {"block": block({})},
            "resource_schemas": {"acme_thing": {"block": body}},
            "data_source_schemas": {"acme_thing": {"block": block({"read": attribute()})}},
        }
        text = json.dumps({"provider_schemas": {"example.com/acme/acme": provider}})
        (folder / f"acme-{n + 9}.0.0.json").write_text(text, encoding="utf-8")
    return common([schema.resources["acme_thing"] for schema in read([folder], "acme")], "acme_thing")


@needs.optional(SCHEMAS, "the providers' schemas are no part of the project; ACRWATCH_SCHEMAS names their folders")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_bindings_are_what_the_generator_writes(provider: str) -> None:
    """Nobody has edited them, and no change of the generator is without its result."""
    there = {file.name: file.read_text(encoding="utf-8") for file in (PACKAGES / provider).iterdir() if file.is_file()}

    assert there == generate(SCHEMAS, provider)
    assert generate(SCHEMAS, provider) == generate(SCHEMAS, provider)


def test_versions_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """Not of their spelling, where 10 comes before 9."""
    found(tmp_path, block({}), block({}))

    assert [schema.version for schema in read([tmp_path], "acme")] == ["9.0.0", "10.0.0"]


def test_what_one_version_lacks_is_left_out(tmp_path: Path) -> None:
    """An attribute, one of another type, a member of a block, a whole block."""
    both = {"a": attribute(), "t": attribute()}
    inner = nested(block({"x": attribute(), "y": attribute()}))
    first = block(both | {"old": attribute()}, {"part": inner, "gone": inner})
    second = block(both | {"t": attribute("bool")}, {"part": nested(block({"x": attribute()}))})

    result = found(tmp_path, first, second)

    assert list(result.body.attributes) == ["a"]
    assert list(result.body.blocks["part"].body.attributes) == ["x"]
    assert result.left_out == ("old", "t", "gone", "part.y")


def test_a_block_goes_whole_when_a_member_that_one_version_requires_is_missing(tmp_path: Path) -> None:
    """Without that member the block could be written, and one version would refuse it."""
    first = block({}, {"part": nested(block({"x": attribute()}))})
    second = block({}, {"part": nested(block({"x": attribute(), "y": attribute(required=True)}))})

    result = found(tmp_path, first, second)

    assert result.body.blocks == {}
    assert result.left_out == ("part",)


def test_a_resource_that_cannot_suit_all_versions_is_refused(tmp_path: Path) -> None:
    """The generator stops, rather than write what one version would refuse."""
    with pytest.raises(SystemExit, match="acme_thing: not all versions have what one of them requires: y"):
        found(tmp_path, block({}), block({"y": attribute(required=True)}))


def test_what_any_version_requires_is_required(tmp_path: Path) -> None:
    """And the narrower of two counts holds."""
    first = block({"a": attribute()}, {"part": nested(block({}), 0, 5)})
    second = block({"a": attribute(required=True)}, {"part": nested(block({}), 1, 0)})

    result = found(tmp_path, first, second)

    assert result.body.attributes["a"].required
    assert (result.body.blocks["part"].minimum, result.body.blocks["part"].maximum) == (1, 5)


def test_what_only_the_provider_knows_is_a_property_and_no_argument(tmp_path: Path) -> None:
    """As is `id`, which the old SDK marks as optional for its own use."""
    flags = {"id": attribute(optional=True, computed=True), "secret": attribute(computed=True), "name": attribute()}

    text = module(tmp_path, block(flags))

    assert all(f"    {name} = TextAttribute()" in text for name in flags)
    assert "name: Text | None = None," in text
    assert "secret:" not in text
    assert "id:" not in text


def test_names_that_are_taken_get_an_underscore(tmp_path: Path) -> None:
    """By the constructor, by the handle, by Python; Terraform sees their own."""
    text = module(tmp_path, block({name: attribute() for name in ("scope", "in", "at")}))

    assert all(f"    {name} = TextAttribute()" in text for name in ("scope_", "in_", "at_"))
    assert "{'at': at_, 'in': in_, 'scope': scope_}" in text


def test_every_type_has_its_argument_and_its_property(tmp_path: Path) -> None:
    """What has no type of its own, as azapi's bodies, takes anything."""
    types = {
        "a": ("bool", "Flag", "FlagAttribute"),
        "b": (["set", "string"], "Texts", "TextsAttribute"),
        "c": (["list", "number"], "Numbers", "NumbersAttribute"),
        "d": (["map", "string"], "TextMap", "TextMapAttribute"),
        "e": ("dynamic", "object", "AnyAttribute"),
        "f": (["list", ["object", {"x": "string"}]], "object", "AnyAttribute"),
    }

    text = module(tmp_path, block({name: attribute(type_) for name, (type_, _, _) in types.items()}))

    assert all(f"{name}: {argument} | None = None," in text for name, (_, argument, _) in types.items())
    assert all(f"{name} = {reader}()" in text for name, (_, _, reader) in types.items())


def test_a_resource_that_is_called_resource_does_not_hide_its_base() -> None:
    """As azapi's is."""
    assert python.resource_class("resource", ACME) == "AcmeResource"
    assert python.resource_class("resource_group", ACME) == "ResourceGroup"


def module(folder: Path, body: dict[str, Any]) -> str:
    return python.resource_module("thing", found(folder, body), ACME)


def test_what_is_write_only_can_be_set_and_not_referred_to(tmp_path: Path) -> None:
    """It is null for whoever reads it."""
    body = block({"secret": attribute(optional=True, write_only=True), "plain": attribute(optional=True)})
    text = python.resource_module("thing", found(tmp_path, body), ACME)

    assert "    plain = TextAttribute()" in text
    assert "    secret = " not in text
    assert "secret: Text | None = None" in text


def test_a_data_source_is_named_as_in_the_prebuilt_packages(tmp_path: Path) -> None:
    """It has its own arguments, and takes no lifecycle; the resource of the same type is another."""
    found(tmp_path, block({}))
    (schema,) = read([tmp_path], "acme")

    text = python.data_source_module("acme_thing", common([schema.data_sources["acme_thing"]], "data"), ACME)

    assert "class DataAcmeThing(DataSource):" in text
    assert '    TYPE = "acme_thing"' in text
    assert "    read = TextAttribute()" in text
    assert "**meta: Unpack[DataMetaArguments]," in text
    assert "`depends_on`, `for_each` and `provider`" in text


def test_a_provider_without_data_sources_has_none(tmp_path: Path) -> None:
    """Terraform leaves the whole section out."""
    text = json.dumps({"provider_schemas": {"x/acme/acme": {"provider": {"block": {}}, "resource_schemas": {}}}})
    (tmp_path / "acme-1.0.0.json").write_text(text, encoding="utf-8")
    schemas_read = read([tmp_path], "acme")

    assert schemas_read[0].data_sources == {}
    assert json.loads(table(schemas_read, [], []))["1.0.0"]["data_sources"] == {}
