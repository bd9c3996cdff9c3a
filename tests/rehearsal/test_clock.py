"""When rules are evaluated."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.errors import InputError
from acrwatch.rehearsal.clock import Clock

START = datetime(2026, 1, 15, 0, 2, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def evaluations(**changed: Any) -> list[datetime]:
    """The moments of one rule that is evaluated every five minutes, over an hour."""
    clock = Clock(**{"start": START, "end": START + timedelta(hours=1), **changed})
    return list(clock.evaluations("rule", FIVE))


def test_evaluations_lie_on_multiples_of_the_frequency() -> None:
    """The first one of a period is not earlier than the period."""
    assert evaluations()[:2] == [datetime(2026, 1, 15, 0, 5, tzinfo=UTC), datetime(2026, 1, 15, 0, 10, tzinfo=UTC)]


def test_both_ends_of_the_period_are_in_it() -> None:
    """A rule may be evaluated at the first and at the last moment."""
    start = datetime(2026, 1, 15, tzinfo=UTC)

    found = list(Clock(start=start, end=start + FIVE).evaluations("rule", FIVE))

    assert found == [start, start + FIVE]


@given(jitter=st.integers(0, 120), skip=st.floats(0, 1), seed=st.integers(0, 99))
def test_evaluations_are_late_by_no_more_than_the_jitter_and_never_skipped_twice_in_a_row(
    jitter: int, skip: float, seed: int
) -> None:
    """That is what detections promise to bear."""
    found = evaluations(jitter=timedelta(seconds=jitter), skip=skip, seed=seed)

    due = [moment - (moment - datetime(1, 1, 1, tzinfo=UTC)) % FIVE for moment in found]
    assert all(moment - begun <= timedelta(seconds=jitter) for moment, begun in zip(found, due, strict=True))
    assert all(later - earlier in (FIVE, 2 * FIVE) for earlier, later in pairwise(due))


def test_no_evaluation_is_so_late_that_it_comes_after_the_end() -> None:
    """The last one may be late, too."""
    end = START + timedelta(minutes=59)
    found = [evaluations(end=end, jitter=timedelta(minutes=2), seed=seed)[-1] for seed in range(20)]

    assert max(found) <= end
    assert any(moment > end - timedelta(minutes=2) for moment in found)


def test_the_same_seed_gives_the_same_evaluations() -> None:
    """A rehearsal can be repeated."""
    chance = {"jitter": timedelta(minutes=2), "skip": 0.3}

    assert evaluations(**chance, seed=4) == evaluations(**chance, seed=4)
    assert evaluations(**chance, seed=4) != evaluations(**chance, seed=5)


def test_each_rule_has_its_own_chance() -> None:
    """Rules of one stack are not late together."""
    clock = Clock(start=START, end=START + timedelta(hours=1), jitter=timedelta(minutes=2))

    assert list(clock.evaluations("one", FIVE)) != list(clock.evaluations("other", FIVE))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"end": START - FIVE}, "before its start"),
        ({"skip": 1.5}, "a share from 0 to 1"),
        ({"jitter": -FIVE}, "from 0m to 1h"),
        ({"jitter": timedelta(days=99)}, "from 0m to 1h"),
    ],
)
def test_a_clock_that_cannot_be_is_refused(changed: dict[str, Any], says: str) -> None:
    """Each with what is allowed."""
    with pytest.raises(InputError, match=says):
        evaluations(**changed)
