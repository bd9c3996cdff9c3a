"""What people review of a stack: no secret, nothing of this machine, nothing that a patch release changes."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from acrwatch.testing import block_text, reviewable
from tests.synthesis import GROUP, Body

SECRET = "0123456789abcdef"


def stack(**body: Any) -> Body:
    return {"//": {"metadata": {"version": "1"}}, "resource": {GROUP: {"people": {"//": {"metadata": {}}, **body}}}}


def people(content: Body) -> Body:
    found: Body = content["resource"][GROUP]["people"]
    return found


def test_notes_of_the_core_go_and_tags_of_that_name_stay() -> None:
    """They have the core's version and paths of constructs."""
    content = reviewable(stack(name="a", tags={"//": "x"}))

    assert content == {"resource": {GROUP: {"people": {"name": "a", "tags": {"//": "x"}}}}}


@pytest.mark.parametrize(
    "body",
    [
        {"webhook_receiver": [{"name": "a", "service_uri": SECRET}]},
        {"sensitive_body": {"properties": {"parameters": {"url": {"value": SECRET}}}}},
        {"client_secret": SECRET},
        {"description": f"https://hooks.slack.com/services/{SECRET}"},
        {"site": [{"primary_key": [SECRET]}]},
        {"admin_password": f"{SECRET}${{var.rest}}"},
    ],
)
def test_a_secret_of_a_resource_is_in_no_file(body: Body) -> None:
    """Whether it stands where secrets stand, or looks like one; as a whole stack and as a single resource."""
    assert SECRET not in block_text(reviewable(stack(**body)))
    assert SECRET not in block_text(reviewable(body))


@pytest.mark.parametrize(
    "content",
    [
        {"variable": {"a": {"default": SECRET, "sensitive": True}}},
        {"output": {"a": {"value": SECRET, "sensitive": True}}},
        {"provider": {"azurerm": [{"client_secret": SECRET, "features": {}}]}},
        {"terraform": {"backend": {"azurerm": {"access_key": SECRET}}}},
        {"resource": {"azurerm_key_vault_secret": {"a": {"value": SECRET}}}},
    ],
)
def test_a_secret_of_a_stack_is_in_no_file(content: Body) -> None:
    """Variables, outputs, providers, the state, and resources that are a secret."""
    assert SECRET not in block_text(reviewable(content))


def test_a_reference_to_a_secret_stays() -> None:
    """It is no secret, and worth a review."""
    body = {"webhook_receiver": [{"name": "a", "service_uri": "${var.siem_service_uri}"}]}

    assert people(reviewable(stack(**body))) == body


def test_of_a_query_only_the_line_with_a_secret_is_hidden() -> None:
    """A change of another line would not be seen; and an identity in a pattern is none."""
    tuned = 'let in_scope = (identity: string) { not(identity matches regex "(?is)^(?:ci@example\\\\.com)\\\\z") };'
    query = f"{tuned}\nTable // https://user:{SECRET}@example.com\n| take 1"

    lines = people(reviewable(stack(query=query)))["query"].splitlines()

    assert lines == [tuned, "(hidden: it looks like a user and password)", "| take 1"]


def test_a_resource_that_is_called_secret_is_shown() -> None:
    """Only members hold one."""
    content = {"resource": {GROUP: {"secret": {"name": "a"}}}, "variable": {"token": {"type": "string"}}}

    assert reviewable(content) == content


@pytest.mark.parametrize("folder", [Path(tempfile.gettempdir()), Path.cwd(), Path.home()])
def test_a_folder_of_this_machine_is_masked(folder: Path) -> None:
    """Where the state lies is the machine's business; the file's name is the stack's."""
    path = str(folder / "run-12" / "terraform.a.tfstate")

    state = reviewable({"terraform": {"backend": {"local": {"path": path}}}})["terraform"]["backend"]["local"]["path"]

    assert state.endswith(")/terraform.a.tfstate")
    assert "run-12" not in state
    assert str(folder) not in state


@pytest.mark.parametrize(("version", "kept"), [("5.10.3", "5.10.(patch)"), ("~> 5.2",) * 2, (">= 4.0.1",) * 2])
def test_the_patch_number_of_a_pinned_provider_is_masked(version: str, kept: str) -> None:
    """The prebuilt packages pin exactly; a constraint that somebody wrote stays."""
    content = {"terraform": {"required_providers": {"azurerm": {"source": "azurerm", "version": version}}}}

    assert reviewable(content)["terraform"]["required_providers"]["azurerm"]["version"] == kept
