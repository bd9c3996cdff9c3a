"""The core comes from the scope, never from what happens to be installed."""

import importlib
from typing import Any

import pytest
from constructs import Construct, RootConstruct

from acrwatch.core import CORES, core_of


@pytest.fixture(params=CORES)
def core(request: pytest.FixtureRequest) -> Any:
    """Each of the two cores, both loaded in this process."""
    return importlib.import_module(request.param)


def test_a_stack_and_what_is_in_it_belong_to_its_core(core: Any) -> None:
    """However deep, and with plain constructs between, which belong to neither."""
    stack = core.TerraformStack(core.Testing.app(), "stack")
    inner = Construct(Construct(stack, "a"), "b")

    assert [core_of(scope) for scope in (stack, inner, inner)] == [core] * 3


def test_an_app_belongs_to_its_core(core: Any) -> None:
    """A stack can be made under it."""
    assert core_of(core.Testing.app()) is core


def test_a_subclass_of_a_stack_belongs_to_its_core(core: Any) -> None:
    """As every user's stack is one."""
    own = type("OwnStack", (core.TerraformStack,), {"__module__": "somewhere.else"})

    assert core_of(own(core.Testing.app(), "stack")) is core


def test_the_answer_costs_one_question_per_scope(core: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ancestors are on the other side of the line to node."""
    scope = Construct(core.TerraformStack(core.Testing.app(), "stack"), "a")
    core_of(scope)

    monkeypatch.setattr(type(scope), "node", property(lambda self: pytest.fail("asked again")))

    assert core_of(scope) is core


def test_a_scope_outside_of_any_stack_is_refused_with_the_way_out() -> None:
    """A plain root is of no core."""
    with pytest.raises(TypeError, match="'lost' is in no stack of cdktf or cdktn; pass a TerraformStack as scope"):
        core_of(Construct(RootConstruct(), "lost"))
