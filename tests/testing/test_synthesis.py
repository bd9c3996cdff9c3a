"""`synth` makes plain values of whatever becomes a stack."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch import ActionGroup, Email, InputError, SettingsError, WatchStack
from acrwatch.core import CORES
from acrwatch.testing import synth
from tests.synthesis import GROUP, Host, loaded, watch_settings


def group(scope: Any) -> None:
    ActionGroup(
        scope,
        "group",
        name="people",
        short_name="people",
        resource_group_name="rg",
        receivers=[Email(name="team", email_address="team@example.com")],
    )


@pytest.mark.parametrize("core", CORES)
def test_a_function_of_a_stack_becomes_plain_values(core: str) -> None:
    """Of the core that is asked for, and without its notes."""
    asked: list[str] = []

    def made(scope: Any) -> None:
        asked.append(type(scope).__module__.partition(".")[0])
        group(scope)

    stack = synth(made, core=core)

    assert asked == [core]
    assert stack.keys() == {"resource"}
    assert [body["name"] for body in stack["resource"][GROUP].values()] == ["people"]


def test_settings_a_watch_stack_and_a_stack_become_the_same(tmp_path: Path) -> None:
    """However a whole stack is given."""
    settings = loaded(tmp_path, watch_settings())
    stack = WatchStack(Host("cdktf").app, settings)

    assert synth(settings) == synth(stack) == synth(stack.stack)


def test_what_acrwatch_refuses_is_refused() -> None:
    """A test sees the same error as a deploy."""
    with pytest.raises(SettingsError, match="resource_group_name"):
        synth(lambda scope: ActionGroup(scope, "g", name="n", short_name="n", resource_group_name="a/b", receivers=[]))


def test_validations_of_the_core_run_when_asked_for() -> None:
    """A resource without a provider is fine until then."""
    with pytest.raises(RuntimeError, match="without a matching provider"):
        synth(group, validate=True)


def test_an_unknown_core_is_refused() -> None:
    """With those that there are."""
    with pytest.raises(InputError, match="'cdk8s', which is no core; allowed are cdktf, cdktn"):
        synth(group, core="cdk8s")


def test_a_core_beside_a_stack_is_refused() -> None:
    """It would be ignored otherwise."""
    with pytest.raises(TypeError, match="leave it out"):
        synth(Host("cdktf").scope, core="cdktn")


def test_anything_else_is_refused() -> None:
    """With what is taken."""
    with pytest.raises(TypeError, match="int cannot be synthesised; give a function of a stack, settings, or a stack"):
        synth(1)
