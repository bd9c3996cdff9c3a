"""A time zone has the name that azurerm takes, and keeps the clock of the name that a person wrote."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from acrwatch.zones import WINDOWS_ZONES, windows_name, zone_named

HOURS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for n in range(4 * 365)]
KNOWN = sorted(name for name in available_timezones() if windows_name(name) is not None)


@pytest.mark.parametrize("name", sorted(WINDOWS_ZONES))
def test_a_windows_name_is_its_own_in_azurerms_casing(name: str) -> None:
    """azurerm compares casing."""
    assert windows_name(name) == windows_name(name.lower()) == windows_name(name.upper()) == name


@pytest.mark.parametrize(
    ("name", "windows"),
    [
        ("Europe/Berlin", "W. Europe Standard Time"),
        ("europe/vienna", "W. Europe Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("Asia/Calcutta", "India Standard Time"),
        ("America/New_York", "Eastern Standard Time"),
        ("Europe/Kyiv", "FLE Standard Time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_name_of_the_iana_database_has_a_windows_name(name: str, windows: str) -> None:
    """Old spellings too, in any casing."""
    assert windows_name(name) == windows


@pytest.mark.parametrize("name", ["Europe/Berlni", "", "CET+1", "Kamchatka Standard Time", "America/Vancouver"])
def test_what_azurerm_has_no_sure_name_for_has_none(name: str) -> None:
    """A window at another hour than written would be worse than none."""
    assert windows_name(name) is None


@pytest.mark.parametrize("name", KNOWN)
def test_a_zone_keeps_the_clock_of_its_windows_name(name: str) -> None:
    """All through 2026, summer and winter."""
    stands_for = zone_named(windows_name(name) or "")

    assert stands_for is not None
    assert [at.astimezone(ZoneInfo(name)).utcoffset() for at in HOURS] == [
        at.astimezone(stands_for).utcoffset() for at in HOURS
    ]


def test_nearly_all_zones_have_a_name() -> None:
    """What is missing is named in the module, or has no place."""
    assert len(KNOWN) > 0.95 * len(available_timezones())
