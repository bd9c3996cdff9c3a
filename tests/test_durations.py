"""Lengths of time are read in both spellings and written in either."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.durations import iso8601, parse_duration, short

MINUTES = st.integers(min_value=1, max_value=100_000).map(lambda count: timedelta(minutes=count))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("5m", 5),
        ("6h", 360),
        ("1d", 1440),
        ("90m", 90),
        ("PT5M", 5),
        ("PT1H30M", 90),
        ("P1D", 1440),
        ("P2DT1H", 2940),
        ("PT0M", 0),
    ],
)
def test_a_duration_is_read(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "m",
        "5 m",
        " 5m",
        "5m ",
        "5M",
        "5s",
        "-5m",
        "1.5h",
        "1h30m",
        "P",
        "PT",
        "P1DT",
        "PT5",
        "1w",
        "\u0665m",
        "5m\n",
    ],
)
def test_what_is_no_duration_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration") as caught:
        parse_duration(text)

    assert repr(text) in str(caught.value)


@given(MINUTES)
def test_the_iso_form_means_the_same_length(duration: timedelta) -> None:
    """What azurerm is given is what people wrote."""
    assert parse_duration(iso8601(duration)) == duration


@given(MINUTES)
def test_two_lengths_never_look_the_same_to_people(duration: timedelta) -> None:
    """Read back by another rule than the code's: the sum of its parts."""
    units = {"d": 1440, "h": 60, "m": 1}
    total, number = 0, ""
    for char in short(duration):
        number, total = ("", total + int(number) * units[char]) if char in units else (number + char, total)

    assert timedelta(minutes=total) == duration


@pytest.mark.parametrize(
    ("minutes", "people", "azure"),
    [(0, "0m", "PT0M"), (5, "5m", "PT5M"), (90, "1h30m", "PT1H30M"), (360, "6h", "PT6H"), (2880, "2d", "P2D")],
)
def test_a_duration_is_written_in_the_shortest_form(minutes: int, people: str, azure: str) -> None:
    """Azure gives back the shortest form too, so another one would be a difference in every plan."""
    duration = timedelta(minutes=minutes)

    assert (short(duration), iso8601(duration)) == (people, azure)
