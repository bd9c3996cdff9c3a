"""In the stack of the example, everything that matters is told and nothing that means nothing is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acrwatch import WatchStack, load_settings
from acrwatch.core import CORES
from acrwatch.routing import Alert, MonitorCondition, route
from acrwatch.synthesised import SynthesisedStack, read_stack
from tests.cli.running import EXAMPLE
from tests.synthesis import Host, everything, loaded, synthesised

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


@pytest.fixture(params=[(core, whole) for core in CORES for whole in (False, True)], ids=str)
def read(request: pytest.FixtureRequest, tmp_path: Path) -> SynthesisedStack:
    """The example and a stack with everything in it, of each core, as a file."""
    core, whole = request.param
    settings = loaded(tmp_path, everything()) if whole else load_settings(EXAMPLE)
    file = tmp_path / "cdk.tf.json"
    file.write_text(json.dumps(synthesised(WatchStack(Host(core).app, settings).stack)), "utf-8")
    return read_stack(file)


def test_nothing_of_our_own_stacks_is_unknown(read: SynthesisedStack) -> None:
    """What we synthesise, we can read: every member of every rule, group and processing rule."""
    assert read.rules
    assert read.unknown == ()
    assert [
        one for part in (read.rules, read.groups, read.processing_rules) for each in part for one in each.unresolved
    ] == []


def test_a_fired_alert_is_told_and_the_end_of_an_event_is_not(read: SynthesisedStack) -> None:
    """The end of a burst is; a rule that is not enabled tells nobody."""
    for rule in read.rules:
        fired = route(read, Alert(rule=rule), NOW)
        over = route(read, Alert(rule=rule, condition=MonitorCondition.RESOLVED), NOW)

        assert (fired.unknown, over.unknown) == ((), ())
        assert bool(fired.told) is (rule.enabled is not False), rule.id
        assert bool(over.told) is (rule.enabled is not False and rule.kind == "volume"), rule.id
        if rule.kind == "event":
            assert [quiet.name for quiet in over.suppressed_by] == [f"{rule.name}-resolved".replace(".", "-")]
