"""Whatever goes wrong with any call: an end, no exception, nothing that is fine, and no secret."""

import re

import pytest

from acrwatch.live.patience import Patience
from acrwatch.live.verify import State, Verification, verify
from acrwatch.output.json import as_json
from acrwatch.output.table import as_table
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.stand_in import TOKEN
from tests.live.faults import FAULTS
from tests.live.rows import Rows

QUICK = Patience(attempts=2, connect=2, read=0.5, pause=0.001, waiting=0.2, longest=3)
CALLS = (
    "*/scheduledQueryRules/*[a-z]",
    "*/actionGroups/*",
    "*/actionRules/*",
    "*/registries/*/diagnosticSettings",
    "*/workspaces/log-security",
    "*/tables/*",
    "*/pricings/*",
    "*/availabilityStatuses/current",
    "/subscriptions/*/resourceGroups/rg-acrwatch",
)


def found(azure: AzureStandIn, stack: SynthesisedStack) -> Verification:
    return verify(stack, azure.azure(patience=QUICK), Rows(), environment={})


def shown(result: Verification) -> str:
    return as_json(result) + as_table(result, terminal=False)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_fault_of_every_call_is_fine(
    azure: AzureStandIn, stack: SynthesisedStack, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is equal, nothing raises, and neither output nor log at any level holds what must not be there."""
    azure.answer("*", "*", **fault)

    with caplog.at_level(1):
        result = found(azure, stack)

    assert {item.state for item in result.items} == {State.UNKNOWN}
    text = shown(result) + caplog.text
    assert re.search(f"canary|{TOKEN}|Traceback", text) is None
    assert all(unknown.reason and unknown.way_out for item in result.items for unknown in item.unknown)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", ["not allowed", "cut in the middle", "not JSON", "throttled", "a number"])
def test_a_call_that_fails_makes_its_things_unknown_and_leaves_the_others(
    azure: AzureStandIn, stack: SynthesisedStack, call: str, name: str
) -> None:
    """The rest is looked at as ever."""
    azure.answer("GET", call, **FAULTS[name])

    states = {item.state for item in found(azure, stack).items}

    assert states == {State.EQUAL, State.UNKNOWN}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no token is taken", "az login"),
        ("not allowed", "the role Monitoring Reader there has it"),
        ("no such subscription", "Reader"),
        ("throttled for a day", "patience"),
    ],
)
def test_the_way_out_fits_what_went_wrong(azure: AzureStandIn, stack: SynthesisedStack, name: str, says: str) -> None:
    azure.answer("*", "*", **FAULTS[name])

    assert all(says in one.way_out for item in found(azure, stack).items for one in item.unknown)


def test_answers_that_never_end_are_given_up(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """A byte now and then keeps every time limit of a connection from ending."""
    azure.answer("GET", "*/actionGroups/*", drip=0.1)

    result = found(azure, stack)

    assert {item.name for item in result.items if item.state is State.UNKNOWN} == {
        "acrwatch-oncall",
        "acrwatch-security",
    }


def test_a_moment_of_weakness_is_not_noticed(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    """A throttled call and a cut connection are tried again, and everything is equal in the end."""
    azure.answer("*", "*", times=3, status=429, headers={"Retry-After": "0"})
    azure.answer("*", "*/actionRules/*", times=1, cut_after=7)

    result = verify(stack, azure.azure(), Rows(), environment={})

    assert {item.state for item in result.items} == {State.EQUAL}


def test_pages_of_any_size_are_read_to_the_end(azure: AzureStandIn, stack: SynthesisedStack) -> None:
    azure.page_size = 1

    assert {item.state for item in found(azure, stack).items} == {State.EQUAL}
