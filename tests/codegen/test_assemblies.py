"""Names and requirements in the bindings agree with those in the prebuilt packages of both cores.

The packages are large and slow to import, and neither is part of the project; where one is installed, its jsii
assembly, which is plain JSON, is read straight from the archive in it.
"""

import dataclasses
import importlib
import inspect
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeGuard

import pytest

from acrwatch import azurerm
from acrwatch.binding import Block
from tests import needs

# Name of the Python package, and where its azurerm is older than what the bindings were made from.
PACKAGES: Mapping[str, frozenset[str]] = {
    "cdktf_cdktf_provider_azurerm": frozenset(
        {
            "AzurermProviderFeatures.enhanced_validation",
            "AzurermProviderFeatures.persist_id_on_create_before_polling_for_completion",
            "AzurermProviderFeatures.servicebus",
            "AzurermProviderFeatures.skip_import_check_on_create_and_allow_overwriting_existing_resources",
            "AzurermProviderFeaturesEnhancedValidation.locations",
            "AzurermProviderFeaturesEnhancedValidation.preflight_enabled",
            "AzurermProviderFeaturesEnhancedValidation.preflight_location_fallback",
            "AzurermProviderFeaturesEnhancedValidation.resource_providers",
            "AzurermProviderFeaturesServicebus.auto_delete_subscription_default_rule",
            "MonitorScheduledQueryRulesAlertV2Action.email_subject",
        }
    ),
    "cdktn_provider_azurerm": frozenset(),
}

# The construct's own arguments, and Terraform's; `version` is ours.
OWN = {"self", "scope", "id_", "meta", "alias", "version"}


def package(name: str) -> pytest.MarkDecorator:
    return needs.optional(find_spec(name), f"{name} is for developers who compare with it, and not installed")


@cache
def assembly(package: str) -> Mapping[str, Any]:
    """Read the types of a package's assembly by their names, without the module in front."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    (archive,) = Path(next(iter(spec.submodule_search_locations))).glob("_jsii/*.tgz")
    with tarfile.open(archive) as files:
        member = files.extractfile("package/.jsii")
        assert member is not None
        types = json.load(member)["types"]
    return {name.rpartition(".")[2]: type_ for name, type_ in types.items()}


def theirs(package: str, name: str) -> dict[str, bool]:
    """Give Terraform's names of a type's members, and whether they are required; none where there is no such type."""
    types = assembly(package)
    properties = types.get(f"{name}Config", types.get(name, {"properties": []}))["properties"]
    return {terraform_name(each["docs"]): not each.get("optional", False) for each in properties if "docs" in each}


def terraform_name(docs: Mapping[str, str]) -> str:
    found = re.search(r"#(\w+) \w+#\1\b", f"{docs.get('summary', '')} {docs.get('remarks', '')}")
    return found[1] if found else ""


def classes() -> Iterator[type]:
    """Give every class of the bindings: resources, data sources, the provider, and all blocks."""
    for name in azurerm.__all__:
        class_ = getattr(azurerm, name)
        module = importlib.import_module(class_.__module__)
        yield class_
        yield from (each for each in vars(module).values() if isinstance(each, type) and is_block(each))


def is_block(class_: type) -> TypeGuard[type[Block]]:
    return issubclass(class_, Block) and class_ is not Block


def ours(class_: type) -> dict[str, bool]:
    """Give Terraform's names of a class's arguments, and whether they are required."""
    if is_block(class_):
        described: Any = class_
        members = dataclasses.fields(described)
        return {member.name.removesuffix("_"): member.default is dataclasses.MISSING for member in members}
    parameters = inspect.signature(class_).parameters
    return {
        name.removesuffix("_"): parameter.default is parameter.empty
        for name, parameter in parameters.items()
        if name not in OWN
    }


@pytest.mark.parametrize("class_", [*classes()], ids=lambda class_: class_.__name__)
@pytest.mark.parametrize("name", [pytest.param(name, marks=package(name)) for name in PACKAGES])
def test_arguments_are_named_and_required_as_in_the_prebuilt_package(name: str, class_: type) -> None:
    """Nothing is ours alone but what is listed, and what they require, we require."""
    expected = theirs(name, class_.__name__)
    found = ours(class_)

    alone = {f"{class_.__name__}.{argument}" for argument in found if argument not in expected}
    assert alone <= PACKAGES[name]
    shared = found.keys() & expected.keys()
    assert {argument: found[argument] for argument in shared} == {argument: expected[argument] for argument in shared}
    assert {argument for argument, required in expected.items() if required} <= found.keys()


@pytest.mark.parametrize("name", [pytest.param(name, marks=package(name)) for name in PACKAGES])
def test_listed_differences_are_still_there(name: str) -> None:
    """A difference that is gone must not hide the next one."""
    found = {class_.__name__: ours(class_) for class_ in classes()}
    alone = {
        f"{class_}.{argument}"
        for class_, arguments in found.items()
        for argument in arguments
        if argument not in theirs(name, class_)
    }

    assert alone == PACKAGES[name]
