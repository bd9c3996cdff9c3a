"""What differs between two stacks, named by resource and attribute."""

from copy import deepcopy
from typing import Any

import pytest

from acrwatch.testing import assert_same, differences
from tests.synthesis import RULE, Body

DIMENSIONS = [{"name": "Registry", "operator": "Include"}, {"name": "Identity"}]
STACK: Body = {
    "resource": {
        RULE: {
            "pulls": {
                "severity": 2,
                "enabled": True,
                "criteria": [
                    {
                        "query": "Table\n| where A > 1\n| take 1",
                        "dimension": DIMENSIONS,
                    }
                ],
                "action": {"action_groups": ["a", "b"]},
            }
        }
    },
    "output": {"id": {"value": "x"}},
}


def changed(*way: Any, value: Any) -> Body:
    stack: Any = deepcopy(STACK)
    place = stack
    for step in way[:-1]:
        place = place[step]
    if value is None:
        del place[way[-1]]
    else:
        place[way[-1]] = value
    return dict(stack)


PULLS = ("resource", RULE, "pulls")
CRITERIA = (*PULLS, "criteria", 0)


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        (changed(*PULLS, "severity", value=3), f"{RULE}.pulls, severity: expected 2, found 3"),
        (changed(*PULLS, "enabled", value=1), f"{RULE}.pulls, enabled: expected True, found 1"),
        (changed(*PULLS, "enabled", value=None), f"{RULE}.pulls, enabled: is gone: True"),
        (changed(*PULLS, "name", value="x"), f"{RULE}.pulls, name: is new: 'x'"),
        (changed(*PULLS, value=None), f"{RULE}.pulls: is gone"),
        (changed("output", "other", value={}), "output.other: is new"),
        (
            changed(
                *CRITERIA,
                "dimension",
                value=[{"name": "New"}, *DIMENSIONS],
            ),
            f"{RULE}.pulls, criteria[0].dimension[New]: is new: {{'name': 'New'}}",
        ),
        (
            changed(*CRITERIA, "dimension", value=DIMENSIONS[::-1]),
            f"{RULE}.pulls, criteria[0].dimension (order): expected 'Registry, Identity', found 'Identity, Registry'",
        ),
        (
            changed(*PULLS, "action", "action_groups", value=["a"]),
            f"{RULE}.pulls, action.action_groups[1]: is gone: 'b'",
        ),
    ],
)
def test_the_resource_and_the_attribute_are_named(stack: Body, said: str) -> None:
    """One sentence for one difference."""
    assert [str(one) for one in differences(stack, STACK)] == [said]


def test_of_a_query_only_the_changed_lines_are_shown() -> None:
    """A query has fifty lines."""
    stack = changed(*CRITERIA, "query", value="Table\n| where A > 2\n| take 1")

    (found,) = differences(stack, STACK)

    assert str(found).splitlines() == [
        f"{RULE}.pulls, criteria[0].query:",
        "     Table",
        "    -| where A > 1",
        "    +| where A > 2",
        "     | take 1",
    ]


def test_the_same_stacks_are_the_same_whatever_the_core_notes() -> None:
    """Its version is in the notes."""
    assert_same({**STACK, "//": {"metadata": {"version": "0.24"}}}, STACK)


def test_all_differences_come_at_once_and_no_secret() -> None:
    """As an AssertionError, which pytest shows."""
    stack = changed(*PULLS, "severity", value=3)
    stack["resource"][RULE]["pulls"]["client_secret"] = "hunter2"

    with pytest.raises(AssertionError) as caught:
        assert_same(stack, STACK)

    assert str(caught.value).splitlines() == [
        "2 differences between the stacks",
        f"  {RULE}.pulls, severity: expected 2, found 3",
        f"  {RULE}.pulls, client_secret: is new: '(hidden: it may be a secret)'",
    ]
