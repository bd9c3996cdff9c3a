"""A secret reaches the wire and nothing else."""

import json
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.errors import SettingsError
from acrwatch.workflow import Delivery, Run, Secret, WorkflowError, run, validate
from acrwatch.workflow.secret import concealed, joined, revealed
from tests.workflow.definitions import CANARY, compose, definition, http

KEY = "canary0123456789canary0123456789"


def sent(**inputs: object) -> Delivery:
    """The delivery of one Http action with the canary as its parameter."""
    return run(definition({"Post": http(**inputs)}), None, {"url": CANARY}).deliveries[0]  # type: ignore[arg-type]


def test_the_wire_gets_the_secret_and_people_its_name() -> None:
    """What is printed of a run is safe to paste into a ticket."""
    delivery = sent(headers={"Authorization": "Bearer @{parameters('url')}"}, body={"key": "@parameters('url')"})

    request = delivery.request()
    assert request.uri == CANARY
    assert request.headers == {"Authorization": f"Bearer {CANARY}"}
    assert request.json() == {"key": CANARY}
    assert delivery.shown == {"key": "(url)"}
    assert str(delivery.uri) == "(url)"
    assert str(delivery.headers["Authorization"]) == "Bearer (url)"
    for text in (
        repr(delivery),
        str(delivery),
        repr(request),
        str(request),
        repr(Run(started=True, deliveries=(delivery,))),
    ):
        assert "canary" not in text


def test_a_text_with_a_secret_in_it_is_a_secret() -> None:
    """An address may be a host and a key."""
    delivery = sent(uri="@concat('https://example.com/', parameters('url'))")

    assert isinstance(delivery.uri, Secret)
    assert repr(delivery.uri) == "Secret(https://example.com/(url))"
    assert delivery.request().uri == f"https://example.com/{CANARY}"


@pytest.mark.parametrize(
    "expression",
    [
        "@toUpper(parameters('url'))",
        "@take(parameters('url'), 4)",
        "@string(parameters('url'))",
        "@length(parameters('url'))",
        "@equals(parameters('url'), 'x')",
        "@coalesce(parameters('url'), 'x')",
        "@if(true, parameters('url'), 'x')",
        "@createArray(parameters('url'))",
        "@uriComponent(parameters('url'))",
        "@split(parameters('url'), '/')",
        "@contains('x', parameters('url'))",
        "@setProperty(json('{}'), 'x', parameters('url'))",
        "@parameters('url')?['x']",
        "@parameters('url')[0]",
        "@triggerBody()?[parameters('url')]",
        "@{outputs('Hold')}",
        "@string(outputs('Hold'))",
        "@concat(string(outputs('Hold')), 'x')",
        "@length(outputs('Hold')?['key'])",
    ],
)
def test_no_function_reads_a_secret_and_no_error_shows_it(expression: str) -> None:
    """A part of a secret, or its length, is more than anybody needs to know."""
    actions = {
        "Hold": compose({"key": "@parameters('url')"}),
        "Post": http({"Hold": ["Succeeded"]}, {"text": expression}),
    }

    with pytest.raises(WorkflowError) as failed:
        run(definition(actions), {"x": 1}, {"url": CANARY})

    assert "canary" not in "".join(traceback.format_exception(failed.value))


def test_a_secret_may_pass_through_a_compose() -> None:
    """It stays what it is on the way."""
    actions = {
        "Hold": compose({"key": "@parameters('url')"}),
        "Post": http({"Hold": ["Succeeded"]}, {"routing_key": "@outputs('Hold')['key']", "all": "@outputs('Hold')"}),
    }

    delivery = run(definition(actions), None, {"url": CANARY}).deliveries[0]

    assert delivery.shown == {"routing_key": "(url)", "all": {"key": "(url)"}}
    assert delivery.request().json() == {"routing_key": CANARY, "all": {"key": CANARY}}


@pytest.mark.parametrize(
    "value", [KEY, f"http//{KEY}", f"https://example.com/{KEY} x", "https://example.com/" + KEY * 70, 5, None]
)
def test_an_address_that_cannot_be_is_refused_without_being_shown(value: object) -> None:
    """The commonest fault is a wrong value in a variable, and its error goes to a CI log."""
    with pytest.raises(WorkflowError) as failed:
        run(definition(), None, {"url": value})

    assert "canary" not in "".join(traceback.format_exception(failed.value))


def test_a_header_with_a_line_break_is_refused_without_being_shown() -> None:
    """It would be two headers."""
    with pytest.raises(WorkflowError, match="line break") as failed:
        run(
            definition({"Post": http(uri="https://example.com/", headers={"X": "@parameters('url')"})}),
            None,
            {"url": f"{KEY}\r\nHost: example.com"},
        )

    assert "canary" not in str(failed.value)


def test_a_secret_in_a_definition_is_a_problem_that_does_not_show_it() -> None:
    """Whoever may read a workflow reads its definition."""
    webhook = "https://hooks.slack.com/services/T0/B0/canary"
    wrong = definition({"Post": http(uri=webhook, body="@lengh('" + webhook + "')")}, parameters={})

    with pytest.raises(SettingsError) as refused:
        run(wrong, None)

    assert "a Slack webhook" in str(refused.value)
    assert "canary" not in str(refused.value)
    assert len(validate(wrong)) == 3


@given(st.lists(st.text() | st.builds(Secret, st.text(), st.just("(x)")), max_size=5))
def test_joining_keeps_the_text_and_the_secrecy(parts: list[str | Secret]) -> None:
    """Both views of a joined text are the joined views."""
    text = joined(parts)

    assert isinstance(text, Secret) == any(isinstance(part, Secret) for part in parts)
    assert revealed(text) == "".join(str(revealed(part)) for part in parts)
    assert concealed(text) == "".join(str(concealed(part)) for part in parts)


def test_a_secret_does_not_slip_out_by_formatting_or_serialising() -> None:
    """Each of these is something a log handler does by itself."""
    secret = Secret(KEY, "(key)")

    assert f"{secret} {secret!s} {secret!r}" == "(key) (key) Secret(key)"
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret == Secret(KEY, "(other)")
    assert secret != KEY
    assert len({secret, Secret(KEY, "(other)")}) == 1
