"""An untouched deployment has no finding, whatever a stack holds; what is not known is never fine."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import ExitCode
from acrwatch.live.unknown import Unknown
from acrwatch.live.verify import Item, Kind, State, Verification, verify
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn, apply_stack
from tests.live.conftest import embedded
from tests.live.rows import ZERO, Rows
from tests.synthesis import OTHER_SUBSCRIPTION, SUBSCRIPTION, registry_id


def not_equal(found: Verification) -> list[Item]:
    return [item for item in found.items if item.state is not State.EQUAL]


def test_an_untouched_deployment_has_no_finding(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """Everything is looked at, and all of it is equal."""
    found = verify(stack, azure.azure(), Rows(), environment={})

    assert not_equal(found) == []
    assert found.exit_code is ExitCode.FINE
    assert {item.kind for item in found.items} == set(Kind) - {Kind.DECLARED}


def test_an_untouched_deployment_of_everything_has_no_finding(
    empty: AzureStandIn, whole_stack: SynthesisedStack
) -> None:
    """A workspace of its own, further destinations, variants, more subscriptions than one."""
    apply_stack(empty, whole_stack)
    registries = [setting.target for setting in whole_stack.settings if "/registries/" in setting.target]
    senders = {"ContainerRegistryRepositoryEvents": registries, "AzureActivity": [SUBSCRIPTION, OTHER_SUBSCRIPTION]}

    found = verify(whole_stack, empty.azure(), Rows(senders=senders), environment={})

    assert registries
    assert len([item for item in found.items if item.kind is Kind.WORKFLOW]) == len(whole_stack.workflows) == 2
    assert not_equal(found) == []


def test_a_region_that_terraform_looks_up_is_not_compared(tmp_path: Path, empty: AzureStandIn) -> None:
    """The file does not have it; all else of the rule is."""
    stack = embedded(tmp_path)
    apply_stack(empty, stack)

    found = verify(stack, empty.azure(), Rows(senders={}), environment={})

    rules = [item for item in found.items if item.kind is Kind.RULE]
    assert {item.state for item in rules} == {State.EQUAL}
    assert {text.partition(":")[0] for item in rules for text in item.not_compared} == {"location"}
    empty.resources.change(str(rules[0].azure_id), "properties", "severity", to=4)
    changed = verify(stack, empty.azure(), Rows(senders={}), environment={}).items
    assert [item.name for item in changed if item.kind is Kind.RULE and item.differences] == [rules[0].name]


def test_what_azure_spells_in_its_own_way_is_no_finding(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """Ids in other casing, durations in other units, lists in another order, additions of Azure."""
    (rule,) = [one for one in azure.resources.ids("microsoft.insights/scheduledqueryrules") if one.endswith("pushed")]
    azure.resources.change(rule, "properties", "windowSize", to="PT90M")
    body = azure.resources.get(rule)
    assert body is not None
    window = next(one for one in stack.rules if one.id == "excessive_images_pushed").window_duration
    assert window is not None
    azure.resources.change(rule, "properties", "windowSize", to=f"PT{int(window.total_seconds())}S")
    azure.resources.change(rule, "properties", "scopes", to=[body["properties"]["scopes"][0].upper()])
    azure.resources.change(rule, "location", to="West Europe")
    azure.resources.change(rule, "tags", to={**body["tags"], "costCenter": "of a policy"})
    condition = body["properties"]["criteria"]["allOf"][0]
    path = ("properties", "criteria", "allOf", 0)
    azure.resources.change(rule, *path, "query", to=condition["query"].replace("\n", "\r\n") + "\n")
    azure.resources.change(rule, *path, "dimensions", to=list(reversed(condition["dimensions"])))
    azure.resources.change(rule, *path, "threshold", to=int(condition["threshold"]))

    assert not_equal(verify(stack, azure.azure(), Rows(), environment={})) == []


def test_nothing_that_was_deployed_is_there(empty: AzureStandIn, stack: SynthesisedStack) -> None:
    """An empty subscription: everything is missing, and what Azure does not even have a place for is unknown."""
    found = verify(stack, empty.azure(), Rows(), environment={})

    assert found.exit_code is ExitCode.FINDINGS
    states = {item.kind: item.state for item in found.items}
    assert states.pop(Kind.SCANNING) is State.UNKNOWN
    assert set(states.values()) == {State.MISSING}


def test_registries_whose_settings_others_make_have_to_send_rows_too(
    azure: AzureStandIn, stack: SynthesisedStack
) -> None:
    """They are not in the stack; the settings file names them."""
    found = verify(stack, azure.azure(), Rows(), registries=[registry_id("others", ZERO)], environment={})

    (silent,) = not_equal(found)
    assert silent.name == "others ContainerRegistryRepositoryEvents"
    assert silent.differences[0].found == "none"


def test_a_stack_without_settings_does_not_know_who_sends_rows(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """Where all diagnostic settings are made by others, nobody is said to be fine."""
    bare = replace(stack, contents=replace(stack.contents, instances=()), settings=())
    bare = replace(bare, groups=(), processing_rules=(), workflows=())

    found = verify(bare, azure.azure(), Rows(), environment={})

    assert {item.name for item in not_equal(found)} == {"ContainerRegistryRepositoryEvents", "AzureActivity"}
    assert found.exit_code is ExitCode.UNKNOWN


def test_logs_that_do_not_answer_make_every_sender_unknown(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """A workspace that refuses queries from this network says nothing of rows."""
    rows = Rows(refuses=Unknown(reason="refused from this network", way_out="ask from inside"))

    found = verify(stack, azure.azure(), rows, environment={})

    assert {item.kind for item in not_equal(found)} == {Kind.ROWS}
    assert {item.state for item in not_equal(found)} == {State.UNKNOWN}
    assert found.exit_code is ExitCode.UNKNOWN


def test_a_stack_whose_provider_names_no_subscription_is_told_which(
    azure: AzureStandIn, stack: SynthesisedStack
) -> None:
    """azurerm takes it from the environment then; without one, all is unknown."""
    nowhere = tuple(replace(one, subscription=None) for one in stack.instances)
    lost = replace(stack, contents=replace(stack.contents, instances=nowhere)).in_subscription("")
    assert lost.rules

    found = verify(stack.in_subscription(OTHER_SUBSCRIPTION), azure.azure(), Rows(), environment={})

    # What has a subscription already stays in it.
    assert not_equal(found) == []


@pytest.mark.parametrize("members", ["rules", "groups", "processing_rules", "workflows"])
def test_an_id_that_cannot_be_known_is_unknown(azure: AzureStandIn, stack: SynthesisedStack, members: str) -> None:
    """Each such thing is named, with the way out."""
    changes: Any = {members: tuple(replace(one, azure_id=None) for one in getattr(stack, members))}
    lost = replace(stack, **changes)

    found = not_equal(verify(lost, azure.azure(), Rows(), environment={}))

    assert len(found) == len(getattr(stack, members))
    assert {item.unknown[0].way_out for item in found} == {
        "give the subscription with --subscription, or a plan with --plan"
    }
