"""Whatever goes wrong with any call of a preflight: an end, no exception, nothing that is fine, and no secret."""

import re

import pytest

from acrwatch.errors import ExitCode
from acrwatch.live.preflight import Holds, preflight
from acrwatch.output.json import as_json
from acrwatch.output.table import as_table
from acrwatch.synthesised import SynthesisedStack
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.stand_in import TOKEN
from tests.live.faults import FAULTS
from tests.live.verify.test_faults import QUICK

CALLS = ("*/permissions", "*/diagnosticSettings", "*/providers/Microsoft.Insights", "*/workspaces/*", "*/actionRules")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_fault_of_every_call_is_fine(
    azure: AzureStandIn, stack: SynthesisedStack, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    azure.answer("*", "*", **fault)

    with caplog.at_level(1):
        found = preflight(stack, azure.azure(patience=QUICK))

    assert {answer.holds for answer in found.answers} == {Holds.UNKNOWN}
    assert found.exit_code is ExitCode.UNKNOWN
    assert all(answer.says and answer.way_out for answer in found.answers)
    text = as_json(found) + as_table(found, terminal=False) + caplog.text
    assert re.search(f"canary|{TOKEN}|Traceback", text) is None


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_leaves_the_others(azure: AzureStandIn, stack: SynthesisedStack, call: str) -> None:
    azure.answer("GET", call, **FAULTS["not allowed"])

    found = preflight(stack, azure.azure(patience=QUICK), created=frozenset())

    assert {answer.holds for answer in found.answers} >= {Holds.UNKNOWN, Holds.FINE}
