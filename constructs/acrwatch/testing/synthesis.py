"""A construct, a settings file or a whole stack as Terraform would get it, in one line.

What is masked of it in a snapshot is decided in `review`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias

from acrwatch.core import CORES, core_named, core_of

if TYPE_CHECKING:
    from acrwatch.settings.model import Settings
    from acrwatch.stack import WatchStack

Builder: TypeAlias = Callable[[Any], object]
"""A function that gets a stack, empty and of the wanted core, and makes constructs in it."""


def synth(
    what: Builder | Settings | WatchStack | Any, *, core: str | None = None, name: str = "stack", validate: bool = False
) -> dict[str, Any]:
    """Synthesise something to plain values, as they would stand in `cdk.tf.json` without the core's notes.

    Aspects are carried out. Nothing is written.

    Args:
        what: a function that makes constructs in the stack it is given, such as
            `lambda scope: RegistryWatch(scope, "watch", ...)`; the settings that `load_settings` read;
            a `WatchStack`; or a stack of either core.
        core: `cdktf` or `cdktn`, for a function or settings; a stack has its own.
            Default: the one that is installed; cdktf, where both are.
        name: name of the stack that a function gets. Default: stack.
        validate: whether the core's validations run, one of which wants a provider for every resource.
            Default: no, since a function makes only what is looked at.

    Raises:
        InputError: there is no such core, or no node to run it.
        MissingExtra: the core is not installed.
        SettingsError: acrwatch refuses what is made.
        TypeError: a core is named for a stack, or it is nothing that can be synthesised.
    """
    stack = _stack(what, core, name)
    content: dict[str, Any] = json.loads(core_of(stack).Testing.synth(stack, validate))
    return content


def content_of(what: Mapping[str, Any] | Builder | Settings | WatchStack | Any) -> Mapping[str, Any]:
    """A stack that was synthesised already, or anything that `synth` takes.

    Args:
        what: plain values, or what becomes them.
    """
    return what if isinstance(what, Mapping) else synth(what)


def _stack(what: Any, core: str | None, name: str) -> Any:
    if callable(what):
        made = _core(core)
        stack = made.TerraformStack(made.Testing.app(), name)
        what(stack)
        return stack
    if not hasattr(what, "node"):
        from acrwatch.settings.model import Settings
        from acrwatch.stack import WatchStack

        if isinstance(what, Settings):
            return WatchStack(_core(core).Testing.app(), what).stack
        if not isinstance(what, WatchStack):
            kind = type(what).__name__
            raise TypeError(f"{kind} cannot be synthesised; give a function of a stack, settings, or a stack")
        what = what.stack
    if core is not None:
        raise TypeError(f"core is {core!r}, but the stack belongs to a core already; leave it out")
    return what


def _core(name: str | None) -> Any:
    if name is None:
        name = next((core for core in CORES if find_spec(core) is not None), CORES[0])
    return core_named(name)
