"""The stack of a watch as it is deployed, read back from its JSON."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from acrwatch import WatchStack
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.stack import TYPES, SynthesisedStack, stack_of
from tests.synthesis import Host, loaded, synthesised, watch_settings


def deployed(**settings: Any) -> SynthesisedStack:
    """What a settings file would deploy.

    Args:
        settings: keys of the file other than usual.
    """
    with TemporaryDirectory() as folder:
        stack = WatchStack(Host("cdktf").app, loaded(Path(folder), watch_settings(**settings)))
    return stack_of(Path("cdk.tf.json"), read_configuration(synthesised(stack.stack), TYPES))


@cache
def _shipped() -> SynthesisedStack:
    return deployed()


def only(detection: str) -> SynthesisedStack:
    """What deploys one detection alone, as it is shipped."""
    stack = _shipped()
    return replace(stack, rules=tuple(rule for rule in stack.rules if rule.id == detection))
