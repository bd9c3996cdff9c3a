"""An action group has its receivers and options in the JSON, and refuses what Azure refuses or nobody would hear."""

import inspect
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from acrwatch import ActionGroup, Email, SettingsError, Sms
from acrwatch.azurerm import AzurermProvider
from tests.notifications.kinds import KINDS, Case
from tests.synthesis import GROUP, Host, Option

MAIL = Email(name="team", email_address="team@example.com")
BASE: dict[str, Any] = {"name": "g", "short_name": "g", "resource_group_name": "rg", "receivers": [MAIL]}
OPTIONS = [
    Option("name", "other", (GROUP, None, "name"), "other"),
    Option("short_name", "other", (GROUP, None, "short_name"), "other"),
    Option("resource_group_name", "other", (GROUP, None, "resource_group_name"), "other"),
    Option("receivers", [KINDS[0].make("x")], (GROUP, None, "email_receiver", 0, "name"), "x"),
    Option("enabled", False, (GROUP, None, "enabled"), False),
    Option("location", "swedencentral", (GROUP, None, "location"), "swedencentral"),
    Option("tags", {"team": "a"}, (GROUP, None, "tags"), {"team": "a"}),
    Option("ignored_tags", ["Cost"], (GROUP, None, "lifecycle"), {"ignore_changes": ['tags["Cost"]']}),
]


def problems(**changed: Any) -> dict[str, str]:
    """Place and sentence of everything that is wrong with a group."""
    host = Host("cdktf")
    with pytest.raises(SettingsError, match="ActionGroup 'group'") as error:
        ActionGroup(host.scope, "group", **BASE | changed)
    assert host.all(GROUP) == []
    return {problem.place: str(problem) for problem in error.value.problems}


@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_each_option_reaches_the_json(host: Host, option: Option) -> None:
    """Where it belongs, and by nothing but the option."""
    ActionGroup(host.scope, "group", **BASE)
    without = option.found(host.json())
    host = Host(host.core.__name__)
    ActionGroup(host.scope, "group", **BASE | {option.name: option.value})

    assert without != option.expected
    assert option.found(host.json()) == option.expected


def test_every_option_has_a_test() -> None:
    """The provider and the place of Logic Apps have theirs."""
    parameters = set(inspect.signature(ActionGroup.__init__).parameters) - {"self", "scope", "id_"}

    assert {option.name for option in OPTIONS} | {"provider", "workflows"} == parameters


def test_the_provider_reaches_the_group(host: Host) -> None:
    """A group lies in the subscription of its provider."""
    west = AzurermProvider(host.scope, "west", alias="west")
    ActionGroup(host.scope, "group", **BASE, provider=west)

    assert host.one(GROUP)["provider"] == "azurerm.west"


def test_the_group_is_referred_to_by_its_id(host: Host) -> None:
    """By the host's own rules, too."""
    group = ActionGroup(host.scope, "group", **BASE)
    host.resource("azurerm_monitor_metric_alert", "own").add_override("action.action_group_id", group.id)

    (address,) = host.json()["resource"][GROUP]
    own = host.json()["resource"]["azurerm_monitor_metric_alert"]["own"]
    assert own["action"]["action_group_id"] == f"${{{GROUP}.{address}.id}}"


def test_receivers_of_all_kinds_fit_into_one_group(host: Host) -> None:
    """In the blocks of their kinds, in the order they were given."""
    receivers = [case.make(f"{n}{case}") for case in KINDS for n in range(2)]
    group = ActionGroup(host.scope, "group", **BASE | {"receivers": receivers})

    found = host.one(GROUP)
    for block in {case.kind.BLOCK for case in KINDS}:
        wanted = [receiver.name for receiver in receivers if block == type(receiver).BLOCK]
        assert [made["name"] for made in found[block]] == wanted
    assert group.receivers == tuple(receivers)


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_a_kind_is_taken_up_to_its_limit(case: Case) -> None:
    """A thousand addresses, ten of any other."""
    most = 1000 if case.kind is Email else 10
    receivers = [case.make(f"r{n}") for n in range(most + 1)]
    host = Host("cdktf")
    ActionGroup(host.scope, "group", **BASE | {"receivers": receivers[:-1]})

    assert len(host.one(GROUP)[case.kind.BLOCK]) == most
    assert f"{most + 1} of the kind {case.kind.BLOCK} are too many" in problems(receivers=receivers)["receivers"]


def test_webhooks_of_several_kinds_are_counted_together() -> None:
    """azurerm writes them into one list, and Azure counts that."""
    hooks = [case for case in KINDS if case.kind.BLOCK == "webhook_receiver"]
    receivers = [case.make(f"{case}{n}") for case in hooks for n in range(4)]

    assert len(hooks) == 3
    assert "12 of the kind webhook_receiver" in problems(receivers=receivers)["receivers"]


def test_two_receivers_of_one_name_are_refused_in_any_casing_and_kind() -> None:
    """Azure wants each name once in a group."""
    receivers = [MAIL, Sms(name="TEAM", country_code="49", phone_number="15112345678")]

    assert list(problems(receivers=receivers)) == ["receivers[1].name"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "a" * 261}, "name"),
        ({"short_name": ""}, "short_name"),
        ({"short_name": "a" * 13}, "short_name"),
        ({"receivers": []}, "receivers"),
    ],
)
def test_what_azure_refuses_of_a_group_is_refused(changed: dict[str, Any], place: str) -> None:
    """Names and lengths, and a group that tells nobody."""
    assert list(problems(**changed)) == [place]


def test_a_group_that_is_off_may_be_empty(host: Host) -> None:
    """It tells nobody on purpose."""
    ActionGroup(host.scope, "group", **BASE | {"receivers": [], "enabled": False})

    assert host.one(GROUP)["enabled"] is False


def test_everything_wrong_is_said_at_once() -> None:
    """Of the group and of each receiver, with its position."""
    receivers = [Email(name="", email_address="a"), Sms(name="s", country_code="+1", phone_number="x")]

    assert set(problems(name="?", short_name="", receivers=receivers)) == {
        "name", "short_name", "receivers[0].name", "receivers[0].email_address",
        "receivers[1].country_code", "receivers[1].phone_number",
    }  # fmt: skip


def test_a_lone_group_refuses_what_a_watch_refuses(host: Host) -> None:
    """A place that cannot be, and tags that are ours or have no such name."""
    wrong = {"resource_group_name": "a/b", "tags": {"acrwatch_kind": "x"}, "ignored_tags": ['"']}
    with pytest.raises(SettingsError) as error:
        ActionGroup(host.scope, "group", **BASE | wrong)

    assert {problem.place for problem in error.value.problems} == {
        "resource_group_name", "tags.acrwatch_kind", "ignored_tags[0]",
    }  # fmt: skip


def test_references_are_let_through(host: Host) -> None:
    """For the group's own names as well."""
    names = {key: host.variable(key) for key in ("name", "short_name", "resource_group_name", "location")}
    ActionGroup(host.scope, "group", **BASE | names)

    assert {key: host.one(GROUP)[key] for key in names} == {key: f"${{var.{key}}}" for key in names}


def test_nothing_chosen_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """Every default in one place."""
    host = Host("cdktf")
    ActionGroup(host.scope, "group", **BASE)

    assert host.one(GROUP) == acrwatch_snapshot
