"""The client for Azure Resource Manager: pages, absence, and a token that goes nowhere else."""

import json

import pytest

from acrwatch.live.arm import Arm
from acrwatch.live.roles import permission
from acrwatch.live.unknown import CallFailed
from acrwatch.testing.azure import AzureStandIn

GROUPS = "/subscriptions/x/providers/Microsoft.Insights/actionGroups"
ONE = "/subscriptions/x/resourceGroups/r/providers/Microsoft.Insights/actionGroups"


@pytest.fixture
def arm(empty: AzureStandIn) -> Arm:
    for name in "abcde":
        empty.resources.put(f"{ONE}/{name}", {})
    return empty.azure().arm


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_list_is_read_to_its_end(empty: AzureStandIn, arm: Arm, size: int) -> None:
    empty.page_size = size

    assert [one["name"] for one in arm.list(GROUPS, "1")] == list("abcde")


@pytest.mark.parametrize("link", ["https://example.com/canary", "http://127.0.0.1/x", "//example.com", 7, ["x"]])
def test_a_next_page_elsewhere_is_not_followed(empty: AzureStandIn, arm: Arm, link: object) -> None:
    """The token would go along."""
    empty.answer("GET", GROUPS, status=200, body=json.dumps({"value": [], "nextLink": link}).encode())

    with pytest.raises(CallFailed, match="a next page on another host") as failure:
        list(arm.list(GROUPS, "1"))
    assert "canary" not in str(failure.value)


def test_a_list_that_goes_round_in_circles_ends(empty: AzureStandIn, arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acrwatch.live.arm._PAGES", 5)
    body = f'{{"value": [], "nextLink": "{empty.url}{GROUPS}?x=1"}}'
    empty.answer("GET", GROUPS, status=200, body=body.encode())

    with pytest.raises(CallFailed, match="more than 5 pages"):
        list(arm.list(GROUPS, "1"))


def test_a_list_whose_page_fails_is_no_list(empty: AzureStandIn, arm: Arm) -> None:
    """What came before it is not taken for the whole."""
    empty.page_size = 2
    empty.answer("GET", GROUPS, status=403)
    empty.answer("GET", GROUPS, times=1)

    with pytest.raises(CallFailed, match="403"):
        list(arm.list(GROUPS, "1"))


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceGroupNotFound", "NotFound"])
def test_what_is_not_there_is_none(empty: AzureStandIn, arm: Arm, code: str) -> None:
    """In either form in which Azure writes errors."""
    assert arm.find(f"{ONE}/nope", "1") is None
    for body in (f'{{"code": "{code}"}}', f'{{"error": {{"code": "{code}"}}}}'):
        empty.answer("GET", "*", status=404, body=body.encode())
        assert arm.find(f"{ONE}/a", "1") is None


@pytest.mark.parametrize("name", ["a b", "ä%2e", "x?y=z", "x#y", "(a).b"])
def test_a_name_of_any_characters_is_one_name(empty: AzureStandIn, arm: Arm, name: str) -> None:
    empty.resources.put(f"{ONE}/{name}", {"mark": name})

    found = arm.find(f"{ONE}/{name}", "1")

    assert found is not None
    assert found["mark"] == name


@pytest.mark.parametrize(
    ("method", "path", "action", "role"),
    [
        ("GET", f"{ONE}/a", "Microsoft.Insights/actionGroups/read", "Monitoring Reader"),
        ("PUT", f"{ONE}/a", "Microsoft.Insights/actionGroups/write", "Monitoring Contributor"),
        (
            "POST",
            f"{ONE}/a/createNotifications",
            "Microsoft.Insights/actionGroups/createNotifications/action",
            "Monitoring Contributor",
        ),
        ("GET", "/subscriptions", "Microsoft.Resources/subscriptions/read", "Monitoring Reader"),
        (
            "GET",
            "/subscriptions/x/resourceGroups/r",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Monitoring Reader",
        ),
    ],
)
def test_a_call_names_its_permission_and_the_role_that_has_it(method: str, path: str, action: str, role: str) -> None:
    needed = permission(method, path)

    assert (needed.action, needed.role) == (action, role)
