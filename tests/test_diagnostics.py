"""Diagnostic settings of a fleet are one resource, and every option of them reaches the JSON."""

import dataclasses
import inspect
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from acrwatch import (
    ActivityLogDiagnostics,
    EventHubDestination,
    LogSettings,
    Ownership,
    Registry,
    RegistryDiagnostics,
    SettingsError,
)
from acrwatch.azurerm import AzurermProvider
from tests.synthesis import (
    OTHER_SUBSCRIPTION,
    SETTING,
    SUBSCRIPTION,
    WORKSPACE_ID,
    Host,
    Option,
    azure_id,
    registry_id,
)

HUB_RULE = azure_id("Microsoft.EventHub/namespaces/authorizationRules", "hubs", "send")
STORAGE = azure_id("Microsoft.Storage/storageAccounts", "stlogs")
OTHER_WORKSPACE = azure_id("Microsoft.OperationalInsights/workspaces", "log-other")
HUB = EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="siem")
REGISTRIES: dict[str, Any] = {"registries": {"one": registry_id("one")}, "workspace_id": WORKSPACE_ID}
SUBSCRIPTIONS: dict[str, Any] = {"subscriptions": {"main": SUBSCRIPTION}, "workspace_id": WORKSPACE_ID}
LOGS = [{"category": "ContainerRegistryLoginEvents"}, {"category": "ContainerRegistryRepositoryEvents"}]


def at(*keys: object) -> tuple[object, ...]:
    """A place in the one setting there is."""
    return (SETTING, None, *keys)


OF_REGISTRIES = [
    Option("registries", {"two": registry_id("two")}, at("for_each"), {"two": registry_id("two")}),
    Option("workspace_id", OTHER_WORKSPACE, at("log_analytics_workspace_id"), OTHER_WORKSPACE),
    Option("diagnostics", Ownership.EXISTING, at(), None),
    Option("logs", LogSettings(name="siem"), at("name"), "siem"),
    Option("logs", LogSettings(categories=[LOGS[1]["category"]]), at("enabled_log"), [LOGS[1]]),
    Option("logs", LogSettings(category_group="audit"), at("enabled_log"), [{"category_group": "audit"}]),
    Option("logs", LogSettings(metrics=True), at("enabled_metric"), [{"category": "AllMetrics"}]),
    Option("logs", LogSettings(event_hub=HUB), at("eventhub_authorization_rule_id"), HUB_RULE),
    Option("logs", LogSettings(event_hub=HUB), at("eventhub_name"), "siem"),
    Option("logs", LogSettings(storage_account_id=STORAGE), at("storage_account_id"), STORAGE),
]
OF_SUBSCRIPTIONS = [
    Option(
        "subscriptions",
        {"b": OTHER_SUBSCRIPTION},
        at("for_each"),
        {"b": f"/subscriptions/{OTHER_SUBSCRIPTION}"},
    ),
    Option("workspace_id", OTHER_WORKSPACE, at("log_analytics_workspace_id"), OTHER_WORKSPACE),
    Option("name", "audit", at("name"), "audit"),
]
CASES = [(RegistryDiagnostics, REGISTRIES, option) for option in OF_REGISTRIES]
CASES += [(ActivityLogDiagnostics, SUBSCRIPTIONS, option) for option in OF_SUBSCRIPTIONS]  # type: ignore[misc]


@pytest.mark.parametrize(("construct", "base", "option"), CASES, ids=str)
def test_each_option_reaches_the_json(host: Host, construct: Any, base: dict[str, Any], option: Option) -> None:
    """Where it belongs, and by nothing but the option."""
    construct(host.scope, "logs", **base)
    without = option.found(host.json())
    host = Host(host.core.__name__)
    construct(host.scope, "logs", **base | {option.name: option.value})

    assert without != option.expected
    assert option.found(host.json()) == option.expected


@pytest.mark.parametrize(
    ("construct", "options"), [(RegistryDiagnostics, OF_REGISTRIES), (ActivityLogDiagnostics, OF_SUBSCRIPTIONS)]
)
def test_every_option_has_a_test(construct: type, options: list[Option]) -> None:
    """The provider has one of its own below."""
    parameters = set(inspect.signature(construct.__init__).parameters) - {"self", "scope", "id_"}  # type: ignore[misc]

    assert {option.name for option in options} | {"provider"} == parameters


def test_every_log_setting_has_a_test() -> None:
    """A field that is accepted and never passed on would send nothing."""
    given = [option.value for option in OF_REGISTRIES if isinstance(option.value, LogSettings)]
    defaults = LogSettings()
    tested = {
        field.name
        for field in dataclasses.fields(LogSettings)
        for value in given
        if getattr(value, field.name) != getattr(defaults, field.name)
    }

    assert tested == {field.name for field in dataclasses.fields(LogSettings)}


def test_the_provider_reaches_the_settings(host: Host) -> None:
    """One for both, as a rule: it needs no subscription of its own for settings elsewhere."""
    west = AzurermProvider(host.scope, "west", alias="west")
    RegistryDiagnostics(host.scope, "logs", **REGISTRIES, provider=west)
    ActivityLogDiagnostics(host.scope, "activity", **SUBSCRIPTIONS, provider=west)

    assert [setting["provider"] for setting in host.all(SETTING)] == ["azurerm.west", "azurerm.west"]


def test_repository_and_login_events_are_sent_unless_something_else_is_said(host: Host) -> None:
    """To tables of their own, without metrics and without a second destination."""
    RegistryDiagnostics(host.scope, "logs", **REGISTRIES)

    assert host.one(SETTING) == {
        "for_each": REGISTRIES["registries"],
        "name": "acrwatch",
        "target_resource_id": "${each.value}",
        "log_analytics_workspace_id": WORKSPACE_ID,
        "enabled_log": LOGS,
    }


def test_two_thousand_registries_are_one_resource(host: Host) -> None:
    """Each an instance under its own name, so that one that goes moves no other."""
    fleet = {f"registry{n}": registry_id(f"acr{n}", (SUBSCRIPTION, OTHER_SUBSCRIPTION)[n % 2]) for n in range(2000)}
    logs = RegistryDiagnostics(host.scope, "logs", registries=fleet, workspace_id=WORKSPACE_ID)

    assert logs.resource is not None
    assert host.one(SETTING)["for_each"] == fleet
    assert len(host.json()["resource"]) == 1


def test_a_registry_that_exists_is_left_out_and_a_managed_one_is_not(host: Host) -> None:
    """A registry knows better than the fleet, in both directions."""
    registries: dict[str, str | Registry] = {
        "theirs": Registry(id=registry_id("theirs"), diagnostics=Ownership.EXISTING),
        "ours": Registry(id=registry_id("ours"), diagnostics=Ownership.MANAGED),
        "plain": registry_id("plain"),
    }
    for n, diagnostics in enumerate(Ownership):
        logs = LogSettings(name=f"logs{n}")
        workspace = f"${{var.workspace{n}}}"
        RegistryDiagnostics(
            host.scope, logs.name, registries=registries, workspace_id=workspace, logs=logs, diagnostics=diagnostics
        )

    assert {name: set(host.one(SETTING, name)["for_each"]) for name in ("logs0", "logs1")} == {
        "logs0": {"ours", "plain"},
        "logs1": {"ours"},
    }


def test_where_all_settings_exist_nothing_is_made(host: Host) -> None:
    """And asking for the id of one says so."""
    logs = RegistryDiagnostics(host.scope, "logs", **REGISTRIES, diagnostics=Ownership.EXISTING)

    assert host.json().get("resource", {}) == {}
    assert logs.resource is None
    with pytest.raises(ValueError, match="'one' has none; all of them are existing"):
        logs.setting_id("one")


def test_a_setting_is_referred_to_by_the_name_of_its_registry(host: Host) -> None:
    """As the host needs it for what must come after."""
    logs = RegistryDiagnostics(host.scope, "logs", registries={"a.b c": registry_id("x")}, workspace_id=WORKSPACE_ID)
    activity = ActivityLogDiagnostics(host.scope, "activity", **SUBSCRIPTIONS)
    for name, value in {"one": logs.setting_id("a.b c"), "two": activity.setting_id("main")}.items():
        host.core.TerraformOutput(host.scope, name, value=value, static_id=True)

    outputs = {name: output["value"] for name, output in host.json()["output"].items()}
    assert outputs["one"].startswith(f"${{{SETTING}.logs_")
    assert outputs["one"].endswith('["a.b c"].id}')
    assert outputs["two"].endswith('["main"].id}')
    with pytest.raises(ValueError, match="no instance 'b'"):
        logs.setting_id("b")


def test_references_are_let_through(host: Host) -> None:
    """Of the host's own registries, workspace, hub and account, and by hand."""
    registry = host.resource("azurerm_container_registry", "acr")
    RegistryDiagnostics(
        host.scope,
        "logs",
        registries={"mine": registry.get_string_attribute("id"), "theirs": "${local.acr}"},
        workspace_id=host.variable("workspace"),
        logs=LogSettings(
            name=host.variable("name"),
            event_hub=EventHubDestination(
                authorization_rule_id=host.variable("rule"), event_hub_name=host.variable("hub")
            ),
            storage_account_id=host.variable("account"),
        ),
    )
    ActivityLogDiagnostics(
        host.scope, "activity", subscriptions={"x": host.variable("subscription")}, workspace_id="${var.workspace}"
    )

    registries, activity = (host.one(SETTING, name) for name in ("${var.name}", "acrwatch"))
    assert registries["for_each"] == {"mine": "${azurerm_container_registry.acr.id}", "theirs": "${local.acr}"}
    assert registries["log_analytics_workspace_id"] == activity["log_analytics_workspace_id"] == "${var.workspace}"
    assert registries["eventhub_authorization_rule_id"] == "${var.rule}"
    assert (registries["eventhub_name"], registries["storage_account_id"]) == ("${var.hub}", "${var.account}")
    assert activity["for_each"] == {"x": "/subscriptions/${var.subscription}"}


@pytest.mark.parametrize(
    ("arguments", "places"),
    [
        ({"registries": {}}, {"registries"}),
        ({"registries": {"a": "/x", "b": Registry(id=WORKSPACE_ID)}}, {"registries.a", "registries.b.id"}),
        ({"registries": {"a": registry_id("x"), "b": registry_id("X")}}, {"registries.b"}),
        ({"registries": {"é": registry_id("x")}}, {"registries.é"}),
        ({"workspace_id": WORKSPACE_ID.replace("Microsoft", "microsoft")}, {"workspace_id"}),
        ({"logs": LogSettings(name="a/b")}, {"logs.name"}),
        ({"logs": LogSettings(categories=[], category_group="audit")}, {"logs.category_group"}),
        ({"logs": LogSettings(categories=[])}, {"logs.categories"}),
        (
            {"logs": LogSettings(categories=["Login"] * 2)},
            {"logs.categories", *(f"logs.categories[{n}]" for n in (0, 1))},
        ),
        ({"logs": LogSettings(category_group="all")}, {"logs.category_group"}),
        ({"logs": LogSettings(storage_account_id=HUB_RULE)}, {"logs.storage_account_id"}),
        (
            {"logs": LogSettings(event_hub=EventHubDestination(authorization_rule_id=STORAGE))},
            {"logs.event_hub.authorization_rule_id"},
        ),
    ],
)
def test_what_azure_refuses_of_registries_is_refused(arguments: dict[str, Any], places: set[str]) -> None:
    """Each at its place, all at once."""
    host = Host("cdktf")
    with pytest.raises(SettingsError) as error:
        RegistryDiagnostics(host.scope, "logs", **REGISTRIES | arguments)

    assert {problem.place for problem in error.value.problems} == places
    assert host.all(SETTING) == []


def test_what_azure_refuses_of_subscriptions_is_said_at_once() -> None:
    """The log of a subscription can be sent to a workspace once."""
    host = Host("cdktf")
    with pytest.raises(SettingsError) as error:
        ActivityLogDiagnostics(
            host.scope,
            "logs",
            subscriptions={"a": SUBSCRIPTION, "b": SUBSCRIPTION, "c": "prod", "": OTHER_SUBSCRIPTION},
            workspace_id=registry_id("x"),
            name="?",
        )

    places = {"subscriptions.b", "subscriptions.c", "subscriptions.", "workspace_id", "name"}
    assert {problem.place for problem in error.value.problems} == places


def test_everything_chosen_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """All of a setting that one can choose, on one screen."""
    host = Host("cdktf")
    logs = LogSettings(name="siem", metrics=True, event_hub=HUB, storage_account_id=STORAGE)
    RegistryDiagnostics(host.scope, "logs", **REGISTRIES, logs=logs)

    assert host.one(SETTING) == acrwatch_snapshot


def test_nothing_chosen_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """For the activity log, which has two categories and no choice."""
    host = Host("cdktf")
    ActivityLogDiagnostics(host.scope, "logs", **SUBSCRIPTIONS)

    assert host.one(SETTING) == acrwatch_snapshot


@pytest.mark.parametrize("spelling", ["managed", Ownership.MANAGED])
def test_who_makes_a_setting_may_be_said_by_its_value(host: Host, spelling: Any) -> None:
    """A text that is equal to a member works like it; else a watch would be blind without a word."""
    RegistryDiagnostics(
        host.scope,
        "logs",
        registries={"one": Registry(id=registry_id("one"), diagnostics=spelling)},
        workspace_id=WORKSPACE_ID,
        diagnostics=spelling,
    )

    assert list(host.one(SETTING)["for_each"]) == ["one"]


def test_a_typo_in_who_makes_a_setting_is_refused(host: Host) -> None:
    """For the construct and for each registry."""
    wrong: Any = "mangaed"
    with pytest.raises(SettingsError) as error:
        RegistryDiagnostics(
            host.scope,
            "logs",
            registries={"one": Registry(id=registry_id("one"), diagnostics=wrong)},
            workspace_id=WORKSPACE_ID,
            diagnostics=wrong,
        )

    assert {problem.place for problem in error.value.problems} == {"registries.one.diagnostics", "diagnostics"}
