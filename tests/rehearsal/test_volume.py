"""Rows over time, for a timeline: few intervals, and no row of the period left out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.rehearsal.volume import INTERVALS_MAX, interval_for, volume
from tests.rehearsal.rules import REPOSITORY_EVENTS, at, pull, stack_with

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "minutes"), [(0, 1), (1, 1), (6, 5), (23, 15), (24, 20), (30, 20), (7 * 24, 120), (365 * 24, 4 * 1440)]
)
def test_an_interval_is_a_usual_length_of_time(hours: int, minutes: int) -> None:
    """A day that begins within an interval needs one more than fits, so that it gets longer ones."""
    assert interval_for(timedelta(hours=hours)) == timedelta(minutes=minutes)


@given(start=st.datetimes(EPOCH.replace(tzinfo=None)), minutes=st.integers(0, 10_000_000))
def test_a_period_has_96_intervals_at_most(start: datetime, minutes: int) -> None:
    """Wherever it begins."""
    begins = start.replace(tzinfo=UTC) - EPOCH
    ends = begins + timedelta(minutes=minutes)
    interval = interval_for(timedelta(minutes=minutes))

    assert ends // interval - begins // interval + 1 <= INTERVALS_MAX


def test_every_row_of_the_period_is_counted_in_its_interval() -> None:
    """The first and the last moment belong to the period."""
    with EventLog.of([pull(minutes) for minutes in (-1, 0, 4.9, 5, 20, 21)]) as log:
        counted = volume(log, at(0), at(20), timedelta(minutes=5))

    assert counted == {REPOSITORY_EVENTS: ((at(0), 2), (at(5), 1), (at(20), 1))}


def test_a_rehearsal_tells_the_volume_of_its_period() -> None:
    """Rows outside of it are in the number of rows alone."""
    found = rehearse(stack_with(), [pull(0), pull(10), pull(400)], start=at(0), end=at(90)).log

    assert found.interval == timedelta(minutes=1)
    assert found.volume == {REPOSITORY_EVENTS: ((at(0), 1), (at(10), 1))}
    assert found.rows == {REPOSITORY_EVENTS: 3}
