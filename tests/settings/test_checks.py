"""What must fit together in a settings file beyond the types of its values."""

from pathlib import Path
from typing import Any

import pytest

from tests.settings.content import ZERO, loaded, problem_at

OTHER = "11111111-1111-1111-1111-111111111111"

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"subscription_id": "x"}, "subscription_id", "'x' is not a GUID"),
    ({"subscription_id": OTHER}, "workspace", f"it lies in subscription {ZERO}, but the stack in {OTHER}"),
    ({"name": "a.b"}, "name", "'a.b' cannot be a name"),
    ({"name": ""}, "name", "'' cannot be a name"),
    ({"name": "a/b"}, "name", "'a/b' cannot be a name"),
    ({"name": "x" * 61}, "name", "has 61 characters; at most 60"),
    ({"provider_version": ""}, "provider_version", "'' is not a constraint on a version"),
    ({"provider_version": "latest"}, "provider_version", "'latest' is not a constraint"),
    ({"provider_version": ">=4.0<5"}, "provider_version", "'>=4.0<5' is not a constraint"),
    *(
        ({"provider_version": version}, "provider_version", f"{version!r} is azurerm before 4")
        for version in ("3", "= 3.117.1", "~> 3.0", "<= 3.117", "< 4", ">= 3.0, < 4.0.0", ">= 3.0, ~>3.117", "0.1")
    ),
    ({"backend": {"type": "local", "path": "/var/state"}}, "backend.path", "'/var/state' is an absolute path"),
    ({"backend": {"type": "local", "path": "C:\\state"}}, "backend.path", "is an absolute path"),
    ({"backend": {"type": "local", "path": "cdktf.out/x"}}, "backend.path", "'cdktf.out/x' lies in cdktf.out"),
    ({"backend": {"type": "local", "path": "./cdktf.out/x"}}, "backend.path", "lies in cdktf.out"),
    ({"backend": {"type": "local", "path": "cdktf.out\\x"}}, "backend.path", "lies in cdktf.out"),
    ({"backend": {"type": "local", "path": "a\\..\\cdktf.out/x"}}, "backend.path", "lies in cdktf.out"),
    ({"backend": {"type": "local", "path": "./"}}, "backend.path", "'./' is no file"),
    ({"resource_group/name": "a/b"}, "resource_group.name", "'a/b' cannot name a resource group"),
    (
        {"action_groups/security/receivers/a.b": {"type": "webhook"}},
        "action_groups.security.receivers.a.b",
        "'a.b' cannot be a name",
    ),
    (
        {"action_groups/security/receivers/Team": {"type": "webhook"}},
        "action_groups.security.receivers.Team",
        "'Team' stands here twice",
    ),
    ({"action_groups/security/receivers": {}}, "action_groups.security.receivers", "nobody would be told"),
]


@pytest.mark.parametrize(("changes", "place", "words"), WRONG, ids=[f"{place}: {words}" for _, place, words in WRONG])
def test_values_that_do_not_fit_are_told_with_the_path_in_the_file(
    tmp_path: Path, changes: dict[str, Any], place: str, words: str
) -> None:
    """Which is not always the path among the arguments of the watch."""
    problem = problem_at(tmp_path, changes, place)

    assert words in problem.message
    assert problem.line is not None


@pytest.mark.parametrize(
    "version",
    ["5.2", "~> 5.2", ">= 4.55, < 6", "= 4.81.0", "!= 3.0.0", ">=4,<6", "> 3, < 5", ">= 3.9", "< 4.1", "<= 4"],
)
def test_a_constraint_as_terraform_has_it_is_fine(tmp_path: Path, version: str) -> None:
    assert loaded(tmp_path, {"provider_version": version}).provider_version == version


@pytest.mark.parametrize(
    "path", ["terraform.tfstate", "state/one.tfstate", "../cdktf.out", "a/cdktf.out\\x", "cdktf.out.tfstate"]
)
def test_a_state_file_beside_the_project_is_fine(tmp_path: Path, path: str) -> None:
    assert loaded(tmp_path, {"backend": {"type": "local", "path": path}}).backend.model_dump()["path"] == path


@pytest.mark.parametrize(
    "backend",
    [
        {"type": "local"},
        {"type": "azurerm", "resource_group_name": "rg", "storage_account_name": "state", "container_name": "tf"},
        {"type": "cloud", "organization": "contoso", "workspace": "acrwatch", "hostname": "tfe.contoso.com"},
        {"type": "remote", "organization": "contoso", "workspace": "acrwatch"},
    ],
    ids=lambda backend: backend["type"],
)
def test_a_backend_of_each_kind_is_read(tmp_path: Path, backend: dict[str, str]) -> None:
    read = loaded(tmp_path, {"backend": backend}).backend.model_dump()

    assert {key: value for key, value in read.items() if value is not None} == backend


@pytest.mark.parametrize("environment", ["public", "usgovernment", "china"])
def test_each_of_azures_clouds_can_be_chosen(tmp_path: Path, environment: str) -> None:
    assert loaded(tmp_path, {"environment": environment}).environment.value == environment


def test_a_workspace_of_the_stacks_subscription_is_fine_in_any_casing(tmp_path: Path) -> None:
    subscription = "abcdefab-0000-0000-0000-000000000000"
    workspace = str(loaded(tmp_path).workspace).replace(ZERO, subscription)

    settings = loaded(tmp_path, {"subscription_id": subscription.upper(), "workspace": workspace})

    assert settings.workspace == workspace
