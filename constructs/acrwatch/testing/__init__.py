"""What tests of stacks with acrwatch in them can use: ours use it, and so can those of any host.

A table of names and their homes that loads none of them, like `acrwatch` itself, since every run of pytest reads it
where acrwatch is installed. As fixtures they are in `plugin`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrwatch.detection.events import Event as Event
    from acrwatch.rehearsal.model import Rehearsal as Rehearsal
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
    "AZAPI_VERSIONS": "testing.provider_tables",
    "Difference": "testing.same",
    "Event": "detection.events",
    "Rehearsal": "rehearsal.model",
    "StackSnapshot": "testing.snapshot",
    "VERSIONS": "testing.provider_tables",
    "assert_same": "testing.same",
    "assert_valid": "testing.valid",
    "block_text": "testing.text",
    "differences": "testing.same",
    "rehearse": "testing.playing",
    "reviewable": "testing.review",
    "stack_problems": "testing.valid",
    "synth": "testing.synthesis",
    "violations": "testing.provider_tables",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"acrwatch.testing has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"acrwatch.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
