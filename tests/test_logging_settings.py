"""Which logs flow and where to: what Azure refuses, or drops without a word."""

from typing import Any

import pytest

from acrwatch.errors import Problem
from acrwatch.logging_settings import (
    REGISTRY_CATEGORIES,
    EventHubDestination,
    LogSettings,
    Ownership,
    Registries,
    Registry,
    log_problems,
    ownership_of,
    registry_id,
    registry_problems,
    setting_name_problems,
    subscription_problems,
)

GUID = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{GUID}/resourceGroups/rg/providers"
REGISTRY = f"{GROUP}/Microsoft.ContainerRegistry/registries/one"
HUB_RULE = f"{GROUP}/Microsoft.EventHub/namespaces/ns/authorizationRules/send"
STORAGE = f"{GROUP}/Microsoft.Storage/storageAccounts/store"


def told(problems: Any) -> list[tuple[str, str]]:
    found: list[Problem] = list(problems)
    return [(problem.place, problem.message) for problem in found]


def test_repository_and_login_events_are_sent_unless_another_choice_is_made() -> None:
    assert LogSettings().effective_categories == REGISTRY_CATEGORIES
    assert LogSettings(category_group="audit").effective_categories == ()
    assert LogSettings(categories=REGISTRY_CATEGORIES[:1]).effective_categories == REGISTRY_CATEGORIES[:1]


@pytest.mark.parametrize(
    "logs",
    [
        LogSettings(),
        LogSettings(category_group="allLogs", metrics=True),
        LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="hub")),
        LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="A-b.c_9")),
        LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="${var.hub}")),
        LogSettings(storage_account_id=STORAGE),
        LogSettings(name="${var.name}", categories=["${var.category}"], storage_account_id="${var.id}"),
    ],
    ids=str,
)
def test_what_azure_takes_is_fine(logs: LogSettings) -> None:
    """References included, since their values are not known here."""
    assert told(log_problems(logs)) == []


@pytest.mark.parametrize(
    ("logs", "place", "words"),
    [
        (LogSettings(name=""), "name", "'' cannot name a diagnostic setting"),
        (LogSettings(name="a/b"), "name", "'a/b' cannot name"),
        (LogSettings(categories=()), "categories", "there are none; allowed are ContainerRegistryLoginEvents"),
        (LogSettings(categories=["Audit"]), "categories[0]", "'Audit' is not a log of registries; allowed are"),
        (LogSettings(categories=REGISTRY_CATEGORIES[:1] * 2), "categories", "stands here twice"),
        (LogSettings(category_group="all"), "category_group", "'all' is not a group of registries; allowed are audit"),
        (
            LogSettings(category_group="audit", categories=REGISTRY_CATEGORIES),
            "category_group",
            "do not go together",
        ),
        (
            LogSettings(event_hub=EventHubDestination(authorization_rule_id=STORAGE)),
            "event_hub.authorization_rule_id",
            "but of a Microsoft.Storage/storageAccounts one",
        ),
        *(
            (
                LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name=name)),
                "event_hub.event_hub_name",
                f"{name!r} cannot name an event hub",
            )
            for name in ("", " ", "a/b", "-a", "a.")
        ),
        (LogSettings(storage_account_id=REGISTRY), "storage_account_id", "is not the id of a Microsoft.Storage"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_azure_refuses_of_a_setting_is_told_with_its_place(logs: LogSettings, place: str, words: str) -> None:
    found = told(log_problems(logs))

    assert [said for where, said in found if where == place and words in said]


@pytest.mark.parametrize("length", [1, 260])
def test_a_settings_name_of_any_allowed_length_is_fine(length: int) -> None:
    assert told(setting_name_problems("x" * length, "name")) == []


def test_a_settings_name_that_is_too_long_is_refused() -> None:
    assert told(setting_name_problems("x" * 261, "name"))


def test_a_registry_is_given_as_an_id_or_with_its_owner() -> None:
    registry = Registry(id=REGISTRY, diagnostics=Ownership.EXISTING)

    assert [registry_id(REGISTRY), registry_id(registry)] == [REGISTRY, REGISTRY]
    assert [ownership_of(REGISTRY), ownership_of(registry)] == [None, Ownership.EXISTING]


def test_a_watch_without_registries_is_refused() -> None:
    assert told(registry_problems({})) == [("registries", "there are none, so there is nothing to watch")]


@pytest.mark.parametrize("name", ["", "a/b", 'a"b', "${x}", "é", " a", ".a", "a" * 91])
def test_a_name_that_cannot_be_a_key_of_for_each_is_refused(name: str) -> None:
    """It is part of a Terraform address."""
    (problem,) = registry_problems({name: REGISTRY})

    assert problem.path == ("registries", name)
    assert "cannot be a name here" in problem.message


@pytest.mark.parametrize("name", ["one", "1", "a.b", "a b", "_a", "a" * 90])
def test_a_name_that_terraform_takes_as_a_key_is_fine(name: str) -> None:
    assert told(registry_problems({name: REGISTRY})) == []


def test_the_same_registry_twice_is_refused_in_any_casing() -> None:
    """Azure has one setting of a name on a registry; the second would be a 409."""
    twice: Registries = {"a": REGISTRY, "b": Registry(id=REGISTRY.replace("/one", "/ONE"))}

    assert told(registry_problems(twice)) == [
        ("registries.b.id", "a is the same registry; Azure has one setting of a name on it")
    ]


def test_a_registry_id_of_another_type_is_told_where_it_stands() -> None:
    found = told(registry_problems({"a": STORAGE, "b": Registry(id=STORAGE + "2")}))

    assert [place for place, _ in found] == ["registries.a", "registries.b.id"]


def test_subscriptions_are_guids_named_once() -> None:
    found = told(subscription_problems({"a": GUID, "b": GUID.upper(), "c": "x", "d/": "${var.s}"}, "activity_log"))

    assert [place for place, _ in found] == [
        "activity_log.subscriptions.b",
        "activity_log.subscriptions.c",
        "activity_log.subscriptions.d/",
    ]


def test_an_empty_list_of_subscriptions_is_refused() -> None:
    """`existing` is the way to say that others send the activity log."""
    assert told(subscription_problems({})) == [("subscriptions", "there are none, so nothing would be sent")]
