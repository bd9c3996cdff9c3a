"""A rehearsal for machines."""

import json

from acrwatch.output.rehearsal_data import rehearsal_data
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull, stack_with


def test_the_data_hold_what_was_read_and_when_it_happened() -> None:
    """Rows over time, so that others can draw them, too."""
    found = json.loads(json.dumps(rehearsal_data(rehearse(stack_with(), [pull(1), pull(2), pull(59)], end=at(60)))))

    log = found["log"]
    assert log["rows"] == {"ContainerRegistryRepositoryEvents": 3}
    counted = log["volume"]["ContainerRegistryRepositoryEvents"]
    assert sum(one["rows"] for one in counted) == 3
    assert (counted[0]["from"], counted[0]["rows"]) == ("2026-01-15T00:01:00Z", 1)
    assert log["interval_seconds"] == 60
    assert (log["first"], log["unreadable"], log["partial"]) == ("2026-01-15T00:01:00Z", 0, [])
    assert log["paths"] == []
    assert found["stack"].endswith(".tf.json")
