"""A schedule holds the moments that its own clock says it holds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acrwatch.routing import in_force
from acrwatch.synthesised import Every, Recurrence, Schedule, Unresolved
from acrwatch.zones import WINDOWS_ZONES, zone_named

BERLIN = "W. Europe Standard Time"

MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(sorted(WINDOWS_ZONES))
CLOCKS = st.times().map(lambda clock: clock.replace(microsecond=0))


def schedule(*recurrences: Recurrence, zone: str = "UTC", start: str | None = None, end: str | None = None) -> Schedule:
    return Schedule(
        effective_from=None if start is None else datetime.fromisoformat(start),
        effective_until=None if end is None else datetime.fromisoformat(end),
        time_zone=zone,
        recurrences=recurrences,
        unresolved=(),
    )


def daily(start: str | None, end: str | None) -> Recurrence:
    return Recurrence(every=Every.DAY, start=start and time.fromisoformat(start), end=end and time.fromisoformat(end))  # type: ignore[arg-type]


def weekly(start: str | None, end: str | None, *days: int) -> Recurrence:
    return Recurrence(
        every=Every.WEEK, start=daily(start, end).start, end=daily(start, end).end, days_of_week=frozenset(days)
    )


def monthly(start: str | None, end: str | None, *days: int) -> Recurrence:
    return Recurrence(
        every=Every.MONTH, start=daily(start, end).start, end=daily(start, end).end, days_of_month=frozenset(days)
    )


def holds(one: Schedule | None, moment: str) -> bool | None:
    return in_force(one, datetime.fromisoformat(moment)).holds


def test_no_schedule_holds_always() -> None:
    """A processing rule without one is in force while it is enabled."""
    assert holds(None, "2026-01-01T00:00Z") is True


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2026-06-01T19:59:59Z", False),
        ("2026-06-01T20:00Z", True),
        ("2026-06-02T03:59:59Z", True),
        ("2026-06-02T04:00Z", False),
    ],
)
def test_a_window_of_one_time_is_read_in_its_zone(moment: str, held: bool) -> None:
    """22:00 to 06:00 in Berlin, which is two hours ahead of UTC in summer."""
    once = schedule(zone=BERLIN, start="2026-06-01T22:00:00", end="2026-06-02T06:00:00")

    assert holds(once, moment) is held


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2026-01-05T21:59Z", False),
        ("2026-01-05T22:00Z", True),
        ("2026-01-06T00:00Z", True),
        ("2026-01-06T05:59Z", True),
        ("2026-01-06T06:00Z", False),
    ],
)
def test_a_night_goes_over_midnight(moment: str, held: bool) -> None:
    """It ends on the day after it began."""
    assert holds(schedule(daily("22:00", "06:00")), moment) is held


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2026-01-09T23:00Z", True),  # Friday
        ("2026-01-10T05:00Z", True),  # the end of Friday's night
        ("2026-01-10T23:00Z", False),
        ("2026-01-09T05:00Z", False),  # the end of Thursday's
    ],
)
def test_a_night_of_a_week_belongs_to_the_day_on_which_it_begins(moment: str, held: bool) -> None:
    """So Friday's night ends on Saturday."""
    assert holds(schedule(weekly("22:00", "06:00", 4)), moment) is held


def test_days_without_times_are_whole_days() -> None:
    """As a weekend is."""
    weekend = schedule(weekly(None, None, 5, 6))

    assert [
        holds(weekend, f"2026-01-{day:02}T{clock}Z") for day in (9, 10, 11, 12) for clock in ("00:00", "23:59:59")
    ] == [
        False,
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_day_that_a_month_lacks_does_not_come() -> None:
    """The 31st is not moved to the 30th."""
    last = schedule(monthly("01:00", "02:00", 31))

    assert holds(last, "2026-01-31T01:30Z") is True
    assert [holds(last, f"2026-04-30T{hour:02}:30Z") for hour in range(24)] == [False] * 24
    assert [holds(last, f"2026-05-01T{hour:02}:30Z") for hour in range(24)] == [False] * 24


def test_one_of_several_recurrences_is_enough_and_the_bounds_count_for_all() -> None:
    """Nights and weekends, from March on."""
    both = schedule(daily("18:00", "08:00"), weekly(None, None, 5, 6), start="2026-03-01T00:00:00")

    assert holds(both, "2026-03-07T12:00Z") is True  # Saturday
    assert holds(both, "2026-03-04T19:00Z") is True  # a night
    assert holds(both, "2026-03-04T12:00Z") is False
    assert holds(both, "2026-02-07T12:00Z") is False  # a Saturday before


def test_an_hour_that_is_left_out_opens_no_window() -> None:
    """On 29 March 2026 clocks in Berlin go from 02:00 to 03:00."""
    night = schedule(daily("02:00", "03:00"), zone=BERLIN)

    assert not any(holds(night, f"2026-03-29T{hour:02}:{minute:02}Z") for hour in range(6) for minute in range(60))


def test_an_hour_that_comes_twice_opens_its_window_twice() -> None:
    """On 25 October 2026 clocks in Berlin show 02:00 to 03:00 twice."""
    night = schedule(daily("02:00", "03:00"), zone=BERLIN)

    assert [holds(night, f"2026-10-25T{clock}Z") for clock in ("00:30", "01:30", "02:30")] == [True, True, False]


def test_a_zone_that_is_not_known_is_never_a_guess() -> None:
    """azurerm takes two names that nobody maps; and a schedule may come from a variable."""
    lost = Unresolved(member="schedule[0].time_zone", written="${var.zone}", reason="no default")

    assert holds(schedule(zone="Mid-Atlantic Standard Time"), "2026-01-01T00:00Z") is None
    unknown = Schedule(effective_from=None, effective_until=None, time_zone="UTC", recurrences=(), unresolved=(lost,))
    assert holds(unknown, "2026-01-01T00:00Z") is None


@given(MOMENTS, ZONES, CLOCKS, CLOCKS)
def test_a_daily_window_holds_what_its_clock_says(moment: datetime, zone: str, start: time, end: time) -> None:
    """In any zone, over midnight or not, whatever clocks do."""
    clock = moment.astimezone(ZoneInfo(WINDOWS_ZONES[zone])).time()
    inside = start <= clock < end if start < end else clock >= start or clock < end

    one = schedule(Recurrence(every=Every.DAY, start=start, end=end), zone=zone)

    assert in_force(one, moment).holds is inside


@given(MOMENTS, ZONES, CLOCKS, CLOCKS)
def test_every_day_of_the_week_or_the_month_is_daily(moment: datetime, zone: str, start: time, end: time) -> None:
    """The three forms agree where they mean the same."""
    found = {
        in_force(schedule(one, zone=zone), moment).holds
        for one in (
            Recurrence(every=Every.DAY, start=start, end=end),
            Recurrence(every=Every.WEEK, start=start, end=end, days_of_week=frozenset(range(7))),
            Recurrence(every=Every.MONTH, start=start, end=end, days_of_month=frozenset(range(1, 32))),
        )
    }

    assert len(found) == 1


@given(MOMENTS, CLOCKS, CLOCKS, st.sets(st.integers(0, 6), min_size=1))
def test_a_window_and_its_complement_share_no_moment(moment: datetime, start: time, end: time, days: set[int]) -> None:
    """And leave none out: the end of one is the beginning of the other."""
    assume(start != end)
    one = in_force(schedule(Recurrence(every=Every.DAY, start=start, end=end)), moment).holds
    other = in_force(schedule(Recurrence(every=Every.DAY, start=end, end=start)), moment).holds

    assert one is not other
    some = Recurrence(every=Every.WEEK, start=start, end=end, days_of_week=frozenset(days))
    rest = Recurrence(every=Every.WEEK, start=start, end=end, days_of_week=frozenset(range(7)) - days)
    assert (in_force(schedule(some), moment).holds, in_force(schedule(rest), moment).holds).count(True) == int(
        bool(one)
    )


@given(MOMENTS, ZONES)
def test_a_window_of_one_time_begins_and_ends_by_the_clock_of_its_zone(moment: datetime, zone: str) -> None:
    """A minute around the moment holds it, and neither does the minute before nor the one after."""
    clock = moment.astimezone(ZoneInfo(WINDOWS_ZONES[zone])).replace(tzinfo=None)
    minute = timedelta(minutes=1)

    def once(start: datetime, end: datetime) -> bool | None:
        return in_force(
            Schedule(effective_from=start, effective_until=end, time_zone=zone, recurrences=(), unresolved=()), moment
        ).holds

    assert once(clock, clock + minute) is True
    assert once(clock - minute, clock) is False
    assert once(clock + minute, clock + 2 * minute) is False


@pytest.mark.parametrize("name", sorted(WINDOWS_ZONES))
def test_every_zone_of_the_table_is_one_of_the_iana_database(name: str) -> None:
    """In any casing, as Windows has it."""
    assert zone_named(name) == zone_named(name.upper()) == ZoneInfo(WINDOWS_ZONES[name])


@pytest.mark.parametrize(
    ("name", "winter", "summer"),
    [
        ("W. Europe Standard Time", 1, 2),
        ("Pacific Standard Time", -8, -7),
        ("Tokyo Standard Time", 9, 9),
        ("UTC", 0, 0),
    ],
)
def test_a_standard_time_is_a_place_and_has_its_summer(name: str, winter: int, summer: int) -> None:
    """`W. Europe Standard Time` is not UTC+1 all year."""
    zone = zone_named(name)

    offsets = [datetime(2026, month, 15, tzinfo=zone).utcoffset() for month in (1, 7)]

    assert offsets == [timedelta(hours=winter), timedelta(hours=summer)]
