"""Under the example's settings the day raises its five alerts and no other, in the span in which they are expected."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from acrwatch import WatchStack, load_settings
from acrwatch.recorded_day import Form
from acrwatch.rehearsal.difference import difference
from acrwatch.rehearsal.expectation_file import read_expectations
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised.configuration import read_configuration
from acrwatch.synthesised.stack import TYPES, SynthesisedStack, stack_of
from tests.cli.running import EXAMPLE
from tests.recorded_day.days import written
from tests.synthesis import Host, synthesised


@cache
def example() -> SynthesisedStack:
    """What the example's settings deploy."""
    stack = WatchStack(Host("cdktf").app, load_settings(EXAMPLE))
    return stack_of(Path("cdk.tf.json"), read_configuration(synthesised(stack.stack), TYPES))


@cache
def rehearsed(seed: int, form: Form) -> Rehearsal:
    """The day of a seed, played on them."""
    with EventLog.read([written(seed, form=form) / "events"], seed=seed) as log:
        return rehearse(example(), log)


DAYS = pytest.mark.parametrize(("seed", "form"), [(1, Form.GZIP), (2, Form.PARQUET)])


@DAYS
def test_the_day_raises_what_it_is_expected_to(seed: int, form: Form) -> None:
    """And nothing else; the file is the one that people give to --expect."""
    found = rehearsed(seed, form)
    (expectation,) = read_expectations(
        written(seed) / "expected.yaml", [example()], log=True, log_start=found.clock.start
    )

    told = difference(expectation, found)

    assert (told.failure, told.unknown) == (None, None)
    assert Counter(alert.rule.detection for alert in found.alerts) == Counter(
        {rule.detection: 1 for rule in example().rules}
    )


@DAYS
def test_every_row_of_the_day_can_be_read(seed: int, form: Form) -> None:
    """In whichever form it is written."""
    log = rehearsed(seed, form).log

    assert (log.unreadable, log.notes, log.partial) == (0, (), ())
