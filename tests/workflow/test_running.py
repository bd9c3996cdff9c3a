"""A workflow is carried out as Logic Apps would: order, loops, branches, what each action hands on."""

import pytest
from hypothesis import given, settings

from acrwatch.errors import SettingsError
from acrwatch.workflow import Status, WorkflowError, run
from acrwatch.workflow.limits import ITEMS
from tests.payloads import SAMPLES, Payload, odd_payloads
from tests.workflow.definitions import (
    URL,
    bodies,
    carried_out,
    compose,
    definition,
    foreach,
    http,
    query,
    select,
    when,
)

AFTER = {"First": ["Succeeded"]}


def test_a_delivery_is_what_the_http_action_says() -> None:
    """Method, address, headers and body, each with its expressions evaluated."""
    (delivery,) = carried_out(
        {
            "Post": http(
                method="PUT", headers={"X-Kind": "@{triggerBody()?['kind']}!"}, body={"a": ["@triggerBody()", 1, None]}
            )
        },
        {"kind": "x"},
    ).deliveries

    request = delivery.request()
    assert (delivery.action, request.method, request.uri) == ("Post", "PUT", URL)
    assert request.headers == {"X-Kind": "x!"}
    assert request.content == b'{"a":[{"kind":"x"},1,null]}'


def test_values_keep_their_types_in_a_body() -> None:
    """Slack refuses the text "true" where it wants true."""
    body = {
        "flag": "@true",
        "number": "@triggerBody()",
        "text": "@{triggerBody()}",
        "none": "@null",
        "list": "@json('[]')",
    }

    assert bodies({"Post": http(body=body)}, 12.5) == [
        {"flag": True, "number": 12.5, "text": "12.5", "none": None, "list": []}
    ]


def test_select_makes_one_item_of_each() -> None:
    """As objects and as texts."""
    actions = {
        "First": select("@triggerBody()", {"n": "@item()", "s": "<@{item()}>"}),
        "Second": select("@body('First')", "@item()?['s']", AFTER),
        "Post": http({"Second": ["Succeeded"]}, "@join(body('Second'), '')"),
    }

    assert bodies(actions, [1, "a"]) == ["<1><a>"]
    assert bodies(actions, []) == [""]


def test_query_keeps_the_items_for_which_its_condition_holds() -> None:
    """In their order and unchanged."""
    actions = {
        "First": query("@triggerBody()", "@not(empty(item()?['value']))"),
        "Post": http(AFTER, {"body": "@body('First')", "outputs": "@outputs('First')"}),
    }
    full = {"name": "a", "value": "x"}

    assert bodies(actions, [full, {"name": "b", "value": None}]) == [{"body": [full], "outputs": {"body": [full]}}]


def test_compose_hands_on_its_inputs() -> None:
    """Its output is the value itself."""
    actions = {"First": compose({"a": "@triggerBody()"}), "Post": http(AFTER, "@outputs('First')?['a']")}

    assert bodies(actions, "x") == ["x"]


def test_actions_run_after_those_they_wait_for_however_they_are_written() -> None:
    """A definition is an object; its order is in runAfter."""
    actions = {
        "C": http({"B": ["Succeeded"]}, "c"),
        "B": http({"A": ["Succeeded"]}, "b"),
        "D": http({}, "d"),
        "A": http({}, "a"),
    }

    assert bodies(actions) == ["d", "a", "b", "c"]


def test_an_action_that_waits_for_a_failure_is_skipped_and_so_is_what_waits_for_it() -> None:
    """Skipped is a status of its own."""
    actions = {
        "First": http({}, "first"),
        "Fallback": http({"First": ["Failed", "TimedOut"]}, "fallback"),
        "Then": http({"Fallback": ["Succeeded"]}, "then"),
        "Always": http({"Fallback": ["Skipped", "Succeeded"]}, "always"),
    }

    done = carried_out(actions)

    assert [delivery.body for delivery in done.deliveries] == ["first", "always"]
    assert done.statuses == {
        "First": Status.SUCCEEDED,
        "Fallback": Status.SKIPPED,
        "Then": Status.SKIPPED,
        "Always": Status.SUCCEEDED,
    }


def test_foreach_runs_its_actions_for_each_item() -> None:
    """With item() and items() as the current one, also inside of another loop and of a Select."""
    inner = {
        "Each": select("@item()?['rows']", "@concat(items('Loop')?['name'], item())"),
        "Rows": foreach(
            "@body('Each')",
            {"Post": http({}, "@{items('Loop')?['name']}/@{items('Rows')}/@{item()}")},
            {"Each": ["Succeeded"]},
        ),
    }
    actions = {"Loop": foreach("@triggerBody()", inner), "End": http({"Loop": ["Succeeded"]}, "end")}

    done = carried_out(
        actions, [{"name": "a", "rows": ["1", "2"]}, {"name": "b", "rows": []}, {"name": "c", "rows": ["3"]}]
    )

    assert [delivery.body for delivery in done.deliveries] == ["a/a1/a1", "a/a2/a2", "c/c3/c3", "end"]
    assert done.statuses == {"Loop": Status.SUCCEEDED, "End": Status.SUCCEEDED}


@pytest.mark.parametrize(
    ("condition", "then"),
    [
        ("@equals(triggerBody(), 'x')", True),
        ("@equals(triggerBody(), 'y')", False),
        ({"equals": ["@triggerBody()", "x"]}, True),
        ({"not": {"equals": ["@triggerBody()", "x"]}}, False),
        ({"and": [{"equals": ["@triggerBody()", "x"]}, {"contains": ["xy", "@triggerBody()"]}]}, True),
        ({"and": [{"equals": ["@triggerBody()", "x"]}, {"greater": [1, 2]}]}, False),
        ({"or": [{"equals": ["@triggerBody()", "y"]}, "@true"]}, True),
        ({"or": [{"less": [2, 1]}]}, False),
    ],
)
def test_an_if_takes_the_branch_of_its_condition(condition: object, then: bool) -> None:
    """In both ways to write a condition."""
    actions = {"Which": when(condition, {"Yes": http(body="yes")}, {"No": http(body="no")})}

    done = carried_out(actions, "x")

    assert [delivery.body for delivery in done.deliveries] == (["yes"] if then else ["no"])
    assert done.statuses["No" if then else "Yes"] is Status.SKIPPED


def test_an_if_without_else_may_do_nothing() -> None:
    """And what waits for it goes on."""
    actions = {"Which": when("@false", {"Yes": http(body="yes")}), "Post": http({"Which": ["Succeeded"]}, "after")}

    assert bodies(actions) == ["after"]


def test_a_trigger_whose_condition_does_not_hold_starts_nothing() -> None:
    """So an alert that resolves can be left out before anything runs."""
    trigger = {
        **definition()["triggers"]["manual"],
        "conditions": [{"expression": "@equals(triggerBody()?['state'], 'Fired')"}],
    }
    workflow = definition(triggers={"manual": trigger})

    assert run(workflow, {"state": "Fired"}, {"url": URL}).started
    quiet = run(workflow, {"state": "Resolved"}, {"url": URL})
    assert (quiet.started, quiet.deliveries, quiet.statuses) == (False, (), {})


@pytest.mark.parametrize(
    ("actions", "body", "place", "reason"),
    [
        ({"First": select("@triggerBody()", "x")}, None, "actions.First.inputs.from", "null, and has to be an array"),
        ({"First": select("@triggerBody()", "@item().x")}, [{}], "actions.First.inputs.select", "has no 'x'"),
        (
            {"First": query("@triggerBody()", "@item()")},
            ["true"],
            "actions.First.inputs.where",
            "has to give a Boolean",
        ),
        ({"Loop": foreach("@triggerBody()", {"Post": http()})}, {}, "actions.Loop.foreach", "an object"),
        (
            {"Loop": foreach("@triggerBody()", {"Post": http(body="@item().x")})},
            [1],
            "actions.Loop.actions.Post.inputs.body",
            "a number has no member",
        ),
        ({"If": when("@triggerBody()", {"Post": http()})}, "x", "actions.If.expression", "has to give a Boolean"),
        (
            {"If": when({"and": [{"equals": ["@triggerBody()", 1]}]}, {})},
            "x",
            "actions.If.expression.and[0].equals",
            "in doubt",
        ),
        ({"Post": http(uri="@triggerBody()")}, 5, "actions.Post.inputs.uri", "has to be a string"),
        ({"Post": http(uri="@triggerBody()")}, "ftp://example.com", "actions.Post.inputs.uri", "no URL"),
        ({"Post": http(uri="@triggerBody()")}, "https://example.com/" + "x" * 2029, "actions.Post.inputs.uri", "2049"),
        ({"Post": http(headers={"X": "@triggerBody()"})}, 5, "actions.Post.inputs.headers.X", "has to be a string"),
        ({"Post": http(headers={"X": "@triggerBody()"})}, "a\nb", "actions.Post.inputs.headers.X", "line break"),
        ({"Post": http()}, float("inf"), "", "not finite"),
        ({"Post": http()}, {"a": [2**63]}, "", "64 bits"),
    ],
)
def test_a_run_that_fails_names_the_place(actions: dict[str, object], body: object, place: str, reason: str) -> None:
    """As in the run history of Azure, only before anything is deployed."""
    with pytest.raises(WorkflowError) as failed:
        carried_out({**actions, "Last": http()}, body)

    assert str(failed.value).startswith(f"{place}: " if place else "the body of the request")
    assert reason in failed.value.message


def test_a_foreach_takes_a_hundred_thousand_items() -> None:
    """And not one more."""
    actions = {"Loop": foreach("@triggerBody()", {}), "Last": http({"Loop": ["Succeeded"]}, "done")}

    assert bodies(actions, [1] * ITEMS) == ["done"]
    with pytest.raises(WorkflowError, match=f"takes {ITEMS} items"):
        carried_out(actions, [1] * (ITEMS + 1))


def test_a_value_that_nests_without_end_is_refused() -> None:
    """Not with a crash of the interpreter."""
    body: object = "x"
    for _ in range(100):
        body = [body]

    with pytest.raises(WorkflowError, match="64 levels"):
        carried_out({"Post": http()}, body)


def test_a_wrong_definition_is_not_carried_out() -> None:
    """What Logic Apps would not take has no run to look at."""
    with pytest.raises(SettingsError, match="it was not run") as refused:
        run(definition({"Post": http(body="@body('Nothing')")}), None, {"url": URL})

    assert [problem.place for problem in refused.value.problems] == ["actions.Post.inputs.body"]


@pytest.mark.parametrize(
    ("declared", "given", "reason"),
    [
        ({"type": "String"}, {}, "no value"),
        ({"type": "String"}, {"p": 1}, "a number, and the parameter is a String"),
        ({"type": "Int"}, {"p": 1.5}, "Int"),
        ({"type": "Int"}, {"p": True}, "a Boolean"),
        ({"type": "Bool"}, {"p": "true"}, "a string"),
        ({"type": "Array"}, {"p": {}}, "an object"),
        ({"type": "Object"}, {"p": []}, "an array"),
        ({"type": "SecureString"}, {"p": None}, "null"),
        ({"type": "String"}, {"p": "x", "q": "y"}, "no parameter 'q'; allowed are p"),
    ],
)
def test_a_parameter_has_a_value_of_its_type(declared: object, given: dict[str, object], reason: str) -> None:
    """Azure refuses the deployment else."""
    workflow = definition({"Post": http(uri=URL, body="@parameters('p')")}, parameters={"p": declared})

    with pytest.raises(WorkflowError, match="parameters") as failed:
        run(workflow, None, given)
    assert reason in failed.value.message


def test_a_parameter_may_have_a_default() -> None:
    """Only a secure one may not."""
    workflow = definition(
        {"Post": http(uri=URL, body="@parameters('p')")}, parameters={"p": {"type": "Array", "defaultValue": [1]}}
    )

    assert run(workflow, None).deliveries[0].body == [1]
    assert run(workflow, None, {"p": [2]}).deliveries[0].body == [2]


def test_half_a_character_is_sent_as_a_replacement_character() -> None:
    """take() counts UTF-16 units and may cut a character in two."""
    (delivery,) = carried_out({"Post": http(body={"text": "@{take(triggerBody(), 1)}"})}, "🐳").deliveries

    assert delivery.body == {"text": "\ufffd"}
    assert delivery.request().content == '{"text":"\ufffd"}'.encode()


CAREFUL = {
    "Dimensions": select(
        "@coalesce(first(coalesce(triggerBody()?['data']?['alertContext']?['condition']?['allOf'], json('[]')))"
        "?['dimensions'], json('[]'))",
        "@concat(item()?['name'], ': `', replace(take(string(item()?['value']), 400), '`', ' '), '`')",
    ),
    "Post": http(
        {"Dimensions": ["Succeeded"]},
        {
            "text": "@{triggerBody()?['data']?['essentials']?['alertRule']}",
            "dimensions": "@body('Dimensions')",
            "value": "@string(first(coalesce(triggerBody()?['data']?['alertContext']?['condition']?['allOf'], "
            "json('[]')))?['metricValue'])",
        },
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_careful_template_copes_with_every_sample(name: str) -> None:
    """The language has what it takes to read each form of an alert."""
    assert len(bodies(CAREFUL, SAMPLES[name])) == 1


@given(odd_payloads())
@settings(max_examples=100)
def test_a_careful_template_copes_with_any_payload(payload: Payload) -> None:
    """And what it makes of it can be sent."""
    (delivery,) = carried_out(CAREFUL, payload).deliveries

    assert delivery.request().json() == delivery.body
