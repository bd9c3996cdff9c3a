"""Whatever is valid in a settings file becomes a stack that azurerm takes, and any text arrives as it was."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch import DetectionAlert, Settings, WatchStack, catalogue
from acrwatch.core import CORES
from acrwatch.testing.provider_tables import VERSIONS, violations
from tests.strategies import SPECIAL, TEXTS, WORDS, optional, settings_files
from tests.synthesis import (
    GROUP,
    RULE,
    WORKSPACE_ID,
    Body,
    Host,
    as_terraform_reads,
    loaded,
    synthesised,
    watch_settings,
)

_REFERENCE = r"az(?:urerm|api)_\w+\.[\w-]+\.(?:id|name|sensitive_output\.url)"
# Behind a further $ it is no reference, but a text that somebody wrote.
OURS = re.compile(rf"(?<!\$)\$\{{(?:var\.\w+|each\.value|{_REFERENCE}|element\(split\(\"/\", {_REFERENCE}\), 2\))\}}")
# Besides what a settings file can hold, the control characters.
ANY_TEXT = st.lists(st.sampled_from(SPECIAL) | st.characters(exclude_categories=["Cs"]), max_size=12).map("".join)
HOSTS = st.sampled_from(CORES).map(Host)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the settings file is, one after the other."""
    return tmp_path_factory.mktemp("settings")


def texts(value: Any) -> Iterator[str]:
    """Every text in a part of a stack."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from (key, *texts(member))
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)


def stack_of(core: str, folder: Path, content: Body) -> Body:
    """The stack of a settings file."""
    return synthesised(WatchStack(Host(core).app, loaded(folder, content)).stack)


@given(content=settings_files(), core=st.sampled_from(CORES))
@settings(max_examples=40)
def test_any_valid_settings_file_becomes_a_stack_that_azurerm_takes(folder: Path, content: Body, core: str) -> None:
    """In both versions, and with no reference in it but to what the stack has."""
    stack = stack_of(core, folder, content)

    assert [violations(stack, version) for version in VERSIONS] == [[], []]
    for text in texts({key: stack[key] for key in ("resource", "terraform", "provider")}):
        as_terraform_reads(OURS.sub("-", text))
    for name in set(re.findall(r"(?<!\$)\$\{var\.(\w+)\}", str(stack))):
        assert stack["variable"][name]["sensitive"]


def test_every_key_there_is_can_be_in_such_a_file() -> None:
    """Else the property above would not be about it."""
    assert set(watch_settings()) | set(optional(["a"], ["r"])) == set(Settings.model_fields) - {"detections_dir"}


@given(tag=TEXTS, url=WORDS, name=TEXTS, core=st.sampled_from(CORES))
@settings(max_examples=40)
def test_any_text_of_a_settings_file_is_what_terraform_reads(
    folder: Path, tag: str, url: str, name: str, core: str
) -> None:
    """Whatever it would mean to Terraform, to HCL or to a core."""
    link = f"https://runbooks.example.com/{url}"
    function = {
        "type": "function",
        "function_app_resource_id": WORKSPACE_ID.replace("OperationalInsights/workspaces", "Web/sites"),
        "function_name": f"f{name}",
    }
    people = {"people": {"receivers": {"f": function}}}
    stack = stack_of(
        core, folder, watch_settings(tags={'a ${x} "b"': tag}, runbook_base_url=link, action_groups=people)
    )

    (group,) = stack["resource"][GROUP].values()
    rules = list(stack["resource"][RULE].values())
    ours = {key: value for key, value in rules[0]["tags"].items() if not key.startswith("acrwatch_")}
    assert {as_terraform_reads(key): as_terraform_reads(value) for key, value in ours.items()} == {'a ${x} "b"': tag}
    runbooks = [as_terraform_reads(rule["action"]["custom_properties"]["runbook"]) for rule in rules]
    assert sorted(runbooks) == [f"{link.rstrip('/')}/{id_}" for id_ in catalogue()]
    assert as_terraform_reads(group["azure_function_receiver"][0]["function_name"]) == f"f{name}"


@given(title=ANY_TEXT, description=ANY_TEXT, step=ANY_TEXT, query=ANY_TEXT, host=HOSTS)
@settings(max_examples=100)
def test_any_text_of_a_detection_is_what_terraform_reads(
    title: str, description: str, step: str, query: str, host: Host
) -> None:
    """Its query above all: in the JSON and back it is the KQL that was written."""
    ours = catalogue()["excessive_images_pulled"]
    content = dataclasses.replace(
        ours, title=title, description=description, mitigation=(step,), query=f"Table\n// {query}\n"
    )
    alert = DetectionAlert(
        host.scope, "a", detection=content, workspace_id=WORKSPACE_ID, resource_group_name="rg", location="westeurope"
    )

    rule = host.one(RULE)
    told = rule["action"]["custom_properties"]
    assert as_terraform_reads(rule["display_name"]) == title
    assert [as_terraform_reads(text) for text in (rule["description"], told["meaning"])] == [description] * 2
    assert as_terraform_reads(told["first_steps"]) == f"1. {step}"
    assert as_terraform_reads(rule["criteria"][0]["query"]) == alert.rule.query
    assert alert.rule.query.endswith(f"Table\n// {query}\n".strip())
