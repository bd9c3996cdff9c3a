"""What tests of stacks with acrwatch in them can use: ours use it, and so can those of any host.

A table of names and their homes that loads none of them, like `acrwatch` itself, since every run of pytest reads it
where acrwatch is installed. As fixtures they are in `plugin`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrwatch.testing.playing import rehearse as rehearse
    from acrwatch.testing.provider_tables import AZAPI_VERSIONS as AZAPI_VERSIONS
    from acrwatch.testing.provider_tables import VERSIONS as VERSIONS
    from acrwatch.testing.provider_tables import violations as violations
    from acrwatch.testing.review import reviewable as reviewable
    from acrwatch.testing.same import Difference as Difference
    from acrwatch.testing.same import assert_same as assert_same
    from acrwatch.testing.same import differences as differences
    from acrwatch.testing.snapshot import StackSnapshot as StackSnapshot
    from acrwatch.testing.synthesis import synth as synth
    from acrwatch.testing.text import block_text as block_text
    from acrwatch.testing.valid import assert_valid as assert_valid
    from acrwatch.testing.valid import stack_problems as stack_problems

_HOME = {
    "AZAPI_VERSIONS": "provider_tables",
    "Difference": "same",
    "StackSnapshot": "snapshot",
    "VERSIONS": "provider_tables",
    "assert_same": "same",
    "assert_valid": "valid",
    "block_text": "text",
    "differences": "same",
    "rehearse": "playing",
    "reviewable": "review",
    "stack_problems": "valid",
    "synth": "synthesis",
    "violations": "provider_tables",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"acrwatch.testing has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"acrwatch.testing.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
