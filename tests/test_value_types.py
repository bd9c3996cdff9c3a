"""What has another type than annotated is told as a problem, with path, value and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from acrwatch import (
    ActionGroup,
    ActivityLogDiagnostics,
    DetectionAlert,
    DetectionSettings,
    Email,
    LogSettings,
    PagerDuty,
    Registry,
    RegistryDiagnostics,
    RegistryWatch,
    Routing,
    SettingsError,
    Sms,
    TuningEntry,
    Variant,
)
from tests.synthesis import SUBSCRIPTION, WORKSPACE_ID, Host, registry_id

MAIL = Email(name="team", email_address="team@example.com")
ONE = registry_id("one")
PLACE = {"resource_group_name": "rg", "location": "westeurope"}
BASE: Mapping[Any, dict[str, Any]] = {
    RegistryWatch: {"registries": {"one": ONE}, "workspace": WORKSPACE_ID, "receivers": [MAIL], **PLACE},
    RegistryDiagnostics: {"registries": {"one": ONE}, "workspace_id": WORKSPACE_ID},
    ActivityLogDiagnostics: {"subscriptions": {"main": SUBSCRIPTION}, "workspace_id": WORKSPACE_ID},
    DetectionAlert: {"detection": "forced_repository_deleted", "workspace_id": WORKSPACE_ID, **PLACE},
    ActionGroup: {"name": "g", "short_name": "g", "resource_group_name": "rg", "receivers": [MAIL]},
}
IMAGES = "excessive_images_pulled"


def wrong(kind: Any, **given: Any) -> Any:
    """One of ours with a value that no type checker would let through."""
    return kind(**given)


WRONG: tuple[tuple[Any, dict[str, Any], str, str], ...] = (
    (RegistryWatch, {"receivers": MAIL}, "receivers", "a value of type Email is not a list"),
    (RegistryWatch, {"receivers": ["a@example.com"]}, "receivers[0]", "'a@example.com' is not Receiver"),
    (RegistryWatch, {"receivers": "a@example.com"}, "receivers", "is a text; a list is needed, such as ['a@"),
    (RegistryWatch, {"registries": ONE}, "registries", "is not a mapping"),
    (RegistryWatch, {"registries": {"one": 1}}, "registries.one", "1 is not text or Registry"),
    (RegistryWatch, {"registries": {1: ONE}}, "registries", "the key 1 is not text"),
    (RegistryWatch, {"registries": {"one": wrong(Registry, id=None)}}, "registries.one.id", "None is not text"),
    (RegistryWatch, {"workspace": 1}, "workspace", "1 is not text or NewWorkspace"),
    (RegistryWatch, {"tags": {"a": 1}}, "tags.a", "1 is not text"),
    (RegistryWatch, {"tolerate_missing_tables": "no"}, "tolerate_missing_tables", "'no' is not true or false"),
    (RegistryWatch, {"routing": {"default": ["x"]}}, "routing", "a value of type dict is not Routing or None"),
    (RegistryWatch, {"routing": wrong(Routing, severity={"1": []})}, "routing.severity", "the key '1' is not a whole"),
    (RegistryWatch, {"logs": wrong(LogSettings, metrics=1)}, "logs.metrics", "1 is not true or false"),
    (RegistryWatch, {"detections": {IMAGES: Variant()}}, f"detections.{IMAGES}", "is not DetectionSettings"),
    (
        RegistryWatch,
        {"detections": {IMAGES: wrong(DetectionSettings, except_=TuningEntry(identity="a"))}},
        f"detections.{IMAGES}.except",
        "a value of type TuningEntry is not a list",
    ),
    (
        ActionGroup,
        {"receivers": [wrong(Sms, name="s", country_code=49, phone_number="1701234567")]},
        "receivers[0].country_code",
        "49 is not text",
    ),
    (ActionGroup, {"receivers": {"a": MAIL}}, "receivers", "a value of type dict is not a list"),
    (RegistryDiagnostics, {"workspace_id": None}, "workspace_id", "None is not text"),
    (ActivityLogDiagnostics, {"subscriptions": ["x"]}, "subscriptions", "a value of type list is not a mapping"),
    (DetectionAlert, {"action_group_ids": "x"}, "action_group_ids", "'x' is a text; a list is needed"),
    (DetectionAlert, {"detection": 5}, "detection", "5 is not text or Detection"),
    (DetectionAlert, {"settings": wrong(Variant, limits="a")}, "settings.limits", "'a' is a text; a list"),
)


@pytest.mark.parametrize(
    ("kind", "given", "place", "said"), WRONG, ids=[f"{row[0].__name__}-{row[2]}" for row in WRONG]
)
def test_a_value_of_another_type_is_a_problem_with_its_place(
    host: Host, kind: Any, given: dict[str, Any], place: str, said: str
) -> None:
    """And nothing is left in the tree."""
    with pytest.raises(SettingsError) as error:
        kind(host.scope, "x", **BASE[kind] | given)

    (problem,) = error.value.problems
    assert problem.place == place
    assert said in problem.message
    assert host.scope.node.children == []


def test_a_token_object_is_refused_with_the_way_to_make_it_text(host: Host) -> None:
    """As the `value` of a variable is; only a secret field takes it, which takes nothing but references."""
    variable = host.core.TerraformVariable(host.scope, "v")
    paged = PagerDuty(name="p", integration_key=host.core.Token.as_any(variable.string_value))
    with pytest.raises(SettingsError, match="an object of the CDK is not text") as error:
        ActionGroup(host.scope, "x", **BASE[ActionGroup] | {"resource_group_name": variable.value})
    ActionGroup(
        host.scope, "y", **BASE[ActionGroup] | {"resource_group_name": variable.string_value, "receivers": [paged]}
    )

    assert "string_value of a variable" in str(error.value)


def test_all_of_them_are_told_at_once(host: Host) -> None:
    """Whatever the argument."""
    with pytest.raises(SettingsError) as error:
        RegistryWatch(host.scope, "x", **BASE[RegistryWatch] | {"tags": {"a": 1, "b": None}, "name": 3})

    assert [problem.place for problem in error.value.problems] == ["name", "tags.a", "tags.b"]


def test_a_receiver_of_the_hosts_own_is_checked_too(host: Host) -> None:
    """Though the standard library's decorator made it."""

    @dataclass(frozen=True, kw_only=True)
    class Own(Email):
        floor: int = 0

    own = wrong(Own, name="o", email_address="o@example.com", floor="x")
    with pytest.raises(SettingsError, match=r"receivers\[0\].floor\n +'x' is not a whole number"):
        ActionGroup(host.scope, "x", **BASE[ActionGroup] | {"receivers": [own]})
