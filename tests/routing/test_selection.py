"""Whoever names a rule gets the one that is meant, or is told what there is."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.routing.selection import rules_of
from acrwatch.synthesised import SynthesisedStack
from tests.synthesised.stacks import BODY, RULE, content, stack


def tagged(detection: str, variant: str | None = None, **changed: Any) -> dict[str, Any]:
    tags = {"acrwatch_detection": detection} | ({"acrwatch_variant": variant} if variant else {})
    return BODY | {"tags": tags, "name": f"n-{detection}-{variant}"} | changed


@pytest.fixture
def read(tmp_path: Path) -> SynthesisedStack:
    rules = {"a": tagged("one"), "b": tagged("one", "strict", severity=0), "c": tagged("two"), "d": BODY}
    return stack(tmp_path, content(**{RULE: rules}))


def test_rules_are_selected_by_what_they_are(read: SynthesisedStack) -> None:
    """A detection with its variants, one variant, an address, a name, a severity."""
    found = {
        "all": rules_of(read),
        "detection": rules_of(read, detection="one"),
        "variant": rules_of(read, detection="one.strict"),
        "address": rules_of(read, rule=f"{RULE}.d"),
        "name": rules_of(read, rule="n-two-None"),
        "severity": rules_of(read, detection="one", severity=0),
    }

    assert {how: [rule.id for rule in rules] for how, rules in found.items()} == {
        "all": ["one", "one.strict", "two", f"{RULE}.d"],
        "detection": ["one", "one.strict"],
        "variant": ["one.strict"],
        "address": [f"{RULE}.d"],
        "name": ["two"],
        "severity": ["one.strict"],
    }


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"detection": "onne"}, "did you mean one"),
        ({"rule": "n-twe-None"}, "did you mean n-two-None"),
        ({"detection": "two", "severity": 4}, "has the severity 4"),
    ],
)
def test_a_rule_that_is_not_there_is_answered_with_what_is(
    read: SynthesisedStack, wanted: dict[str, Any], words: str
) -> None:
    """With the file."""
    with pytest.raises(InputError, match=words) as caught:
        rules_of(read, **wanted)

    assert str(read.file) in str(caught.value)
