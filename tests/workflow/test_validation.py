"""What Logic Apps would refuse in a definition is named with its place; each rule bites, and only where it should."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.workflow import validate
from acrwatch.workflow.limits import ACTIONS, NESTING
from tests.workflow.definitions import Definition, compose, definition, foreach, http, query, when
from tests.workflow.wrong_definitions import AFTER, WRONG, actions, changed, nested

RIGHT: dict[str, Definition] = {
    "the simplest": definition(),
    "all kinds of actions": definition(
        {
            "Compose": compose({"a": "@triggerBody()"}),
            "Query": query("@outputs('Compose')['a']", "@contains(item(), 'x')", {"Compose": ["Succeeded"]}),
            "Loop": {
                **foreach("@body('Query')", {"Send": http({}, "@items('Loop')")}, {"Query": ["Succeeded"]}),
                "operationOptions": "Sequential",
            },
            "Which": when({"and": [{"equals": ["@triggerBody()", "x"]}]}, {"Yes": http()}, {"No": http()}),
        }
    ),
    "an inner action that reads an outer one": actions(
        A=compose("x"), Loop=foreach("@triggerBody()", {"Send": http({}, "@outputs('A')")}, AFTER)
    ),
    "an action that reads one before the one before": actions(
        A=compose("x"), B=compose("y", AFTER), C=compose("@outputs('A')", {"B": ["Succeeded", "Skipped"]})
    ),
    "no retries": actions(A=http(retryPolicy={"type": "none"})),
    "fixed retries": actions(A=http(retryPolicy={"type": "fixed", "count": 90, "interval": "PT5S"})),
    "exponential retries": actions(
        A=http(
            retryPolicy={
                "type": "exponential",
                "count": 4,
                "interval": "PT7S",
                "minimumInterval": "PT5S",
                "maximumInterval": "P1D",
            }
        )
    ),
    "a header of its own": actions(A=http(headers={"Content-Type": "application/json", "Accept": "*/*"})),
    "concurrency": actions(
        A={**foreach("@triggerBody()", {"B": http()}), "runtimeConfiguration": {"concurrency": {"repetitions": 1}}}
    ),
    "a description": actions(A={**http(), "description": "x" * 256}),
    "the deepest nesting": nested(NESTING),
    "the longest name": actions(**{"x" * 80: http()}),
    "as many actions as there may be": definition({f"A{n}": http() for n in range(ACTIONS)}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_definition_has_no_problem(name: str) -> None:
    """A rule that bites where it should not would keep a good message away."""
    assert validate(RIGHT[name]) == []


@pytest.mark.parametrize(("workflow", "place", "said"), WRONG)
def test_what_is_wrong_is_named_with_its_place(workflow: object, place: str, said: str) -> None:
    """Azure would say it at apply, one fault at a time, or never."""
    found = [(problem.place, str(problem)) for problem in validate(workflow)]

    assert any(where == place and said in text for where, text in found), found


def test_all_problems_come_at_once() -> None:
    """Mending one should not be what shows the next."""
    workflow = changed("contentVersion", to="x")
    workflow["actions"]["Post"]["inputs"].update(method="post", body="@lengh('')")

    assert [problem.place for problem in validate(workflow)] == [
        "contentVersion",
        "actions.Post.inputs.method",
        "actions.Post.inputs.body",
    ]


PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "@", "@x", "@item()", "Http", "Succeeded", "A"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "inputs", "actions", "A", "@"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to all values in a definition."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [place for key, item in inner for place in [(*path, key), *places(item, (*path, key))]]


WIDE = RIGHT["all kinds of actions"]


@given(st.sampled_from(places(WIDE)), PARTS)
def test_no_definition_makes_the_check_crash(path: tuple[str | int, ...], part: object) -> None:
    """Whatever stands where something else should."""
    workflow: Any = definition(WIDE["actions"])
    inner = workflow
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = part

    validate(workflow)
