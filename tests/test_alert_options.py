"""Every option of a rule reaches the JSON, and every option there is has a test here."""

import dataclasses
import inspect
import re
from typing import Any

import pytest

from acrwatch import DetectionAlert, IdentityLimit, TuningEntry, Variant
from acrwatch.azurerm import AzurermProvider
from tests.synthesis import QUIET, RULE, WORKSPACE_ID, Host, Option, action_group_id, as_terraform_reads, azure_id

EVENT, VOLUME = "forced_repository_deleted", "excessive_images_pulled"
OTHER_WORKSPACE = azure_id("Microsoft.OperationalInsights/workspaces", "log-other")
PROPERTIES = (RULE, None, "action", "custom_properties")
BASE: dict[str, Any] = {
    "detection": EVENT,
    "workspace_id": WORKSPACE_ID,
    "resource_group_name": "rg",
    "location": "westeurope",
}
OPTIONS = [
    Option("detection", VOLUME, (RULE, None, "display_name"), "Excessive DCR Images Pulled"),
    Option("workspace_id", OTHER_WORKSPACE, (RULE, None, "scopes"), [OTHER_WORKSPACE]),
    Option("workspace_id", OTHER_WORKSPACE, (QUIET, None, "scopes"), [OTHER_WORKSPACE]),
    Option("resource_group_name", "other", (RULE, None, "resource_group_name"), "other"),
    Option("resource_group_name", "other", (QUIET, None, "resource_group_name"), "other"),
    Option("location", "northeurope", (RULE, None, "location"), "northeurope"),
    Option("action_group_ids", [action_group_id("a")], (RULE, None, "action", "action_groups"), [action_group_id("a")]),
    Option("settings", Variant(severity=4), (RULE, None, "severity"), 4),
    Option("variant", "strict", (RULE, None, "name"), f"acrwatch-{EVENT}.strict"),
    Option("variant", "strict", (RULE, None, "display_name"), "Forced Repository Deleted (strict)"),
    Option("variant", "strict", (RULE, None, "tags", "acrwatch_variant"), "strict"),
    Option("variant", "strict", (*PROPERTIES, "acrwatch_variant"), "strict"),
    Option("variant", "strict", (QUIET, None, "name"), f"acrwatch-{EVENT}-strict-resolved"),
    Option("name", "team", (RULE, None, "name"), f"team-{EVENT}"),
    Option("name", "team", (QUIET, None, "name"), f"team-{EVENT}-resolved"),
    Option(
        "runbook_base_url", "https://r.example.com/a/", (*PROPERTIES, "runbook"), f"https://r.example.com/a/{EVENT}"
    ),
    Option("tags", {"team": "a"}, (RULE, None, "tags", "team"), "a"),
    Option("tags", {"team": "a"}, (QUIET, None, "tags", "team"), "a"),
    Option("ignored_tags", ["Cost"], (RULE, None, "lifecycle", "ignore_changes"), ['tags["Cost"]']),
    Option("ignored_tags", ["Cost"], (QUIET, None, "lifecycle", "ignore_changes"), ['tags["Cost"]']),
    Option("ignored_tags", ["*"], (RULE, None, "lifecycle", "ignore_changes"), ["tags"]),
]
# Whose effect is no value at one place; each has a test of its own below.
ELSEWHERE = {"tolerate_missing_tables", "provider"}


def queried(settings: Variant, detection: str = VOLUME) -> str:
    """The query that a rule with these settings has in the JSON, as Azure gets it."""
    host = Host("cdktf")
    DetectionAlert(host.scope, "alert", **BASE | {"detection": detection}, settings=settings)
    return as_terraform_reads(host.one(RULE)["criteria"][0]["query"])


@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_each_option_reaches_the_json(host: Host, option: Option) -> None:
    """Where it belongs, and by nothing but the option."""
    DetectionAlert(host.scope, "alert", **BASE)
    without = option.found(host.json())
    host = Host(host.core.__name__)
    DetectionAlert(host.scope, "alert", **BASE | {option.name: option.value})

    assert without != option.expected
    assert option.found(host.json()) == option.expected


def test_every_option_has_a_test() -> None:
    """A new option without one would be an option nobody knows to work."""
    parameters = set(inspect.signature(DetectionAlert.__init__).parameters) - {"self", "scope", "id_"}

    assert {option.name for option in OPTIONS} | ELSEWHERE == parameters


@pytest.mark.parametrize(
    ("field", "value", "at", "expected"),
    [
        ("enabled", False, ("enabled",), False),
        ("severity", 0, ("severity",), 0),
        ("frequency", "1m", ("evaluation_frequency",), "PT1M"),
        ("parameters", {"images_limit": 7}, ("criteria", 0, "threshold"), 7),
        (
            "limits",
            [IdentityLimit(identity="ci@*", parameters={"images_limit": 3})],
            ("criteria", 0, "threshold"),
            3,
        ),
    ],
)
def test_settings_reach_the_rule(host: Host, field: str, value: object, at: tuple[Any, ...], expected: object) -> None:
    """The numbers as Azure spells them; the threshold is the lowest limit of anybody."""
    chosen: Any = {field: value}
    arguments = BASE | {"detection": VOLUME, "tolerate_missing_tables": False}
    DetectionAlert(host.scope, "alert", **arguments, settings=Variant(**chosen))

    assert Option(field, value, (RULE, None, *at), expected).found(host.json()) == expected


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (Variant(parameters={"images_limit": 7}), "let images_limit = (identity: string) { 7 };"),
        (Variant(limits=[IdentityLimit(identity="ci", parameters={"images_limit": 3})]), ", 3, 30) };"),
        (Variant(only=[TuningEntry(repository="team/*")]), "{ ((repository matches regex "),
        (Variant(except_=[TuningEntry(identity="ci")]), "{ not((identity matches regex "),
    ],
)
def test_tuning_reaches_the_query(settings: Variant, line: str) -> None:
    """And is not in the query without it."""
    assert line in queried(settings)
    assert line not in queried(Variant())


def test_every_field_of_the_settings_has_a_test() -> None:
    """`action_groups` are names that only a watch knows."""
    assert {field.name for field in dataclasses.fields(Variant)} == {
        "enabled", "severity", "frequency", "parameters", "limits", "only", "except_", "action_groups"
    }  # fmt: skip


def test_without_tolerance_the_query_reads_its_table_alone(host: Host) -> None:
    """Then it also runs each minute, where Azure refuses a union."""
    DetectionAlert(host.scope, "tolerant", **BASE)
    DetectionAlert(
        host.scope, "strict", **BASE | {"name": "s"}, tolerate_missing_tables=False, settings=Variant(frequency="1m")
    )

    tolerant, strict = (host.one(RULE, f"{name}-{EVENT}")["criteria"][0]["query"] for name in ("acrwatch", "s"))
    assert re.search(r"union isfuzzy=true \(datatable\(.*\)\[\]\), ContainerRegistryRepositoryEvents\n", tolerant)
    assert "union" not in strict
    assert re.search(r"let Events =\s+ContainerRegistryRepositoryEvents\s+//", strict)


def test_the_provider_reaches_rule_and_processing_rule(host: Host) -> None:
    """A host with several subscriptions has several."""
    west = AzurermProvider(host.scope, "west", alias="west")
    DetectionAlert(host.scope, "alert", **BASE, provider=west)

    assert [host.one(type_)["provider"] for type_ in (RULE, QUIET)] == ["azurerm.west", "azurerm.west"]
