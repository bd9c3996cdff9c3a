"""A test notification goes to the receivers that the group has, and what became of each is told, never guessed."""

import re

import pytest

from acrwatch.errors import ExitCode
from acrwatch.live.notify import Notified, Reached, notify, receivers_of
from acrwatch.live.unknown import CallFailed
from acrwatch.output.json import as_json
from acrwatch.output.table import as_table
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.from_stack.callbacks import SIGNATURE
from acrwatch.testing.azure.stand_in import TOKEN
from tests.live.faults import FAULTS
from tests.live.verify.test_drift import SECURITY
from tests.live.verify.test_faults import QUICK

HOOK = "logic.azure.com"


def sent(azure: AzureStandIn) -> Notified:
    connection = azure.azure()
    return notify(connection, receivers_of(connection, SECURITY))


def test_every_receiver_is_told_and_its_result_shown(azure: AzureStandIn) -> None:
    """The group as it is in Azure goes along, as of a log alert, and the operation is followed to its end."""
    azure.polls = 2

    found = sent(azure)

    assert {one.name: one.reached for one in found.told} == dict.fromkeys(("team", "slack", "siem"), Reached.YES)
    assert found.exit_code is ExitCode.FINE
    (post,) = [request for request in azure.record.requests if request.method == "POST"]
    assert post.body["alertType"] == "logalertv2"
    assert HOOK in post.body["logicAppReceivers"][0]["callbackUrl"]
    assert SIGNATURE in post.body["logicAppReceivers"][0]["callbackUrl"]
    assert "its run history tells: slack" in as_table(found, terminal=False)
    assert HOOK not in as_json(found) + as_table(found, terminal=False)


@pytest.mark.parametrize(
    ("state", "reached", "code"),
    [
        ("Failed", Reached.NO, ExitCode.FINDINGS),
        ("Throttled", Reached.UNKNOWN, ExitCode.UNKNOWN),
        ("https://example.com/canary", Reached.UNKNOWN, ExitCode.UNKNOWN),
    ],
)
def test_a_receiver_that_was_not_reached_is_not_fine(
    azure: AzureStandIn, state: str, reached: Reached, code: ExitCode
) -> None:
    azure.receiver_states["slack"] = state

    found = sent(azure)

    assert {one.name: one.reached for one in found.told} == {
        "team": Reached.YES,
        "slack": reached,
        "siem": Reached.YES,
    }
    assert found.exit_code is code
    assert "canary" not in as_table(found, terminal=False)


def test_a_group_without_receivers_tells_nobody(azure: AzureStandIn) -> None:
    """And nothing is sent."""
    azure.resources.change(SECURITY, "properties", to={"enabled": True})

    with pytest.raises(CallFailed, match="has no receivers"):
        sent(azure)
    assert {request.method for request in azure.record.requests} == {"GET"}


@pytest.mark.parametrize("call", ["*/createNotifications", "/operations/*", "*/actionGroups/*security"])
@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_is_taken_for_a_notification(
    azure: AzureStandIn, call: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It ends, says what happened, and shows no secret; a moment of throttling is waited for."""
    azure.answer("*", call, **FAULTS[name])
    connection = azure.azure(patience=QUICK)

    with caplog.at_level(1):
        try:
            found = notify(connection, receivers_of(connection, SECURITY))
            said = as_json(found) + as_table(found, terminal=False)
            # It was handed over, and of what the answer to that says, nothing matters but where it goes on.
            assert found.exit_code is not ExitCode.FINE or (call, name[:3]) == ("*/createNotifications", "cut")
        except CallFailed as failure:
            said = str(failure)

    assert re.search(f"canary|{TOKEN}|{HOOK}|stand-in-signature", said + caplog.text) is None


def test_a_test_is_never_sent_twice(azure: AzureStandIn) -> None:
    """Where it is not known whether Azure began with it."""
    azure.answer("POST", "*/createNotifications", status=503)

    with pytest.raises(CallFailed):
        sent(azure)

    assert [request.method for request in azure.record.requests].count("POST") == 1
